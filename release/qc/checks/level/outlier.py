"""level/outlier."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import TargetContext


@check(
    "level/outlier",
    context=TargetContext,
    rationale="A track far from the others in loudness may be meant, or may be the wrong bounce or a forgotten gain.",
    source="features.md section 12 (QC5); the figures are the house's",
    remedy="Listen to it beside its neighbours; level_offset or gain moves it.",
    severity=Status.WARN,
)
def rule(context: TargetContext) -> Iterator[Outcome]:
    """No track lies far from the others in loudness."""
    readings = {key: item.integrated_lufs for key, item in context.loudness.items() if item.integrated_lufs is not None}
    note, warn, fewest = (context.limits.get("level/outlier", name) for name in ("note_lu", "warn_lu", "fewest_tracks"))
    if len(readings) < fewest:
        return
    middle = median(readings.values())
    for key, value in readings.items():
        distance = abs(value - middle)
        if distance >= note:
            message = f"Integrated loudness is {value:.1f} LUFS, {distance:.1f} LU {'over' if value > middle else 'under'} the album's median of {middle:.1f} LUFS."
            yield Outcome(
                Status.WARN if distance >= warn else Status.NOTE, "outlier", message, track=key, value=value, limit=note
            )
