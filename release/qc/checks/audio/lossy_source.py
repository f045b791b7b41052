"""audio/lossy-source."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import SourceContext

CODEC_NAMES = {"vorbis": "Ogg Vorbis", "opus": "Opus"}


@check(
    "audio/lossy-source",
    context=SourceContext,
    rationale="Audio that went through a lossy encoder is damaged for good, and is damaged again by the next one.",
    source="measurement.md section 9 (low-pass edges of common encoders)",
    remedy="Ask for the file from before the lossy encoder; where none exists, waive it with that reason.",
    severity=Status.WARN,
)
def rule(context: SourceContext) -> Iterator[Outcome]:
    """No source went through a lossy encoder."""
    facts = context.facts
    if facts.info.is_lossy:
        name = CODEC_NAMES.get(facts.info.codec, facts.info.codec.upper())
        yield Outcome(Status.WARN, "lossy", f"{context.source} is a lossy file ({name}).")
        return
    limit = {
        name: context.limits.get("audio/lossy-source", name)
        for name in ("strong_from_hz", "strong_to_hz", "weak_from_hz", "weak_to_hz", "edge_db")
    }
    edge_hz, edge_db = facts.bandwidth_hz, facts.bandwidth_edge_db
    if edge_hz is None or edge_db is None or edge_db < limit["edge_db"]:
        return
    strong = limit["strong_from_hz"] <= edge_hz <= limit["strong_to_hz"]
    weak = limit["weak_from_hz"] <= edge_hz <= limit["weak_to_hz"]
    if strong or weak:
        low_hz, high_hz = (limit[f"{'strong' if strong else 'weak'}_{end}_hz"] for end in ("from", "to"))
        fall = f"{edge_db:.0f} dB" if edge_db < 100.0 else "more than 100 dB"
        yield Outcome(
            # Too few lossy files are found by their spectrum (docs/checks.md, how well the checks hear) for a warning.
            Status.NOTE,
            "suspected",
            f"{context.source} may come from a lossy file: its spectrum ends at {edge_hz / 1000:.1f} kHz and falls {fall} within 500 Hz "
            f"(limits: {low_hz / 1000:.1f} to {high_hz / 1000:.1f} kHz, {limit['edge_db']:.0f} dB).",
            remedy="" if strong else "Many converters and producers filter here too; ask where the file comes from.",
            value=edge_hz,
        )
