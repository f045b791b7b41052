"""audio/dead-channel."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import SourceContext

CHANNELS = ("left", "right")


@check(
    "audio/dead-channel",
    context=SourceContext,
    rationale="A stereo file with sound on one side only is nearly always a routing fault of the bounce.",
    source="features.md section 12 (QC1)",
    remedy="Ask for the file again; where one side is meant to be silent, waive it with that reason.",
    severity=Status.FAIL,
)
def rule(context: SourceContext) -> Iterator[Outcome]:
    """Every channel of a source has sound."""
    for channel in context.facts.dead_channels:
        name = CHANNELS[channel] if context.facts.info.channels == 2 else str(channel + 1)
        yield Outcome(
            Status.FAIL, "silent", f"The {name} channel of {context.source} is digital silence from start to end."
        )
