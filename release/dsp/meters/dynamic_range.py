"""Dynamics from sample values: crest factor and the DR value ("DR14", TT Dynamic Range).

Crest factor is peak over RMS, 20 log10: a sine has 3.01 dB, a square wave 0 dB.

DR, per channel: blocks of 3 s (132 480 samples at 44.1 kHz, a habit of the reference tool), the last, partial one
counted; RMS of each with a full-scale sine at 0 dB; power mean of the loudest fifth of them (rounded down, at least one);
DR is the distance from there to the second highest block peak. A track has the mean of its channels; a silent channel
counts as 0. Below three blocks there is no value.
Source: Pleasurize Music Foundation, TT Dynamic Range Meter, as implemented in dr14_t.meter, compute_dr14.py.
"""

from __future__ import annotations

import math

import numpy as np

from release.dsp.blocks import Audio
from release.dsp.meters.stretches import StretchSums

BLOCK_S = 3
FEWEST_BLOCKS = 3
LOUDEST_SHARE = 0.2
SILENT_POWER = 2.0**-24


class DynamicRangeMeter:
    """Collects what crest factor and DR need."""

    def __init__(self, rate_hz: int, channels: int) -> None:
        self._size = BLOCK_S * (rate_hz + (60 if rate_hz == 44_100 else 0))
        self._sums = StretchSums(self._size, channels)

    def process(self, audio: Audio) -> None:
        """Take the next block, on a fixed grid."""
        self._sums.process(audio)

    def crest_db(self) -> tuple[float | None, ...]:
        """Of each channel; None for digital silence."""
        squares, peaks = self._sums.squares.sum(axis=0), self._sums.peaks
        highest = peaks.max(axis=0) if len(peaks) else np.zeros(len(squares))
        count = max(self._sums.n_samples, 1)
        return tuple(
            20.0 * math.log10(peak / math.sqrt(square / count)) if square > 0.0 else None
            for peak, square in zip(highest.tolist(), squares.tolist(), strict=True)
        )

    def dynamic_range(self) -> float | None:
        """DR before it is rounded to a whole number; None when the audio is too short, or silent altogether."""
        n_samples = self._sums.n_samples
        count = n_samples // self._size + 1
        if count < FEWEST_BLOCKS:
            return None
        powers, peaks = self._sums.squares.copy(), self._sums.peaks
        rest = n_samples % self._size
        lengths = np.full(len(powers), self._size)
        if rest:
            lengths[-1] = rest
        powers *= 2.0 / lengths[:, np.newaxis]
        if not rest:  # the tool counts an empty block at the end, too
            powers = np.concatenate([powers, np.zeros((1, powers.shape[1]))])
            peaks = np.concatenate([peaks, np.zeros((1, peaks.shape[1]))])
        n_loudest = max(int(count * LOUDEST_SHARE), 1)
        loudest = np.sort(powers, axis=0)[-n_loudest:].sum(axis=0)
        second = np.sort(peaks, axis=0)[-2]
        if not (loudest >= SILENT_POWER).any():
            return None
        sounds = (loudest >= SILENT_POWER) & (second > 0.0)
        values = np.zeros(len(loudest))
        values[sounds] = 20.0 * np.log10(second[sounds] / np.sqrt(loudest[sounds] / n_loudest))
        return float(values.mean())
