"""How well the checks hear: what ``benchmarks/detectors.py`` measured, as a table, and what must follow from it.

A check that warns by default finds at least 95 % of its fault at the strength that is taken as audible, and has at
most one false warning in an hour of clean music; what does not reach that is told as a note.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

LEAST_SHARE = 0.95
MOST_FALSE_PER_HOUR = 1.0

Data = Mapping[str, Any]


def unproved(data: Data) -> list[str]:
    """What warns or fails though its figures do not allow it, in words; none when all is well."""
    return [*_missed_faults(data), *_false_alarms(data)]


def _missed_faults(data: Data) -> Iterator[str]:
    for row in data["faults"]:
        audible = _at_audible(row)
        if audible["warned"] and audible["hits"] < LEAST_SHARE * audible["planted"]:
            share = f"{audible['hits']} of {audible['planted']}"
            yield f"{row['check']} warns of {row['fault']}, and finds {share} at the audible strength"


def _false_alarms(data: Data) -> Iterator[str]:
    clean = data.get("clean", {"hours": 0.0, "found": {}})
    for check, found in clean["found"].items():
        if found["warn"] > MOST_FALSE_PER_HOUR * clean["hours"]:
            yield f"{check} has {found['warn']} false warnings in {clean['hours']:g} hours"


def _at_audible(row: Data) -> Data:
    return next(s for s in row["strengths"] if s["at"] == row["audible"])


def proof_table(data: Data) -> str:
    """Two Markdown tables: hits by strength, and false findings by check."""
    lines = ["| fault | check | strength | found, by strength | told as |", "|---|---|---|---|---|"]
    for row in data["faults"]:
        audible = _at_audible(row)
        told = "warn" if audible["warned"] == audible["hits"] > 0 else "warn or note" if audible["warned"] else "note"
        hits = ", ".join(_hits(s, is_audible=s["at"] == row["audible"]) for s in row["strengths"])
        lines.append(f"| {row['fault']} | `{row['check']}` | {row['unit']} | {hits} | {told} |")
    for kind, title in (
        ("clean", "of clean music, composed in code"),
        ("music", "of real music, faults of its own included"),
    ):
        if kind not in data:
            continue
        hours = data[kind]["hours"]
        lines += ["", f"Found in {hours:g} hours {title}:", ""]
        lines += ["| check | warnings | notes | warnings an hour |", "|---|---|---|---|"]
        for check, found in data[kind]["found"].items():
            lines.append(f"| `{check}` | {found['warn']} | {found['note']} | {found['warn'] / max(hours, 1e-9):.2f} |")
    return "\n".join(lines) + "\n"


def _hits(strength: Data, *, is_audible: bool) -> str:
    text = f"{strength['at']:g}: {strength['hits']}/{strength['planted']}"
    return f"**{text}**" if is_audible else text


def reasons(data: Data) -> list[str]:
    """Why each strength is taken as audible, as a list of Markdown."""
    return [f"- {row['fault']}, {row['audible']:g} {row['unit']}: {row['why']}." for row in data["faults"]]
