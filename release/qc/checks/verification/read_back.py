"""verification/read-back."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import TargetContext


@check(
    "verification/read-back",
    context=TargetContext,
    rationale="Nothing ships unverified: every deliverable is opened by other code than wrote it and compared with the programme.",
    source="DESIGN section 1",
    remedy="Build again; if it stays, this is a fault of the program or of the disk.",
    severity=Status.FAIL,
    can_be_waived=False,
)
def rule(context: TargetContext) -> Iterator[Outcome]:
    """Every deliverable was read back and agrees with the programme."""
    for item in context.deliverables:
        wrong = [name for name, value in item.verified.items() if value is False]
        if wrong:
            message = f"{item.path} does not agree with what was meant: {', '.join(wrong).replace('_', ' ')}."
            yield Outcome(Status.FAIL, "mismatch", message, track=item.track)
        elif not any(value is True for value in item.verified.values()):
            yield Outcome(Status.FAIL, "not-verified", f"{item.path} was not read back.", track=item.track)
