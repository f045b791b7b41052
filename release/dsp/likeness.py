"""How like two recordings are: a compact print of each, and the lag at which two prints go together best.

A print holds ten readings a second of eight levels: of six bands below 400 Hz, of everything (K-weighted), and of left
against right. What is compared is how the bands move against each other and how the whole moves, all around their own
mean of six seconds: gain, equalisation, sample rate, word length and lossy coding leave that as it is, another take or
another song does not, not even one of the same tempo.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from release.dsp.blocks import Audio

Values = NDArray[np.float64]

STEPS_A_SECOND = 10
HOPS_A_STEP = 10
"""Hops of the meter, 10 ms each, in a step."""
WINDOW_S = 0.25
EDGES_HZ = (30.0, 65.0, 100.0, 140.0, 190.0, 260.0, 380.0)
BANDS = len(EDGES_HZ) - 1
COLUMNS = BANDS + 2
LEVEL_STEP_DB, LEAST_LEVEL_DB = 0.5, -110.0
SIDE_STEP_DB = 0.25
MOST_STEPS = 12_000
"""Of a print: twenty minutes."""
RANGE_DB = 50.0
"""Levels farther below the highest count as silence."""
WHOLE_WEIGHT = 1.0
"""Of the level of everything beside that of each band against the others."""
MEAN_STEPS = 60
LEAST_STEPS = 100
"""Readings that must lie over each other: 10 s."""
FIRST_GLANCE = 0.5
"""From here on parts of a reading are tried."""
PARTS = (-0.5, -0.375, -0.25, -0.125, 0.125, 0.25, 0.375, 0.5)
LEAST_SHARE = 0.5
"""Of the shorter print."""


class PrintMaker:
    """Collects the low end of a stream for its print."""

    def __init__(self, rate_hz: float) -> None:
        self._rate_hz = rate_hz
        self._size = 2 * round(WINDOW_S * rate_hz / 2)
        self._window = np.hanning(self._size + 1)[:-1, np.newaxis]
        self._edges = np.array([round(hz / rate_hz * self._size) for hz in EDGES_HZ])
        self._stream = np.zeros((0, 2))
        self._first = 0  # of the stream, in samples of the low rate
        self._bands: list[Values] = []
        self._steps = 0

    def feed(self, low: Audio) -> None:
        """Take the next samples at the low rate (n, 2)."""
        if self._steps >= MOST_STEPS:
            return
        self._stream = np.concatenate([self._stream, low])
        end = self._first + len(self._stream)
        last = int((end - self._size) * STEPS_A_SECOND / self._rate_hz) + 1
        starts = np.rint(np.arange(self._steps, max(last, self._steps)) * self._rate_hz / STEPS_A_SECOND).astype(
            np.int64
        )
        starts = starts[starts + self._size <= end] - self._first
        if not len(starts):
            return
        frames = np.lib.stride_tricks.sliding_window_view(self._stream, self._size, axis=0)[starts].transpose(0, 2, 1)
        spectra = np.fft.rfft(frames * self._window, axis=1)
        power = (spectra.real**2 + spectra.imag**2).sum(axis=2)
        self._bands.append(np.add.reduceat(power, self._edges, axis=1)[:, :BANDS])
        self._steps += len(starts)
        keep = int(starts[-1])
        self._stream, self._first = self._stream[keep:], self._first + keep

    def finish(self, sides: NDArray[np.float32]) -> str:
        """The print as base64.

        Args:
            sides: K-weighted sums of every 10 ms (``Meter.sides``).
        """
        n = min(len(sides) // HOPS_A_STEP - 1, self._steps, MOST_STEPS)
        if n < 1:
            return ""
        by_step = sides[: (n + 1) * HOPS_A_STEP].reshape(n + 1, HOPS_A_STEP, 3).sum(axis=1, dtype=np.float64)
        by_step = by_step[:-1] + by_step[1:]
        whole = by_step[:, 0] + by_step[:, 1]
        bands = np.concatenate(self._bands)[:n] / self._size
        levels = _level_db(np.column_stack([bands, whole])) - 40.0
        words = np.empty((n, COLUMNS), dtype=np.uint8)
        words[:, :-1] = np.clip(np.rint((levels - LEAST_LEVEL_DB) / LEVEL_STEP_DB), 0.0, 255.0)
        side_db = _level_db(by_step[:, 0]) - _level_db(by_step[:, 1])
        words[:, -1] = np.clip(np.rint(side_db / SIDE_STEP_DB + 128.0), 0.0, 255.0)
        return b64encode(words.tobytes()).decode("ascii")


def _level_db(power: Values) -> Values:
    return np.asarray(10.0 * np.log10(np.maximum(power, 1e-12)))


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two prints go together.

    Attributes:
        value: 1 for the same recording, around 0 for two that have nothing in common.
        lag_s: by how much the second begins later in the first; negative where the first begins later in the second.
        side: how the difference of left and right moves in both: 1 alike, -1 mirrored; None where either is mono or
            its sides do not move.
    """

    value: float
    lag_s: float
    side: float | None


class Print:
    """A print that can be compared with others."""

    def __init__(self, text: str) -> None:
        words = np.frombuffer(b64decode(text), dtype=np.uint8).reshape(-1, COLUMNS).astype(np.float64)
        levels = words[:, :-1] * LEVEL_STEP_DB
        levels = _around_mean(np.maximum(levels, levels.max(axis=0, initial=0.0) - RANGE_DB))
        levels[:, :BANDS] -= levels[:, :BANDS].mean(axis=1, keepdims=True)
        levels[:, BANDS] *= WHOLE_WEIGHT
        self._levels = levels
        self._sides_db = (words[:, -1] - 128.0) * SIDE_STEP_DB
        self._power = np.concatenate([[0.0], np.cumsum((self._levels**2).sum(axis=1))])

    def __len__(self) -> int:
        return len(self._levels)

    @cached_property
    def _spectra(self) -> dict[int, NDArray[np.complex128]]:
        return {}

    def _spectrum(self, size: int) -> NDArray[np.complex128]:
        if size not in self._spectra:
            self._spectra[size] = np.fft.rfft(self._levels, size, axis=0)
        return self._spectra[size]

    def compare(self, other: Print) -> Likeness | None:
        """The lag at which both go together best; None where too little of them can lie over each other."""
        n, m = len(self), len(other)
        least = max(LEAST_STEPS, int(LEAST_SHARE * min(n, m)))
        if min(n, m) < least:
            return None
        size = 1 << (n + m - 1).bit_length()
        together = np.fft.irfft((self._spectrum(size) * other._spectrum(size).conj()).sum(axis=1), size)
        lags = np.arange(least - m, n - least + 1)
        start, end = np.maximum(lags, 0), np.minimum(lags + m, n)
        product = (self._power[end] - self._power[start]) * (other._power[end - lags] - other._power[start - lags])
        found = together[lags % size] / np.sqrt(np.maximum(product, 1e-9))
        best = int(np.argmax(found))
        lag, value, moved = int(lags[best]), float(found[best]), 0.0
        if value >= FIRST_GLANCE:
            # Between two readings: the second moved by a part of one, before they are laid over each other.
            tried = [(self._at(other, lag, part), part) for part in PARTS]
            value, moved = max([(value, 0.0), *tried])
        side = self._side(other, lag, int(start[best]), int(end[best]))
        return Likeness(min(value, 1.0), (lag + moved) / STEPS_A_SECOND, side)

    def _at(self, other: Print, lag: int, part: float) -> float:
        """Likeness at a whole lag and a part."""
        at = np.fft.rfftfreq(len(other))[:, None]
        moved = np.fft.irfft(np.fft.rfft(other._levels, axis=0) * np.exp(-2j * np.pi * at * part), len(other), axis=0)
        start, end = max(lag, 0) + 1, min(lag + len(other), len(self)) - 1
        one, two = self._levels[start:end], moved[start - lag : end - lag]
        return float((one * two).sum() / np.sqrt(max(float((one * one).sum() * (two * two).sum()), 1e-9)))

    def _side(self, other: Print, lag: int, start: int, end: int) -> float | None:
        one, two = self._sides_db[start:end], other._sides_db[start - lag : end - lag]
        power = float(np.sqrt((one @ one) * (two @ two)))
        least = LEAST_SIDE_DB**2 * (end - start)
        return float(one @ two) / power if power > least else None


LEAST_SIDE_DB = 0.3
"""RMS difference of left and right below which a recording is mono for this."""


def _around_mean(levels: Values) -> Values:
    """Levels less their running mean; at the ends over what there is."""
    sums = np.concatenate([np.zeros((1, levels.shape[1])), np.cumsum(levels, axis=0)])
    at = np.arange(len(levels))
    low, high = np.maximum(at - MEAN_STEPS // 2, 0), np.minimum(at + MEAN_STEPS // 2 + 1, len(levels))
    return np.asarray(levels - (sums[high] - sums[low]) / (high - low)[:, None])
