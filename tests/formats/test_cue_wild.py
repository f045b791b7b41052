"""CUE sheets as people and old programs leave them: texts with odd quotes, and characters of any machine."""

from __future__ import annotations

import pytest

from release.formats.cue import CueError, parse_cue
from release.formats.sheet_encoding import sheet_encoding

AROUND = 'FILE "a.wav" WAVE\n  TRACK 01 AUDIO\n    {}\n    INDEX 01 00:00:00\n'


@pytest.mark.parametrize(
    ("written", "title", "is_noted"),
    [
        ('"Plain"', "Plain", False),
        ('"7" Single Mix"', '7" Single Mix', True),
        ('"Say "Hello""', 'Say "Hello"', True),
        ('"The "Best" Album"  ', 'The "Best" Album', True),
        ("Two words here", "Two words here", True),
        ("One", "One", False),
        ('"Never closed', "Never closed", True),
        ('""', "", False),
    ],
)
def test_the_whole_of_a_text_is_read(written: str, title: str, is_noted: bool) -> None:
    sheet = parse_cue(AROUND.format(f"TITLE {written}").encode())

    assert sheet.tracks[0].texts.title == title
    assert bool(sheet.noted) == is_noted
    assert all(note.startswith("line 3: 'TITLE") for note in sheet.noted)


def test_words_behind_the_closing_quote_are_refused_by_line() -> None:
    with pytest.raises(CueError, match=r"line 3: .*'remix' stands behind the closing quote"):
        parse_cue(AROUND.format('TITLE "One" remix').encode())


@pytest.mark.parametrize("written", ['"My Band - Album.wav" WAVE', "My Band - Album.wav WAVE"])
def test_names_of_files_with_spaces(written: str) -> None:
    assert parse_cue(f"FILE {written}\n".encode()).files[0] == parse_cue(b'FILE "My Band - Album.wav" wave').files[0]


@pytest.mark.parametrize(
    ("text", "codec", "found"),
    [
        ("Plain", "ascii", "ascii"),
        ("Grüße von Béla", "latin-1", "latin-1"),
        ("Grüße", "utf-8", "utf-8"),
        ("Grüße", "utf-8-sig", "utf-8-sig"),
        ("It’s “here” – now…", "cp1252", "cp1252"),
        ("Œuvre à Paris", "cp1252", "cp1252"),
        ("夜のフェリー", "cp932", "cp932"),
        ("東京 Blues", "cp932", "cp932"),
    ],
)
def test_characters_are_told_from_their_bytes(text: str, codec: str, found: str) -> None:
    data = AROUND.format(f'TITLE "{text}"').encode(codec)

    assert sheet_encoding(data) == found
    assert parse_cue(data).tracks[0].texts.title == text


def test_an_old_end_of_file_mark_is_no_line() -> None:
    sheet = parse_cue(AROUND.format('TITLE "One"').encode() + b"\x1a")

    assert not sheet.unknown
    assert sheet.tracks[0].texts.title == "One"
