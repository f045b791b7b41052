"""Solve the level of a target: pure arithmetic on measurements; the limiter is tried through a callback.

Without a limiter every gain is a closed form. With one, loudness grows slower than gain, and a secant finds the gain in
a few trials (measurement.md section 11.3). What the ceiling or ``max_reduction`` forbids is held back, never squeezed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from release.dsp.meter import pooled_lufs
from release.model.target import LevelSpec
from release.stages.level_model import HeldBack, Solution, TrackLevel, Trial

TOLERANCE_LU = 0.05
"""Half of the last digit that people read; another trial over all of the audio would cost more than it tells."""
MOST_TRIALS = 8
SMALLEST_SLOPE = 0.2
"""Below this more gain brings no loudness worth having (measurement.md section 11.3)."""

LOSS_GROWTH = 2.2
"""How many per cent the loudness that a limiter costs grows when the peaks go one per cent of a dB further over it.

Between 1.7 and 3.5 on music and drums, 0 to 7 dB over the ceiling (benchmarks/README.md): good enough for the first step.
"""
SMALLEST_FIRST_SLOPE = 0.3
PILOT_ROUNDS = 2
MOST_OVER_DB = 12.0
"""How far over the ceiling the first trial takes a peak: pulses and claps would else start at a hundred dB."""
MOST_STEP_DB = 6.0
"""And how much a later trial adds, until two of them have shown what more gain brings."""
LEAST_GAIN_DB = 1.5
"""How closely the least gain is sought from which more brings no loudness worth having."""

Try = Callable[[Sequence[float], float], Trial]


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
    return list(_errors(spec, tracks, zero, anchor))


def _errors(
    spec: LevelSpec, tracks: Sequence[TrackLevel], gains_db: Sequence[float], anchor: int | None
) -> list[float]:
    """How many LU each track is below its aim when measured with ``gains_db`` on top; 0 where not measurable."""
    assert spec.aim_lufs is not None
    if spec.match == "tracks":
        return _group_errors(spec.aim_lufs, tracks, gains_db)
    if spec.match == "album":
        loudness = pooled_lufs([t.block_powers for t in tracks], list(gains_db))
    else:
        at = _anchor_index(spec.anchor, tracks, anchor)
        loudness = None if at is None else pooled_lufs([tracks[at].block_powers], [gains_db[at]])
    return [0.0 if loudness is None else spec.aim_lufs - loudness] * len(tracks)


def _group_errors(aim_lufs: float, tracks: Sequence[TrackLevel], gains_db: Sequence[float]) -> list[float]:
    errors = [0.0] * len(tracks)
    for group in {t.group for t in tracks}:
        members = [i for i, t in enumerate(tracks) if t.group == group]
        loudness = pooled_lufs([tracks[i].block_powers for i in members], [gains_db[i] for i in members])
        if loudness is not None:
            for i in members:
                # The group moves as one, so its first member's offset is the group's.
                errors[i] = aim_lufs + tracks[members[0]].offset_lu - loudness
    return errors


def _anchor_index(word: str, tracks: Sequence[TrackLevel], anchor: int | None) -> int | None:
    if anchor is not None:
        return anchor
    measured = sorted((loudness, i) for i, t in enumerate(tracks) if (loudness := t.integrated_lufs) is not None)
    if not measured:
        return None
    return measured[(len(measured) - 1) // 2][1] if word == "median" else measured[-1][1]


def hold_back(
    spec: LevelSpec, tracks: Sequence[TrackLevel], gains_db: Sequence[float], limit_dbtp: float, why: str
) -> tuple[list[float], HeldBack | None, list[float]]:
    """Lower gains until no peak passes ``limit_dbtp``: all by the same dB, or each group by its own."""
    excess = [
        0.0 if t.true_peak_dbtp is None else max(0.0, t.true_peak_dbtp + gain - limit_dbtp)
        for t, gain in zip(tracks, gains_db, strict=True)
    ]
    worst = int(np.argmax(excess)) if excess else 0
    if not excess or excess[worst] <= 0.0:
        return list(gains_db), None, [0.0] * len(gains_db)
    if spec.held_back == "each" and spec.match == "tracks":
        most = {t.group: max(e for u, e in zip(tracks, excess, strict=True) if u.group == t.group) for t in tracks}
        given_up = [most[t.group] for t in tracks]
    else:
        given_up = [excess[worst]] * len(tracks)
    held = HeldBack(excess[worst], worst, tracks[worst].true_peak_at_s, why)
    return [g - d for g, d in zip(gains_db, given_up, strict=True)], held, given_up


def reached(
    spec: LevelSpec, tracks: Sequence[TrackLevel], gains_db: Sequence[float], anchor: int | None
) -> float | None:
    """The loudness that stands against the aim: the anchor's in ``anchor``, else the pooled one."""
    if spec.match == "anchor":
        at = _anchor_index(spec.anchor, tracks, anchor)
        return None if at is None else pooled_lufs([tracks[at].block_powers], [gains_db[at]])
    return pooled_lufs([t.block_powers for t in tracks], list(gains_db))


def _solve_without_limiter(
    spec: LevelSpec, tracks: Sequence[TrackLevel], wanted: list[float], ceiling: float | None, anchor: int | None
) -> Solution:
    gains, held, given_up = wanted, None, [0.0] * len(wanted)
    if ceiling is not None and spec.match != "none":
        gains, held, given_up = hold_back(spec, tracks, wanted, ceiling, "ceiling")
        if spec.match == "peak":
            held, given_up = None, [0.0] * len(wanted)
    return Solution(tuple(gains), reached(spec, tracks, gains, anchor), held, tuple(given_up))


def _solve_with_limiter(
    spec: LevelSpec,
    tracks: Sequence[TrackLevel],
    wanted: list[float],
    ceiling: float,
    anchor: int | None,
    try_limiter: Try,
    pilot: Try | None,
) -> Solution:
    most = spec.limiter.max_reduction_db if spec.limiter is not None else None
    iterates = spec.match in ("tracks", "album", "anchor") and spec.aim_lufs is not None
    at = _anchor_index(spec.anchor, tracks, anchor) if spec.match == "anchor" else None
    setting = ceiling
    start = wanted
    if iterates:
        start = _within_reach(spec, tracks, wanted, ceiling)
        start = start if pilot is None else _guessed(spec, tracks, start, ceiling, at, pilot)
        start = _within_reach(spec, tracks, start, ceiling)
    gains, held, given_up = _capped(spec, tracks, start, ceiling, most)
    history: list[tuple[list[float], list[float]]] = []
    flat = [False] * len(tracks)
    trial = try_limiter(gains, setting)
    trials = 1
    while trials < MOST_TRIALS:
        zero = [0.0] * len(tracks)
        errors = _errors(spec, trial.tracks, zero, at) if iterates else zero
        excess = max((t.true_peak_dbtp - ceiling for t in trial.tracks if t.true_peak_dbtp is not None), default=0.0)
        history.append((gains, errors))
        if len(history) > 1:
            steps, newly_flat = _steps(history)
            flat = [f or new for f, new in zip(flat, newly_flat, strict=True)]
            steps = [0.0 if f else step for f, step in zip(flat, steps, strict=True)]
        else:
            steps = _first_steps(spec, tracks, *history[0], ceiling, at)
        asked = [g + min(s, MOST_STEP_DB) for g, s in zip(gains, steps, strict=True)]
        asked, new_held, new_given = _capped(spec, tracks, asked, ceiling, most)
        moves = max((abs(a - g) for a, g in zip(asked, gains, strict=True)), default=0.0)
        wants_gain = moves > TOLERANCE_LU / 2 and max((abs(e) for e in errors), default=0.0) > TOLERANCE_LU
        limits = any(r > 0.0 for r in trial.reduction_db)
        if not wants_gain and (excess <= 0.0 or not limits):
            break
        if wants_gain:
            gains, held, given_up = asked, new_held or held, new_given
        if excess > 0.0 and limits:
            setting -= excess + 0.003
        trial = try_limiter(gains, setting)
        trials += 1
    if any(flat):
        gains, trial, more = _least_gains(spec, tracks, gains, flat, trial, ceiling, setting, at, try_limiter)
        trials += more
        given_up = [max(w - g, 0.0) if f else d for w, g, f, d in zip(wanted, gains, flat, given_up, strict=True)]
        worst = int(np.argmax(given_up))
        held = HeldBack(
            given_up[worst], worst, trial.reduction_at_s[worst], "limiter" if flat[worst] else "max-reduction"
        )
    return Solution(
        tuple(gains),
        reached(spec, trial.tracks, [0.0] * len(tracks), at),
        held if max(given_up, default=0.0) > 0.0 else None,
        tuple(given_up),
        setting,
        trial.reduction_db,
        trial.reduction_at_s,
        trials,
        any(flat),
        trial.settings_dbtp,
    )


def _capped(
    spec: LevelSpec, tracks: Sequence[TrackLevel], gains_db: Sequence[float], ceiling: float, most_db: float | None
) -> tuple[list[float], HeldBack | None, list[float]]:
    if most_db is None or spec.match == "none":
        return list(gains_db), None, [0.0] * len(gains_db)
    return hold_back(spec, tracks, gains_db, ceiling + most_db, "max-reduction")


def _guessed(
    spec: LevelSpec,
    tracks: Sequence[TrackLevel],
    wanted: list[float],
    ceiling: float,
    anchor: int | None,
    pilot: Try,
) -> list[float]:
    """Gains that reach the aim as far as the pilot can tell, before ``max_reduction`` is looked at."""
    most = spec.limiter.max_reduction_db if spec.limiter is not None else None
    asked = wanted
    history: list[tuple[list[float], list[float]]] = []
    for _ in range(PILOT_ROUNDS):
        gains, held, _ = _capped(spec, tracks, asked, ceiling, most)
        errors = _errors(spec, pilot(gains, ceiling).tracks, [0.0] * len(tracks), anchor)
        if held is not None or max((abs(e) for e in errors), default=0.0) <= TOLERANCE_LU / 2:
            break
        history.append((gains, errors))
        steps = _steps(history)[0] if len(history) > 1 else _first_steps(spec, tracks, *history[0], ceiling, anchor)
        asked = [g + s for g, s in zip(gains, steps, strict=True)]
    return asked


def _first_steps(
    spec: LevelSpec,
    tracks: Sequence[TrackLevel],
    gains_db: Sequence[float],
    errors: Sequence[float],
    ceiling: float,
    anchor: int | None,
) -> list[float]:
    """Change of each gain after one trial: what the limiter took tells how much of more gain it will take."""
    unlimited = _errors(spec, tracks, gains_db, anchor) if spec.aim_lufs is not None else errors
    over = _over(spec, tracks, gains_db, ceiling)
    steps = []
    for error, before, excess in zip(errors, unlimited, over, strict=True):
        loss = max(error - before, 0.0)
        slope = 1.0 - LOSS_GROWTH * loss / excess if excess > 0.0 else 1.0
        steps.append(error / max(slope, SMALLEST_FIRST_SLOPE))
    return steps


def _steps(history: Sequence[tuple[list[float], list[float]]]) -> tuple[list[float], list[bool]]:
    """Next change of each gain: the error over the slope seen between the last two trials; and where that is flat."""
    gains, errors = history[-1]
    before_gains, before_errors = history[-2]
    steps, flat = [], []
    for gain, error, gain0, error0 in zip(gains, errors, before_gains, before_errors, strict=True):
        slope = (error0 - error) / (gain - gain0) if abs(gain - gain0) > 1e-6 else 1.0
        flat.append(slope < SMALLEST_SLOPE and error > TOLERANCE_LU)
        steps.append(0.0 if flat[-1] else error / min(max(slope, SMALLEST_SLOPE), 1.0))
    return steps, flat


def _over(spec: LevelSpec, tracks: Sequence[TrackLevel], gains_db: Sequence[float], ceiling: float) -> list[float]:
    """How far the highest peak of what moves with each track stands over the ceiling, in dB; 0 where it does not."""
    over: dict[int, float] = {}
    for track, gain in zip(tracks, gains_db, strict=True):
        group = track.group if spec.match == "tracks" else 0
        peak = -np.inf if track.true_peak_dbtp is None else track.true_peak_dbtp + gain - ceiling
        over[group] = max(over.get(group, 0.0), peak)
    return [over[track.group if spec.match == "tracks" else 0] for track in tracks]


def _within_reach(
    spec: LevelSpec, tracks: Sequence[TrackLevel], gains_db: Sequence[float], ceiling: float
) -> list[float]:
    """The gains, lowered where a peak would pass the ceiling by more than a search starts with."""
    over = _over(spec, tracks, gains_db, ceiling)
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
    high, heard, tried = list(gains_db), _errors(spec, trial.tracks, zero, anchor), list(gains_db)
    low = [g - o for g, o in zip(high, _over(spec, tracks, high, ceiling), strict=True)]
    best, trials = trial, 0
    while max(h - g for h, g, f in zip(high, low, flat, strict=True) if f) > LEAST_GAIN_DB:
        tried = [(h + g) / 2.0 if f else h for h, g, f in zip(high, low, flat, strict=True)]
        best = try_limiter(tried, setting)
        trials += 1
        errors = _errors(spec, best.tracks, zero, anchor)
        for n, is_flat in enumerate(flat):
            if is_flat and errors[n] - heard[n] < SMALLEST_SLOPE * (high[n] - tried[n]):
                high[n], heard[n] = tried[n], errors[n]
            elif is_flat:
                low[n] = tried[n]
    if tried != high:
        best, trials = try_limiter(high, setting), trials + 1
    return high, best, trials


def scaled_track(track: TrackLevel, gain_db: float) -> TrackLevel:
    """The track with a gain that no limiter touched: powers scale, peaks shift."""
    peak = None if track.true_peak_dbtp is None else track.true_peak_dbtp + gain_db
    return replace(track, block_powers=track.block_powers * 10.0 ** (gain_db / 10.0), true_peak_dbtp=peak)
