"""A disc that was meant beside the one that was read back."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from release.model.disc import Disc, DiscText


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
    different = []

    def hold(what: str, asked: object, found: object) -> None:
        if asked != found:
            different.append(f"{what}: {asked!r} was meant, {found!r} was read")

    hold("EAN", meant.ean, read.ean)
    hold("catalogue number", meant.catalogue, read.catalogue)
    hold("lead-out", meant.lead_out_cd_frames, read.lead_out_cd_frames)
    hold("number of tracks", len(meant.tracks), len(read.tracks))
    for asked, found in zip(meant.tracks, read.tracks, strict=False):
        for what in ("number", "index00_cd_frames", "indexes", "isrc", "copy", "has_pre_emphasis"):
            hold(f"track {asked.number}, {what}", getattr(asked, what), getattr(found, what))
    hold("number of CD-TEXT blocks", len(meant.text_blocks), len(read.text_blocks))
    for block, other in zip(meant.text_blocks, read.text_blocks, strict=False):
        for what in ("language", "charset", "disc_id", "genre", "ean", "album"):
            hold(f"CD-TEXT {block.language}, {what}", _normal(getattr(block, what)), _normal(getattr(other, what)))
        if block.genre_code is not None:
            hold(f"CD-TEXT {block.language}, genre code", block.genre_code, other.genre_code)
        hold(f"CD-TEXT {block.language}, ISRCs", tuple(filter(None, block.isrcs)), tuple(filter(None, other.isrcs)))
        hold(f"CD-TEXT {block.language}, tracks", len(block.tracks), len(other.tracks))
        for number, (texts, others) in enumerate(zip(block.tracks, other.tracks, strict=False), start=1):
            hold(f"CD-TEXT {block.language}, track {number}", _normal(texts), _normal(others))
    return different


def _normal(value: str | DiscText) -> str | DiscText:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    return DiscText(*(unicodedata.normalize("NFC", getattr(value, name)) for name in DiscText.__dataclass_fields__))


def without_cd_text(disc: Disc) -> Disc:
    """The disc as a CUE sheet can speak of it: without CD-TEXT blocks and catalogue number."""
    return replace(disc, text_blocks=(), catalogue="")
