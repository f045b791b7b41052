"""Waivers that a build leans on and that have ended since, or that nobody stands for any more."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from release.operations.signoff_project import SignoffProject
from release.record import FindingRecord

_UNTIL = re.compile(r"; until (\d{4}-\d{2}-\d{2})\)$")
"""How the record of a build says when a waiver ends; see ``release.qc.runner.waiver_text``."""


@dataclass(frozen=True, slots=True)
class EndedWaiver:
    """A waiver that ended, and whether a failure leans on it."""

    text: str
    covers_failure: bool


def ended_waivers(project: SignoffProject, day: date, target: str | None = None) -> tuple[EndedWaiver, ...]:
    """Waivers that a build used and that have ended by a day.

    A build judges expiry on the date of its documents; sign-off and shipping happen on a day of their own. When a waiver ends is
    read from the record: an edit of the manifest does not lengthen what a build leans on. It may shorten it: a waiver that the
    manifest ends sooner by now ends sooner.

    Args:
        project: with its build.
        day: the day of shipping.
        target: only what touches this target; None for all.
    """
    found: dict[str, bool] = {}
    for finding in project.record.qc.findings:
        if finding.waived is None or (target is not None and finding.target not in (None, target)):
            continue
        text = _ended(project, finding, day)
        if text:
            found[text] = found.get(text, False) or finding.status == "fail"
    return tuple(EndedWaiver(text, covers) for text, covers in found.items())


def _ended(project: SignoffProject, finding: FindingRecord, day: date) -> str:
    """Why the waiver of a finding covers it no more; empty when it does."""
    assert finding.waived is not None
    waivers = [
        w
        for w in project.manifest.project.qc.waivers
        if w.check == finding.check and w.track in (None, finding.track) and w.target in (None, finding.target)
    ]
    by = f" by {waivers[0].by}" if waivers else ""
    recorded = _UNTIL.search(finding.waived)
    ends = [date.fromisoformat(recorded[1])] if recorded else []
    if waivers and all(w.expires is not None for w in waivers):
        ends.append(max(w.expires for w in waivers if w.expires is not None))
    if ends and min(ends) < day:
        return f"the waiver of {finding.check}{by} ended on {min(ends).isoformat()}"
    if not waivers:
        return f"the waiver of {finding.check} that the build used is no longer in the manifest"
    return ""
