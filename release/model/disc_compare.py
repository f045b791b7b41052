"""A disc that was meant beside the one that was read back."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from release.model.disc import Disc, DiscText, TextBlock


def borrow_texts(read: Disc, meant: Disc) -> Disc:
    """The disc that was read, with names from the one that was meant where no CD-TEXT gave it any.

    Codes, times and flags stay what was read. For sheets that are printed from a set that was read back.
    """
    if read.text_blocks or len(read.tracks) != len(meant.tracks):
        return read
    tracks = tuple(replace(track, text=of.text) for track, of in zip(read.tracks, meant.tracks, strict=True))
    return replace(read, text=meant.text, tracks=tracks)


def compare_disc(meant: Disc, read: Disc) -> list[str]:
    """Every difference between a disc that was meant and one that was read, a sentence each; empty when they agree."""
    return differences(meant, read, "was meant", "was read")


def differences(one: Disc, other: Disc, is_one: str, is_other: str) -> list[str]:
    """Every difference between two discs, a sentence each; empty when they agree.

    Args:
        one: a disc.
        other: the disc beside it.
        is_one: what is said of a value of the first (``was meant``).
        is_other: what is said of a value of the other (``was read``).
    """
    return [
        f"{what}: {asked!r} {is_one}, {found!r} {is_other}"
        for what, asked, found in _pairs(one, other)
        if asked != found
    ]


def _pairs(meant: Disc, read: Disc) -> Iterator[tuple[str, object, object]]:
    yield "EAN", meant.ean, read.ean
    yield "catalogue number", meant.catalogue, read.catalogue
    yield "lead-out", meant.lead_out_cd_frames, read.lead_out_cd_frames
    yield "number of tracks", len(meant.tracks), len(read.tracks)
    for asked, found in zip(meant.tracks, read.tracks, strict=False):
        for what in ("number", "index00_cd_frames", "indexes", "isrc", "copy", "has_pre_emphasis"):
            yield f"track {asked.number}, {what}", getattr(asked, what), getattr(found, what)
    yield "number of CD-TEXT blocks", len(meant.text_blocks), len(read.text_blocks)
    for block, other in zip(meant.text_blocks, read.text_blocks, strict=False):
        yield from _block_pairs(block, other)


def _block_pairs(block: TextBlock, other: TextBlock) -> Iterator[tuple[str, object, object]]:
    name = f"CD-TEXT {block.language}"
    for what in ("language", "charset", "disc_id", "genre", "ean"):
        yield f"{name}, {what}", _normal(getattr(block, what)), _normal(getattr(other, what))
    yield from _text_pairs(f"{name}, disc", block.album, other.album)
    if block.genre_code is not None:
        yield f"{name}, genre code", block.genre_code, other.genre_code
    yield f"{name}, copyright byte", block.copyright, other.copyright
    yield f"{name}, ISRCs", tuple(filter(None, block.isrcs)), tuple(filter(None, other.isrcs))
    yield f"{name}, tracks", len(block.tracks), len(other.tracks)
    for number, (texts, others) in enumerate(zip(block.tracks, other.tracks, strict=False), start=1):
        yield from _text_pairs(f"{name}, track {number}", texts, others)


def _text_pairs(name: str, texts: DiscText, others: DiscText) -> Iterator[tuple[str, object, object]]:
    for field in DiscText.__dataclass_fields__:
        yield f"{name}, {field}", _normal(getattr(texts, field)), _normal(getattr(others, field))


def _normal(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def without_cd_text(disc: Disc) -> Disc:
    """The disc as a CUE sheet can speak of it: without CD-TEXT blocks and catalogue number."""
    return replace(disc, text_blocks=(), catalogue="")
