"""qc/stale-waiver."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import WaiverContext


@check(
    "qc/stale-waiver",
    context=WaiverContext,
    rationale="A waiver that covers nothing hides the next fault of its kind, or was meant for something else.",
    source="features.md section 12 (QC4)",
    remedy="Remove the waiver from qc.waivers, or correct its check, track or target.",
    severity=Status.WARN,
    can_be_waived=False,
)
def rule(context: WaiverContext) -> Iterator[Outcome]:
    """Every waiver covers a finding."""
    waiver = context.waiver
    place = "".join(f" on {word} {name}" for word, name in (("track", waiver.track), ("target", waiver.target)) if name)
    named = f"The waiver of {waiver.check}{place} by {waiver.by}"
    if not context.is_known:
        yield Outcome(Status.WARN, "unknown-check", f"{named} names no check.", remedy="release checks lists the ids.")
    elif not context.can_be_waived:
        yield Outcome(Status.WARN, "not-waivable", f"{named} has no effect: this check cannot be waived.")
    elif waiver.expires and context.as_of is None:
        text = (
            f"{named} ends on {waiver.expires.isoformat()}, and no date says whether that is past: it does not count."
        )
        yield Outcome(Status.WARN, "no-date", text, remedy="Write release_date:, the day that waivers are judged on.")
    elif context.as_of and waiver.expires and waiver.expires < context.as_of:
        yield Outcome(Status.WARN, "expired", f"{named} ended on {waiver.expires.isoformat()}.")
    elif not context.matches:
        yield Outcome(Status.WARN, "covers-nothing", f"{named} covers no finding of this build.")
    elif waiver.date is None:
        yield Outcome(
            Status.NOTE, "undated", f"{named} has no date.", remedy="Write date: with the day it was accepted."
        )
