"""The programme: one immutable timeline of clips with integer sample positions.

Every target is a view on it: a selection, an order, a rate, a level. All positions in this module are samples at the
programme's rate, counted from the start of the timeline that they stand in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from release.model.metadata import Texts

Value = float | int | str | bool | tuple[float, ...]
"""A parameter of a process step, already in its documented unit; several where each band has its own."""


class SampleCount(int):
    """A time written in samples of the programme, before the rate is known."""

    __slots__ = ()


def in_seconds(value: Value, rate_hz: int) -> Value:
    """A parameter in its documented unit: counts of samples as seconds at the programme's rate."""
    if isinstance(value, tuple):
        return tuple(v / rate_hz if isinstance(v, SampleCount) else v for v in value)
    return value / rate_hz if isinstance(value, SampleCount) else value


class Curve(StrEnum):
    """Fade laws (manifest.md, joins and cuts)."""

    S_CURVE = "s-curve"
    LINEAR = "linear"
    EQUAL_POWER = "equal-power"
    EXPONENTIAL = "exponential"
    LOGARITHMIC = "logarithmic"


@dataclass(frozen=True, slots=True)
class Fade:
    """A fade over ``length`` samples at one end of a clip."""

    length: int
    curve: Curve


@dataclass(frozen=True, slots=True)
class ProcessStep:
    """One step of a chain: what kind it is and its parameters in fixed units.

    ``name`` serves only to leave the step out; it never reaches a key. ``acts_on`` is ``both`` channels or one part of
    the sound: ``left``, ``right``, ``mid``, ``side``.
    """

    kind: str
    parameters: tuple[tuple[str, Value], ...]
    name: str | None = None
    acts_on: str = "both"


@dataclass(frozen=True, slots=True)
class Clip:
    """A part of one source placed on a timeline.

    The source is converted to the programme rate as a whole, ``gain_db`` and ``chain`` act on it from some time before
    ``source_start`` (so that filters have settled), then it is cut to ``length`` and faded. Overlapping clips add up.
    A clip may carry several tracks (one source with many tracks); nothing in a clip knows of tracks.

    Attributes:
        source: id of the source: its path as resolved, relative to the manifest, with forward slashes.
        source_start: first sample used, counted in the converted source.
        length: samples used.
        position: where the first sample stands on the timeline.
        gain_db: before the chain.
        chain: steps in order.
        repeats: True for room tone, which repeats from its start when ``length`` exceeds it.
    """

    source: str
    source_start: int
    length: int
    position: int
    gain_db: float = 0.0
    chain: tuple[ProcessStep, ...] = ()
    fade_in: Fade | None = None
    fade_out: Fade | None = None
    repeats: bool = False

    @property
    def end(self) -> int:
        """One past the last sample on the timeline."""
        return self.position + self.length


@dataclass(frozen=True, slots=True)
class TrackSpan:
    """Where a track lies on a timeline.

    Attributes:
        key: track id, or ``id@version``.
        number: printed number in this unit, 1 first; None for a hidden track that lies inside another.
        start: where number, file cut and ISRC begin, snapped to a CD frame where the project snaps.
        asked_start: the same before snapping.
        end: one past the last sample of the track's file: the next start, the end of sound where gaps are left out of
            files, or the end of the timeline.
        audio_start: first sample of the trimmed audio.
        audio_end: one past its last sample.
        pause_start: where CD index 00 begins, or None for no pause. For the first track of a disc it may be negative
            (silence that the disc adds before the timeline).
        indexes: CD index 02 and up, snapped.
        asked_indexes: the same before snapping.
        joined: True when a join (gap of 0 or less, or a crossfade) leads into it here.
        gap: samples between the end of the previous audio and the start of this one (negative: overlap); 0 for the first.
        level_group: tracks with the same word are measured pooled and move as one.
        hidden: True for hidden tracks.
        gain_of: key of the track whose level gain this one takes: a version moves with its main recording; empty for
            its own.
    """

    key: str
    number: int | None
    start: int
    asked_start: int
    end: int
    audio_start: int
    audio_end: int
    pause_start: int | None = None
    indexes: tuple[int, ...] = ()
    asked_indexes: tuple[int, ...] = ()
    joined: bool = False
    gap: int = 0
    level_group: str = ""
    hidden: bool = False
    gain_of: str = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a timeline parted from its neighbours by silence: an island.

    Resampler, limiter and noise shaper start fresh at ``start``, which is a CD-frame boundary, so that it is a whole
    sample at every rate (docs/decisions/0002-islands.md).
    """

    start: int
    end: int
    clips: tuple[Clip, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Clips and track spans of one disc, one side or one set of files."""

    rate_hz: int
    length: int
    clips: tuple[Clip, ...]
    tracks: tuple[TrackSpan, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """A carrier unit of a target: a disc, a side, or a set of files of one disc.

    Attributes:
        name: ``1``, ``2``… for discs, ``A``, ``B``… for sides.
        title: title of the disc, or empty.
        translations: texts of the disc by language.
    """

    name: str
    title: str
    timeline: Timeline
    translations: tuple[tuple[str, Texts], ...] = ()


@dataclass(frozen=True, slots=True)
class Shift:
    """A position that a format forced to move; always reported.

    Attributes:
        what: ``start``, ``pause``, ``index 02``…
        unit: name of the disc or side that the positions are counted in.
        reason: ``grid`` (CD frames), ``sound`` (a default pause never begins before the end of sound) or ``first-pause``
            (two silent seconds before everything that sounds).
        differs_from: the CD target that set the file cuts, where this further CD target snaps the start otherwise.
        elsewhere_samples: where that target's cut would lie here; None where there is no such difference.
    """

    target: str
    track: str
    what: str
    asked_samples: int
    used_samples: int
    rate_hz: int
    unit: str = ""
    differs_from: str = ""
    elsewhere_samples: int | None = None
    reason: str = "grid"


@dataclass(frozen=True, slots=True)
class SequenceRun:
    """One run of ``sequence.process`` over the main order (or over a variant of it).

    Clips of a unit that play its result name ``id`` (``@main``, ``@variant-1``…) as their source; ``source_start`` then
    counts on this run's timeline.
    """

    id: str
    timeline: Timeline
    chain: tuple[ProcessStep, ...]


@dataclass(frozen=True, slots=True)
class TargetProgramme:
    """What one target plays: its units, and the processing over each of them.

    Attributes:
        target: name of the target.
        rate_hz: programme rate.
        units: discs or sides, in order.
        gain_db: the target's own gain, before ``chain``.
        chain: the target's ``process``, over each unit apart.
        sequences: runs of ``sequence.process``; empty when that chain is empty.
        shifts: positions moved by the CD-frame grid.
    """

    target: str
    rate_hz: int
    units: tuple[Unit, ...]
    gain_db: float = 0.0
    chain: tuple[ProcessStep, ...] = ()
    sequences: tuple[SequenceRun, ...] = ()
    shifts: tuple[Shift, ...] = field(default=())


def split_segments(timeline: Timeline, *, whole: bool = False) -> tuple[Segment, ...]:
    """Cut a timeline into islands where its clips leave at least 200 ms of silence between them.

    The cut lies on the first CD-frame boundary at least 100 ms into the silence, so that every segment starts on a whole
    sample at every rate (docs/decisions/0002-islands.md).

    Args:
        timeline: the clips to part.
        whole: keep everything in one segment, as a chain over the whole timeline demands.
    """
    if whole or not timeline.clips:
        return (Segment(0, timeline.length, timeline.clips),)
    frame = timeline.rate_hz // 75
    shortest = timeline.rate_hz // 5
    clips = sorted(timeline.clips, key=lambda c: (c.position, c.end))
    groups: list[list[Clip]] = [[clips[0]]]
    cuts: list[int] = []
    sound_end = clips[0].end
    for clip in clips[1:]:
        if clip.position - sound_end >= shortest:
            cuts.append(-(-(sound_end + shortest // 2) // frame) * frame)
            groups.append([clip])
        else:
            groups[-1].append(clip)
        sound_end = max(sound_end, clip.end)
    starts = [0, *cuts]
    ends = [*cuts, timeline.length]
    return tuple(Segment(s, e, tuple(g)) for s, e, g in zip(starts, ends, groups, strict=True))
