"""level/aim."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import TargetContext


@check(
    "level/aim",
    context=TargetContext,
    rationale="What was asked for must be what is measured on the delivered audio; a difference that the ceiling explains is level/held-back.",
    source="manifest.md, level; EBU R 128 (0.2 LU for measurement error)",
    remedy="Look at the gains and their reasons; a limiter that works hard lowers loudness after the solve.",
    severity=Status.WARN,
)
def rule(context: TargetContext) -> Iterator[Outcome]:
    """Delivered loudness is the loudness that was asked for."""
    tolerance = context.limits.get("level/aim", "tolerance_lu")
    smallest = context.limits.get("level/held-back", "smallest_db")
    said: set[tuple[float, float]] = set()
    for gain in context.gains:
        own = context.loudness.get(gain.track)
        reached = gain.reached_lufs if gain.reached_lufs is not None else (own.integrated_lufs if own else None)
        if gain.aim_lufs is None or reached is None or gain.held_back_db >= smallest:
            continue
        difference = reached - gain.aim_lufs
        # Tracks that were matched together share one aim and one reading: one finding for all of them.
        is_pooled = gain.reached_lufs is not None
        if abs(difference) <= tolerance or (is_pooled and (gain.aim_lufs, reached) in said):
            continue
        said.add((gain.aim_lufs, reached))
        message = f"Integrated loudness is {reached:.2f} LUFS, {abs(difference):.2f} LU {'over' if difference > 0 else 'under'} the aim of {gain.aim_lufs:.2f} LUFS."
        yield Outcome(Status.WARN, "missed", message, track=gain.track, value=reached, limit=gain.aim_lufs)
