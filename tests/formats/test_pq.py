"""The PQ sheet: every point of the disc, and a text that fits its columns."""

from dataclasses import replace

from disc_examples import WORKED_EXAMPLE, discs
from hypothesis import given, settings

from release.formats.pq import format_pq_text, pq_sheet
from release.model.disc import Copy, DiscText
from release.model.disc_hidden import NOTHING_HIDDEN, HiddenParts, HiddenSound

TEXT = """\
PQ SHEET
====================================================================================================
Release           Night Ferry
Title             Test Album
Artist            The Band
Label             Lowtide Records
Catalogue number  RLS-001
UPC/EAN           0123456789012
Source            DDP image, read back
Tracks            2
Programme length  00:18:00  (index 01 of track 1 to the lead-out)
Lead-out          00:20:00

Times are MM:SS:FF (75 CD frames a second), absolute: the pause before track 1 starts at 00:00:00.

Tr Ix  Start     Length    Track     ISRC             Title                       Flags
----------------------------------------------------------------------------------------------------
01 00  00:00:00  00:02:00                             (pause)
01 01  00:02:00  00:07:00  00:08:00  US-ABC-26-00001  First Song                  copy prohibited
02 00  00:09:00  00:01:00                             (pause)
02 01  00:10:00  00:02:00  00:10:00  US-ABC-26-00002  A Second Song With a Title  copy permitted,
                                                      of Some Length - Ana Reis   pre-emphasis
02 02  00:12:00  00:08:00                             (index)
AA 01  00:20:00                                       (lead-out)
----------------------------------------------------------------------------------------------------
"""


def test_text_of_the_sheet():
    second = replace(
        WORKED_EXAMPLE.tracks[1],
        indexes=(750, 900),
        copy=Copy.PERMITTED,
        has_pre_emphasis=True,
        text=DiscText("A Second Song With a Title of Some Length", "Ana Reis"),
    )
    disc = replace(WORKED_EXAMPLE, tracks=(WORKED_EXAMPLE.tracks[0], second))
    sheet = pq_sheet(disc, label="Lowtide Records", release_title="Night Ferry", source="DDP image, read back")
    assert format_pq_text(sheet) == TEXT


def test_hidden_tracks_have_title_start_and_length():
    first = replace(WORKED_EXAMPLE.tracks[0], indexes=(500, 600))
    hidden = HiddenParts(
        (
            HiddenSound("Before", "", 1, 150, 480, 0),
            HiddenSound("Marked", "Ana Reis", 1, 600, 640, 2),
            HiddenSound("Untitled", "", 2, 1200, 1500, None),
        ),
        150,
    )
    sheet = pq_sheet(replace(WORKED_EXAMPLE, tracks=(first, WORKED_EXAMPLE.tracks[1])), hidden=hidden)
    text = format_pq_text(sheet)

    assert "01 00  00:00:00  00:06:50                             (pause) Before (hidden)\n" in text
    assert "01 02  00:08:00  00:01:00                             (index) Marked (hidden)\n" in text
    assert sheet.notes == (
        "The pause before track 1 lasts 00:06:50; sound begins in it at 00:02:00 and belongs to the programme.",
        "Hidden track \u201cBefore\u201d: in the pause before track 1 from 00:02:00, 00:04:30 long.",
        "Hidden track \u201cMarked\u201d by Ana Reis: in track 1 from 00:08:00, 00:00:40 long, marked by index 02.",
        "Hidden track \u201cUntitled\u201d: in track 2 from 00:16:00, 00:04:00 long, with no index of its own.",
    )


def test_a_silent_first_pause_is_called_silent():
    first = replace(WORKED_EXAMPLE.tracks[0], indexes=(500,))
    sheet = pq_sheet(replace(WORKED_EXAMPLE, tracks=(first, WORKED_EXAMPLE.tracks[1])), hidden=NOTHING_HIDDEN)

    assert sheet.notes == ("The pause before track 1 lasts 00:06:50; it is silent.",)


def test_a_long_first_pause_and_missing_codes_are_noted():
    first = replace(WORKED_EXAMPLE.tracks[0], indexes=(500,), isrc="")
    sheet = pq_sheet(replace(WORKED_EXAMPLE, tracks=(first, WORKED_EXAMPLE.tracks[1]), ean=""))
    assert "The pause before track 1 lasts 00:06:50." in sheet.notes
    assert any("No ISRC on track 1." in note for note in sheet.notes)
    assert "UPC/EAN           none" in format_pq_text(sheet)


@given(discs(most_tracks=30))
@settings(max_examples=40, deadline=None)
def test_rows_cover_the_disc_without_a_hole(disc):
    sheet = pq_sheet(disc)
    at = 0
    for row in sheet.rows:
        assert row.at_cd_frames == at
        at += row.length_cd_frames
    assert at == disc.lead_out_cd_frames
    assert sheet.rows[-1].track == "AA"
    assert [row.track for row in sheet.rows if row.kind == "start"] == [f"{t.number:02}" for t in disc.tracks]
    assert max(map(len, format_pq_text(sheet).splitlines())) <= 100
