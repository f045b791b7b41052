"""The target kinds: one table, no scanning."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from release.model.target import ResolvedTarget
from release.targets.audio_steps import PlannedAudio
from release.targets.book import Book
from release.targets.cd import plan_cd
from release.targets.files import plan_files
from release.targets.plan import TargetPlan
from release.targets.sides import plan_sides

Planner = Callable[[Book, ResolvedTarget, Mapping[str, PlannedAudio]], TargetPlan]

KINDS: Mapping[str, Planner] = {
    "streaming": plan_files,
    "download": plan_files,
    "cd": plan_cd,
    "vinyl": plan_sides,
    "cassette": plan_sides,
}


def plan_target(book: Book, target: ResolvedTarget, levels: Mapping[str, PlannedAudio]) -> TargetPlan:
    """All steps and deliverables of a target."""
    return KINDS[target.kind](book, target, levels)
