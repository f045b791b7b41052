"""The steps behind a bypass: the same track of the same target, at the same gains and limits, without some of its steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from release.model.programme import Clip, ProcessStep, TargetProgramme, Timeline
from release.stages.excerpt import EXCERPT
from release.targets.audio_steps import AudioWish, _plan_finishes, _plan_track, _render_units
from release.targets.book import Book
from release.targets.plan import TargetPlan

NOTHING = ProcessStep("gain", (("gain", 0.0),))
"""Leaves every sample as it is: it stands for a chain that was emptied, so that islands stay as they were."""
ALL = "all"


def chain_steps(programme: TargetProgramme, key: str) -> tuple[ProcessStep, ...]:
    """Every step that a track runs through: its own, the programme's, the target's."""
    own = [clip.chain for timeline in _timelines(programme) for clip in timeline.clips if _plays(timeline, clip, key)]
    chains = [*own[:1], *(run.chain for run in programme.sequences), programme.chain]
    return tuple(step for chain in chains for step in chain)


def is_meant(step: ProcessStep, word: str) -> bool:
    """Whether a word means a step: its name, its kind, or ``all``."""
    return word in (ALL, step.name, step.kind)


def plan_bypass(book: Book, plan: TargetPlan, key: str, word: str, start: int, end: int) -> str:
    """The step that leaves samples ``[start, end)`` of a track without the steps that a word means."""
    audio, target = plan.audio, plan.target
    programme = without(target.programme, key, word)
    wish = AudioWish(
        audio.rate_hz,
        audio.bit_depth,
        audio.is_float,
        float_copy=False,
        level=target.level,
        suffix=f"-without-{word}-{key}",
    )
    rendered = _render_units(book, target, wish, programme, wish.suffix)
    # The gains and the limiter's ceiling are those of the delivered audio: the step is all that differs.
    finishes = _plan_finishes(book, replace(target, programme=programme), wish, rendered, audio.level)
    number, placed, track = next(
        (n, unit, t) for n, unit in enumerate(rendered.units) for t in unit.tracks if t.span.key == key
    )
    cut = _plan_track(book, target, wish, number, placed, finishes[number], track)
    return book.add(
        f"{target.name}/excerpt{wish.suffix}/{start}",
        EXCERPT,
        {
            "parts": [list(p) for p in cut.parts],
            "bit_depth": audio.bit_depth,
            "is_float": audio.is_float,
            "start": start,
            "end": end,
        },
        cut.inputs,
        title=f"render {key} without {word}",
        cost=(end - start) / audio.rate_hz,
    )


def without(programme: TargetProgramme, key: str, word: str) -> TargetProgramme:
    """The programme without the steps of a track's path that a word means; nothing else moves."""

    def kept(chain: Sequence[ProcessStep]) -> tuple[ProcessStep, ...]:
        left = tuple(step for step in chain if not is_meant(step, word))
        return left or ((NOTHING,) if chain else ())

    def freed(timeline: Timeline) -> Timeline:
        clips = tuple(
            replace(clip, chain=tuple(s for s in clip.chain if not is_meant(s, word)))
            if _plays(timeline, clip, key)
            else clip
            for clip in timeline.clips
        )
        return replace(timeline, clips=clips)

    return replace(
        programme,
        units=tuple(replace(unit, timeline=freed(unit.timeline)) for unit in programme.units),
        sequences=tuple(
            replace(run, timeline=freed(run.timeline), chain=kept(run.chain)) for run in programme.sequences
        ),
        chain=kept(programme.chain),
    )


def _timelines(programme: TargetProgramme) -> list[Timeline]:
    """Those of the sequence runs first: where there are any, the clips with chains stand in them."""
    return [*(run.timeline for run in programme.sequences), *(unit.timeline for unit in programme.units)]


def _plays(timeline: Timeline, clip: Clip, key: str) -> bool:
    """Whether a clip plays a track from its start to its end; the other clip of a crossfade does not."""
    if clip.repeats:
        return False
    return any(
        s.key == key and clip.position <= s.audio_start < clip.end and s.audio_end <= clip.end for s in timeline.tracks
    )
