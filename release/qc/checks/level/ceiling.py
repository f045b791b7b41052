"""level/ceiling."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import TargetContext


@check(
    "level/ceiling",
    context=TargetContext,
    rationale="The ceiling is a promise about the delivered PCM at its own rate, after dither; it is measured on what was delivered.",
    source="manifest.md, level; ITU-R BS.1770-5 Annex 2",
    remedy="Let the target set its level (level: {match: peak}), write a limiter into it, or lower its gain.",
    severity=Status.FAIL,
)
def rule(context: TargetContext) -> Iterator[Outcome]:
    """No delivered track goes over the target's ceiling."""
    level = context.target.level
    ceiling = level.ceiling_dbtp
    if ceiling is None:
        return
    tolerance = context.limits.get("level/ceiling", "tolerance_db")
    for key, loudness in context.loudness.items():
        peak = loudness.true_peak_dbtp
        if peak is not None and peak > ceiling + tolerance:
            over = peak - ceiling
            remedy = f"{over:.2f} dB less gain clears it; or write a limiter into the target."
            if level.like:
                remedy = f"Give this target a level of its own, or take {over:.2f} dB off the ceiling of {level.like}."
            yield Outcome(
                # A borrowed level is never solved again, so its ceiling was no promise of this target's.
                Status.WARN if level.like else Status.FAIL,
                "over",
                f"The true peak is {peak:.2f} dBTP, {over:.2f} dB over the ceiling of {ceiling:.2f} dBTP.",
                remedy=remedy,
                track=key,
                at_s=context.true_peak_at_s.get(key),
                value=peak,
                limit=ceiling,
            )
