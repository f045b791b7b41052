"""Stage *repairs*: what was repaired in all renders of a target, gathered for the record."""

from __future__ import annotations

from release.pipeline.step import RunContext, Stage, StageResult


def run_repairs(ctx: RunContext) -> StageResult:
    """The logs of all renders by role."""
    return StageResult(fact={role: ctx.fact(role) for role in ctx.roles})


REPAIRS = Stage("repairs", 1, run_repairs, "fact", weight=0.0001)
