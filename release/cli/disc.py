"""A disc as a table for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from release.cli.text import WIDTH, table, wrap

_COPY = {"permitted": "copy", "scms": "SCMS", "prohibited": ""}


def disc_lines(disc: Mapping[str, Any], *, width: int = WIDTH) -> list[str]:
    """Titles and codes of a disc, its tracks with their times, and the lead-out."""
    tracks: Sequence[Mapping[str, Any]] = disc["tracks"]
    names = " / ".join(text for text in (disc["performer"], disc["title"]) if text)
    languages = ", ".join(f"{b['language'] or 'unknown'} ({b['charset']})" for b in disc["cd_text"]) or "none"
    facts = {
        "disc": names,
        "EAN": disc["ean"] or "none",
        "catalogue number": disc["catalogue_number"] or "none",
        "CD-TEXT": languages,
    }
    lines = [line for key, value in facts.items() if value for line in wrap(f"{key}: {value}", width=width)]
    headers = ("tr", "pause", "start", "length", "ISRC", "flags", "title")
    rows = [row for track in tracks for row in _rows(track)]
    rows.append(("AA", "", disc["lead_out"], "", "", "", "lead-out"))
    return [*lines, "", *table(headers, rows, width=width)]


def _rows(track: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    flags = " ".join(filter(None, (_COPY[track["copy"]], "pre-emphasis" if track["pre_emphasis"] else "")))
    number, isrc = f"{track['number']:02}", track["isrc"] or "-"
    yield number, track["pause"] or "-", track["start"], track["length"], isrc, flags, track["title"]
    for index, time in enumerate(track["indexes"], start=2):
        yield "", "", time, "", "", "", f"index {index:02}"
