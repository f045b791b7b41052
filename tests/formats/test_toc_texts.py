"""CD-TEXT of TOCs as cdrdao and others write them: escapes, bytes in braces, any character set, errors by line."""

from __future__ import annotations

from dataclasses import replace

import pytest
from disc_examples import WORKED_EXAMPLE

from release.formats.sheet_disc import SheetError, source_from_toc
from release.formats.toc import format_toc
from release.formats.toc_reader import parse_toc
from release.formats.toc_tokens import TocError
from release.model.disc import DiscText, TextBlock

SIZES = "SIZE_INFO { %d, 1, 1, %d, " + ", ".join(["0"] * 32) + " }"
FRAME = 588


def toc(language: str, disc: str, track: str = "") -> str:
    return (
        f"CD_DA\nCD_TEXT {{ LANGUAGE_MAP {{ 0 : {language} }} LANGUAGE 0 {{ {disc} }} }}\n"
        f'TRACK AUDIO\nCD_TEXT {{ LANGUAGE 0 {{ {track} }} }}\nFILE "a.wav" 0\n'
    )


@pytest.mark.parametrize(
    ("data", "title", "charset"),
    [
        (toc("EN", "TITLE { 66, 228, 110, 100, 0 }").encode(), "Bänd", "latin-1"),
        (toc("EN", "TITLE {66,228,110,100,0}").encode(), "Bänd", "latin-1"),
        (toc("9", r'TITLE "B\344nd"').encode(), "Bänd", "latin-1"),
        (toc("EN", 'TITLE "Größe"').encode("utf-8"), "Größe", "latin-1"),
        (toc("EN", 'TITLE "Größe"').encode("utf-8-sig"), "Größe", "latin-1"),
        (toc("EN", 'TITLE "Größe"').encode("latin-1"), "Größe", "latin-1"),
        (toc("EN", r'TITLE "\303\251"').encode(), "Ã©", "latin-1"),
        (toc("105", r'TITLE "\226\351" ' + SIZES % (128, 0)).encode(), "夜", "ms-jis"),
        (toc("105", "TITLE { 150, 233, 0, 0 } " + SIZES % (128, 0)).encode(), "夜", "ms-jis"),
        (toc("105", r'TITLE "\226\351"').encode(), "夜", "ms-jis"),
        (toc("EN", r'ENCODING_MS_JIS TITLE "\223\372\226\173"').encode(), "日本", "ms-jis"),
        (toc("EN", 'ENCODING_MS_JIS TITLE "日本"').encode(), "日本", "ms-jis"),
    ],
)
def test_texts_in_the_characters_of_their_block(data: bytes, title: str, charset: str) -> None:
    sheet = parse_toc(data)

    assert sheet.texts.title == title
    (block,) = source_from_toc(sheet, {"a.wav": 300 * FRAME}).disc.text_blocks
    assert (block.album.title, block.charset) == (title, charset)


def test_a_track_has_the_characters_of_the_discs_block() -> None:
    sheet = parse_toc(toc("EN", r'TITLE "\226\351" ' + SIZES % (128, 3), r'TITLE "\226\351"').encode())

    assert sheet.tracks[0].texts.title == "夜"
    assert sheet.block(0).copyright == 3


def test_codes_and_genre_come_along() -> None:
    disc = 'TITLE "T" DISC_ID "X-1" UPC_EAN "4006381333931" GENRE { 0, 23, 82, 111, 99, 107, 0 }'
    sheet = parse_toc(toc("EN", disc, 'TITLE "One" ISRC "US-ABC-26-00001"').encode())

    (block,) = source_from_toc(sheet, {"a.wav": 300 * FRAME}).disc.text_blocks

    assert (block.disc_id, block.ean, block.isrcs) == ("X-1", "4006381333931", ("USABC2600001",))
    assert (block.genre_code, block.genre) == (23, "Rock")


def test_our_own_toc_keeps_codes_and_genre() -> None:
    texts = tuple(DiscText(title=f"T{track.number}") for track in WORKED_EXAMPLE.tracks)
    isrcs = tuple(track.isrc for track in WORKED_EXAMPLE.tracks)
    block = TextBlock("en", DiscText(title="D"), texts, disc_id="X-1", genre="Rock", ean="0123456789012", isrcs=isrcs)
    data = format_toc(replace(WORKED_EXAMPLE, text_blocks=(block,)), "x.bin", "programme")

    sheet = parse_toc(data)
    (read,) = source_from_toc(sheet, {"x.bin": WORKED_EXAMPLE.image_cd_frames * FRAME}).disc.text_blocks

    assert read == replace(block, genre_code=23)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (toc("105", 'TITLE "ok"\nPERFORMER "\\226"'), r"line 3: PERFORMER has bytes that are no text in ms-jis"),
        (toc("EN", "TITLE { 66, 300 }"), r"line 2: TITLE .* '300' .* numbers from 0 to 255"),
        (toc("XX", 'TITLE "x"'), r"line 2: LANGUAGE_MAP has the language 'XX'"),
        (toc("EN", 'TITEL "x"'), r"line 2: 'TITEL' is no entry of CD-TEXT"),
        ('CD_DA\nTRACK AUDIO\nFOUR_CHANNEL_AUDIO\nFILE "a.wav" 0\n', "line 3: .*only audio discs of two channels"),
        ('CD_ROM\nTRACK MODE1\nDATAFILE "a.bin"\n', "line 2: track 1 is MODE1, no audio; only audio discs are read"),
    ],
)
def test_what_cannot_be_read_is_named_by_line(text: str, words: str) -> None:
    with pytest.raises(TocError, match=words):
        parse_toc(text.encode())


def test_end_is_an_index_as_for_cdrdao() -> None:
    """cdrdao 1.2.4 show-toc on the same statements: START 00:01:00, INDEX 2 00:03:00, INDEX 3 00:04:00 of the track."""
    track = 'TRACK AUDIO\nFILE "a.wav" 0 00:09:00\nSTART 00:01:00\nEND 00:04:00\nINDEX 00:02:00\n'
    disc = source_from_toc(parse_toc(f"CD_DA\n{track}".encode()), {"a.wav": 700 * FRAME}).disc

    assert [at - 150 for at in disc.tracks[0].indexes] == [75, 225, 300]


def test_a_track_that_is_no_whole_number_of_cd_frames_is_padded_on_demand() -> None:
    sheet = parse_toc(b'CD_DA\nTRACK AUDIO\nFILE "a.wav" 0\nTRACK AUDIO\nFILE "b.wav" 0 0\n')
    lengths = {"a.wav": 300 * FRAME + 1, "b.wav": 300 * FRAME}

    with pytest.raises(SheetError, match="no whole number of CD frames") as caught:
        source_from_toc(sheet, lengths)
    source = source_from_toc(sheet, lengths, pad=True)

    assert (caught.value.line, "--pad" in caught.value.remedy) == (2, True)
    assert [(p.file, p.length) for p in source.pieces] == [
        ("a.wav", 300 * FRAME + 1), ("", FRAME - 1), ("b.wav", 300 * FRAME),
    ]  # fmt: skip
    assert source.disc.tracks[1].start_cd_frames == 150 + 301


def test_a_file_that_is_too_short_is_named_by_line() -> None:
    sheet = parse_toc(b'CD_DA\n\nTRACK AUDIO\nFILE "a.wav" 0 00:10:00\n')

    with pytest.raises(SheetError, match=r"samples 0 to 441000 of 'a.wav'") as caught:
        source_from_toc(sheet, {"a.wav": 1000})
    assert (caught.value.line, caught.value.file) == (3, "")
