"""``docs/checks.md``, made from the registry: ``python -m release.qc.document docs/checks.md`` writes it anew."""

from __future__ import annotations

import sys
from pathlib import Path

from release.qc.profiles import load_data
from release.qc.proof import proof_table, reasons
from release.qc.registry import CHECKS

HEAD = """# Checks

Made from the checks themselves by `python -m release.qc.document docs/checks.md`; a test fails when it is stale.
`release checks` prints the same.

Each check has a permanent id, which is what a waiver names (`qc.waivers` in the manifest). Severity is the worst that a
check can say: **note** (worth knowing), **warn** (a person decides), **fail** (the release is wrong as it stands).
A fault of the program itself is told as **error**. Limits are dated data in `release/qc/data/`, with their source.
"""

PROOF = """## How well the checks hear

Measured {as_of} by `python benchmarks/detectors.py --write`: each fault is planted in music-like sound of 13 styles (piano, drums
with claps and hats, a distorted band, square-wave bass, voices, quiet pads over noise, hard-gated electronics with rests of
digital silence, chip music…; 44.1 to 96 kHz, 16 and 24 bit, mono and stereo), one fault to a file, and every file goes through
the real pass and the real checks. A hit names the fault at its place. The strength in bold is taken as audible; a check that
warns finds at least 95 % of its faults there and has at most one false warning in an hour of clean music. What does not
reach that is told as a note.
"""


def checks_markdown() -> str:
    """The page, with a table of ids first and every check after it."""
    limits = load_data("limits")
    lines = [HEAD, "| check | severity | what is true of a clean release |", "|---|---|---|"]
    lines += [f"| [`{c.id}`](#{c.id.replace('/', '')}) | {c.severity} | {c.title} |" for c in CHECKS.values()]
    area = ""
    for item in CHECKS.values():
        if item.area != area:
            area = item.area
            lines += ["", f"## {area}"]
        lines += ["", f"### {item.id}", "", item.title, "", f"- Why: {item.rationale}", f"- Source: {item.source}"]
        lines += [f"- Remedy: {item.remedy}", f"- Severity: {item.severity}"]
        if not item.can_be_waived:
            lines.append("- Cannot be waived.")
        if item.id in limits:
            entry = limits[item.id]
            values = ", ".join(f"`{name}` {value:g}" for name, value in entry["values"].items())
            lines.append(f"- Limits ({entry['as_of']}): {values}. {entry['source'][:1].upper()}{entry['source'][1:]}.")
    return "\n".join([*lines, *_proof()]) + "\n"


def _proof() -> list[str]:
    """The part on what was measured."""
    data = load_data("detectors")
    return [
        "",
        PROOF.format(as_of=data["as_of"]),
        proof_table(data),
        "Why each strength is taken as audible:",
        "",
        *reasons(data),
    ]


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(checks_markdown(), encoding="utf-8")
