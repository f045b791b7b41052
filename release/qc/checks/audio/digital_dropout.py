"""audio/digital-dropout."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import SourceContext


@check(
    "audio/digital-dropout",
    context=SourceContext,
    rationale="A short stretch of exact zeros inside the sound is how a lost buffer looks. Programmed music has such rests on purpose, so it is a note.",
    source="measurement.md section 8 (interior exact-zero runs of 1 ms and more)",
    remedy="Listen at the times given.",
    severity=Status.NOTE,
)
def rule(context: SourceContext) -> Iterator[Outcome]:
    """No source has short holes of digital silence inside the sound."""
    facts = context.facts
    rate_hz = facts.info.sample_rate_hz
    shortest_s, longest_s = (context.limits.get("audio/digital-dropout", name) for name in ("shortest_s", "longest_s"))
    # In a fade's last quiet words zeros are rounding, not loss.
    first, last = facts.head_quiet_samples, facts.info.n_samples - facts.tail_quiet_samples
    holes = [
        (start / rate_hz, length / rate_hz)
        for start, length in facts.inner_silences
        if shortest_s <= length / rate_hz <= longest_s
        and first <= start
        and start + length <= last
        and context.is_used(start / rate_hz)
    ]
    if holes:
        at_s, length_s = holes[0]
        more = f", and in {len(holes) - 1} more places" if len(holes) > 1 else ""
        yield Outcome(
            Status.NOTE,
            "hole",
            f"{context.source} has {length_s * 1000:.1f} ms of digital silence inside the sound{more}.",
            track=context.track_at(at_s),
            at_s=at_s,
            value=length_s,
            limit=shortest_s,
        )
