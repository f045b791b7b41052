"""Stage *excerpt*: some seconds of a finished track, to listen to; 32-bit float, which holds every delivered word."""

from __future__ import annotations

from typing import Any

from release.pipeline.step import RunContext, Stage, StageResult
from release.stages.cut_audio import cut_words, words_to_float
from release.stages.scratch import ScratchWriter

EXCERPT_FILE = "excerpt.raw"


def run_excerpt(ctx: RunContext) -> StageResult:
    """Write the samples ``[start, end)`` of a cut track."""
    params = ctx.params
    start, end, at = params["start"], params["end"], 0
    with ScratchWriter(ctx.work_dir / EXCERPT_FILE, "<f4") as writer:
        for block in cut_words(ctx):
            first, last = max(start - at, 0), min(end - at, len(block))
            if first < last:
                writer.write(words_to_float(block[first:last], params["bit_depth"], params["is_float"]))
            at += len(block)
        fact: dict[str, Any] = {"n_samples": writer.n_samples}
    return StageResult(fact=fact, files={EXCERPT_FILE: ctx.work_dir / EXCERPT_FILE})


EXCERPT = Stage("excerpt", 1, run_excerpt, "file", libraries=("numpy",), weight=0.001)
