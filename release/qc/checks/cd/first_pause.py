"""cd/first-pause."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.breaches import breaches
from release.qc.check import Outcome, check
from release.qc.contexts import DiscContext

BREACHES = frozenset({"first-pause-long"})


@check(
    "cd/first-pause",
    context=DiscContext,
    rationale="A long pause before track 1 is taken for a mistake, or for hidden audio that some players never find.",
    source="cd.md 1.2",
    remedy="Set the pause of the first track (pause: 2 s), or waive a long one that is meant.",
    severity=Status.WARN,
)
def rule(context: DiscContext) -> Iterator[Outcome]:
    """Track 1 of a disc starts soon after its first two seconds."""
    yield from breaches(context, BREACHES)
