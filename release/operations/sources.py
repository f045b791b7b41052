"""Reads all sources from end to end, and tells of every bad one at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from release.errors import Problem, SourceError
from release.manifest.load import LoadedManifest
from release.manifest.resolving.rate import reference_uses
from release.pipeline.cache import Cache
from release.pipeline.event import Event
from release.pipeline.run import RunResult, run_plan
from release.pipeline.step import Step


@contextmanager
def telling_references(manifest: LoadedManifest) -> Iterator[None]:
    """Say of bad files that are only learned from or compared with where the manifest names them, and for which track.

    Raises:
        SourceError: what was raised inside, with these places.
    """
    try:
        yield
    except SourceError as exc:
        told = SourceError(exc.heading, problems=[_placed(problem, manifest) for problem in exc.problems])
        told.subject = exc.subject
        raise told from exc


def _placed(problem: Problem, manifest: LoadedManifest) -> Problem:
    named = []
    for source, loc in reference_uses(manifest.project):
        if source == problem.where:
            what = "noise print" if loc[-1] == "print" else "reference"
            track = manifest.project.tracks[int(loc[1])].id
            named.append(f"{manifest.where(*loc)}, {what} of track {track}")
    return replace(problem, problem=f"{problem.problem} ({'; '.join(named)})") if named else problem


def read_sources(
    steps: Sequence[Step],
    goals: Sequence[str],
    *,
    manifest: LoadedManifest,
    cache: Cache,
    scratch_dir: Path,
    jobs: int,
    on_event: Callable[[Event], None] | None,
) -> RunResult:
    """Run the source steps; after a bad one go on with the others, whose results are stored meanwhile.

    Raises:
        SourceError: with a problem for each bad source, in the order of the manifest.
    """
    left = list(goals)
    found: dict[str, tuple[Problem, ...]] = {}
    while True:
        try:
            result = run_plan(steps, left, cache=cache, scratch_dir=scratch_dir, jobs=jobs, on_event=on_event)
        except SourceError as exc:
            if exc.subject not in left:
                raise
            found[exc.subject] = exc.problems
            left.remove(exc.subject)
            continue
        if found:
            problems = [_placed(p, manifest) for goal in goals for p in found.get(goal, ())]
            raise SourceError("sources that cannot be used", problems=problems)
        return result
