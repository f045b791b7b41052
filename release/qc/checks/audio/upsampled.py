"""audio/upsampled."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import SourceContext

LOWER_RATES_HZ = (22_050, 44_100, 48_000, 88_200, 96_000)
"""Rates whose half-rate edge is looked for; 32 kHz is left to audio/lossy-source, whose edges lie there."""


@check(
    "audio/upsampled",
    context=SourceContext,
    rationale="A file whose spectrum ends at half of a lower rate was converted up: its rate promises more than it holds. A soft filter "
    "ends later, but leaves a mirror image of the sound above half the old rate. Files shorter than 5 s are not judged.",
    source="measurement.md section 9; Crochiere and Rabiner, Multirate Digital Signal Processing (1983), section 2.3 (images)",
    remedy="Ask for the file at its native rate, or do not sell it as high resolution.",
    severity=Status.NOTE,
)
def rule(context: SourceContext) -> Iterator[Outcome]:
    """The spectrum of a source fills the rate that it has."""
    facts = context.facts
    rate_hz, edge_hz = facts.info.sample_rate_hz, facts.bandwidth_hz
    if facts.info.duration_s < context.limits.get("audio/upsampled", "shortest_s"):
        return
    if facts.mirrored_hz is not None:
        yield Outcome(
            Status.NOTE,
            "upsampled",
            f"{context.source} is a {rate_hz / 1000:g} kHz file that was one of {facts.mirrored_hz / 500:g} kHz: what lies above "
            f"{facts.mirrored_hz / 1000:.1f} kHz is a mirror image of what lies below.",
            value=facts.mirrored_hz,
            limit=rate_hz / 2,
        )
        return
    lower_hz = _ends_as(context)
    if edge_hz is not None and lower_hz is not None:
        yield Outcome(
            Status.NOTE,
            "upsampled",
            f"{context.source} is a {rate_hz / 1000:g} kHz file whose spectrum ends at {edge_hz / 1000:.1f} kHz, as one of {lower_hz / 1000:g} kHz does.",
            value=edge_hz,
            limit=rate_hz / 2,
        )


def _ends_as(context: SourceContext) -> int | None:
    """The lower rate at whose half the spectrum ends steeply."""
    facts = context.facts
    edge_hz, edge_db = facts.bandwidth_hz, facts.bandwidth_edge_db
    if edge_hz is None or edge_db is None or edge_db < context.limits.get("audio/upsampled", "edge_db"):
        return None
    for lower_hz in LOWER_RATES_HZ:
        # The narrowest common converters keep 0.91 of half the rate; a spectrum that ends earlier says nothing of it.
        if lower_hz <= facts.info.sample_rate_hz * 0.6 and 0.905 * lower_hz / 2 <= edge_hz <= 1.01 * lower_hz / 2:
            return lower_hz
    return None
