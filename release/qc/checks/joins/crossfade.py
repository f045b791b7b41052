"""joins/crossfade."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import TargetContext
from release.qc.joined import joins
from release.qc.track_names import track_name

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

STEPS_A_SECOND = 10
BLOCK_S = 0.4
BESIDE_S = 3.0
SHORTEST_S = 1.0
SILENT = 1e-7


@check(
    "joins/crossfade",
    context=TargetContext,
    rationale="A crossfade of unrelated material dips by 3 dB with a curve for related material, and the other way round it swells by as much. "
    "Whether a dip is the curve or the music only a listener can say.",
    source="measurement.md 13.2 (fades and crossfades)",
    remedy="Listen to the join (release audition); equal-power for unrelated material, s-curve or linear for the same.",
    severity=Status.NOTE,
)
def rule(context: TargetContext) -> Iterator[Outcome]:
    """No crossfade falls under both of its sides or rises over them."""
    dip, swell = (context.limits.get("joins/crossfade", name) for name in ("dip_db", "swell_db"))
    for join in joins(context):
        before, after = (context.powers.get(span.key) for span in (join.before, join.after))
        if join.overlap_s < SHORTEST_S or before is None or after is None:
            continue
        levels = _levels(before, after, join.overlap_s)
        if levels is None:
            continue
        inside, low, high = levels
        for code, distance, limit in (("dip", low - inside, dip), ("swell", inside - high, swell)):
            if distance >= limit:
                side = "under the softer" if code == "dip" else "over the louder"
                yield Outcome(
                    Status.NOTE,
                    code,
                    f"The crossfade of {track_name(context.target, join.before.key)} and {track_name(context.target, join.after.key)} lies {distance:.1f} LU {side} of its sides.",
                    track=join.after.key,
                    at_s=0.0,
                    value=distance,
                    limit=limit,
                )


def _levels(
    before: NDArray[np.float64], after: NDArray[np.float64], overlap_s: float
) -> tuple[float, float, float] | None:
    """Level of the middle half of a crossfade at the head of a file, and of its softer and its louder side."""
    beside = round(BESIDE_S * STEPS_A_SECOND)
    length = round(overlap_s * STEPS_A_SECOND)
    block = round(BLOCK_S * STEPS_A_SECOND)
    inside = after[length // 4 : max(length * 3 // 4 - block, length // 4 + 1)]
    following = after[length : length + beside]
    preceding = before[-beside:]
    means = [float(part.mean()) if len(part) else 0.0 for part in (inside, preceding, following)]
    if min(means) < SILENT:
        return None
    middle, one, other = (10.0 * math.log10(mean) for mean in means)
    return middle, min(one, other), max(one, other)
