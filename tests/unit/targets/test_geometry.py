"""Where segments, pieces, gains and cuts lie: nothing lost, nothing twice, at any rate."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from release.model.programme import Clip, Timeline, TrackSpan
from release.targets.geometry import PlacedUnit, place_unit
from release.units import convert_position

RATE = 44_100
RATES = [44_100, 48_000, 96_000]


def timeline(lengths: list[int], gaps: list[int], shifts: list[int], rate_hz: int = RATE) -> Timeline:
    """Tracks one after the other; ``shifts`` move their starts off their audio."""
    clips, spans, at = [], [], 0
    starts = []
    for n, (length, gap) in enumerate(zip(lengths, gaps, strict=True)):
        at += gap if n else 0
        clips.append(Clip(f"s{n}", 0, length, at))
        starts.append((at + (shifts[n] if n else 0), at, at + length))
        at += length
    ends = [s for s, _, _ in starts[1:]] + [at]
    for n, ((start, first, last), end) in enumerate(zip(starts, ends, strict=True)):
        spans.append(TrackSpan(f"t{n}", n + 1, start, start, end, first, last, gap=gaps[n] if n else 0))
    return Timeline(rate_hz, at, tuple(clips), tuple(spans))


def files_of(unit: PlacedUnit, track: int) -> list[tuple[int, int]]:
    """Stretches of the unit that a track's file takes."""
    found = []
    for segment, cut in unit.tracks[track].parts:
        start, end, _ = unit.segments[segment].cuts[cut]
        found.append((unit.segments[segment].start + start, unit.segments[segment].start + end))
    return found


albums = st.integers(1, 5).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(2_000, 400_000), min_size=n, max_size=n),
        st.lists(st.sampled_from([0, 100, 4_410, 8_819, 8_820, 8_821, 88_200, 500_000]), min_size=n, max_size=n),
        st.lists(st.integers(-587, 587), min_size=n, max_size=n),
    )
)


@given(albums, st.sampled_from(RATES), st.booleans())
@settings(max_examples=150)
def test_files_tile_the_unit(album: tuple[list[int], list[int], list[int]], rate_hz: int, whole: bool) -> None:
    line = timeline(*album)
    unit = place_unit(line, rate_hz, 0, whole=whole)

    stretches = [s for n in range(len(unit.tracks)) for s in files_of(unit, n)]
    assert stretches[0][0] == 0
    assert all(a[1] == b[0] for a, b in itertools.pairwise(stretches))
    assert stretches[-1][1] == unit.n_samples == convert_position(line.length, RATE, rate_hz)
    for track in unit.tracks:
        assert sum(e - s for s, e in files_of(unit, track.index)) == track.end - track.start


@given(albums, st.sampled_from(RATES))
@settings(max_examples=150)
def test_gains_tile_the_unit_and_change_only_at_the_edge_of_audio(album, rate_hz: int) -> None:
    line = timeline(*album)
    unit = place_unit(line, rate_hz, 0, whole=False)

    regions = [(s.start + a, s.start + b, t) for s in unit.segments for a, b, t in s.regions]
    assert regions[0][0] == 0
    assert regions[-1][1] == unit.n_samples
    assert all(a[1] == b[0] for a, b in itertools.pairwise(regions))
    edges = {convert_position(x, RATE, rate_hz) for t in line.tracks for x in (t.audio_start, t.audio_end)}
    assert all(a[1] in edges for a, b in itertools.pairwise(regions) if a[2] != b[2])


@given(albums, st.sampled_from(RATES))
@settings(max_examples=100)
def test_segments_start_on_cd_frames_well_inside_silence(album, rate_hz: int) -> None:
    line = timeline(*album)
    unit = place_unit(line, rate_hz, 0, whole=False)

    for segment in unit.segments[1:]:
        assert segment.segment.start % (RATE // 75) == 0
        assert segment.start * RATE == segment.segment.start * rate_hz  # a whole sample at both rates
        sound_end = max(c.end for c in line.clips if c.position < segment.segment.start)
        assert segment.segment.start - sound_end >= RATE // 10


@given(albums)
@settings(max_examples=100)
def test_every_sounding_sample_is_measured_once_for_its_file(album) -> None:
    line = timeline(*album)
    unit = place_unit(line, RATE, 0, whole=False)

    pieces = sorted((s.start + p.start, s.start + p.end, p.track) for s in unit.segments for p in s.pieces)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(pieces))
    for first, last, track in pieces:
        assert unit.tracks[track].start <= first < last <= unit.tracks[track].end
    for clip in line.clips:
        covered = sum(max(0, min(e, clip.end) - max(s, clip.position)) for s, e, _ in pieces)
        assert covered == clip.length


def test_silence_beside_a_piece_is_kept_on_the_grid_of_the_meter() -> None:
    """A lead longer than any window is shortened by whole 100 ms only."""
    line = timeline([RATE, RATE], [0, 30 * RATE + 1_234], [0, -20 * RATE])
    unit = place_unit(line, RATE, 0, whole=False)

    piece = unit.segments[1].pieces[-1]
    before = unit.segments[1].start + piece.start - unit.tracks[1].start
    assert piece.track == 1
    assert piece.lead <= 3 * RATE + RATE // 10
    assert (before - piece.lead) % (RATE // 10) == 0


def test_a_hidden_track_is_measured_and_gained_by_itself() -> None:
    clips = (Clip("a", 0, RATE, 0), Clip("b", 0, RATE, 3 * RATE))
    spans = (
        TrackSpan("a", 1, 0, 0, 4 * RATE, 0, RATE),
        TrackSpan("b", None, 3 * RATE, 3 * RATE, 4 * RATE, 3 * RATE, 4 * RATE, hidden=True),
    )
    unit = place_unit(Timeline(RATE, 4 * RATE, clips, spans), RATE, 5, whole=False)

    assert [(p.start, p.end, p.track) for p in unit.segments[1].pieces][-1][2] == 6
    assert unit.tracks[1].parts == ()
    assert files_of(unit, 0)[-1][1] == 4 * RATE


def test_what_lies_before_the_first_track_is_in_no_file() -> None:
    clips = (Clip("a", 0, RATE, 0), Clip("b", 0, RATE, RATE))
    spans = (
        TrackSpan("a", None, 0, 0, RATE, 0, RATE, hidden=True),
        TrackSpan("b", 1, RATE, RATE, 2 * RATE, RATE, 2 * RATE),
    )
    unit = place_unit(Timeline(RATE, 2 * RATE, clips, spans), RATE, 0, whole=False)

    assert unit.segments[0].cuts == ((0, RATE, None), (RATE, 2 * RATE, 1))


@pytest.mark.parametrize("silence", [8_819, 8_820])
def test_200_ms_of_silence_part_islands(silence: int) -> None:
    unit = place_unit(timeline([RATE, RATE], [0, silence], [0, 0]), RATE, 0, whole=False)

    assert len(unit.segments) == (2 if silence == 8_820 else 1)
