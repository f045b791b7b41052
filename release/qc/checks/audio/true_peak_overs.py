"""audio/true-peak-overs."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import SourceContext


@check(
    "audio/true-peak-overs",
    context=SourceContext,
    rationale="A waveform that passes full scale between the samples distorts in converters and encoders. In a source it is a hint, "
    "since the target's level decides what is delivered.",
    source="ITU-R BS.1770-5 Annex 2",
    remedy="Give the target a ceiling, or ask for a mix with more headroom.",
    severity=Status.NOTE,
)
def rule(context: SourceContext) -> Iterator[Outcome]:
    """The true peak of each source stays at or under full scale."""
    facts = context.facts
    if facts.true_peak_dbtp is None or facts.true_peak_dbtp <= 0.0 or not facts.overs:
        return
    at_s = facts.true_peak_at_sample / facts.info.sample_rate_hz
    yield Outcome(
        Status.NOTE,
        "over",
        f"{context.source} reaches {facts.true_peak_dbtp:+.2f} dBTP; it passes full scale in {facts.overs} place{'' if facts.overs == 1 else 's'}.",
        track=context.track_at(at_s),
        at_s=at_s,
        value=facts.true_peak_dbtp,
        limit=0.0,
    )
