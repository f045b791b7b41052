"""audio/silence-at-head."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import SourceContext


@check(
    "audio/silence-at-head",
    context=SourceContext,
    rationale="Digital silence before the sound adds to the gap that the sequence asks for, and some distributors refuse long stretches of it.",
    source="delivery.md 5.2 (one distributor: 10 s at most)",
    remedy="Trim it away (trim), or leave it where the silence is meant.",
    severity=Status.WARN,
)
def rule(context: SourceContext) -> Iterator[Outcome]:
    """No track starts with a long stretch of digital silence."""
    facts = context.facts
    rate_hz = facts.info.sample_rate_hz
    note_s, warn_s = (context.limits.get("audio/silence-at-head", name) for name in ("note_s", "warn_s"))
    sound_s = facts.head_silence_samples / rate_hz
    for use in context.uses:
        silence_s = min(sound_s, use.end_s) - use.start_s
        if silence_s >= note_s:
            is_warn = silence_s >= warn_s
            yield Outcome(
                Status.WARN if is_warn else Status.NOTE,
                "silence",
                f"{use.track} starts with {silence_s:.2f} s of digital silence ({context.source}).",
                track=use.track,
                at_s=use.start_s,
                value=silence_s,
                limit=warn_s if is_warn else note_s,
            )
