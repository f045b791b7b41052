"""``docs/checks.md``, made from the registry: ``python -m release.qc.document docs/checks.md`` writes it anew."""

from __future__ import annotations

import sys
from pathlib import Path

from release.qc.named_profiles import profiles_table
from release.qc.names import check_name
from release.qc.profiles import load_data
from release.qc.proof import proof_table, reasons
from release.qc.registry import CHECKS, limits_text

HEAD = """# Checks

Made from the checks themselves by `python -m release.qc.document docs/checks.md`; a test fails when it is stale.
`release checks CHECK` prints the same of one check.

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


PROFILES = """## Profiles

A profile is what a plant, a service or a label asks: limits of checks in place of the house's, and approvals without which
its targets do not ship ([sign-off.md](sign-off.md)). A project names those that it needs, and may bring its own in a file of
the same keys beside the manifest; its own limits lie over all of them.

```yaml
qc:
  profiles: [plant-78-minutes, label-second-listener, profiles/our-plant.json]
  limits:
    - {check: audio/hum, name: warn_dbfs, value: -60, reason: the tape hums and the label knows}
```

```json
{
  "title": "Our plant", "kind": "plant", "for": ["vinyl"], "as_of": "2026-11", "source": "their form of October 2026",
  "limits": {"side/length": {"12in-33_longest_s": 1320}},
  "approvals": [{"role": "qc", "listening": "start-to-end", "other_than": ["mastering engineer"]}]
}
```

`title`, `kind` (plant, service or label), `as_of` and `source` are needed; without `for` a profile speaks of everything,
sources included. These ship with the program:"""


def checks_markdown() -> str:
    """The page, with a table of ids first and every check after it."""
    lines = [HEAD, "| check | called | severity | what is true of a clean release |", "|---|---|---|---|"]
    lines += [
        f"| [`{c.id}`](#{c.id.replace('/', '')}) | {check_name(c.id)} | {c.severity} | {c.title} |"
        for c in CHECKS.values()
    ]
    area = ""
    for item in CHECKS.values():
        if item.area != area:
            area = item.area
            lines += ["", f"## {area}"]
        lines += [
            "",
            f"### {item.id}",
            "",
            f"**{check_name(item.id)}.** {item.title}",
            "",
            f"- Why: {item.rationale}",
            f"- Source: {item.source}",
        ]
        lines += [f"- Remedy: {item.remedy}", f"- Severity: {item.severity}"]
        if not item.can_be_waived:
            lines.append("- Cannot be waived.")
        if limits := limits_text(item.id):
            lines.append(f"- Limits {limits}")
    return "\n".join([*lines, *_profiles(), *_proof()]) + "\n"


def _profiles() -> list[str]:
    """The part on named profiles."""
    lines = ["", PROFILES]
    for row in profiles_table():
        lines += ["", f"### {row['name']}", "", f"{row['title']} ({row['kind']}, {row['as_of']}).", ""]
        lines.append(f"- For: {', '.join(row['targets']) or 'all targets, and the sources'}")
        for limit in row["limits"]:
            text = f"`{limit['name']}` {limit['value']:g} in place of {limit['house']:g}"
            lines.append(f"- `{limit['check']}`: {text}")
        for item in row["approvals"]:
            other = f", other than {', '.join(item['other_than'])}" if item["other_than"] else ""
            lines.append(f"- Approval as {item['role']}, listening {item['listening']}{other}")
        lines.append(f"- Source: {row['source']}")
    return lines


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
