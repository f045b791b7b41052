"""audio/cut-off."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import SourceContext, SourceUse


@check(
    "audio/cut-off",
    context=SourceContext,
    rationale="A file whose first or last sample is already loud starts or ends inside the sound: the bounce was too short, or it clicks.",
    source="measurement.md section 7 (start and end discontinuity)",
    remedy="Ask for the file with its full start and end, or write a short fade_in or fade_out.",
    severity=Status.WARN,
)
def rule(context: SourceContext) -> Iterator[Outcome]:
    """Each source starts and ends in silence, unless a fade or a join takes care of it."""
    facts = context.facts
    edge = context.limits.get("audio/cut-off", "edge_dbfs")
    length_s = facts.info.n_samples / facts.info.sample_rate_hz
    for use in context.uses:
        if _starts_open(use) and facts.first_sample_dbfs is not None and facts.first_sample_dbfs > edge:
            message = (
                f"{context.source} starts inside the sound: its first sample is at {facts.first_sample_dbfs:.1f} dBFS."
            )
            yield Outcome(
                Status.WARN, "start", message, track=use.track, at_s=0.0, value=facts.first_sample_dbfs, limit=edge
            )
        if _ends_open(use, length_s) and facts.last_sample_dbfs is not None and facts.last_sample_dbfs > edge:
            message = (
                f"{context.source} ends inside the sound: its last sample is at {facts.last_sample_dbfs:.1f} dBFS."
            )
            yield Outcome(
                Status.WARN, "end", message, track=use.track, at_s=length_s, value=facts.last_sample_dbfs, limit=edge
            )


def _starts_open(use: SourceUse) -> bool:
    """The track begins with the file's own first sample, and nothing hides that."""
    return use.start_s < 0.0005 and not use.has_fade_in and not use.joined_before


def _ends_open(use: SourceUse, length_s: float) -> bool:
    return use.end_s > length_s - 0.0005 and not use.has_fade_out and not use.joined_after
