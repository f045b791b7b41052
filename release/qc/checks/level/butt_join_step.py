"""level/butt-join-step."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import TargetContext
from release.qc.track_names import track_name


@check(
    "level/butt-join-step",
    context=TargetContext,
    rationale="Where two tracks run into each other, a different gain on each is a step in level at the cut.",
    source="manifest.md, level (joined tracks)",
    remedy="Leave level_group: own away, so that joined tracks move as one.",
    severity=Status.WARN,
)
def rule(context: TargetContext) -> Iterator[Outcome]:
    """Tracks that are joined get the same gain."""
    gains = {gain.track: gain.gain_db for gain in context.gains}
    smallest, warn = (context.limits.get("level/butt-join-step", name) for name in ("smallest_db", "warn_db"))
    for unit in context.target.programme.units:
        for before, span in pairwise(unit.timeline.tracks):
            if not span.joined or span.key not in gains or before.key not in gains:
                continue
            step = gains[span.key] - gains[before.key]
            if abs(step) >= smallest:
                one, two = (track_name(context.target, key) for key in (before.key, span.key))
                message = f"The gain changes by {step:+.2f} dB at the join of {one} and {two}."
                yield Outcome(
                    Status.WARN if abs(step) >= warn else Status.NOTE,
                    "step",
                    message,
                    track=span.key,
                    value=step,
                    limit=0.0,
                )
