"""level/aim."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import GainFact, TargetContext
from release.qc.track_names import track_name


@check(
    "level/aim",
    context=TargetContext,
    rationale="What was asked for must be what is measured on the delivered audio; a difference that the ceiling explains is level/held-back. "
    "What cannot be measured (silence, or less than 0.4 s of sound) was matched to nothing.",
    source="manifest.md, level; EBU R 128 (0.2 LU for measurement error); ITU-R BS.1770-5 (400 ms blocks, gate at -70 LUFS)",
    remedy="Look at the gains and their reasons; a limiter that works hard lowers loudness after the solve.",
    severity=Status.WARN,
)
def rule(context: TargetContext) -> Iterator[Outcome]:
    """Delivered loudness is the loudness that was asked for."""
    yield from _unmeasurable(context)
    tolerance = context.limits.get("level/aim", "tolerance_lu")
    smallest = context.limits.get("level/held-back", "smallest_db")
    said: set[tuple[float, float]] = set()
    for gain in context.gains:
        reached = _reached(context, gain)
        if gain.aim_lufs is None or reached is None or gain.held_back_lu >= smallest:
            continue
        difference = reached - gain.aim_lufs
        # Tracks that were matched together share one aim and one reading: one finding for all of them.
        is_pooled = gain.reached_lufs is not None
        if abs(difference) <= tolerance or (is_pooled and (gain.aim_lufs, reached) in said):
            continue
        said.add((gain.aim_lufs, reached))
        message = f"Integrated loudness is {reached:.2f} LUFS, {abs(difference):.2f} LU {'over' if difference > 0 else 'under'} the aim of {gain.aim_lufs:.2f} LUFS."
        yield Outcome(Status.WARN, "missed", message, track=gain.track, value=reached, limit=gain.aim_lufs)


def _reached(context: TargetContext, gain: GainFact) -> float | None:
    own = context.loudness.get(gain.track)
    return gain.reached_lufs if gain.reached_lufs is not None else (own.integrated_lufs if own else None)


def _unmeasurable(context: TargetContext) -> Iterator[Outcome]:
    """Tracks that should be matched and have no loudness; with one gain for all, one finding for all."""
    lost = [
        gain
        for gain in context.gains
        if gain.aim_lufs is not None and _reached(context, gain) is None and gain.track in context.loudness
    ]
    remedy = "Look at the source; a track that is meant to be silent can be waived."
    if context.target.level.match == "tracks":
        for gain in lost:
            message = f"Loudness is not measurable, so the aim of {gain.aim_lufs:.2f} LUFS could not be met."
            yield Outcome(Status.WARN, "not-measurable", message, remedy=remedy, track=gain.track, limit=gain.aim_lufs)
    elif lost:
        named = ", ".join(track_name(context.target, gain.track) for gain in lost)
        message = (
            f"The loudness of {named} is not measurable, so the aim of {lost[0].aim_lufs:.2f} LUFS could not be met."
        )
        track = lost[0].track if len(lost) == 1 else None
        yield Outcome(Status.WARN, "not-measurable", message, remedy=remedy, track=track, limit=lost[0].aim_lufs)
    readings = context.loudness.values()
    if context.target.level.match == "peak" and readings and all(item.true_peak_dbtp is None for item in readings):
        message = "No track has a peak, so the ceiling could not be reached."
        yield Outcome(Status.WARN, "not-measurable", message, remedy=remedy, limit=context.target.level.ceiling_dbtp)
