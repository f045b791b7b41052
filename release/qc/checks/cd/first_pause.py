"""cd/first-pause."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.disc_limits import limits
from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import DiscContext

BREACHES = frozenset({"first-pause-missing", "first-pause-short", "first-pause-long"})


@check(
    "cd/first-pause",
    context=DiscContext,
    rationale="The pause before track 1 lasts two seconds or more; a long one is taken for hidden audio.",
    source="cd.md 1.2",
    remedy="Set the pause of the first track (pause: 2 s), or waive a long one that is meant.",
    severity=Status.FAIL,
)
def rule(context: DiscContext) -> Iterator[Outcome]:
    """Track 1 of a disc starts two seconds in, and not much later."""
    keys = {track.number: track.key for track in context.disc.tracks}
    for breach in limits(context.disc):
        if breach.id in BREACHES:
            yield Outcome(
                breach.status,
                breach.id,
                f"Disc {context.number}: {breach.message}.",
                track=keys.get(breach.track or 0) or None,
                value=breach.value,
                limit=breach.limit,
            )
