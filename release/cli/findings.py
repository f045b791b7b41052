"""Findings and problems as lines for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from release.cli.text import WIDTH, hanging, plural, wrap

if TYPE_CHECKING:
    from release.errors import Problem
    from release.model.finding import Finding

_ORDER = ("error", "fail", "warn", "note", "pass")
_WORDS = {"error": "ERROR", "fail": "FAIL", "warn": "WARN", "note": "NOTE", "pass": "PASS"}


def finding_lines(
    findings: Sequence[Finding], *, places: Mapping[str, str], width: int = WIDTH, verbose: bool = False
) -> Iterator[str]:
    """Findings, the worst first; notes and passes only when asked for; one line for what one waiver covers.

    Args:
        findings: what the checks say.
        places: lines of the manifest by track key and ``targets/<name>``.
        width: of the terminal.
        verbose: with notes and passes.
    """
    from release.qc.distance import distance_text
    from release.qc.places import clock

    shown = [f for f in findings if f.status != "pass" and (verbose or f.status != "note")]
    open_ones = [f for f in shown if f.waived is None]
    for finding in sorted(open_ones, key=lambda f: _ORDER.index(f.status)):
        where = _subject(finding)
        at = "" if finding.at_s is None or clock(finding.at_s) in finding.message else f" at {clock(finding.at_s)}"
        place = finding_place(finding, places)
        head = f"{_WORDS[finding.status]:<5} {finding.check}{f' [{where}]' if where else ''}{at}"
        yield from hanging(f"{head}{f' {place}' if place else ''}", indent=6, width=width)
        yield from wrap(finding.message, indent="      ", width=width)
        if distance := distance_text(finding.check, finding.code, finding.value, finding.limit, finding.message):
            yield from wrap(f"= {distance}", indent="      ", width=width)
        if finding.remedy:
            yield from wrap(finding.remedy, indent="      > ", width=width)
    waived: dict[tuple[str, str], list[Finding]] = {}
    for finding in shown:
        if finding.waived is not None:
            waived.setdefault((finding.check, finding.waived), []).append(finding)
    for (check, reason), covered in waived.items():
        subjects = ", ".join(dict.fromkeys(filter(None, map(_subject, covered))))
        count = f" {len(covered)} times" if len(covered) > 1 else ""
        text = f"waived {check}{f' [{subjects}]' if subjects else ''}{count}: {reason}"
        yield from hanging(text, indent=6, width=width)


def _subject(finding: Finding) -> str:
    """Target and track; the source where neither is known."""
    return " ".join(filter(None, (finding.target, finding.track))) or finding.source or ""


def count_findings(findings: Sequence[Finding]) -> str:
    """``2 failures, 1 warning, 3 notes``; ``no findings`` for none."""
    open_ones = [f for f in findings if f.waived is None]
    counts = {status: sum(f.status == status for f in open_ones) for status in _ORDER}
    words = {"error": "error", "fail": "failure", "warn": "warning", "note": "note"}
    return ", ".join(plural(counts[s], word) for s, word in words.items() if counts[s]) or "no findings"


def finding_place(finding: Finding, places: Mapping[str, str]) -> str:
    """``project.yaml:13:3`` of the track or the target that a finding speaks of; empty for the whole release."""
    return places.get(finding.track or "") or places.get(f"targets/{finding.target}") or ""


def finding_json(finding: Finding, places: Mapping[str, str]) -> dict[str, Any]:
    """A finding as in the record, and where the manifest speaks of it."""
    return {**asdict(finding), "where": finding_place(finding, places) or None}


def problem_json(problem: Problem) -> dict[str, Any]:
    """A problem for ``--json``."""
    return asdict(problem)


def problem_lines(problem: Problem, *, width: int = WIDTH) -> list[str]:
    """A problem as where, what, and what to do about it."""
    head = f"{problem.where}: {problem.problem}" if problem.where else problem.problem
    return [
        *hanging(head, indent=2, width=width),
        *(wrap(problem.remedy, indent="    ", width=width) if problem.remedy else []),
    ]
