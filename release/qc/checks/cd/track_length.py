"""cd/track-length."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.breaches import breaches
from release.qc.check import Outcome, check
from release.qc.contexts import DiscContext

BREACHES = frozenset({"track-short", "track-short-before-pause"})


@check(
    "cd/track-length",
    context=DiscContext,
    rationale="Players and plants count on tracks of four seconds and more.",
    source="IEC 60908 as read by cue2ddp and REAPER (cd.md 1.2)",
    remedy="Join the short track to a neighbour, or lengthen it.",
    severity=Status.FAIL,
)
def rule(context: DiscContext) -> Iterator[Outcome]:
    """Every track of a disc lasts at least four seconds."""
    yield from breaches(context, BREACHES)
