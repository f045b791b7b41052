"""audio/silence-inside."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import SourceContext
from release.qc.places import clock


@check(
    "audio/silence-inside",
    context=SourceContext,
    rationale="A long silence inside a track is a muted part, two titles in one file, or a hidden one; listeners skip, and some services refuse it.",
    source="measurement.md section 7 (silence below a threshold); the level of -70 dBFS in all channels and the lengths are the house's",
    remedy="Ask for a new bounce, split the file in two tracks (trim), or waive it where the silence is meant.",
    severity=Status.WARN,
)
def rule(context: SourceContext) -> Iterator[Outcome]:
    """No track falls silent for long between its first and its last sound."""
    facts = context.facts
    rate_hz = facts.info.sample_rate_hz
    note_s, warn_s = (context.limits.get("audio/silence-inside", name) for name in ("note_s", "warn_s"))
    for use in context.uses:
        found = []
        for start, length in facts.quiet_stretches:
            # What reaches over the edge of a track is the silence at its head or tail, for the checks of that name.
            if use.start_s < start / rate_hz and (start + length) / rate_hz < use.end_s and length / rate_hz >= note_s:
                found.append((start / rate_hz, length / rate_hz))
        if not found:
            continue
        at_s, length_s = max(found, key=lambda stretch: stretch[1])
        others = [clock(start) for start, _ in found if start != at_s]
        more = f"; others from {', '.join(others[:3])}{' and later' if len(others) > 3 else ''}" if others else ""
        is_warn = length_s >= warn_s
        yield Outcome(
            Status.WARN if is_warn else Status.NOTE,
            "silence",
            f"{use.track} is silent for {length_s:.1f} s from {clock(at_s)} of {context.source}{more}.",
            track=use.track,
            at_s=at_s,
            value=length_s,
            limit=warn_s if is_warn else note_s,
        )
