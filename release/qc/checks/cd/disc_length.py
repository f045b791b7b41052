"""cd/disc-length."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.breaches import breaches
from release.qc.check import Outcome, check
from release.qc.contexts import DiscContext

BREACHES = frozenset({"disc-too-long", "disc-very-long", "disc-long"})


@check(
    "cd/disc-length",
    context=DiscContext,
    rationale="Past the nominal 74 minutes players differ, past 78 minutes many plants ask for a waiver, past the carrier's limit they refuse.",
    source="cd.md 1.2; the figures are dated data",
    remedy="Shorten gaps, leave a track out, make two discs (discs), or waive it with the plant's word.",
    severity=Status.FAIL,
)
def rule(context: DiscContext) -> Iterator[Outcome]:
    """The disc is no longer than plants take."""
    yield from breaches(context, BREACHES)
