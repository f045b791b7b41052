"""cdrdao TOC files.

cdrdao puts the two seconds before track 1 on the disc by itself, so a TOC never plays them from the file: with an image
that starts at A-time 00:00:00 its first FILE statement begins at 00:02:00 of that file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from release.formats.cdtext import genre_code
from release.formats.cdtext_tables import LANGUAGES, TEXT_FIELDS
from release.formats.sheet_text import sheet_text
from release.model.disc import LEAD_PAUSE_CD_FRAMES, Copy, Disc, DiscTrack, TextBlock
from release.units import format_msf


def format_toc(disc: Disc, file: str, kind: Literal["image", "programme"]) -> bytes:
    """A TOC file in ISO-8859-1 (texts escaped to ASCII) with LF.

    SCMS has no word in a TOC; such a track is written with copying prohibited. Of the CD-TEXT blocks those in a
    single-byte character set are written; the genre as bytes, for cdrdao takes its code in no other form.

    Args:
        disc: the disc.
        file: name of the audio file, relative to the TOC.
        kind: ``image`` for raw little-endian PCM with the pause before track 1 (IMAGE.DAT), ``programme`` for a WAV
            without it.
    """
    return ("\n".join(_lines(disc, file, kind)) + "\n").encode("ascii")


def _lines(disc: Disc, file: str, kind: str) -> Iterator[str]:
    blocks = toc_blocks(disc)
    yield "CD_DA"
    if disc.ean:
        yield f"CATALOG {_quoted(disc.ean)}"
    if blocks:
        codes = " ".join(f"{n} : {_language_code(block.language)}" for n, block in enumerate(blocks))
        yield "CD_TEXT {"
        yield f"  LANGUAGE_MAP {{ {codes} }}"
        for n, block in enumerate(blocks):
            yield f"  LANGUAGE {n} {{ {_text_items(block, 0)} }}"
        yield "}"
    for track in disc.tracks:
        yield ""
        yield f"// Track {track.number}"
        yield from _track_lines(disc, track, file, kind, blocks)


def toc_blocks(disc: Disc) -> tuple[TextBlock, ...]:
    """CD-TEXT blocks that a TOC can carry: those in a single-byte character set."""
    return tuple(block for block in disc.text_blocks if block.charset != "ms-jis")


def _language_code(language: str) -> int:
    """The language byte; ``code-7f`` is a byte without a language."""
    return int(language[5:], 16) if language.startswith("code-") else LANGUAGES.get(language, 0)


def _track_lines(disc: Disc, track: DiscTrack, file: str, kind: str, blocks: tuple[TextBlock, ...]) -> Iterator[str]:
    yield "TRACK AUDIO"
    yield "COPY" if track.copy is Copy.PERMITTED else "NO COPY"
    yield "PRE_EMPHASIS" if track.has_pre_emphasis else "NO PRE_EMPHASIS"
    yield "TWO_CHANNEL_AUDIO"
    if track.isrc:
        yield f"ISRC {_quoted(track.isrc)}"
    if blocks:
        languages = (f"LANGUAGE {n} {{ {_text_items(block, track.number)} }}" for n, block in enumerate(blocks))
        yield f"CD_TEXT {{ {' '.join(languages)} }}"
    begin = max(track.first_point_cd_frames, LEAD_PAUSE_CD_FRAMES)
    end = disc.track_end_cd_frames(track.number, with_pause=False)
    origin = 0 if kind == "image" else LEAD_PAUSE_CD_FRAMES
    swap = "SWAP " if kind == "image" else ""
    yield f"FILE {_quoted(file)} {swap}{format_msf(begin - origin)} {format_msf(end - begin)}"
    if track.start_cd_frames > begin:
        yield f"START {format_msf(track.start_cd_frames - begin)}"
    for index in track.indexes[1:]:
        yield f"INDEX {format_msf(index - track.start_cd_frames)}"


def _text_items(block: TextBlock, track: int) -> str:
    """CD-TEXT items of one track (0 for the disc): a kind that one of them has, all of them have."""
    all_texts = (block.album, *block.tracks)
    items = [
        f"{item.upper()} {_quoted(sheet_text(getattr(all_texts[track], item), keeps_quotes=True))}"
        for item in TEXT_FIELDS.values()
        if any(getattr(texts, item) for texts in all_texts)
    ]
    if track == 0:
        codes = {"DISC_ID": block.disc_id, "UPC_EAN": block.ean}
    else:
        codes = {"ISRC": block.isrcs[track - 1] if block.isrcs else ""}
    items += [f"{item} {_quoted(code)}" for item, code in codes.items() if code]
    if track == 0 and (block.genre or block.genre_code is not None):
        items.append(f"GENRE {_genre(block)}")
    return " ".join(items)


def _genre(block: TextBlock) -> str:
    """Code and text of the genre as bytes in braces."""
    code = genre_code(block.genre) if block.genre_code is None else block.genre_code
    data = code.to_bytes(2, "big") + block.genre.encode("ascii") + b"\0"
    return f"{{ {', '.join(map(str, data))} }}"


def _quoted(text: str) -> str:
    r"""A TOC string: quotes, backslashes and what is not ASCII as octal escapes.

    ``\\`` at the end of a string makes cdrdao 1.2.4 miss the closing quote; ``\134`` does not.
    """
    escaped = "".join(f"\\{ord(char):03o}" if char in '"\\' or not char.isascii() else char for char in text)
    return f'"{escaped}"'
