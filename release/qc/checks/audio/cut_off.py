"""audio/cut-off."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.causes import without_offset
from release.qc.check import Outcome, check
from release.qc.contexts import SourceContext, SourceUse

MOST_SILENCE_S = 0.01


@check(
    "audio/cut-off",
    context=SourceContext,
    rationale="A file whose first or last sample is already loud starts or ends inside the sound: the bounce was too short, or it clicks. "
    "A zero crossing hides that from the sample, not from the ear: a decay that stops at once was cut as well. A constant offset is "
    "taken off first: audio/dc-offset tells of it.",
    source="measurement.md section 7 (start and end discontinuity; silence within 10 ms of the ends after Essentia's StartStopCut)",
    remedy="Ask for the file with its full start and end, or write a short fade_in or fade_out.",
    severity=Status.WARN,
)
def rule(context: SourceContext) -> Iterator[Outcome]:
    """Each source starts and ends in silence, unless a fade or a join takes care of it."""
    facts = context.facts
    length_s = facts.info.n_samples / facts.info.sample_rate_hz
    for use in context.uses:
        if _starts_open(use):
            found = [*_judge(context, use.track, "start", facts.first_sample_dbfs, 0.0)]
            yield from found or _judge_head(context, use.track)
        if _ends_open(use, length_s):
            found = [*_judge(context, use.track, "end", facts.last_sample_dbfs, length_s)]
            yield from found or _judge_tail(context, use.track, length_s)


def _judge(context: SourceContext, track: str, edge: str, level_dbfs: float | None, at_s: float) -> Iterator[Outcome]:
    """What one outermost sample says; ``edge`` is ``start`` or ``end``."""
    note, warn = (context.limits.get("audio/cut-off", name) for name in ("note_dbfs", "warn_dbfs"))
    if level_dbfs is None:
        return
    level_dbfs = without_offset(level_dbfs, context.facts, context.limits)
    if level_dbfs <= note:
        return
    sample = "first" if edge == "start" else "last"
    message = f"{context.source} {edge}s inside the sound: its {sample} sample is at {level_dbfs:.1f} dBFS."
    status, limit = (Status.WARN, warn) if level_dbfs > warn else (Status.NOTE, note)
    yield Outcome(status, edge, message, track=track, at_s=at_s, value=level_dbfs, limit=limit)


def _judge_head(context: SourceContext, track: str) -> Iterator[Outcome]:
    """A file that is in the middle of the sound from its first millisecond on, though its first sample is soft."""
    facts, least = context.facts, context.limits.get("audio/cut-off", "head_dbfs")
    edge_db = context.limits.get("audio/cut-off", "edge_db")
    if facts.head_edge_dbfs is None or facts.head_silence_samples > MOST_SILENCE_S * facts.info.sample_rate_hz:
        return
    peak, after = (without_offset(level, facts, context.limits) for level in facts.head_edge_dbfs)
    if peak < least or peak < after - edge_db:
        return
    message = f"{context.source} is in the sound from its first millisecond on, at a peak of {peak:.1f} dBFS; a hit may start so, else it was cut."
    yield Outcome(Status.NOTE, "start", message, track=track, at_s=0.0, value=peak, limit=least)


def _judge_tail(context: SourceContext, track: str, length_s: float) -> Iterator[Outcome]:
    """A sound that dies away, and stops at once before it is gone."""
    facts = context.facts
    least, edge_db, fallen_db = (
        context.limits.get("audio/cut-off", name) for name in ("tail_dbfs", "edge_db", "fallen_db")
    )
    if facts.tail_edge_dbfs is None or facts.integrated_lufs is None:
        return
    peak, before = (without_offset(level, facts, context.limits) for level in facts.tail_edge_dbfs)
    if peak < least or peak < before - edge_db:
        return
    silence_s = facts.tail_silence_samples / facts.info.sample_rate_hz
    is_followed = silence_s > MOST_SILENCE_S
    # Music may stop on a beat and be silent then; what has begun to die away does not.
    may_be_meant = is_followed and before > facts.integrated_lufs - fallen_db
    after = f", before {silence_s:.2f} s of digital silence" if is_followed else ""
    meant = "; a stop on the beat may be meant" if may_be_meant else ""
    message = f"{context.source} stops inside the sound: its last 5 ms reach {peak:.1f} dBFS{after}{meant}."
    yield Outcome(
        Status.NOTE if may_be_meant else Status.WARN,
        "tail",
        message,
        track=track,
        at_s=length_s - silence_s,
        value=peak,
        limit=least,
    )


def _starts_open(use: SourceUse) -> bool:
    """The track begins with the file's own first sample, and nothing hides that."""
    return use.start_s < 0.0005 and not use.has_fade_in and not use.joined_before


def _ends_open(use: SourceUse, length_s: float) -> bool:
    return use.end_s > length_s - 0.0005 and not use.has_fade_out and not use.joined_after
