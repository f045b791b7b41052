"""Reads all sources from end to end, and tells of every bad one at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from release.errors import Problem, SourceError
from release.pipeline.cache import Cache
from release.pipeline.event import Event
from release.pipeline.run import RunResult, run_plan
from release.pipeline.step import Step


def read_sources(
    steps: Sequence[Step],
    goals: Sequence[str],
    *,
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
            problems = [p for goal in goals for p in found.get(goal, ())]
            raise SourceError("sources that cannot be used", problems=problems)
        return result
