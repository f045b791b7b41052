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
    length_s = facts.info.n_samples / facts.info.sample_rate_hz
    for use in context.uses:
        if _starts_open(use):
            yield from _judge(context, use.track, "start", facts.first_sample_dbfs, 0.0)
        if _ends_open(use, length_s):
            yield from _judge(context, use.track, "end", facts.last_sample_dbfs, length_s)


def _judge(context: SourceContext, track: str, edge: str, level_dbfs: float | None, at_s: float) -> Iterator[Outcome]:
    """What one outermost sample says; ``edge`` is ``start`` or ``end``."""
    note, warn = (context.limits.get("audio/cut-off", name) for name in ("note_dbfs", "warn_dbfs"))
    if level_dbfs is None or level_dbfs <= note:
        return
    sample = "first" if edge == "start" else "last"
    message = f"{context.source} {edge}s inside the sound: its {sample} sample is at {level_dbfs:.1f} dBFS."
    status = Status.WARN if level_dbfs > warn else Status.NOTE
    yield Outcome(status, edge, message, track=track, at_s=at_s, value=level_dbfs, limit=warn)


def _starts_open(use: SourceUse) -> bool:
    """The track begins with the file's own first sample, and nothing hides that."""
    return use.start_s < 0.0005 and not use.has_fade_in and not use.joined_before


def _ends_open(use: SourceUse, length_s: float) -> bool:
    return use.end_s > length_s - 0.0005 and not use.has_fade_out and not use.joined_after
