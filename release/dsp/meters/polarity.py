"""Stretches in which left and right are of opposite polarity: over everything, or in the bass alone.

Where a channel is inverted, what should stand in the middle has a correlation below nothing for as long as it lasts.
Width, delay and echo bring a window there now and then; they seldom stay. Over everything windows of one second are
weighted as loudness is (K), so that a rumble does not decide; in the bass they are four seconds long.
Source: measurement.md section 7 (correlation, polarity).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from release.dsp.meters.hum import BassFrame

Values = NDArray[np.float64]

HOPS_A_WINDOW = 100
LEAST_POWER = 1e-5
"""Of a channel in a window, mean square: -50 dB; below it nothing is said."""
MOST_APART = 16.0
"""How much more power one channel may have than the other: 12 dB; beyond it polarity is no fault of both."""
NEGATIVE = -0.3
"""Correlation of the windows that belong to a stretch."""
MOST_LISTED = 20


@dataclass(frozen=True, slots=True)
class Opposite:
    """A stretch of negative correlation in seconds; ``correlation`` is that of all of it.

    ``elsewhere`` is that of everything outside of such stretches; None where there is nothing.
    """

    start_s: float
    length_s: float
    correlation: float
    elsewhere: float | None


def opposite_stretches(sides: NDArray[np.float32], rate_hz: int) -> tuple[Opposite, ...]:
    """Stretches over everything, the longest first.

    Args:
        sides: (hops, 3): of every 10 ms the sums of left squared, right squared and left times right (``Meter.sides``).
        rate_hz: samples a second.
    """
    n = len(sides) // HOPS_A_WINDOW
    windows = sides[: n * HOPS_A_WINDOW].reshape(n, HOPS_A_WINDOW, 3).sum(axis=1, dtype=np.float64) / rate_hz
    return _stretches(windows, 1.0, 1.0)


def opposite_bass(frames: Sequence[BassFrame], hop_s: float) -> tuple[Opposite, ...]:
    """Stretches in the bass, the longest first."""
    rows = np.array([[f.left, f.right, f.cross] for f in frames]).reshape(-1, 3)
    return _stretches(rows, hop_s, 2.0 * hop_s)


def bass_correlation(frames: Sequence[BassFrame]) -> float | None:
    """Correlation of the bass over all frames; None where a channel has none."""
    rows = np.array([[f.left, f.right, f.cross] for f in frames]).reshape(-1, 3).sum(axis=0)
    product = float(rows[0] * rows[1])
    return float(np.clip(rows[2] / product**0.5, -1.0, 1.0)) if product > 1e-24 else None


def least_bass_s(frames: Sequence[BassFrame], hop_s: float) -> float | None:
    """Where the frame begins whose bass correlates least; frames without bass on both sides, or 20 dB under the mean, say nothing."""
    rows = np.array([[f.left, f.right, f.cross] for f in frames]).reshape(-1, 3)
    product = rows[:, 0] * rows[:, 1]
    power = rows[:, 0] + rows[:, 1]
    sounds = (product > 1e-24) & (power >= 0.01 * power.mean()) if len(rows) else np.zeros(0, dtype=bool)
    if not sounds.any():
        return None
    values = np.where(sounds, rows[:, 2] / np.sqrt(np.maximum(product, 1e-30)), np.inf)
    return float(np.argmin(values)) * hop_s


def _stretches(windows: Values, step_s: float, window_s: float) -> tuple[Opposite, ...]:
    left, right, cross = windows.T if len(windows) else np.zeros((3, 0))
    weaker, stronger = np.minimum(left, right), np.maximum(left, right)
    sounds = (weaker >= LEAST_POWER) & (stronger <= MOST_APART * weaker)
    negative = sounds & (cross <= NEGATIVE * np.sqrt(left * right))
    edges = np.flatnonzero(np.diff(negative.astype(np.int8), prepend=0, append=0))
    a, b, c = windows[~negative].sum(axis=0)
    elsewhere = float(c / np.sqrt(a * b)) if min(a, b) > LEAST_POWER else None
    found = []
    for start, end in zip(edges[0::2].tolist(), edges[1::2].tolist(), strict=True):
        a, b, c = windows[start:end].sum(axis=0)
        found.append(
            Opposite(start * step_s, (end - start - 1) * step_s + window_s, float(c / np.sqrt(a * b)), elsewhere)
        )
    return tuple(sorted(found, key=lambda s: (-s.length_s, s.start_s))[:MOST_LISTED])
