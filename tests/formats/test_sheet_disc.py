"""Sheets of anyone: discs with the times that other arithmetic gives, and never anything but a clear error."""

from __future__ import annotations

from contextlib import suppress

import pytest
from disc_examples import discs
from hypothesis import given, settings
from hypothesis import strategies as st

from release.formats.cue import CueError, format_cue, parse_cue
from release.formats.sheet_disc import SheetError, source_from_cue, source_from_toc
from release.formats.sheet_text import sheet_text
from release.formats.toc import format_toc
from release.formats.toc_reader import TocError, parse_toc
from release.model.disc import Disc
from release.model.disc_audio import Coding, Piece

FRAME = 588


@given(discs(most_tracks=20), st.sampled_from(["image", "programme"]))
@settings(max_examples=40, deadline=None)
def test_our_sheets_mean_the_discs_they_were_written_for(disc: Disc, kind: str) -> None:
    length = disc.lead_out_cd_frames - (0 if kind == "image" else 150)

    cue = source_from_cue(parse_cue(format_cue(disc, "x", kind)), {"x": length * FRAME}, is_image=kind == "image")

    assert cue.disc.lead_out_cd_frames == disc.lead_out_cd_frames
    for mine, meant in zip(cue.disc.tracks, disc.tracks, strict=True):
        assert (mine.indexes, mine.index00_cd_frames) == (meant.indexes, meant.index00_cd_frames)
        assert (mine.isrc, mine.copy, mine.has_pre_emphasis) == (meant.isrc, meant.copy, meant.has_pre_emphasis)
        assert mine.text.title == sheet_text(meant.text.title)
    assert sum(piece.length for piece in cue.pieces) == length * FRAME

    toc = source_from_toc(parse_toc(format_toc(disc, "x.bin", kind)), {"x.bin": length * FRAME})

    assert [t.indexes for t in toc.disc.tracks] == [t.indexes for t in disc.tracks]
    assert [t.index00_cd_frames for t in toc.disc.tracks] == [t.index00_cd_frames for t in disc.tracks]
    first = 150 if kind == "image" else 0
    assert toc.pieces[0].start == first * FRAME
    assert {p.coding for p in toc.pieces} == {Coding.RAW_LITTLE if kind == "image" else Coding.RAW_BIG}


LENGTHS = st.integers(2, 500)


@given(
    st.lists(st.tuples(LENGTHS, st.integers(0, 200), st.integers(0, 200), st.booleans()), min_size=1, max_size=8),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_files_and_silences_add_up(files, first_has_pregap: bool) -> None:
    """One file for each track: every start is the sum of what lies before it."""
    lines, at, expected = [], 150, []
    for number, (length, wanted, postgap, has_index_00) in enumerate(files, start=1):
        pregap = wanted if number > 1 or first_has_pregap else 0
        lines += [f'FILE "{number}" BINARY', f"TRACK {number:02} AUDIO"]
        lines += [f"PREGAP 00:{pregap // 75:02}:{pregap % 75:02}"] if pregap else []
        lines += ["INDEX 00 00:00:00", "INDEX 01 00:00:01"] if has_index_00 else ["INDEX 01 00:00:00"]
        lines += [f"POSTGAP 00:{postgap // 75:02}:{postgap % 75:02}"] if postgap else []
        pause = at if pregap or has_index_00 else None
        expected.append((0 if number == 1 else pause, at + pregap + has_index_00))
        at += pregap + length + postgap

    source = source_from_cue(
        parse_cue("\n".join(lines).encode()), {str(n): f[0] * FRAME for n, f in enumerate(files, start=1)}
    )

    assert [(t.index00_cd_frames, t.start_cd_frames) for t in source.disc.tracks] == expected
    assert source.disc.lead_out_cd_frames == at == 150 + sum(p.length for p in source.pieces) // FRAME
    assert list(dict.fromkeys(p.file for p in source.pieces if p.file)) == [str(n) for n in range(1, len(files) + 1)]


def test_padding_is_silence_at_the_end_of_its_file() -> None:
    sheet = parse_cue(b'FILE "a" WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n')
    with pytest.raises(SheetError, match="no whole number") as error:
        source_from_cue(sheet, {"a": 600})
    assert "576 samples" in error.value.remedy
    pieces = source_from_cue(sheet, {"a": 600}, pad=True).pieces
    assert pieces == (Piece("a", 0, 600, Coding.AUDIO_FILE), Piece("", 0, 576))


SHEET = b"""CATALOG 4006381333931
TITLE "Album"
FILE "x" WAVE
  TRACK 01 AUDIO
    FLAGS DCP PRE
    ISRC GBLTR2600001
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    PREGAP 00:01:00
    INDEX 01 00:10:00
    INDEX 02 00:12:00
"""
TOC = b"""CD_DA
CATALOG "4006381333931"
CD_TEXT { LANGUAGE_MAP { 0 : EN 1: 8 } LANGUAGE 0 { TITLE "A\\374" GENRE { 0, 11 } } }
TRACK AUDIO
NO COPY
ISRC "GBLTR2600001"
FILE "x" SWAP #10 0 00:06:00
START 00:01:00
INDEX 00:02:00
"""


class AnyFile(dict):
    """Files of every name."""

    def __missing__(self, _name: str) -> int:
        return 1500 * FRAME


PLACES = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=4)


def damaged(data: bytes, places) -> bytes:
    changed = bytearray(data)
    for place, value in places:
        changed[int(place * (len(data) - 1))] = value
    return bytes(changed)


@given(PLACES, st.floats(0, 1))
@settings(max_examples=400, deadline=None)
def test_damaged_sheets_are_read_or_refused(places, cut: float) -> None:
    for data, parse, means, error in (
        (SHEET, parse_cue, source_from_cue, CueError),
        (TOC, parse_toc, source_from_toc, TocError),
    ):
        for text in (damaged(data, places), damaged(data, places)[: int(cut * len(data))]):
            with suppress(error, SheetError):
                assert means(parse(text), AnyFile()).disc.tracks


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_noise_is_refused(data: bytes) -> None:
    for parse, means, error in ((parse_cue, source_from_cue, CueError), (parse_toc, source_from_toc, TocError)):
        with pytest.raises((error, SheetError)):
            means(parse(data), AnyFile())
