"""audio/noise-burst."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import SourceContext
from release.qc.places import heard, length_text, more_places, sides, together


@check(
    "audio/noise-burst",
    context=SourceContext,
    rationale="Samples that are as rough as white noise, that start at once and stop at once, are what a buffer of wrong data sounds like: a damaged "
    "file, a driver that failed. Cymbals hide soft ones, and electronic music has noise that opens and shuts, so it is a note.",
    source="measurement.md section 8 (second derivative against its average; here fourth differences)",
    remedy="Listen at the times given, and ask for a new bounce; where the noise is meant, waive it with that reason.",
    severity=Status.NOTE,
)
def rule(context: SourceContext) -> Iterator[Outcome]:
    """No source has bursts of digital noise."""
    rate_hz = context.facts.info.sample_rate_hz
    least = context.limits.get("audio/noise-burst", "least_db")
    found = [d for d in heard(context, ["burst"]) if d.strength_db >= least]
    if not found:
        return
    groups = together(found, rate_hz)
    # The roughest leads: where music has noise of its own, wrong samples stand over it.
    first = max(groups, key=lambda group: max(d.strength_db for d in group))
    groups = [first, *(group for group in groups if group is not first)]
    listed = sum(d.kind == "burst" for d in context.facts.defects)
    unlisted = max(dict(context.facts.defect_counts).get("burst", 0) - listed, 0)
    at_s = first[0].at_sample / rate_hz
    strength = max(d.strength_db for d in first)
    yield Outcome(
        Status.NOTE,
        "burst",
        f"{context.source} has {length_text(first[0].length / rate_hz)} of noise{sides(context, first)} that starts and stops at once, "
        f"{strength:.0f} dB rougher than the sound before it{more_places(context, groups, unlisted, with_length=True)}.",
        track=context.track_at(at_s),
        at_s=at_s,
        value=strength,
        limit=least,
    )
