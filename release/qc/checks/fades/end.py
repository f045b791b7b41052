"""fades/end."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import TargetContext
from release.qc.joined import joined_ends

AT_END_S = 0.03


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
    planned_s = {
        span.key: (span.audio_end - span.start) / unit.timeline.rate_hz
        for unit in context.target.programme.units
        for span in unit.timeline.tracks
    }
    for key, facts in context.delivered.items():
        end = facts.end
        if end is None or key in running_on or end.end_dbfs < note:
            continue
        is_fade = end.before_dbfs - end.end_dbfs >= fading
        # Where the source itself falls silent before its end, as gated music does, that was decided before mastering.
        is_cut = end.is_cut or planned_s.get(key, 0.0) - end.sound_end_s < AT_END_S
        what = "The fade ends in a step" if is_fade else "The track stops in the sound"
        is_warn = end.end_dbfs >= warn and is_cut
        yield Outcome(
            Status.WARN if is_warn else Status.NOTE,
            "step" if is_fade else "stops",
            f"{what}: its last 30 ms are at {end.end_dbfs:.1f} dBFS{', and its audio ends there' if is_cut else ', then there is silence'}.",
            track=key,
            at_s=end.sound_end_s,
            value=end.end_dbfs,
            limit=warn if is_warn else note,
        )
