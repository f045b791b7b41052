"""fades/end."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import TargetContext
from release.qc.joined import joined_ends


@check(
    "fades/end",
    context=TargetContext,
    rationale="A track that stops while it sounds, or a fade that ends in a step, is heard in the silence after it. Music that ends so on purpose "
    "exists; a bounce or a trim that is too short is more frequent.",
    source="measurement.md section 7 (end discontinuity); DESIGN.md: measured on what is delivered",
    remedy="Move the trim's end, write a fade_out or a longer one; where it is meant to stop, waive it.",
    severity=Status.WARN,
)
def rule(context: TargetContext) -> Iterator[Outcome]:
    """Every track dies away before it ends, unless it runs into the next."""
    note, warn, fading = (context.limits.get("fades/end", name) for name in ("note_dbfs", "warn_dbfs", "fading_db"))
    running_on = joined_ends(context)
    for key, facts in context.delivered.items():
        end = facts.end
        if end is None or key in running_on or end.end_dbfs < note:
            continue
        is_fade = end.before_dbfs - end.end_dbfs >= fading
        what = "The fade ends in a step" if is_fade else "The track stops in the sound"
        yield Outcome(
            Status.WARN if end.end_dbfs >= warn else Status.NOTE,
            "step" if is_fade else "stops",
            f"{what}: its last 30 ms are at {end.end_dbfs:.1f} dBFS, then there is {'nothing' if end.is_cut else 'silence'}.",
            track=key,
            at_s=end.sound_end_s,
            value=end.end_dbfs,
            limit=warn,
        )
