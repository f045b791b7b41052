"""cd/shifts."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.model.programme import Shift
from release.qc.check import Outcome, check
from release.qc.contexts import DiscContext

_WORDS = {
    "grid": ("One point moved to a CD frame.", "{} points moved to CD frames", "snapped"),
    "sound": (
        "One pause is shorter than asked for: it begins where the sound before it ends.",
        "{} pauses are shorter than asked for: they begin where the sound before them ends",
        "pause-shortened",
    ),
    "first-pause": (
        "The pause before track 1 is longer than asked for: two silent seconds come before everything that sounds.",
        "{} first pauses are longer than asked for: two silent seconds come before everything that sounds",
        "first-pause-lengthened",
    ),
}
"""For one point, for many, and the code, by the reason of a shift."""


@check(
    "cd/shifts",
    context=DiscContext,
    rationale="Track starts and indexes of a disc lie on CD frames (1/75 s), a pause never begins before the end of sound unless it is written, "
    "and two silent seconds come first; where one of these moved a point, the report says which and by how much.",
    source="IEC 60908; manifest.md (joins and cuts)",
    remedy="Nothing to do; sequence: {cuts: sample} frees file targets from it.",
    severity=Status.NOTE,
)
def rule(context: DiscContext) -> Iterator[Outcome]:
    """Track starts, pauses and indexes lie where they were asked for."""
    yield from _differences(context)
    moved = [s for s in context.shifts if s.used_samples != s.asked_samples and not s.differs_from]
    for reason, (one, many, code) in _WORDS.items():
        mine = [shift for shift in moved if shift.reason == reason]
        if not mine:
            continue
        farthest = max(mine, key=lambda shift: abs(_moved_ms(shift)))
        listed = "; ".join(
            f"{context.names.get(shift.track, shift.track)}: {shift.what} {_moved_ms(shift):+.2f} ms" for shift in mine
        )
        head = one if len(mine) == 1 else f"{many.format(len(mine))}, by {abs(_moved_ms(farthest)):.2f} ms at most."
        track = farthest.track if len(mine) == 1 else None
        yield Outcome(Status.NOTE, code, f"{head} {listed}.", track=track, value=_moved_ms(farthest))


def _differences(context: DiscContext) -> Iterator[Outcome]:
    """Where a further CD target starts tracks at other moments than the one that all files are cut by."""
    apart = {
        shift.track: (shift.used_samples - shift.elsewhere_samples) * 1000 / shift.rate_hz
        for shift in context.shifts
        if shift.elsewhere_samples is not None
    }
    if apart:
        first = next(shift.differs_from for shift in context.shifts if shift.differs_from)
        listed = "; ".join(f"{context.names.get(track, track)} {ms:+.2f} ms" for track, ms in apart.items())
        message = f"Starts differ from those of {first}, which the files are cut by. {listed}."
        farthest = max(apart.values(), key=abs)
        yield Outcome(Status.NOTE, "differs", message, value=farthest)


def _moved_ms(shift: Shift) -> float:
    return (shift.used_samples - shift.asked_samples) * 1000 / shift.rate_hz
