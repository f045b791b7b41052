"""A disc as a table for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    rows = [
        (
            f"{track['number']:02}",
            track["pause"] or "-",
            track["start"],
            track["length"],
            track["isrc"] or "-",
            " ".join(filter(None, (_COPY[track["copy"]], "pre-emphasis" if track["pre_emphasis"] else ""))),
            track["title"],
        )
        for track in tracks
    ]
    for row, track in zip(reversed(rows), reversed(tracks), strict=True):
        at = rows.index(row) + 1
        rows[at:at] = [
            ("", "", time, "", "", "", f"index {number:02}") for number, time in enumerate(track["indexes"], start=2)
        ]
    rows.append(("AA", "", disc["lead_out"], "", "", "", "lead-out"))
    return [*lines, "", *table(headers, rows, width=width)]
