"""level/encoder-overload."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import TargetContext


@check(
    "level/encoder-overload",
    context=TargetContext,
    rationale="Lossy encoders take floats over full scale only so far (AAC is the first to give way); beyond it the file is another recording.",
    source="read-back of the file (issue 2 item 7: gain within 0.1 dB below 10 kHz); manifest.md, level (the ceiling holds at the encoder's input)",
    remedy="Give the target a ceiling, or lower its gain.",
    severity=Status.FAIL,
)
def rule(context: TargetContext) -> Iterator[Outcome]:
    """What goes into a lossy encoder is at a level that it can encode."""
    for item in context.deliverables:
        problem, peak = item.verified.get("overloaded"), item.verified.get("input_peak_dbfs")
        if not problem or not isinstance(peak, float):
            continue
        yield Outcome(
            Status.FAIL,
            "overloaded",
            f"{item.path} is not what went into the encoder, whose level peaks at {peak:+.1f} dBFS: {problem}.",
            remedy=f"Lower the target by {peak:.1f} dB; `level: {{match: peak, ceiling: 0 dBTP}}` does it.",
            track=item.track,
            value=peak,
            limit=0.0,
        )
