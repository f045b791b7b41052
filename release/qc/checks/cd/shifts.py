"""cd/shifts."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import DiscContext


@check(
    "cd/shifts",
    context=DiscContext,
    rationale="Track starts and indexes of a disc lie on CD frames (1/75 s); where that moved one, the report says so and by how much.",
    source="IEC 60908; manifest.md (joins and cuts)",
    remedy="Nothing to do; sequence: {cuts: sample} frees file targets from it.",
    severity=Status.NOTE,
)
def rule(context: DiscContext) -> Iterator[Outcome]:
    """Track starts and indexes lie on CD frames already."""
    for shift in context.shifts:
        moved = shift.used_samples - shift.asked_samples
        if moved:
            message = f"The {shift.what} moved by {moved:+d} samples at {shift.rate_hz / 1000:g} kHz ({moved * 1000 / shift.rate_hz:+.2f} ms) to a CD frame."
            yield Outcome(Status.NOTE, "snapped", message, track=shift.track, value=moved * 1000 / shift.rate_hz)
