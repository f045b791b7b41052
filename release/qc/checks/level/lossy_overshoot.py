"""level/lossy-overshoot."""

from __future__ import annotations

import math
from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import TargetContext


@check(
    "level/lossy-overshoot",
    context=TargetContext,
    rationale="Lossy encoders move peaks; a decoded file over full scale clips in players that decode to integers.",
    source="manifest.md, level (lossy_ceiling); ITU-R BS.1770-5 Annex 2 on the decoded file",
    remedy="Lower the target's ceiling.",
    severity=Status.WARN,
)
def rule(context: TargetContext) -> Iterator[Outcome]:
    """Lossy files stay under the target's lossy ceiling when decoded."""
    limit = context.target.level.lossy_ceiling_dbtp
    for item in context.deliverables:
        peak = item.loudness.true_peak_dbtp if item.loudness else None
        if not item.is_lossy or peak is None or peak <= limit + context.limits.get("level/ceiling", "tolerance_db"):
            continue
        own = context.loudness.get(item.track or "")
        yield Outcome(
            Status.WARN,
            "over",
            f"{item.path} decodes to {peak:+.2f} dBTP, over the limit of {limit:.2f} dBTP.",
            remedy=_remedy(peak - limit, own.true_peak_dbtp if own else None),
            track=item.track,
            at_s=item.true_peak_at_s,
            value=peak,
            limit=limit,
        )


def _remedy(over_db: float, pcm_peak_dbtp: float | None) -> str:
    """The ceiling that clears it: the encoder's overshoot stays about the same under the lower ceiling."""
    if pcm_peak_dbtp is None:
        return f"Lower the target's ceiling by {over_db:.1f} dB."
    return f"A ceiling of {math.floor((pcm_peak_dbtp - over_db) * 10) / 10:.1f} dBTP for the target clears it; or raise lossy_ceiling if the receiver allows it."
