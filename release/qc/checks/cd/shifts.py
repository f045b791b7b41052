"""cd/shifts."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.model.programme import Shift
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
    yield from _differences(context)
    moved = [s for s in context.shifts if s.used_samples != s.asked_samples and not s.differs_from]
    if not moved:
        return
    farthest = max(moved, key=lambda shift: abs(_moved_ms(shift)))
    listed = "; ".join(f"{shift.track}: {shift.what} {_moved_ms(shift):+.2f} ms" for shift in moved)
    if len(moved) == 1:
        message = f"One point moved to a CD frame. {listed}."
    else:
        message = f"{len(moved)} points moved to CD frames, by {abs(_moved_ms(farthest)):.2f} ms at most. {listed}."
    track = farthest.track if len(moved) == 1 else None
    yield Outcome(Status.NOTE, "snapped", message, track=track, value=_moved_ms(farthest))


def _differences(context: DiscContext) -> Iterator[Outcome]:
    """Where a further CD target starts tracks at other moments than the one that all files are cut by."""
    apart = {
        shift.track: (shift.used_samples - shift.elsewhere_samples) * 1000 / shift.rate_hz
        for shift in context.shifts
        if shift.elsewhere_samples is not None
    }
    if apart:
        first = next(shift.differs_from for shift in context.shifts if shift.differs_from)
        listed = "; ".join(f"{track} {ms:+.2f} ms" for track, ms in apart.items())
        message = f"Starts differ from those of {first}, which the files are cut by. {listed}."
        farthest = max(apart.values(), key=abs)
        yield Outcome(Status.NOTE, "differs", message, value=farthest)


def _moved_ms(shift: Shift) -> float:
    return (shift.used_samples - shift.asked_samples) * 1000 / shift.rate_hz
