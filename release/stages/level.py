"""Stage *level*: the gains of one target, from the measurements of its islands, with the limiter tried where asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from release.dsp.meter import MeterResult, pooled_lufs
from release.model.target import LevelSpec, LimiterSpec
from release.pipeline.step import RunContext, Stage, StageResult
from release.stages.finish import gained, limited, make_limiter
from release.stages.level_model import SegmentLevel, Solution, TrackLevel, Trial, is_over
from release.stages.level_pilot import Pilot
from release.stages.level_search import scaled_track
from release.stages.level_solve import solve_level
from release.stages.render import Piece, PieceMeters, fact_pieces, scratch_of
from release.stages.scratch import ScratchAudio

if TYPE_CHECKING:
    from release.dsp.limiter import Limiter

Audio = NDArray[np.float64]
_Outcome = tuple[list[MeterResult], list[tuple[float, int]]] | None
"""Readings of a segment's pieces behind the limiter, and what it took from each and where; None where none was over."""

MOST_LOWERINGS = 4
"""How often a segment is tried anew with a lower setting before the solver takes over."""
LOWERED_BESIDES_DB = 0.003
"""Taken from a setting beyond what its peaks passed the ceiling by, so that once is enough."""


def run_level(ctx: RunContext) -> StageResult:
    """Solve one target."""
    params = ctx.params
    spec = level_spec_from_json(params["spec"])
    segments = tuple(_segment(ctx, s) for s in params["segments"])
    tracks = _track_levels(params["tracks"], segments)
    try_limiter = _Limiting(ctx, segments, tracks) if spec.limiter is not None else None
    if "like" in ctx.roles:
        solution = _like_another(ctx, spec, tracks, try_limiter)
    else:
        pilot = None if try_limiter is None else Pilot(ctx, segments, tracks, try_limiter.settings)
        solution = solve_level(spec, tracks, params["anchor"], params["margin_db"], try_limiter, pilot)
    return StageResult(fact=_fact(spec, segments, solution, tracks, params))


def level_spec_to_json(spec: LevelSpec) -> dict[str, Any]:
    """What of a level can change a gain; names of tracks and targets do not enter."""
    limiter = spec.limiter
    return {
        "match": spec.match,
        "aim_lufs": spec.aim_lufs,
        "ceiling_dbtp": spec.ceiling_dbtp,
        "anchor": spec.anchor if spec.anchor in ("loudest", "median") else "track",
        "held_back": spec.held_back,
        "limiter": None
        if limiter is None
        else [limiter.max_reduction_db, limiter.release_s, limiter.look_ahead_s, limiter.link],
    }


def level_spec_from_json(data: Mapping[str, Any]) -> LevelSpec:
    """The level of ``level_spec_to_json``."""
    return LevelSpec(
        match=data["match"],
        aim_lufs=data["aim_lufs"],
        ceiling_dbtp=data["ceiling_dbtp"],
        anchor=data["anchor"],
        held_back=data["held_back"],
        limiter=None if data["limiter"] is None else LimiterSpec(*data["limiter"]),
    )


def _segment(ctx: RunContext, data: Mapping[str, Any]) -> SegmentLevel:
    fact = ctx.fact(data["role"])
    measured = fact_pieces({"pieces": fact} if isinstance(fact, list) else fact)
    return SegmentLevel(
        data["role"],
        data["dtype"],
        data["n_samples"],
        tuple((r[0], r[1], r[2]) for r in data["regions"]),
        tuple(Piece(*p[:4]) for p in data["pieces"]),
        tuple(p[4] for p in data["pieces"]),
        tuple(measured),
    )


def _track_levels(
    tracks: Sequence[Mapping[str, Any]],
    segments: Sequence[SegmentLevel],
    measured: Sequence[Sequence[MeterResult]] | None = None,
) -> tuple[TrackLevel, ...]:
    found: list[list[tuple[Piece, MeterResult]]] = [[] for _ in tracks]
    for n, segment in enumerate(segments):
        results = segment.measured if measured is None else measured[n]
        for piece, track, result in zip(segment.pieces, segment.piece_tracks, results, strict=True):
            found[track].append((piece, result))
    return tuple(_track_level(data, parts) for data, parts in zip(tracks, found, strict=True))


def _track_level(data: Mapping[str, Any], parts: Sequence[tuple[Piece, MeterResult]]) -> TrackLevel:
    peaks = [
        (result.true_peak_dbtp, result.true_peak_at_sample / data["rate_hz"])
        for _, result in parts
        if result.true_peak_dbtp is not None
    ]
    peak, at_s = max(peaks, default=(None, 0.0), key=lambda p: p[0])
    powers = [result.block_powers for _, result in parts]
    pooled = np.concatenate(powers) if powers else np.zeros(0)
    return TrackLevel(data["group"], data["offset_lu"], pooled, peak, at_s)


class _Limiting:
    """Tries gains through the limiter; segments without an over keep their closed form."""

    def __init__(self, ctx: RunContext, segments: Sequence[SegmentLevel], tracks: Sequence[TrackLevel]) -> None:
        self._ctx, self._segments, self._tracks = ctx, segments, tracks
        self._tried = 0
        self._lowered_db = [0.0] * len(segments)
        self._known: list[tuple[object, _Outcome]] = [(None, None)] * len(segments)

    def __call__(self, gains_db: Sequence[float], ceiling_dbtp: float) -> Trial:
        self._tried += 1
        with ThreadPoolExecutor(max_workers=self._ctx.context["jobs"]) as pool:
            outcomes = list(pool.map(lambda n: self._once(n, gains_db, ceiling_dbtp), range(len(self._segments))))
        self._ctx.progress(min(self._tried / 5, 0.95))
        settings = tuple(ceiling_dbtp - lowered for lowered in self._lowered_db)
        return replace(self._trial(gains_db, outcomes), settings_dbtp=settings)

    def _once(self, number: int, gains_db: Sequence[float], ceiling_dbtp: float) -> _Outcome:
        """A segment with these gains; where the last trial of it had the same ones, what that gave."""
        segment = self._segments[number]
        asked = (ceiling_dbtp, [gains_db[t] for t in (*segment.piece_tracks, *(r[2] for r in segment.regions))])
        if self._known[number][0] != asked:
            self._known[number] = (asked, self._held(number, gains_db, ceiling_dbtp))
        return self._known[number][1]

    def _held(self, number: int, gains_db: Sequence[float], ceiling_dbtp: float) -> _Outcome:
        """A segment through the limiter, set lower and tried again alone where its peaks pass the ceiling by a hair."""
        segment = self._segments[number]
        outcome = self._segment(segment, gains_db, ceiling_dbtp - self._lowered_db[number])
        for _ in range(MOST_LOWERINGS):
            excess = _highest_dbtp(outcome) - ceiling_dbtp
            if excess <= 0.0 or outcome is None or all(most == 0.0 for most, _ in outcome[1]):
                break
            self._lowered_db[number] += excess + LOWERED_BESIDES_DB
            outcome = self._segment(segment, gains_db, ceiling_dbtp - self._lowered_db[number])
        return outcome

    def settings(self, ceiling_dbtp: float) -> dict[str, Any]:
        """The limiter's at a ceiling."""
        return limiter_settings(self._ctx.params["spec"]["limiter"], ceiling_dbtp)

    def _segment(self, segment: SegmentLevel, gains_db: Sequence[float], ceiling_dbtp: float) -> _Outcome:
        if not is_over(segment, gains_db, ceiling_dbtp):
            return None
        limiter = make_limiter(self.settings(ceiling_dbtp), self._ctx.params["rate_hz"])
        assert limiter is not None
        meters = PieceMeters(segment.pieces, self._ctx.params["rate_hz"])
        at = 0
        for block in limited(self._gained(segment, gains_db), limiter):
            self._ctx.check_cancelled()
            meters.process(block, at)
            at += block.shape[0]
        reductions = [_reduction(limiter, p, self._ctx.params["rate_hz"]) for p in segment.pieces]
        return meters.finish(), reductions

    def _gained(self, segment: SegmentLevel, gains_db: Sequence[float]) -> Iterator[Audio]:
        audio: ScratchAudio = scratch_of(self._ctx, segment.role, segment.dtype, segment.n_samples)
        regions = [(start, end) for start, end, _ in segment.regions]
        return gained(audio.blocks(), regions, [gains_db[t] for _, _, t in segment.regions])

    def _trial(self, gains_db: Sequence[float], outcomes: Sequence[_Outcome]) -> Trial:
        ctx, rate_hz = self._ctx, self._ctx.params["rate_hz"]
        reduction, moment = [0.0] * len(self._tracks), [0.0] * len(self._tracks)
        limited_tracks: dict[int, list[tuple[Piece, MeterResult]]] = {}
        for segment, outcome in zip(self._segments, outcomes, strict=True):
            for i, (piece, track) in enumerate(zip(segment.pieces, segment.piece_tracks, strict=True)):
                if outcome is None:
                    continue
                results, reductions = outcome
                limited_tracks.setdefault(track, []).append((piece, results[i]))
                most_db, at = reductions[i]
                if most_db > reduction[track]:
                    reduction[track], moment[track] = most_db, max(at - piece.start + piece.lead, 0) / rate_hz
        tracks = []
        for n, (track_level, data) in enumerate(zip(self._tracks, ctx.params["tracks"], strict=True)):
            # A track in several segments is measured anew only where all of them were limited or silent; elsewhere its
            # untouched pieces scale.
            parts = limited_tracks.get(n)
            if parts is None:
                tracks.append(scaled_track(track_level, gains_db[n]))
            else:
                tracks.append(_track_level(data, parts + self._untouched(n, gains_db[n], outcomes)))
        return Trial(tuple(tracks), tuple(reduction), tuple(moment))

    def _untouched(self, track: int, gain_db: float, outcomes: Sequence[Any]) -> list[tuple[Piece, MeterResult]]:
        return [
            (piece, scaled_result(result, gain_db))
            for segment, outcome in zip(self._segments, outcomes, strict=True)
            if outcome is None
            for piece, t, result in zip(segment.pieces, segment.piece_tracks, segment.measured, strict=True)
            if t == track
        ]


def _highest_dbtp(outcome: _Outcome) -> float:
    peaks = [r.true_peak_dbtp for r in outcome[0] if r.true_peak_dbtp is not None] if outcome else []
    return max(peaks, default=-np.inf)


def _reduction(limiter: Limiter, piece: Piece, rate_hz: int) -> tuple[float, int]:
    """Most that the limiter took from a piece, and where: to the sample for the most of all, else to the second."""
    if piece.start <= limiter.max_reduction_at_sample < piece.end:
        return limiter.max_reduction_db, limiter.max_reduction_at_sample
    first = piece.start // rate_hz
    curve = limiter.reduction_curve()[first : -(-piece.end // rate_hz)]
    if not curve:
        return 0.0, piece.start
    at = int(np.argmax(curve))
    return curve[at], max((first + at) * rate_hz, piece.start)


def scaled_result(result: MeterResult, gain_db: float) -> MeterResult:
    """The reading of a piece with a gain that no limiter touched, as far as the solver looks at it."""
    peak = None if result.true_peak_dbtp is None else result.true_peak_dbtp + gain_db
    return replace(result, block_powers=result.block_powers * 10.0 ** (gain_db / 10.0), true_peak_dbtp=peak)


def limiter_settings(limiter: Sequence[Any], ceiling_dbtp: float) -> dict[str, Any]:
    """A limiter as a level fact holds it."""
    _, release_s, look_ahead_s, link = limiter
    return {"ceiling_dbtp": ceiling_dbtp, "release_s": release_s, "look_ahead_s": look_ahead_s, "link": link}


def _like_another(
    ctx: RunContext, spec: LevelSpec, tracks: Sequence[TrackLevel], try_limiter: _Limiting | None
) -> Solution:
    """Another target's gains, never solved again; only the limiter's setting is found at this rate."""
    other: list[float] = ctx.fact("like")
    gains = [0.0 if i is None else other[i] for i in ctx.params["like_tracks"]]
    gained_tracks = [scaled_track(t, g) for t, g in zip(tracks, gains, strict=True)]
    if try_limiter is None or spec.ceiling_dbtp is None:
        reached = pooled_lufs([t.block_powers for t in gained_tracks], [0.0] * len(tracks))
        return Solution(tuple(gains), reached)
    fixed = LevelSpec(match="none", ceiling_dbtp=spec.ceiling_dbtp, limiter=spec.limiter)
    found = solve_level(fixed, gained_tracks, None, ctx.params["margin_db"], _OffsetTry(try_limiter, gains))
    return replace(found, gains_db=tuple(gains), held=())


class _OffsetTry:
    """Tries gains on top of fixed ones."""

    def __init__(self, inner: _Limiting, gains_db: Sequence[float]) -> None:
        self._inner, self._gains_db = inner, gains_db

    def __call__(self, gains_db: Sequence[float], ceiling_dbtp: float) -> Trial:
        return self._inner([a + b for a, b in zip(self._gains_db, gains_db, strict=True)], ceiling_dbtp)


def _fact(
    spec: LevelSpec,
    segments: Sequence[SegmentLevel],
    solution: Solution,
    tracks: Sequence[TrackLevel],
    params: Mapping[str, Any],
) -> dict[str, Any]:
    limiter = None
    if spec.limiter is not None and solution.ceiling_dbtp is not None:
        limiter = limiter_settings(params["spec"]["limiter"], solution.ceiling_dbtp)
    slices = {}
    for n, segment in enumerate(segments):
        # A segment without an over is not touched by the limiter, so its finish must not depend on the setting.
        over = limiter is not None and is_over(segment, solution.gains_db, limiter["ceiling_dbtp"])
        setting = solution.settings_dbtp[n] if solution.settings_dbtp else solution.ceiling_dbtp
        slices[str(n)] = {
            "gains_db": [solution.gains_db[t] for _, _, t in segment.regions],
            "limiter": {**limiter, "ceiling_dbtp": setting} if over and limiter is not None else None,
        }
    return {
        "gains_db": list(solution.gains_db),
        "measured_lufs": [t.integrated_lufs for t in tracks],
        "group_lufs": group_loudness(tracks),
        "measured_dbtp": [t.true_peak_dbtp for t in tracks],
        "reached_lufs": solution.reached_lufs,
        "held": [None if held is None else asdict(held) for held in solution.held],
        "limiter": limiter,
        "reduction_db": list(solution.reduction_db),
        "reduction_at_s": list(solution.reduction_at_s),
        "trials": solution.trials,
        "slope_too_small": solution.slope_too_small,
        "segments": slices,
    }


def group_loudness(tracks: Sequence[TrackLevel]) -> list[float | None]:
    """Loudness of each track's level group, pooled, before gain."""
    groups: dict[int, list[TrackLevel]] = {}
    for track in tracks:
        groups.setdefault(track.group, []).append(track)
    pooled = {n: pooled_lufs([t.block_powers for t in members], [0.0] * len(members)) for n, members in groups.items()}
    return [pooled[t.group] for t in tracks]


def margin_db(bit_depth: int, is_float: bool, dither: str, ceiling_dbtp: float) -> float:
    """What dither and rounding may add to a true peak at the ceiling, in dB.

    Rounding and TPDF add up to 1.5 LSB; shaped noise about ten times that; an interpolator may double either.
    """
    if is_float:
        return 0.0005
    lsb = {"none": 0.5, "tpdf": 1.5, "shaped": 14.0}[dither] * 2.0
    ratio = lsb / float(1 << (bit_depth - 1)) / 10.0 ** (ceiling_dbtp / 20.0)
    return float(20.0 * np.log10(1.0 + ratio)) + 0.0005


LEVEL = Stage("level", 8, run_level, "fact", libraries=("numpy", "numba"), weight=0.008)
