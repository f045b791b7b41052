"""joins/click."""

from __future__ import annotations

import math
from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import TargetContext
from release.qc.joined import joins
from release.qc.track_names import track_name


@check(
    "joins/click",
    context=TargetContext,
    rationale="Where two tracks run into each other the waveform must go on. A step from one sample to the next, out of all proportion to the "
    "sound on both sides, is heard as a click at the cut.",
    source="measurement.md section 7 (test sample continuity across the boundary), section 8 (clicks at edits)",
    remedy="Move the trim to where both meet, or write a short crossfade.",
    severity=Status.WARN,
)
def rule(context: TargetContext) -> Iterator[Outcome]:
    """The waveform goes on where tracks run into each other."""
    from release.dsp.meters.delivered import join_step

    names = ("ratio", "greatest_ratio", "note_dbfs", "warn_dbfs")
    ratio, greatest_ratio, note, warn = (context.limits.get("joins/click", name) for name in names)
    for join in joins(context):
        before, after = (context.delivered.get(span.key) for span in (join.before, join.after))
        if before is None or after is None or min(len(before.tail), len(after.head)) < 16:
            continue
        step, times, of_greatest = join_step(before, after)
        level = 20.0 * math.log10(step) if step > 0.0 else -200.0
        if times >= ratio and of_greatest >= greatest_ratio and level >= note:
            is_warn = level >= warn
            yield Outcome(
                Status.WARN if is_warn else Status.NOTE,
                "step",
                f"The waveform jumps by {level:.1f} dBFS where {track_name(context.target, join.before.key)} runs into {track_name(context.target, join.after.key)}, "
                f"{times:.0f} times what the sound beside it does.",
                track=join.after.key,
                at_s=0.0,
                value=level,
                limit=warn if is_warn else note,
            )
