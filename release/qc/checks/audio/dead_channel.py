"""audio/dead-channel."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import SourceContext, SourceUse

CHANNELS = ("left", "right")


@check(
    "audio/dead-channel",
    context=SourceContext,
    rationale="A stereo file with sound on one side only is nearly always a routing fault of the bounce, and one with none at all "
    "is an empty bounce.",
    source="features.md section 12 (QC1)",
    remedy="Ask for the file again; where the silence is meant, waive it with that reason.",
    severity=Status.FAIL,
)
def rule(context: SourceContext) -> Iterator[Outcome]:
    """Every channel of a source has sound."""
    facts = context.facts
    if all(peak is None for peak in facts.sample_peak_dbfs):
        yield Outcome(Status.FAIL, "no-sound", f"{context.source} is digital silence from start to end.")
        return
    for channel in facts.dead_channels:
        name = CHANNELS[channel] if facts.info.channels == 2 else str(channel + 1)
        yield Outcome(
            Status.FAIL, "silent", f"The {name} channel of {context.source} is digital silence from start to end."
        )
    for use in context.uses:
        if _is_silent(context, use):
            message = f"The part of {context.source} that {use.track} plays is digital silence."
            remedy = "Move its trim to where the sound is; where the silence is meant, waive it with that reason."
            yield Outcome(Status.FAIL, "silent-part", message, remedy=remedy, track=use.track, at_s=use.start_s)


def _is_silent(context: SourceContext, use: SourceUse) -> bool:
    """A track lies in one stretch of digital silence: before the sound, after it, or in a long hole of it."""
    facts = context.facts
    rate_hz, length = facts.info.sample_rate_hz, facts.info.n_samples
    stretches = [
        (0, facts.head_silence_samples),
        (length - facts.tail_silence_samples, length),
        *((start, start + count) for start, count in facts.inner_silences),
    ]
    return any(start / rate_hz <= use.start_s and use.end_s <= end / rate_hz for start, end in stretches)
