"""audio/identical-channels."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import SourceContext


@check(
    "audio/identical-channels",
    context=SourceContext,
    rationale="Two equal channels are a mono recording in a stereo file: right for a mono recording, a fault where a stereo mix was promised.",
    source="measurement.md section 7 (exact equality of left and right)",
    remedy="If the recording is not mono, ask for the stereo mix.",
    severity=Status.NOTE,
)
def rule(context: SourceContext) -> Iterator[Outcome]:
    """Stereo sources hold two different channels."""
    if context.facts.info.channels == 2 and context.facts.is_identical:
        yield Outcome(Status.NOTE, "dual-mono", f"Left and right of {context.source} are equal, sample for sample.")
