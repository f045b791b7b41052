"""A unit of the programme becomes a disc: positions are renamed, never moved."""

import pytest

from release.model.disc import Copy, DiscText
from release.model.disc_compare import borrow_texts, compare_disc
from release.model.disc_unit import disc_from_unit
from release.model.metadata import ReleaseInfo, Texts, TrackInfo, Work, Writer
from release.model.programme import Timeline, TrackSpan, Unit
from release.model.target import CdTextSpec

RATE = 96_000
FRAME = 1280
RELEASE = ReleaseInfo(title="Night Ferry", artist="The Harbour Lights", catalogue_number="LTR014CD",
                      barcode="036000291452", genre="Folk")  # fmt: skip


def span(key, number, start, end, **more):
    return TrackSpan(key, number, start, start, end, more.pop("audio_start", start), more.pop("audio_end", end), **more)


def info(key, **more):
    return TrackInfo(key=key, title=key.title(), artist="The Harbour Lights", **more)


def unit(*spans, length, title=""):
    return Unit("1", title, Timeline(RATE, length, (), spans))


def infos(*of):
    return {one.key: one for one in of}


def made(*spans, length, tracks=None, title="", **more):
    known = tracks or [info(s.key) for s in spans]
    return disc_from_unit(unit(*spans, length=length, title=title), infos(*known), RELEASE, **more)


def test_two_tracks_with_a_gap():
    disc = made(
        span("one", 1, 0, 600 * FRAME, audio_end=500 * FRAME, pause_start=-150 * FRAME),
        span("two", 2, 600 * FRAME, 1000 * FRAME, pause_start=510 * FRAME),
        length=1000 * FRAME + 1,
    )
    assert [t.indexes for t in disc.tracks] == [(150,), (750,)]
    assert [t.index00_cd_frames for t in disc.tracks] == [0, 660]
    assert disc.lead_out_cd_frames == 150 + 1001  # a last part of a CD frame counts whole
    assert (disc.lead_zero_cd_frames, disc.image_cd_frames) == (150, 1151)
    assert disc.ean == "0036000291452"
    assert disc.catalogue == "LTR014CD"
    assert disc.text == DiscText("Night Ferry", "The Harbour Lights")
    assert disc.text_blocks == ()
    assert disc.track_end_cd_frames(1) == 750
    assert disc.track_end_cd_frames(1, with_pause=False) == 660


def test_a_join_has_no_index_00_and_indexes_follow():
    disc = made(
        span("one", 1, 0, 600 * FRAME, pause_start=-150 * FRAME, indexes=(100 * FRAME, 200 * FRAME)),
        span("two", 2, 600 * FRAME, 1000 * FRAME, joined=True),
        length=1000 * FRAME,
    )
    assert disc.tracks[0].indexes == (150, 250, 350)
    assert disc.tracks[1].index00_cd_frames is None


@pytest.mark.parametrize(
    ("start", "pause_start", "lead", "index01"),
    [
        (0, -150, 150, 150),
        (0, None, 150, 150),
        (0, -375, 375, 375),  # five seconds before track 1
        (13_500, -150, 150, 13_650),  # three minutes of hidden audio
        (100, -150, 150, 250),
        (100, -300, 300, 400),
    ],
)
def test_what_stands_before_track_1(start, pause_start, lead, index01):
    pause = None if pause_start is None else pause_start * FRAME
    disc = made(span("one", 1, start * FRAME, 20_000 * FRAME, pause_start=pause), length=20_000 * FRAME)
    assert disc.lead_zero_cd_frames == lead
    assert disc.tracks[0].indexes == (index01,)
    assert disc.tracks[0].index00_cd_frames == 0
    assert disc.lead_out_cd_frames == lead + 20_000


def test_hidden_tracks_inside_others_have_no_number():
    disc = made(
        span("secret", None, 0, 300 * FRAME, hidden=True),
        span("one", 1, 300 * FRAME, 600 * FRAME, pause_start=-150 * FRAME),
        span("two", 2, 600 * FRAME, 1500 * FRAME, audio_end=900 * FRAME, indexes=(1200 * FRAME,)),
        span("last", None, 1200 * FRAME, 1500 * FRAME, hidden=True),
        length=1500 * FRAME,
    )
    assert [(t.key, t.number, t.indexes) for t in disc.tracks] == [("one", 1, (450,)), ("two", 2, (750, 1350))]


@pytest.mark.parametrize(
    ("pause_start", "sound_end", "expected"),
    [
        (500 * FRAME + 7, 400 * FRAME, 500),  # grows to a whole frame
        (500 * FRAME + 7, 500 * FRAME + 5, 501),  # but not back into the sound
        (599 * FRAME + 7, 599 * FRAME + 5, 599),  # and lasts one frame at least
    ],
)
def test_index_00_off_the_grid(pause_start, sound_end, expected):
    disc = made(
        span("one", 1, 0, 600 * FRAME, audio_end=sound_end),
        span("two", 2, 600 * FRAME, 1000 * FRAME, pause_start=pause_start),
        length=1000 * FRAME,
    )
    assert disc.tracks[1].index00_cd_frames == 150 + expected


def test_a_start_off_the_grid_is_a_fault():
    with pytest.raises(ValueError, match="does not lie on a CD frame"):
        made(span("one", 1, 1, 1000 * FRAME), length=1000 * FRAME)


def test_flags_codes_and_texts():
    one = info("one", isrc="GBLTR2600001", copy="permitted", pre_emphasis=True, title_version="Live",
               writers=(Writer("Ana", "composer"), Writer("Jo", "lyricist"), Writer("Bo"), Writer("Ana", "arranger")),
               message="hi", translations=(("de", Texts(title="Eins")),))  # fmt: skip
    two = info("two", work=Work("Sonata", composer="Ana"))
    disc = made(
        span("one", 1, 0, 600 * FRAME),
        span("two", 2, 600 * FRAME, 1200 * FRAME),
        length=1200 * FRAME,
        tracks=[one, two],
        title="Disc One",
        copy="scms",
        text=CdTextSpec(("en", "de"), ("disc_id", "genre", "codes")),
    )
    assert [(t.copy, t.has_pre_emphasis, t.isrc) for t in disc.tracks] == [
        (Copy.PERMITTED, True, "GBLTR2600001"),
        (Copy.SCMS, False, ""),
    ]
    english, german = disc.text_blocks
    assert english.album == DiscText("Disc One", "The Harbour Lights", composer="Ana")
    assert english.tracks[0] == DiscText("One (Live)", "The Harbour Lights", "Jo, Bo", "Ana", "Ana", "hi")
    assert german.tracks[0].title == "Eins"
    assert german.tracks[1] == english.tracks[1]
    assert (english.disc_id, english.genre, english.ean) == ("LTR014CD", "Folk", "0036000291452")
    assert english.isrcs == ("GBLTR2600001", "")


def test_every_difference_is_a_sentence():
    spans = (span("one", 1, 0, 600 * FRAME), span("two", 2, 600 * FRAME, 1200 * FRAME))
    meant = made(*spans, length=1200 * FRAME, text=CdTextSpec())
    assert compare_disc(meant, meant) == []
    other = made(*spans, length=1201 * FRAME, tracks=[info("one", isrc="GBLTR2600001"), info("two", message="x")],
                 text=CdTextSpec())  # fmt: skip
    differences = compare_disc(meant, other)
    assert len(differences) == 3
    assert "lead-out: 1350 was meant, 1351 was read" in differences


def test_names_are_borrowed_only_where_none_were_read():
    spans = (span("one", 1, 0, 600 * FRAME),)
    meant = made(*spans, length=600 * FRAME)
    bare = disc_from_unit(unit(*spans, length=600 * FRAME), infos(TrackInfo("one", "", "")), ReleaseInfo("", ""))
    assert borrow_texts(bare, meant).tracks[0].text.title == "One"
    assert borrow_texts(made(*spans, length=600 * FRAME, text=CdTextSpec()), meant).text_blocks
