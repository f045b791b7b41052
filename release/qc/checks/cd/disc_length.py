"""cd/disc-length."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.disc_limits import limits
from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import DiscContext

BREACHES = frozenset({"disc-too-long", "disc-long", "disc-past-format"})


@check(
    "cd/disc-length",
    context=DiscContext,
    rationale="Past the nominal 74 minutes plants want a waiver; past the carrier's limit they refuse.",
    source="cd.md 1.2; the figures are dated data of model.disc_limits",
    remedy="Shorten gaps, leave a track out, or make two discs (discs).",
    severity=Status.FAIL,
)
def rule(context: DiscContext) -> Iterator[Outcome]:
    """The disc is no longer than plants take."""
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
