"""audio/click."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import SourceContext
from release.qc.places import heard, is_mended, more_places, sides, together


@check(
    "audio/click",
    context=SourceContext,
    rationale="A click is a sample, or a few, that neither the sound before nor the sound after it leads to: a clock that slipped, a bad edit, "
    "a scratch. It is heard the better the softer the music around it, and every listener takes it for a fault of the release.",
    source="measurement.md section 8 (AR prediction error, 30 dB over the noise of the residual, and alone in its surroundings)",
    remedy="Listen at the times given; add declick to the track's process, or ask for a new bounce.",
    severity=Status.WARN,
)
def rule(context: SourceContext) -> Iterator[Outcome]:
    """No source has clicks in its sound."""
    rate_hz = context.facts.info.sample_rate_hz
    least = context.limits.get("audio/click", "least_db")
    found = [d for d in heard(context, ["click"]) if d.strength_db >= least]
    if not found:
        return
    groups = together(found, rate_hz)
    first = groups[0]
    listed = sum(d.kind == "click" for d in context.facts.defects)
    unlisted = max(dict(context.facts.defect_counts).get("click", 0) - listed, 0)
    cured = is_mended(context, "declick")
    at_s = first[0].at_sample / rate_hz
    strength = max(d.strength_db for d in first)
    yield Outcome(
        Status.NOTE if cured else Status.WARN,
        "click",
        f"{context.source} has a click{sides(context, first)}, {strength:.0f} dB over what the sound around it does"
        f"{more_places(context, groups, unlisted)}{'; declick in the chain takes it away' if cured else ''}.",
        track=context.track_at(at_s),
        at_s=at_s,
        value=strength,
        limit=least,
    )
