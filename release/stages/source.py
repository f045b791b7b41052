"""Stage *source*: one full pass over a source file, so that nothing damaged or lying reaches a render."""

from __future__ import annotations

from release.audio.facts_json import facts_to_json
from release.audio.scan import scan
from release.errors import SourceError
from release.pipeline.step import RunContext, Stage, StageResult


def run_source(ctx: RunContext) -> StageResult:
    """Read all of a source and keep what is known of it."""
    try:
        file = ctx.info("file")
        facts = scan(file.path, ctx.context["info"], ctx.step_id.removeprefix("source/"), sha256=file.sha256)
    except SourceError as exc:
        exc.subject = ctx.step_id
        raise
    return StageResult(fact=facts_to_json(facts))


SOURCE = Stage("source", 8, run_source, "fact", libraries=("numpy", "numba", "soundfile", "av"), weight=0.004)
