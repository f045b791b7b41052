"""How like two recordings are: a compact print of each, and the lag at which two prints go together best.

A print holds ten readings a second of four levels: of the bass, of the lower middle, of everything (K-weighted), and of
left against right. Each reading covers 200 ms, half of it shared with the next, so that a shift of less than a reading
harms little. What is compared is how the first three move around their own mean of six seconds: gain, equalisation,
sample rate, word length and lossy coding leave that as it is, another take or another song does not.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from release.dsp.blocks import Audio

Values = NDArray[np.float64]

CELLS_A_SECOND = 20
STEPS_A_SECOND = 10
SHAPE = (1.0, 3.0, 3.0, 1.0)
"""Weights of the cells of 50 ms in a reading."""
LAGS = (4, 1)
"""Samples of the low rate whose difference makes the bass and the lower middle."""
COLUMNS = 4
LEVEL_STEP_DB, LEAST_LEVEL_DB = 0.5, -110.0
SIDE_STEP_DB = 0.25
MOST_STEPS = 18_000
"""Of a print: half an hour."""
RANGE_DB = 50.0
"""Levels farther below the highest count as silence."""
MEAN_STEPS = 60
LEAST_STEPS = 100
"""Readings that must lie over each other: 10 s."""
LEAST_SHARE = 0.5
"""Of the shorter print."""


class PrintMaker:
    """Collects the low end of a stream for its print."""

    def __init__(self, rate_hz: float) -> None:
        self._rate_hz = rate_hz
        self._position = 0
        self._cells = np.zeros((256, len(LAGS)))
        self._tail = np.zeros((max(LAGS), 2))

    def feed(self, low: Audio) -> None:
        """Take the next samples at the low rate (n, 2)."""
        if not len(low):
            return
        stream = np.concatenate([self._tail, low])
        self._tail = stream[-max(LAGS) :]
        cells = ((self._position + np.arange(len(low))) * (CELLS_A_SECOND / self._rate_hz)).astype(np.int64)
        first, last = int(cells[0]), int(cells[-1])
        while last >= len(self._cells):
            self._cells = np.concatenate([self._cells, np.zeros_like(self._cells)])
        for column, lag in enumerate(LAGS):
            moved = stream[max(LAGS) :] - stream[max(LAGS) - lag : len(stream) - lag]
            sums = np.bincount(cells - first, np.einsum("ij,ij->i", moved, moved), last - first + 1)
            self._cells[first : last + 1, column] += sums
        self._position += len(low)

    def finish(self, sides: NDArray[np.float32]) -> str:
        """The print as base64.

        Args:
            sides: K-weighted sums of every 10 ms (``Meter.sides``).
        """
        hops = 100 // CELLS_A_SECOND
        n = min(len(sides) // hops, int(self._position * CELLS_A_SECOND / self._rate_hz))
        by_cell = sides[: n * hops].reshape(n, hops, 3).sum(axis=1, dtype=np.float64)
        columns = [*self._cells[:n].T, by_cell[:, 0] + by_cell[:, 1], by_cell[:, 0], by_cell[:, 1]]
        low, middle, whole, left, right = (_levels_db(c) for c in columns)
        levels = np.stack([low, middle, whole], axis=1)
        sides_db = np.clip((left - right) / SIDE_STEP_DB + 128.0, 0.0, 255.0)
        words = np.empty((len(levels), COLUMNS), dtype=np.uint8)
        words[:, :3] = np.clip(np.rint((levels - LEAST_LEVEL_DB) / LEVEL_STEP_DB), 0.0, 255.0)
        words[:, 3] = np.rint(sides_db)
        return b64encode(words[:MOST_STEPS].tobytes()).decode("ascii")


def _levels_db(cells: Values) -> Values:
    """Level of each reading; about full scale is 0 dB."""
    if len(cells) < len(SHAPE):
        return np.zeros(0)
    smooth = np.convolve(cells, np.array(SHAPE) / sum(SHAPE), "valid")[:: CELLS_A_SECOND // STEPS_A_SECOND]
    return np.asarray(10.0 * np.log10(np.maximum(smooth, 1e-14)) - 20.0)


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
        levels = words[:, :3] * LEVEL_STEP_DB
        self._levels = _around_mean(np.maximum(levels, levels.max(axis=0, initial=0.0) - RANGE_DB))
        self._sides_db = (words[:, 3] - 128.0) * SIDE_STEP_DB
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
        value, moved = float(found[best]), 0.0
        if 0 < best < len(found) - 1:
            before, after = float(found[best - 1]), float(found[best + 1])
            bend = before - 2.0 * value + after
            moved = float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5)) if bend < 0.0 else 0.0
            value -= 0.25 * (before - after) * moved
        lag = int(lags[best])
        side = self._side(other, lag, int(start[best]), int(end[best]))
        return Likeness(min(value, 1.0), (lag + moved) / STEPS_A_SECOND, side)

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
