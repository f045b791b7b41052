"""audio/mono-source."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import SourceContext


@check(
    "audio/mono-source",
    context=SourceContext,
    rationale="A one-channel file becomes two equal channels at unchanged sample values, and its loudness is measured as two.",
    source="manifest.md, signal path",
    remedy="If a stereo mix exists, use it: some stores require stereo where it exists.",
    severity=Status.NOTE,
)
def rule(context: SourceContext) -> Iterator[Outcome]:
    """Sources have two channels."""
    if context.facts.info.channels == 1:
        yield Outcome(Status.NOTE, "mono", f"{context.source} has one channel; it is delivered as two equal ones.")
