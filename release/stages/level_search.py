"""Arithmetic of the level search: how far tracks are from their aim, and which gain to try next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from release.dsp.meter import pooled_lufs
from release.model.target import LevelSpec
from release.stages.level_model import TrackLevel

TOLERANCE_LU = 0.05
"""Half of the last digit that people read; another trial over all of the audio would cost more than it tells."""
SMALLEST_SLOPE = 0.2
"""Below this more gain brings no loudness worth having (measurement.md section 11.3)."""
LOSS_GROWTH = 2.2
"""How many per cent the loudness that a limiter costs grows when the peaks go one per cent of a dB further over it.

Between 1.7 and 3.5 on music and drums, 0 to 7 dB over the ceiling (benchmarks/README.md): good enough for the first step.
"""
SMALLEST_FIRST_SLOPE = 0.3
MOST_STEP_DB = 6.0
"""And how much a later trial adds, until two of them have shown what more gain brings."""


def aim_errors(
    spec: LevelSpec, tracks: Sequence[TrackLevel], gains_db: Sequence[float], anchor: int | None
) -> list[float]:
    """How many LU each track is below its aim when measured with ``gains_db`` on top; 0 where not measurable."""
    assert spec.aim_lufs is not None
    if spec.match == "tracks":
        return _group_errors(spec.aim_lufs, tracks, gains_db)
    if spec.match == "album":
        loudness = pooled_lufs([t.block_powers for t in tracks], list(gains_db))
    else:
        at = anchor_index(spec.anchor, tracks, anchor)
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


def anchor_index(word: str, tracks: Sequence[TrackLevel], anchor: int | None) -> int | None:
    """The track that sets the gain: the one named, else by ``loudest`` or ``median``; None where all are silent."""
    if anchor is not None:
        return anchor
    measured = sorted((loudness, i) for i, t in enumerate(tracks) if (loudness := t.integrated_lufs) is not None)
    if not measured:
        return None
    return measured[(len(measured) - 1) // 2][1] if word == "median" else measured[-1][1]


def reached(
    spec: LevelSpec, tracks: Sequence[TrackLevel], gains_db: Sequence[float], anchor: int | None
) -> float | None:
    """The loudness that stands against the aim: the anchor's in ``anchor``, else the pooled one."""
    if spec.match == "anchor":
        at = anchor_index(spec.anchor, tracks, anchor)
        return None if at is None else pooled_lufs([tracks[at].block_powers], [gains_db[at]])
    return pooled_lufs([t.block_powers for t in tracks], list(gains_db))


def over_ceiling(
    spec: LevelSpec, tracks: Sequence[TrackLevel], gains_db: Sequence[float], ceiling: float
) -> list[float]:
    """How far the highest peak of what moves with each track stands over the ceiling, in dB; 0 where it does not."""
    over: dict[int, float] = {}
    for track, gain in zip(tracks, gains_db, strict=True):
        group = track.group if spec.match == "tracks" else 0
        peak = -np.inf if track.true_peak_dbtp is None else track.true_peak_dbtp + gain - ceiling
        over[group] = max(over.get(group, 0.0), peak)
    return [over[track.group if spec.match == "tracks" else 0] for track in tracks]


def first_steps(
    spec: LevelSpec,
    tracks: Sequence[TrackLevel],
    gains_db: Sequence[float],
    errors: Sequence[float],
    ceiling: float,
    anchor: int | None,
) -> list[float]:
    """Change of each gain after one trial: what the limiter took tells how much of more gain it will take."""
    unlimited = aim_errors(spec, tracks, gains_db, anchor) if spec.aim_lufs is not None else errors
    over = over_ceiling(spec, tracks, gains_db, ceiling)
    steps = []
    for error, before, excess in zip(errors, unlimited, over, strict=True):
        loss = max(error - before, 0.0)
        slope = 1.0 - LOSS_GROWTH * loss / excess if excess > 0.0 else 1.0
        steps.append(error / max(slope, SMALLEST_FIRST_SLOPE))
    return steps


def next_steps(history: Sequence[tuple[list[float], list[float]]]) -> tuple[list[float], list[bool]]:
    """Next change of each gain: the error over the slope seen between the last two trials; and where that is flat."""
    gains, errors = history[-1]
    before_gains, before_errors = history[-2]
    steps, flat = [], []
    for gain, error, gain0, error0 in zip(gains, errors, before_gains, before_errors, strict=True):
        slope = (error0 - error) / (gain - gain0) if abs(gain - gain0) > 1e-6 else 1.0
        flat.append(slope < SMALLEST_SLOPE and error > TOLERANCE_LU)
        steps.append(0.0 if flat[-1] else error / min(max(slope, SMALLEST_SLOPE), 1.0))
    return steps, flat


def scaled_track(track: TrackLevel, gain_db: float) -> TrackLevel:
    """The track with a gain that no limiter touched: powers scale, peaks shift."""
    peak = None if track.true_peak_dbtp is None else track.true_peak_dbtp + gain_db
    return replace(track, block_powers=track.block_powers * 10.0 ** (gain_db / 10.0), true_peak_dbtp=peak)
