"""Where a unit's tracks, segments, gains and cuts lie at a target's rate: pure arithmetic on integers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from release.model.programme import Segment, Timeline, TrackSpan, split_segments
from release.model.spans import gain_regions
from release.units import convert_position

T = TypeVar("T")
At = Callable[[int], int]
"""Position at the programme's rate to position at the target's."""

LONGEST_SILENCE_S = 3
"""Silence measured beside a piece: as long as the longest window, short-term loudness."""


@dataclass(frozen=True, slots=True)
class PlacedPiece:
    """The part of a track that sounds in one segment; see ``stages.render.Piece``."""

    start: int
    end: int
    lead: int
    tail: int
    track: int

    def to_json(self) -> list[int]:
        """As step parameters, the track last."""
        return [self.start, self.end, self.lead, self.tail, self.track]


@dataclass(frozen=True, slots=True)
class PlacedSegment:
    """One island of a unit at the target's rate; positions in samples from the start of the segment.

    Attributes:
        segment: at the programme's rate.
        start: on the unit, at the target's rate.
        n_samples: length at the target's rate.
        pieces: what is measured of it.
        regions: (start, end, track): where each track's gain holds.
        cuts: (start, end, track or None): what each file takes; None for what lies before the first track.
    """

    segment: Segment
    start: int
    n_samples: int
    pieces: tuple[PlacedPiece, ...]
    regions: tuple[tuple[int, int, int], ...]
    cuts: tuple[tuple[int, int, int | None], ...]


@dataclass(frozen=True, slots=True)
class PlacedTrack:
    """A track of a unit at the target's rate; positions on the unit.

    Attributes:
        index: of the track among all tracks of the target.
        parts: (segment, cut): where its samples are.
    """

    span: TrackSpan
    index: int
    start: int
    end: int
    audio_start: int
    audio_end: int
    parts: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class PlacedUnit:
    """A disc, side or set of files at the target's rate."""

    n_samples: int
    segments: tuple[PlacedSegment, ...]
    tracks: tuple[PlacedTrack, ...]

    @property
    def spans(self) -> tuple[TrackSpan, ...]:
        """Spans of all tracks, hidden ones included."""
        return tuple(track.span for track in self.tracks)


def place_unit(timeline: Timeline, rate_hz: int, first_index: int, *, whole: bool) -> PlacedUnit:
    """Lay a unit out at a rate.

    Args:
        timeline: of the unit, at the programme's rate.
        rate_hz: the target's.
        first_index: number of the unit's first track among all tracks of the target.
        whole: keep the unit in one segment, because a chain runs over all of it.
    """

    def at(position: int) -> int:
        return convert_position(position, timeline.rate_hz, rate_hz)

    islands = split_segments(timeline, whole=whole)
    cut_spans = _cut_spans(timeline, at, first_index)
    measured = _measured_spans(timeline, at, first_index, cut_spans)
    sounds = [_sounding(island, at) for island in islands]
    index_of = {span.key: first_index + i for i, span in enumerate(timeline.tracks)}
    regions = [(at(start), at(end), index_of[key]) for start, end, key in gain_regions(timeline)]
    segments = []
    for island, sound in zip(islands, sounds, strict=True):
        start, end = at(island.start), at(island.end)
        segments.append(
            PlacedSegment(
                island,
                start,
                end - start,
                _pieces(measured, sound, start, end, rate_hz),
                tuple(_inside(regions, start, end)),
                tuple(_inside(cut_spans, start, end)),
            )
        )
    tracks = tuple(
        PlacedTrack(
            span,
            first_index + i,
            at(span.start),
            at(span.end),
            at(span.audio_start),
            at(span.audio_end),
            _parts(segments, first_index + i),
        )
        for i, span in enumerate(timeline.tracks)
    )
    return PlacedUnit(at(timeline.length), tuple(segments), tracks)


def _cut_spans(timeline: Timeline, at: At, first_index: int) -> list[tuple[int, int, int | None]]:
    """What files take: numbered tracks from start to end; None for what no file takes."""
    spans: list[tuple[int, int, int | None]] = []
    done = 0
    for i, track in enumerate(timeline.tracks):
        if track.number is None:
            continue  # a hidden track lies inside another's file, or in the pause before the first
        if track.start > done:
            spans.append((at(done), at(track.start), None))
        spans.append((at(track.start), at(track.end), first_index + i))
        done = track.end
    if done < timeline.length:
        spans.append((at(done), at(timeline.length), None))
    return spans


def _measured_spans(
    timeline: Timeline, at: At, first_index: int, cuts: Sequence[tuple[int, int, int | None]]
) -> list[tuple[int, int, int | None]]:
    """What each track is measured over: its file, without the hidden tracks that lie in it, which are tracks of their own."""
    spans = list(cuts)
    for i, track in enumerate(timeline.tracks):
        if track.number is None:
            first, last = at(track.audio_start), at(track.audio_end)
            spans = [piece for span in spans for piece in _without(span, first, last)]
            spans.append((first, last, first_index + i))
    return sorted(spans, key=lambda s: (s[0], s[1]))


def _without(span: tuple[int, int, int | None], first: int, last: int) -> list[tuple[int, int, int | None]]:
    start, end, track = span
    parts = [(start, min(end, first), track), (max(start, last), end, track)]
    return [p for p in parts if p[0] < p[1]]


def _sounding(island: Segment, at: At) -> list[tuple[int, int]]:
    return [(at(clip.position), at(clip.end)) for clip in island.clips]


def _inside(spans: Sequence[tuple[int, int, T]], start: int, end: int) -> list[tuple[int, int, T]]:
    return [(max(a, start) - start, min(b, end) - start, t) for a, b, t in spans if max(a, start) < min(b, end)]


def _pieces(
    spans: Sequence[tuple[int, int, int | None]], sound: Sequence[tuple[int, int]], start: int, end: int, rate_hz: int
) -> tuple[PlacedPiece, ...]:
    pieces = []
    for a, b, track in spans:
        first, last = max(a, start), min(b, end)
        if track is None or first >= last or not any(s < last and e > first for s, e in sound):
            continue
        lead, tail = _silence(first - a, rate_hz), min(b - last, LONGEST_SILENCE_S * rate_hz)
        pieces.append(PlacedPiece(first - start, last - start, lead, tail, track))
    return tuple(pieces)


def _silence(samples: int, rate_hz: int) -> int:
    """At most some seconds of it, on the same grid of 100 ms as the whole."""
    most = LONGEST_SILENCE_S * rate_hz
    hop = rate_hz // 10
    return samples if samples <= most else most + (samples - most) % hop


def _parts(segments: Sequence[PlacedSegment], track: int) -> tuple[tuple[int, int], ...]:
    return tuple((n, c) for n, segment in enumerate(segments) for c, cut in enumerate(segment.cuts) if cut[2] == track)
