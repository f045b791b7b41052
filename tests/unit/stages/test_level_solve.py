"""The level solver on invented measurements: closed forms, groups, what is held back, and the search with a limiter."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from release.dsp.meter import pooled_lufs
from release.model.target import LevelSpec, LimiterSpec
from release.stages.level import _Limiting
from release.stages.level_model import SegmentLevel, TrackLevel, Trial
from release.stages.level_search import scaled_track
from release.stages.level_solve import solve_level


def at(
    lufs: float | None, peak: float | None = -10.0, *, group: int = 0, offset: float = 0.0, blocks: int = 50
) -> TrackLevel:
    """A steady track; None for silence."""
    power = 0.0 if lufs is None else 10.0 ** ((lufs + 0.691) / 10.0)
    return TrackLevel(group, offset, np.full(blocks, power), None if lufs is None else peak, 1.5)


def alone(*tracks: TrackLevel) -> list[TrackLevel]:
    """Each in a group of its own."""
    return [
        TrackLevel(n, t.offset_lu, t.block_powers, t.true_peak_dbtp, t.true_peak_at_s) for n, t in enumerate(tracks)
    ]


def solved(spec: LevelSpec, tracks: Sequence[TrackLevel], anchor: int | None = None, margin: float = 0.0):
    return solve_level(spec, tracks, anchor, margin, None)


def test_none_moves_nothing_even_above_the_ceiling() -> None:
    found = solved(LevelSpec("none", ceiling_dbtp=-1.0), alone(at(-10, +3.0), at(-20)))

    assert found.gains_db == (0.0, 0.0)
    assert found.held_back is None


def test_peak_brings_the_highest_to_the_ceiling_less_what_dither_adds() -> None:
    found = solved(LevelSpec("peak", ceiling_dbtp=-1.0), alone(at(-20, -6.0), at(-20, -9.0)), margin=0.01)

    assert found.gains_db == pytest.approx((4.99, 4.99))
    assert found.held_back is None


def test_peak_of_silence_is_left_alone() -> None:
    assert solved(LevelSpec("peak", ceiling_dbtp=-1.0), alone(at(None))).gains_db == (0.0,)


def test_tracks_reach_aim_and_offset_each() -> None:
    found = solved(LevelSpec("tracks", aim_lufs=-14.0), alone(at(-20), at(-11, offset=-2.0), at(None)))

    assert found.gains_db == pytest.approx((6.0, -5.0, 0.0))


def test_a_group_is_measured_pooled_and_moves_as_one() -> None:
    tracks = [at(-20, group=0), at(-17, group=0), at(-20, group=1)]

    found = solved(LevelSpec("tracks", aim_lufs=-14.0), tracks)

    pooled = 10 * math.log10((10**-2.0 + 10**-1.7) / 2)
    assert found.gains_db[0] == found.gains_db[1] == pytest.approx(-14.0 - pooled)
    assert found.gains_db[2] == pytest.approx(6.0)


def test_album_has_one_gate_over_all_tracks() -> None:
    """A track 20 LU below the rest is gated out: the album is as loud as the others."""
    found = solved(LevelSpec("album", aim_lufs=-14.0), alone(at(-20), at(-20), at(-40)))

    assert found.gains_db == pytest.approx((6.0, 6.0, 6.0))
    assert found.reached_lufs == pytest.approx(-14.0)


@pytest.mark.parametrize(
    ("anchor", "index", "gain"),
    [("loudest", None, -4.0), ("median", None, 6.0), ("t3", 2, 16.0)],
)
def test_an_anchor_sets_one_gain(anchor: str, index: int | None, gain: float) -> None:
    found = solved(LevelSpec("anchor", aim_lufs=-14.0, anchor=anchor), alone(at(-20), at(-10), at(-30)), index)

    assert found.gains_db == pytest.approx((gain,) * 3)
    assert found.reached_lufs == pytest.approx(-14.0)


def test_an_anchor_that_is_silent_moves_nothing() -> None:
    found = solved(LevelSpec("anchor", aim_lufs=-14.0, anchor="t1"), alone(at(None), at(-10)), 0)

    assert found.gains_db == (0.0, 0.0)
    assert found.reached_lufs is None


def test_held_back_together_names_the_peak_that_decides() -> None:
    spec = LevelSpec("tracks", aim_lufs=-14.0, ceiling_dbtp=-1.0)
    found = solved(spec, alone(at(-20, -12.0), at(-20, -5.0)))

    assert found.gains_db == pytest.approx((4.0, 4.0))  # 6 dB asked for, 2 dB too much for the second
    assert found.held_back is not None
    assert (found.held_back.track, found.held_back.at_s, found.held_back.why) == (1, 1.5, "ceiling")
    assert found.held_back.lu == pytest.approx(2.0)
    assert [h.lu for h in found.held if h] == pytest.approx([2.0, 2.0])


def test_held_back_each_keeps_groups_together() -> None:
    spec = LevelSpec("tracks", aim_lufs=-14.0, ceiling_dbtp=-1.0, held_back="each")
    tracks = [at(-20, -12.0, group=0), at(-20, -5.0, group=1), at(-20, -12.0, group=1)]

    found = solved(spec, tracks)

    assert found.gains_db == pytest.approx((6.0, 4.0, 4.0))


def test_held_back_each_means_nothing_with_one_gain() -> None:
    spec = LevelSpec("album", aim_lufs=-14.0, ceiling_dbtp=-1.0, held_back="each")

    assert solved(spec, alone(at(-20, -12.0), at(-20, -5.0))).gains_db == pytest.approx((4.0, 4.0))


# -- with a limiter ---------------------------------------------------------------------------------------------------


class FakeLimiter:
    """Peaks stop at the setting (and a little over it); loudness grows by a share of the gain above it."""

    def __init__(self, tracks: Sequence[TrackLevel], *, slope: float = 0.6, over_db: float = 0.0) -> None:
        self.tracks, self.slope, self.over_db = tracks, slope, over_db
        self.asked: list[tuple[tuple[float, ...], float]] = []

    def __call__(self, gains_db: Sequence[float], ceiling_dbtp: float) -> Trial:
        self.asked.append((tuple(gains_db), ceiling_dbtp))
        outcome, reductions = [], []
        for track, gain in zip(self.tracks, gains_db, strict=True):
            peak = track.true_peak_dbtp
            reduction = 0.0 if peak is None else max(0.0, peak + gain - ceiling_dbtp)
            heard = scaled_track(track, gain - (1.0 - self.slope) * reduction)
            top = None if peak is None else peak + gain - reduction + (self.over_db if reduction else 0.0)
            outcome.append(TrackLevel(heard.group, heard.offset_lu, heard.block_powers, top))
            reductions.append(reduction)
        return Trial(tuple(outcome), tuple(reductions), (0.5,) * len(reductions))


def limited(match: str = "album", most_db: float | None = None, aim: float | None = -14.0) -> LevelSpec:
    return LevelSpec(match, aim_lufs=aim, ceiling_dbtp=-1.0, limiter=LimiterSpec(max_reduction_db=most_db))


def test_the_search_reaches_the_aim_in_a_few_trials() -> None:
    tracks = alone(at(-20, -5.0), at(-22, -6.0))
    limiter = FakeLimiter(tracks)

    found = solve_level(limited(), tracks, None, 0.0, limiter)

    assert found.reached_lufs == pytest.approx(-14.0, abs=0.02)
    assert found.trials <= 5
    assert found.gains_db[0] == found.gains_db[1]
    assert found.held_back is None
    assert found.reduction_db[0] > 1.0


def test_the_search_treats_tracks_and_groups_apart() -> None:
    tracks = [
        at(-20, -5.0, group=0),
        at(-26, -20.0, group=1),
        at(-22, -8.0, group=2, offset=1.0),
        at(-25, -9.0, group=2),
    ]
    found = solve_level(limited("tracks"), tracks, None, 0.0, FakeLimiter(tracks))

    heard = FakeLimiter(tracks)(found.gains_db, found.ceiling_dbtp or 0.0).tracks
    assert heard[0].integrated_lufs == pytest.approx(-14.0, abs=0.03)
    assert heard[1].integrated_lufs == pytest.approx(-14.0, abs=0.03)
    pooled = TrackLevel(0, 0, np.concatenate([heard[2].block_powers, heard[3].block_powers]), None)
    assert pooled.integrated_lufs == pytest.approx(-13.0, abs=0.03)
    assert found.gains_db[2] == found.gains_db[3]


def test_max_reduction_caps_the_gain_and_is_told() -> None:
    tracks = alone(at(-20, -5.0), at(-22, -8.0))
    found = solve_level(limited(most_db=1.0), tracks, None, 0.0, FakeLimiter(tracks))

    assert max(found.reduction_db) <= 1.0 + 1e-9
    assert found.gains_db == pytest.approx((5.0, 5.0))  # -5 dBTP may stand 1 dB above -1 dBTP
    assert found.held_back is not None
    assert (found.held_back.track, found.held_back.why) == (0, "max-reduction")


def test_what_is_held_back_is_what_the_limited_sound_lacks() -> None:
    """Not the gain that was given up: the limiter takes a part of that away again."""
    tracks = alone(at(-20, -5.0), at(-22, -8.0))
    limiter = FakeLimiter(tracks)
    found = solve_level(limited(most_db=1.0), tracks, None, 0.0, limiter)

    heard = limiter(found.gains_db, found.ceiling_dbtp or 0.0).tracks
    lacking = -14.0 - (pooled_lufs([t.block_powers for t in heard], [0.0, 0.0]) or 0.0)
    assert [h.lu for h in found.held if h] == pytest.approx([lacking, lacking], abs=1e-9)
    assert found.reached_lufs == pytest.approx(-14.0 - lacking)


@pytest.mark.parametrize("match", ["album", "tracks", "anchor"])
@pytest.mark.parametrize("word", ["together", "each"])
@pytest.mark.parametrize("slope", [0.4, 0.6, 0.9])
def test_the_reduction_that_is_told_reaches_the_aim_and_so_does_the_lower_aim(
    match: str, word: str, slope: float
) -> None:
    tracks = alone(at(-20, -5.0), at(-22, -4.0), at(-17, -15.0))
    anchor = 1 if match == "anchor" else None
    spec = replace(limited(match, most_db=1.0), held_back=word)
    found = solve_level(spec, tracks, anchor, 0.0, FakeLimiter(tracks, slope=slope))
    held = [h for h in found.held if h is not None]
    assert held
    assert not any(h.lacks_lu for h in held)

    needs = max(h.needs_db or 0.0 for h in held)
    allowed = replace(spec, limiter=LimiterSpec(max_reduction_db=needs + 0.05))
    assert solve_level(allowed, tracks, anchor, 0.0, FakeLimiter(tracks, slope=slope)).held_back is None
    too_little = replace(spec, limiter=LimiterSpec(max_reduction_db=needs - 1.0))
    assert solve_level(too_little, tracks, anchor, 0.0, FakeLimiter(tracks, slope=slope)).held_back is not None
    lower = replace(spec, aim_lufs=-14.0 - max(h.lu for h in held))
    assert solve_level(lower, tracks, anchor, 0.0, FakeLimiter(tracks, slope=slope)).held_back is None


def test_where_no_reduction_reaches_the_aim_that_is_told() -> None:
    tracks = alone(at(-20, -5.0))
    found = solve_level(limited(most_db=1.0), tracks, None, 0.0, FakeLimiter(tracks, slope=0.0))

    assert found.held_back is not None
    assert found.held_back.needs_db is not None
    assert found.held_back.needs_db > 1.0
    assert found.held_back.lacks_lu == pytest.approx(found.held_back.lu)
    assert found.gains_db == pytest.approx((5.0,))


def test_nothing_more_is_tried_for_what_is_not_held_back() -> None:
    """Tracks that reach their aim stand still while the reduction of another is sought; else nothing is sought at all."""
    tracks = alone(at(-20, -5.0), at(-22, -12.0))
    within, without = FakeLimiter(tracks), FakeLimiter(tracks)
    solve_level(limited("tracks", most_db=12.0), tracks, None, 0.0, within)
    solve_level(limited("tracks"), tracks, None, 0.0, without)
    assert within.asked == without.asked

    limiter = FakeLimiter(tracks)
    found = solve_level(replace(limited("tracks", most_db=1.0), held_back="each"), tracks, None, 0.0, limiter)
    assert [h is not None for h in found.held] == [True, False]
    further = [gains for gains, _ in limiter.asked if gains[0] > found.gains_db[0] + 0.01]
    assert further
    assert {gains[1] for gains in further} == {found.gains_db[1]}


def test_an_aim_that_is_met_within_the_tolerance_is_not_held_back() -> None:
    tracks = alone(at(-20, -5.0))
    needed = solve_level(limited(), tracks, None, 0.0, FakeLimiter(tracks)).gains_db[0] - 5.0 + 1.0
    found = solve_level(limited(most_db=needed - 0.03), tracks, None, 0.0, FakeLimiter(tracks))

    assert found.held_back is None
    assert found.reached_lufs == pytest.approx(-14.0, abs=0.05)


def test_what_no_gain_makes_louder_is_told_of_itself_alone() -> None:
    """The peak of one track never holds back another that moves by itself."""
    tracks = alone(at(-20, -19.0), at(-20, +15.0))
    found = solve_level(limited("tracks", aim=0.0), tracks, None, 0.0, FakeLimiter(tracks, slope=0.0))

    assert [h.track for h in found.held if h] == [0, 1]


def test_what_passes_the_ceiling_lowers_the_limiters_setting() -> None:
    tracks = alone(at(-20, -5.0))
    found = solve_level(limited(), tracks, None, 0.0, FakeLimiter(tracks, over_db=0.05))

    assert found.ceiling_dbtp is not None
    assert found.ceiling_dbtp <= -1.05
    assert found.reached_lufs == pytest.approx(-14.0, abs=0.03)


def test_a_limiter_that_is_not_reached_costs_one_trial() -> None:
    tracks = alone(at(-20, -12.0))
    found = solve_level(limited(), tracks, None, 0.0, FakeLimiter(tracks))

    assert (found.trials, found.gains_db) == (1, pytest.approx((6.0,)))


def test_a_limiter_without_an_aim_only_limits() -> None:
    tracks = alone(at(-10, +2.0))
    found = solve_level(limited("none", aim=None), tracks, None, 0.0, FakeLimiter(tracks))

    assert found.gains_db == (0.0,)
    assert found.reduction_db == pytest.approx((3.0,))


def test_gain_that_brings_nothing_is_given_up_and_told() -> None:
    """Above its ceiling this sound gets no louder; the search must end, and not with a huge gain."""
    tracks = alone(at(-20, -19.0))
    found = solve_level(limited(aim=0.0), tracks, None, 0.0, FakeLimiter(tracks, slope=0.0))

    assert found.slope_too_small
    assert found.gains_db[0] <= 40.0
    assert found.trials <= 8


def test_silence_with_a_limiter_is_left_alone() -> None:
    tracks = alone(at(None), at(None))

    assert solve_level(limited(), tracks, None, 0.0, FakeLimiter(tracks)).gains_db == (0.0, 0.0)


def test_a_segment_with_the_same_gains_runs_through_the_limiter_once(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[int] = []
    monkeypatch.setattr(_Limiting, "_held", lambda _self, number, *_: runs.append(number))
    monkeypatch.setattr(_Limiting, "_trial", lambda *_: Trial((), (), ()))
    segments = [SegmentLevel("a", "<f8", 10, ((0, 10, n),), (), (), ()) for n in (0, 1)]
    trying = _Limiting(SimpleNamespace(context={"jobs": 1}, progress=lambda _: None), segments, ())  # type: ignore[arg-type]

    trying([1.0, 2.0], -1.0)
    trying([1.5, 2.0], -1.0)
    trying([1.5, 2.0], -1.1)

    assert runs == [0, 1, 0, 0, 1]
