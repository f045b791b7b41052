"""Which outliers are no matter of taste: a fault of the mix explains them, and no step should hide it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from release.model.finding import Finding
from release.operations.judging import document_date, project_contexts, source_facts
from release.operations.profiles import limited
from release.operations.project import OpenProject
from release.qc.contexts import SourceContext
from release.qc.registry import CHECKS
from release.qc.runner import run_checks


@dataclass(frozen=True, slots=True)
class Fault:
    """What a finding on a source explains.

    Attributes:
        what: outliers that follow from it.
        words: the fault, and what to do first, as the end of a sentence.
    """

    what: frozenset[str]
    words: str


FAULTS = {
    "audio/dead-channel": Fault(
        frozenset({"level", "tone", "dynamics", "range", "width"}),
        "one channel of its mix is silent: ask for the file again first",
    ),
    "audio/polarity": Fault(
        frozenset({"width"}), "left and right of its mix are of opposite polarity: turn one side's polarity first"
    ),
    "audio/low-correlation": Fault(
        frozenset({"width"}), "left and right of its mix stand against each other: turn one side's polarity first"
    ),
    "audio/clipping": Fault(
        frozenset({"level", "dynamics", "width"}), "its mix is clipped: ask for one that is not, or use declip, first"
    ),
}
"""In the order in which they are named where a track has several."""


def explained_outliers(opened: OpenProject, facts: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """The fault behind an outlier in words, by track key and what lies out; notes explain nothing.

    What was waived is meant, and explains as much: then nothing is asked for.
    """
    sources = [c for c in project_contexts(opened, source_facts(opened, facts)) if isinstance(c, SourceContext)]
    checks = {check_id: CHECKS[check_id] for check_id in FAULTS}
    contexts = limited(sources, opened.manifest, {})
    found = run_checks(contexts, opened.project.waivers, as_of=document_date(opened.project), checks=checks).findings
    explained: dict[tuple[str, str], str] = {}
    for check_id, fault in FAULTS.items():
        for finding in found:
            if finding.check == check_id and _counts(finding):
                for key in _tracks(opened, finding):
                    for what in fault.what:
                        explained.setdefault((key, what), _words(fault, finding))
    return explained


def _counts(finding: Finding) -> bool:
    return finding.status.value in ("warn", "fail")


def _words(fault: Fault, finding: Finding) -> str:
    return fault.words if finding.waived is None else f"{fault.words.partition(':')[0]}, which is meant"


def _tracks(opened: OpenProject, finding: Finding) -> list[str]:
    """The track that a finding names; else all that play its source."""
    if finding.code == "silent-part":
        return [finding.track] if finding.track else []
    return [key for key, source in opened.project.uses.items() if source == finding.source]
