"""programme/same-audio."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.model.programme import TrackSpan
from release.qc.check import Outcome, check
from release.qc.contexts import ProgrammeContext

MOST_SHARED = 0.5
"""Of the shorter of two tracks: less may be an overlap of takes that is meant."""


@check(
    "programme/same-audio",
    context=ProgrammeContext,
    rationale="Two files with the same bytes under two names, or two tracks that play the same part of one file, are usually one of them in the wrong place.",
    source="features.md section 12 (QC6)",
    remedy="Check which file belongs to which track.",
    severity=Status.WARN,
)
def rule(context: ProgrammeContext) -> Iterator[Outcome]:
    """No two source files are the same file, and no two tracks the same part of one."""
    by_digest: dict[str, list[str]] = {}
    for source, facts in context.facts.items():
        by_digest.setdefault(facts.sha256, []).append(source)
    tracks: dict[str, str] = {}
    for key, used in context.project.uses.items():
        tracks.setdefault(used, key)
    for sources in by_digest.values():
        if len(sources) > 1:
            yield Outcome(
                Status.WARN,
                "same-file",
                f"These sources are the same file: {', '.join(sources)}.",
                track=tracks.get(sources[-1]),
            )
    yield from _same_parts(context)


def _same_parts(context: ProgrammeContext) -> Iterator[Outcome]:
    """Pairs of tracks of which most of the shorter one lies in the same part of one source."""
    parts = [(span.key, context.project.uses.get(span.key, ""), *_part(context, span)) for span in _spans(context)]
    for n, (key, source, start, end) in enumerate(parts):
        for earlier, other, first, last in parts[:n]:
            shared = min(end, last) - max(start, first)
            if other == source and shared > MOST_SHARED * min(end - start, last - first):
                text = f"{earlier} and {key} play the same part of {source}."
                yield Outcome(Status.WARN, "same-part", text, remedy="Check the source or the trim of both.", track=key)
                break


def _spans(context: ProgrammeContext) -> Iterator[TrackSpan]:
    return (span for span in context.project.programme.tracks if context.project.uses.get(span.key))


def _part(context: ProgrammeContext, span: TrackSpan) -> tuple[int, int]:
    """The first and last sample of its source that a track plays, at the programme's rate."""
    source = context.project.uses[span.key]
    played = [
        (max(span.audio_start, clip.position), min(span.audio_end, clip.end), clip.source_start - clip.position)
        for clip in context.project.programme.clips
        if clip.source == source and clip.position < span.audio_end and clip.end > span.audio_start
    ]
    return min((a + at for a, _, at in played), default=0), max((b + at for _, b, at in played), default=0)
