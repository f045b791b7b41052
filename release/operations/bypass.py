"""A track rendered without a step, to be heard beside what was delivered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from release.errors import UsageError
from release.operations.build import _file_digests
from release.operations.keys import target_key
from release.operations.plugins import named_plugins, require_trust
from release.operations.project import open_project, plan_opened
from release.operations.sheets import with_sheets
from release.operations.sources import read_sources
from release.pipeline.cache import Cache
from release.pipeline.event import Event
from release.pipeline.run import run_plan
from release.stages.excerpt import EXCERPT_FILE
from release.targets.bypass_steps import chain_steps, is_meant, plan_bypass


def render_without(
    path: Path,
    *,
    target: str,
    key: str,
    word: str,
    start: int,
    end: int,
    recorded_key: str,
    jobs: int | None,
    source_roots: Sequence[Path],
    trust_plugins: bool,
    on_event: Callable[[Event], None] | None,
) -> NDArray[np.float64]:
    """Samples ``[start, end)`` of a track of a target without the steps that a word means, at the same gains.

    Args:
        path: the manifest.
        target: name.
        key: of the track.
        word: name or kind of a step, or ``all``.
        start: first sample, from the start of the track's file.
        end: one past the last.
        recorded_key: what decided the target's bytes when it was built.
        jobs: workers.
        source_roots: further folders that sources may lie in.
        trust_plugins: load plug-ins that nobody has trusted, this time.
        on_event: told of progress.

    Raises:
        UsageError: no such step, or the build is older than the manifest.
    """
    opened = open_project(path, source_roots)
    if not trust_plugins:
        require_trust(named_plugins(opened.manifest, opened.plugin_files))
    if target not in {t.name for t in opened.project.targets}:
        raise UsageError(f"the manifest has no target {target!r} any more", remedy="build again")
    cache = Cache()
    everything = with_sheets(plan_opened(opened, (), jobs))
    plan = next(p for p in everything.plans if p.target.name == target)
    if target_key(everything.book, plan, _file_digests(everything, cache)) != recorded_key:
        raise UsageError(
            f"target {target} was built from another manifest, other sources or by another version of this program",
            remedy="build again: a bypass would differ in more than the step",
        )
    steps = chain_steps(plan.target.programme, key)
    if not any(is_meant(step, word) for step in steps):
        names = dict.fromkeys(step.name or step.kind for step in steps)
        has = f"it has {', '.join(names)}" if names else "nothing is done to it"
        raise UsageError(f"track {key} has no step {word!r} in target {target}", remedy=has)
    book = everything.book
    excerpt = plan_bypass(book, plan, key, word, start, end)
    cache.root.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="audition-", dir=cache.root) as scratch:
        sources = [s.id for s in book.steps if s.stage.name == "source"]
        read_sources(
            book.steps,
            sources,
            manifest=opened.manifest,
            cache=cache,
            scratch_dir=Path(scratch),
            jobs=book.jobs,
            on_event=on_event,
        )
        result = run_plan(
            book.steps, [excerpt], cache=cache, scratch_dir=Path(scratch), jobs=book.jobs, on_event=on_event
        )
        data = result.files[excerpt][EXCERPT_FILE].path.read_bytes()
    return np.frombuffer(data, "<f4").reshape(-1, 2).astype(np.float64)
