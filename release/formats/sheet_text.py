"""Texts in CUE and TOC sheets: what the sheets cannot write, and what is written in its place.

A sheet is a companion of the master, not the master: a text that it cannot hold is replaced, and every replacement is
listed, so that the caller can report it. Nothing else of a text is touched.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from release.formats.cdtext import replace_unencodable
from release.model.disc import Disc

CUE_TEXTS = ("title", "performer", "songwriter")
"""Texts that a CUE sheet is written with; cdrdao refuses the others."""
LONGEST_TEXT = 200
"""Characters; a line of a CUE sheet has at most 254 for cue2ddp (cd.md 5.1), the command and the quotes counted."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """One text that a sheet writes otherwise.

    Attributes:
        track: number of the track; 0 for the disc.
        field: ``title``, ``performer`` or ``songwriter``.
        asked: the text.
        used: what the sheet has.
    """

    track: int
    field: str
    asked: str
    used: str


def sheet_text(text: str, *, keeps_quotes: bool = False) -> str:
    """The text as a sheet in ISO-8859-1 holds it: no characters outside it, no double quotes, at most 200 characters.

    Args:
        text: any text.
        keeps_quotes: True where the sheet can escape double quotes (TOC).
    """
    held = replace_unencodable(text)
    return held if keeps_quotes else held.replace('"', "'")[:LONGEST_TEXT].rstrip()


def sheet_replacements(disc: Disc) -> tuple[Replacement, ...]:
    """Every text of the disc that a CUE sheet writes otherwise; a TOC changes none of its CD-TEXT."""
    return tuple(_replacements(disc))


def _replacements(disc: Disc) -> Iterator[Replacement]:
    for track, texts in enumerate((disc.text, *(track.text for track in disc.tracks))):
        for field in CUE_TEXTS:
            asked = unicodedata.normalize("NFC", getattr(texts, field))
            used = sheet_text(asked)
            if asked != used:
                yield Replacement(track, field, asked, used)


def compare_sheet_texts(meant: Disc, read: Disc, fields: Sequence[str], *, keeps_quotes: bool = False) -> list[str]:
    """Texts of a sheet that was read back, held against what the sheet can hold of those that were meant."""
    different = []
    pairs = zip(
        (meant.text, *(t.text for t in meant.tracks)), (read.text, *(t.text for t in read.tracks)), strict=False
    )
    for track, (texts, others) in enumerate(pairs):
        for field in fields:
            asked = sheet_text(getattr(texts, field), keeps_quotes=keeps_quotes)
            if asked != getattr(others, field):
                where = f"track {track}" if track else "the disc"
                different.append(f"{field} of {where}: {asked!r} was meant, {getattr(others, field)!r} was read")
    return different
