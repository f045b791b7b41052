"""cd/structure."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.breaches import breaches
from release.qc.check import Outcome, check
from release.qc.contexts import DiscContext

BREACHES = frozenset(
    {
        "track-count",
        "track-number",
        "index-count",
        "index-missing",
        "order",
        "first-pause-missing",
        "first-pause-short",
        "disc-past-format",
        "ean-form",
        "ean-check-digit",
        "isrc-form",
    }
)


@check(
    "cd/structure",
    context=DiscContext,
    rationale="A disc whose numbers, indexes or codes break the format cannot be made.",
    source="cd.md 1.2 and 1.4",
    remedy="Correct the place that the message names.",
    severity=Status.FAIL,
    can_be_waived=False,
)
def rule(context: DiscContext) -> Iterator[Outcome]:
    """Tracks, indexes and codes of a disc follow the format."""
    yield from breaches(context, BREACHES)
