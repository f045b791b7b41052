"""The coding history of a file: where its sound came from and what was done to it, as EBU R 98 has it.

What the plan knows stands in the step's parameters; gain, limiter and dither are known when they have happened, so those
come from facts (``stages/tagging.py``).
"""

from __future__ import annotations

from collections.abc import Iterator

from release.model.programme import Clip, TargetProgramme, TrackSpan
from release.model.source import SourceInfo
from release.model.target import ResolvedTarget
from release.pipeline.step import Input, StepRef, fact_of
from release.targets.audio_steps import PlannedAudio, PlannedTrack
from release.targets.book import Book


def source_lines(book: Book, target: ResolvedTarget, track: PlannedTrack) -> list[str]:
    """One line for each source that sounds in a track's file, in the order of their appearance; no line ends."""
    clips = _clips(target.programme, track.unit, track.placed.span)
    return [_line(book.info(source)) for source in dict.fromkeys(c.source for c in clips)]


def planned_words(book: Book, target: ResolvedTarget, track: PlannedTrack, rate_hz: int) -> list[str]:
    """What is done to the sound before its level gain."""
    programme = target.programme
    clips = _clips(programme, track.unit, track.placed.span)
    rates = {book.info(c.source).sample_rate_hz for c in clips} | {programme.rate_hz, rate_hz}
    touched = programme.sequences or programme.chain or programme.gain_db or any(c.chain or c.gain_db for c in clips)
    words = ["resampled"] if len(rates) > 1 else []
    return [*words, "processed"] if touched else words


def fact_inputs(audio: PlannedAudio, target: ResolvedTarget, track: PlannedTrack) -> dict[str, Input]:
    """What is known only after level and finish."""
    inputs: dict[str, Input] = {"gain": fact_of(audio.level, f"gains_db/{track.placed.index}")}
    if target.level.limiter is not None:
        inputs["reduction"] = fact_of(audio.level, "reduction_db")
    for n, ref in enumerate(track.inputs.values()):
        assert isinstance(ref, StepRef)
        inputs[f"dither:{n}"] = fact_of(ref.step_id, "dither")
    return inputs


def _clips(programme: TargetProgramme, unit: int, span: TrackSpan) -> tuple[Clip, ...]:
    """Clips of sources that sound in a track's file; those of the sequence's run where it plays one."""
    runs = {run.id: run.timeline.clips for run in programme.sequences}
    found: list[Clip] = []
    for clip in programme.units[unit].timeline.clips:
        first, last = max(clip.position, span.start), min(clip.end, span.end)
        if first >= last:
            continue
        shift = clip.source_start - clip.position
        found += _within(runs[clip.source], first + shift, last + shift) if clip.source in runs else [clip]
    return tuple(found)


def _within(clips: tuple[Clip, ...], first: int, last: int) -> Iterator[Clip]:
    return (c for c in clips if c.position < last and c.end > first)


def _line(info: SourceInfo) -> str:
    mode = "mono" if info.channels == 1 else "stereo"
    width = "" if info.bit_depth is None else f",W={info.bit_depth}"
    algorithm = info.codec.upper() if info.is_lossy else "PCM"
    return f"A={algorithm},F={info.sample_rate_hz}{width},M={mode},T=source"
