"""``docs/checks.md``, made from the registry: ``python -m release.qc.document docs/checks.md`` writes it anew."""

from __future__ import annotations

import sys
from pathlib import Path

from release.qc.profiles import load_data
from release.qc.registry import CHECKS

HEAD = """# Checks

Made from the checks themselves by `python -m release.qc.document docs/checks.md`; a test fails when it is stale.
`release checks` prints the same.

Each check has a permanent id, which is what a waiver names (`qc.waivers` in the manifest). Severity is the worst that a
check can say: **note** (worth knowing), **warn** (a person decides), **fail** (the release is wrong as it stands).
A fault of the program itself is told as **error**. Limits are dated data in `release/qc/data/`, with their source.
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
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(checks_markdown(), encoding="utf-8")
