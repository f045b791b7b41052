"""``release plan`` and ``release explain``: what a build would do, found out without rendering."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from release.operations.build import DEFAULT_OUTPUT
from release.operations.project import PlannedProject, open_project, plan_opened
from release.operations.sheets import with_sheets
from release.pipeline.cache import Cache
from release.pipeline.explain import find_step
from release.pipeline.lock import PROJECT_FOLDER
from release.pipeline.plan import PlannedStep, preview
from release.record import RECORD_NAME, REPORT_FILES, REPORT_FOLDER
from release.report.brief_plant import CARRIERS
from release.report.build_brief import brief_names
from release.units import format_time


@dataclass(frozen=True, slots=True)
class PlanResult:
    """What a build would do."""

    steps: tuple[PlannedStep, ...]
    files: tuple[str, ...]
    notes: tuple[str, ...]
    output: Path


def plan_project(
    path: str | Path, *, targets: Sequence[str] = (), output: Path | None = None, source_roots: Sequence[Path] = ()
) -> PlanResult:
    """Every step in order, and the files that would appear.

    Raises:
        ManifestError: with every problem of the manifest.
        SourceError: with every source that cannot be used.
    """
    path = Path(path)
    planned = with_sheets(plan_opened(open_project(path, source_roots), targets))
    return PlanResult(
        tuple(_preview(planned)),
        tuple(_files(planned)),
        tuple(_notes(planned)),
        output or planned.opened.folder / DEFAULT_OUTPUT,
    )


def explain_step(path: Path, step_id: str, *, source_roots: Sequence[Path] = ()) -> PlannedStep:
    """One step of the plan.

    Raises:
        UsageError: when there is no such step; near misses are named.
    """
    return find_step(_preview(with_sheets(plan_opened(open_project(path, source_roots)))), step_id)


def _preview(planned: PlannedProject) -> list[PlannedStep]:
    state = planned.opened.folder / PROJECT_FOLDER / "steps.json"
    goals = [g for plan in planned.plans for g in plan.goals]
    sources = [s.id for s in planned.book.steps if s.stage.name == "source"]
    return preview(planned.book.steps, [*sources, *goals], Cache(), state)


def _files(planned: PlannedProject) -> list[str]:
    short = planned.opened.manifest.project.documents.short
    is_pressed = any(p.target.kind in CARRIERS for p in planned.plans)
    papers = [name for r in dict.fromkeys(short) if r != "plant" or is_pressed for name in brief_names(r)]
    files = [RECORD_NAME, *(f"{REPORT_FOLDER}/{name}" for name in (*REPORT_FILES, *papers))]
    for plan in planned.plans:
        files += [f.path for f in plan.files]
        files += [f"{plan.target.name}/checksums.{kind}" for kind in ("md5", "sha256")]
    return files


_SHIFT_REASONS = {
    "grid": "a CD counts in frames of 1/75 s",
    "sound": "a pause begins where the sound before it ends, at the earliest",
    "first-pause": "two silent seconds come before everything that sounds",
}


def _notes(planned: PlannedProject) -> list[str]:
    notes, on_disc = [], set()
    for plan in sorted(planned.plans, key=lambda plan: plan.target.kind != "cd"):
        for shift in plan.target.programme.shifts:
            if shift.differs_from:
                notes.append(
                    f"{plan.target.name}: {shift.track} starts at {format_time(shift.used_samples, shift.rate_hz)}; "
                    f"{shift.differs_from} would have cut it at {format_time(shift.elsewhere_samples or 0, shift.rate_hz)}"
                )
                continue
            moved = shift.used_samples - shift.asked_samples
            same = (shift.track, shift.what, Fraction(moved, shift.rate_hz))
            if plan.target.kind == "cd":
                on_disc.add(same)
            elif same in on_disc:
                continue
            notes.append(
                f"{plan.target.name}: {shift.what} of {shift.track} moves by {moved:+d} samples to "
                f"{format_time(shift.used_samples, shift.rate_hz)}, because {_SHIFT_REASONS[shift.reason]}"
            )
    if any(p.target.kind == "cd" for p in planned.plans) and any(
        p.target.kind != "cd" and p.target.programme.shifts for p in planned.plans
    ):
        notes.append(
            "File targets are cut where the CD is cut, so that every format is cut at the same moment (sequence: {cuts: sample} frees them)."
        )
    return notes
