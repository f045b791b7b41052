"""Solve the level of a target: pure arithmetic on measurements; the limiter is tried through a callback.

Without a limiter every gain is a closed form. With one, loudness grows slower than gain, and a secant finds the gain in
a few trials (measurement.md section 11.3). What the ceiling or ``max_reduction`` forbids is held back, never squeezed.
"""

from __future__ import annotations

from collections.abc import Sequence

from release.model.target import LevelSpec
from release.stages.level_held import Try, capped, held_tracks, hold_back, with_needs
from release.stages.level_model import HeldBack, Solution, TrackLevel, Trial
from release.stages.level_search import (
    MOST_STEP_DB,
    SMALLEST_SLOPE,
    TOLERANCE_LU,
    aim_errors,
    anchor_index,
    first_steps,
    next_steps,
    over_ceiling,
    reached,
)

MOST_TRIALS = 8
PILOT_ROUNDS = 2
MOST_OVER_DB = 12.0
"""How far over the ceiling the first trial takes a peak: pulses and claps would else start at a hundred dB."""
LEAST_GAIN_DB = 1.5
"""How closely the least gain is sought from which more brings no loudness worth having."""


def solve_level(
    spec: LevelSpec,
    tracks: Sequence[TrackLevel],
    anchor: int | None,
    margin_db: float,
    try_limiter: Try | None,
    pilot: Try | None = None,
) -> Solution:
    """Gains for all tracks of a target.

    Args:
        spec: what the manifest asks for.
        tracks: measured at the target's rate, before gain.
        anchor: index of the track that ``anchor`` names, None for loudest and median.
        margin_db: kept below the ceiling for what dither and rounding add.
        try_limiter: runs the limiter at (gains in dB, ceiling in dBTP); None without a limiter.
        pilot: guesses what that would give, cheaply; the search then starts near its end.
    """
    wanted = wanted_gains(spec, tracks, anchor, margin_db)
    ceiling = None if spec.ceiling_dbtp is None else spec.ceiling_dbtp - margin_db
    if try_limiter is None or ceiling is None:
        return _solve_without_limiter(spec, tracks, wanted, ceiling, anchor)
    return _solve_with_limiter(spec, tracks, wanted, ceiling, anchor, try_limiter, pilot)


def wanted_gains(spec: LevelSpec, tracks: Sequence[TrackLevel], anchor: int | None, margin_db: float) -> list[float]:
    """The gains that reach the aim, before any ceiling is looked at."""
    if spec.match == "peak" and spec.ceiling_dbtp is not None:
        peaks = [t.true_peak_dbtp for t in tracks if t.true_peak_dbtp is not None]
        return [spec.ceiling_dbtp - margin_db - max(peaks) if peaks else 0.0] * len(tracks)
    if spec.match == "none" or spec.aim_lufs is None:
        return [0.0] * len(tracks)
    zero = [0.0] * len(tracks)
    return list(aim_errors(spec, tracks, zero, anchor))


def _solve_without_limiter(
    spec: LevelSpec, tracks: Sequence[TrackLevel], wanted: list[float], ceiling: float | None, anchor: int | None
) -> Solution:
    gains, held = wanted, list[HeldBack | None]()
    if ceiling is not None and spec.match != "none":
        gains, held = hold_back(spec, tracks, wanted, ceiling, "ceiling")
    return Solution(tuple(gains), reached(spec, tracks, gains, anchor), () if spec.match == "peak" else tuple(held))


def _solve_with_limiter(
    spec: LevelSpec,
    tracks: Sequence[TrackLevel],
    wanted: list[float],
    ceiling: float,
    anchor: int | None,
    try_limiter: Try,
    pilot: Try | None,
) -> Solution:
    iterates = spec.match in ("tracks", "album", "anchor") and spec.aim_lufs is not None
    at = anchor_index(spec.anchor, tracks, anchor) if spec.match == "anchor" else None
    setting = ceiling
    start = wanted
    if iterates:
        start = _within_reach(spec, tracks, wanted, ceiling)
        start = start if pilot is None else _guessed(spec, tracks, start, ceiling, at, pilot)
        start = _within_reach(spec, tracks, start, ceiling)
    gains, _ = capped(spec, tracks, start, ceiling)
    history: list[tuple[list[float], list[float]]] = []
    flat, zero = [False] * len(tracks), [0.0] * len(tracks)
    trial = try_limiter(gains, setting)
    trials = 1
    while trials < MOST_TRIALS:
        errors = aim_errors(spec, trial.tracks, zero, at) if iterates else zero
        excess = max((t.true_peak_dbtp - ceiling for t in trial.tracks if t.true_peak_dbtp is not None), default=0.0)
        history.append((gains, errors))
        if len(history) > 1:
            steps, newly_flat = next_steps(history)
            flat = [f or new for f, new in zip(flat, newly_flat, strict=True)]
            steps = [0.0 if f else step for f, step in zip(flat, steps, strict=True)]
        else:
            steps = first_steps(spec, tracks, *history[0], ceiling, at)
        asked, _ = capped(spec, tracks, [g + min(s, MOST_STEP_DB) for g, s in zip(gains, steps, strict=True)], ceiling)
        moves = max((abs(a - g) for a, g in zip(asked, gains, strict=True)), default=0.0)
        wants_gain = moves > TOLERANCE_LU / 2 and max((abs(e) for e in errors), default=0.0) > TOLERANCE_LU
        limits = any(r > 0.0 for r in trial.reduction_db)
        if not wants_gain and (excess <= 0.0 or not limits):
            break
        if wants_gain:
            gains = asked
        if excess > 0.0 and limits:
            setting -= excess + 0.003
        trial = try_limiter(gains, setting)
        trials += 1
    if any(flat):
        gains, trial, more = _least_gains(spec, tracks, gains, flat, trial, ceiling, setting, at, try_limiter)
        trials += more
    held: list[HeldBack | None] = []
    if iterates:
        errors = aim_errors(spec, trial.tracks, zero, at)
        held = held_tracks(spec, tracks, gains, trial, errors, flat, ceiling)
        held, more = with_needs(spec, tracks, gains, errors, held, ceiling, setting, at, try_limiter)
        trials += more
    return Solution(
        tuple(gains),
        reached(spec, trial.tracks, zero, at),
        tuple(held),
        setting,
        trial.reduction_db,
        trial.reduction_at_s,
        trials,
        any(flat),
        trial.settings_dbtp,
    )


def _guessed(
    spec: LevelSpec,
    tracks: Sequence[TrackLevel],
    wanted: list[float],
    ceiling: float,
    anchor: int | None,
    pilot: Try,
) -> list[float]:
    """Gains that reach the aim as far as the pilot can tell, before ``max_reduction`` is looked at."""
    asked = wanted
    history: list[tuple[list[float], list[float]]] = []
    for _ in range(PILOT_ROUNDS):
        gains, held = capped(spec, tracks, asked, ceiling)
        errors = aim_errors(spec, pilot(gains, ceiling).tracks, [0.0] * len(tracks), anchor)
        if any(held) or max((abs(e) for e in errors), default=0.0) <= TOLERANCE_LU / 2:
            break
        history.append((gains, errors))
        steps = next_steps(history)[0] if len(history) > 1 else first_steps(spec, tracks, *history[0], ceiling, anchor)
        asked = [g + s for g, s in zip(gains, steps, strict=True)]
    return asked


def _within_reach(
    spec: LevelSpec, tracks: Sequence[TrackLevel], gains_db: Sequence[float], ceiling: float
) -> list[float]:
    """The gains, lowered where a peak would pass the ceiling by more than a search starts with."""
    over = over_ceiling(spec, tracks, gains_db, ceiling)
    return [gain - max(o - MOST_OVER_DB, 0.0) for gain, o in zip(gains_db, over, strict=True)]


def _least_gains(
    spec: LevelSpec,
    tracks: Sequence[TrackLevel],
    gains_db: Sequence[float],
    flat: Sequence[bool],
    trial: Trial,
    ceiling: float,
    setting: float,
    anchor: int | None,
    try_limiter: Try,
) -> tuple[list[float], Trial, int]:
    """The least gains that sound nearly as loud as these, which more gain no longer makes louder.

    Halves the way between the gain at which the limiter begins to work, and the one tried last.

    Returns:
        Gains in dB, the trial at exactly these, and how many trials that took.
    """
    zero = [0.0] * len(tracks)
    high, heard, tried = list(gains_db), aim_errors(spec, trial.tracks, zero, anchor), list(gains_db)
    low = [g - o for g, o in zip(high, over_ceiling(spec, tracks, high, ceiling), strict=True)]
    best, trials = trial, 0
    while max(h - g for h, g, f in zip(high, low, flat, strict=True) if f) > LEAST_GAIN_DB:
        tried = [(h + g) / 2.0 if f else h for h, g, f in zip(high, low, flat, strict=True)]
        best = try_limiter(tried, setting)
        trials += 1
        errors = aim_errors(spec, best.tracks, zero, anchor)
        for n, is_flat in enumerate(flat):
            if is_flat and errors[n] - heard[n] < SMALLEST_SLOPE * (high[n] - tried[n]):
                high[n], heard[n] = tried[n], errors[n]
            elif is_flat:
                low[n] = tried[n]
    if tried != high:
        best, trials = try_limiter(high, setting), trials + 1
    return high, best, trials
