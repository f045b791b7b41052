"""level/clipped."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import TargetContext


@check(
    "level/clipped",
    context=TargetContext,
    rationale="Integer words end at full scale: what goes beyond it is cut off when the word length is set, and nothing may be cut off in silence. Float sources and gains can bring sound there.",
    source="DESIGN.md section 1 (never behind the engineer's back); manifest.md, signal path",
    remedy="Lower the gain, let the target set its level (level: {match: peak}), or write a limiter into it.",
    severity=Status.FAIL,
)
def rule(context: TargetContext) -> Iterator[Outcome]:
    """No sample was cut off at full scale when it got its word length."""
    for key, (count, first_s) in context.clipped.items():
        yield Outcome(
            Status.FAIL,
            "clipped",
            f"{count} sample{'s' if count > 1 else ''} went beyond full scale and {'were' if count > 1 else 'was'} cut off.",
            track=key,
            at_s=first_s,
            value=float(count),
            limit=0.0,
        )
