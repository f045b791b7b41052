"""audio/low-correlation."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.causes import NAMED, is_inverted
from release.qc.check import Outcome, check
from release.qc.contexts import SourceContext
from release.qc.places import clock


@check(
    "audio/low-correlation",
    context=SourceContext,
    rationale="Channels of opposite polarity vanish in mono and cannot be cut to vinyl; over a whole file it is often a swapped wire.",
    source="measurement.md section 7 (correlation)",
    remedy="Listen in mono; if one channel is inverted, ask for the mix again.",
    severity=Status.WARN,
)
def rule(context: SourceContext) -> Iterator[Outcome]:
    """Left and right are not of opposite polarity."""
    value = context.facts.correlation
    warn, note = (context.limits.get("audio/low-correlation", name) for name in ("warn", "note"))
    if value is not None and value < note:
        is_explained = is_inverted(context.facts, context.limits)
        status = Status.WARN if value <= warn and not is_explained else Status.NOTE
        rate_hz = context.facts.info.sample_rate_hz
        # The longest comes first; where none stays below nothing for long, all of the file is meant.
        stretch = next((s for s in context.facts.opposite if s.band == "all"), None)
        at_s = None if stretch is None else stretch.at_sample / rate_hz
        where = (
            ""
            if at_s is None or stretch is None
            else f"; its longest stretch is {stretch.length / rate_hz:.0f} s from {clock(at_s)}"
        )
        yield Outcome(
            status,
            "negative",
            f"Left and right of {context.source} correlate at {value:.2f} over the whole file{where}{NAMED if is_explained else ''}.",
            track=None if at_s is None else context.track_at(at_s),
            at_s=at_s,
            value=value,
            limit=warn if status is Status.WARN else note,
        )
