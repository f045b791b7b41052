"""Whether a build is still that of its inputs: a manifest or a source that was changed without building is neither approved nor shipped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from release.errors import MissingProgram, Problem, ReleaseError, SignoffError
from release.manifest.resolve import source_ids
from release.operations.signoff_project import SignoffProject

if TYPE_CHECKING:
    from release.operations.project import PlannedProject


@dataclass(frozen=True, slots=True)
class Freshness:
    """What has happened to the inputs of a build since.

    Attributes:
        changed: why, by target; targets whose inputs are as they were are left out.
        unknown: why it could not be found out, or empty.
    """

    changed: Mapping[str, str] = field(default_factory=dict)
    unknown: str = ""


def input_changes(project: SignoffProject) -> Freshness:
    """Hold manifest and sources against the record, as the next build would; sources are read where their size or times changed."""
    names = source_ids(project.manifest)
    missing = [name for name in names if not (project.folder / name).is_file()]
    if len(missing) == len(names):
        return Freshness(
            unknown="the sources are not here: whether they or the manifest changed since the build is not known"
        )
    if missing:
        return _all(project, f"the source {missing[0]} is gone")
    # Here and not above: a project without its sources is judged without loading anything that reads audio.
    from release.operations.project import open_project, plan_opened
    from release.operations.sheets import with_sheets

    try:
        planned = with_sheets(plan_opened(open_project(project.manifest.path)))
    except MissingProgram as exc:
        return Freshness(unknown=f"whether inputs changed since the build is not known: {exc.heading}")
    except ReleaseError as exc:
        if any(problem.code == "outside-roots" for problem in exc.problems):
            text = "sources lie outside the project: whether they or the manifest changed since the build is not known"
            return Freshness(unknown=text)
        return _all(project, f"its inputs can no longer be used: {exc.heading}")
    return _held_against_record(project, planned)


def _all(project: SignoffProject, why: str) -> Freshness:
    return Freshness(dict.fromkeys(project.record.targets, why))


def _held_against_record(project: SignoffProject, planned: PlannedProject) -> Freshness:
    from release.operations.build import _file_digests
    from release.operations.identity import tool_version
    from release.operations.keys import target_key
    from release.pipeline.cache import Cache

    record, opened = project.record, planned.opened
    digests = _file_digests(planned, Cache())
    built = {source.id: source.sha256 for source in record.sources}
    for name in opened.project.sources:
        if name in built and digests.get(str(opened.paths[name])) not in (None, built[name]):
            return _all(project, f"the source {name} has another content than it had when this was built")
    if opened.project.digest != record.project.digest:
        return _all(project, "the manifest says something else than it did when this was built")
    if record.tool.version != tool_version():
        return Freshness()  # another version may call its steps by other keys; manifest and sources are as they were
    plans = {plan.target.name: plan for plan in planned.plans}
    return Freshness(
        {
            name: "something that it is made from has changed since it was built"
            for name, target in record.targets.items()
            if name not in plans or target_key(planned.book, plans[name], digests) != target.key
        }
    )


def refuse_changed(freshness: Freshness, targets: Sequence[str], verb: str) -> None:
    """Refuse targets whose inputs are others by now.

    Raises:
        SignoffError: naming each.
    """
    problems = [
        Problem(f"target {name}", freshness.changed[name], "run release build", "stale")
        for name in targets
        if name in freshness.changed
    ]
    if problems:
        raise SignoffError(f"this build cannot be {verb}: its inputs have changed since", problems=problems)
