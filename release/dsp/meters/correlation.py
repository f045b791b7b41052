"""How left and right go together over time: correlation in windows of 400 ms.

r = sum(L R) / sqrt(sum(L^2) sum(R^2)): 1 for mono, 0 for unrelated channels, -1 for opposite polarity. Windows step by
100 ms; those with a channel below -60 dBFS RMS (full-scale sine -3.01) say nothing and are left out.
Source: the product-moment correlation of K. Pearson (1895); 300 to 600 ms is the usual time of correlation meters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from release.dsp.blocks import Audio
from release.dsp.meters.stretches import StretchSums

STEPS_A_SECOND = 10
STEPS_A_WINDOW = 4
LEAST_POWER = 1e-6


@dataclass(frozen=True, slots=True)
class CorrelationResult:
    """What the windows say.

    Attributes:
        lowest: smallest reading.
        lowest_at_s: where its window begins.
        share_below_zero: share of the windows below 0, 0 to 1.
    """

    lowest: float
    lowest_at_s: float
    share_below_zero: float


class CorrelationMeter:
    """Follows the correlation of a stereo stream."""

    def __init__(self, rate_hz: int) -> None:
        self._step = round(rate_hz / STEPS_A_SECOND)
        self._rate_hz = rate_hz
        self._sums = StretchSums(self._step, 2)

    def process(self, audio: Audio) -> None:
        """Take the next block, on a fixed grid."""
        self._sums.process(audio)

    def finish(self) -> CorrelationResult | None:
        """The result; None when no window has sound in both channels."""
        whole = self._sums.n_samples // self._step
        count = whole - STEPS_A_WINDOW + 1
        if count < 1:
            return None
        squares, products = self._sums.squares[:whole], self._sums.products[:whole]
        window = np.ones(STEPS_A_WINDOW)
        left, right = (np.convolve(squares[:, c], window, "valid") for c in (0, 1))
        cross = np.convolve(products, window, "valid")
        sounds = np.minimum(left, right) >= LEAST_POWER * self._step * STEPS_A_WINDOW
        if not sounds.any():
            return None
        places = np.flatnonzero(sounds)
        readings = np.clip(cross[places] / np.sqrt(left[places] * right[places]), -1.0, 1.0)
        lowest = int(np.argmin(readings))
        return CorrelationResult(
            lowest=float(readings[lowest]),
            lowest_at_s=float(places[lowest]) * self._step / self._rate_hz,
            share_below_zero=float(np.mean(readings < 0.0)),
        )
