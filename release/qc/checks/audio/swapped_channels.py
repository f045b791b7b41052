"""audio/swapped-channels."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.alike import alike_pairs
from release.qc.check import Outcome, check
from release.qc.contexts import ProgrammeContext


@check(
    "audio/swapped-channels",
    context=ProgrammeContext,
    rationale="A mix with left and right exchanged sounds right until it is heard beside another version of the same recording. Nothing in "
    "one file alone tells it; two files of one recording whose sides move against each other do, though not which is wrong.",
    source="measurement.md section 7 (versions of the same material)",
    remedy="Ask which of both has its sides right, and for the other again.",
    severity=Status.NOTE,
)
def rule(context: ProgrammeContext) -> Iterator[Outcome]:
    """Versions of one recording have their sides the same way round."""
    least, limit = (context.limits.get("audio/swapped-channels", name) for name in ("least_likeness", "mirrored"))
    for pair in alike_pairs(context, least):
        side = pair.likeness.side
        if side is not None and side <= limit:
            yield Outcome(
                Status.NOTE,
                "mirrored",
                f"The sides of {pair.source} and {pair.other_source} are mirrored (correlation of their balance {side:.2f}).",
                track=pair.other,
                value=side,
                limit=limit,
            )
