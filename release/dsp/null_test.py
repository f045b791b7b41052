"""Whether two recordings are one, one at another gain, or where they differ: a null test in blocks, with flat memory.

The gain is the median over blocks, so that a changed passage does not spoil what is said of the rest. Two masters with their own
dither never null completely; what is left then is a few steps of the coarser word, and is taken for the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Read = Callable[[int, int], Floats]
"""Samples from a start: (n_samples, n_channels)."""

BLOCK_S = 0.1
_BLOCKS_AT_ONCE = 50
_MOST_PEAK_STEPS, _MOST_RMS_STEPS = 24.0, 6.0
"""Two dithers shaped towards high frequencies stay below, in steps of the word (own measurement; see the tests)."""
_QUIET = 1e-6
_SAME_GAIN_DB = 0.002
_MERGE_S = 0.5
_SEARCH_S, _PROBE_SAMPLES = 5.0, 1 << 15
_LEAST_LIKENESS = 0.9


@dataclass(frozen=True, slots=True)
class NullResult:
    """What nulling two recordings left.

    Attributes:
        gain_db: how much louder the second is.
        is_exact: every sample is equal, at no gain.
        shift_samples: how much later the same audio lies in the second; 0 for none.
        residual_peak: highest magnitude left in what agrees; full scale 1.0.
        share_alike: share of blocks that agree, 0 to 1.
        regions_s: (start, end) in seconds of the second, where they do not agree.
    """

    gain_db: float
    is_exact: bool
    shift_samples: int
    residual_peak: float
    share_alike: float
    regions_s: tuple[tuple[float, float], ...]


def null_test(old: Read, n_old: int, new: Read, n_new: int, *, rate_hz: int, bit_depth: int) -> NullResult:
    """Null two recordings of one rate.

    Args:
        old: reads the first.
        n_old: its length in samples.
        new: reads the second.
        n_new: its length in samples.
        rate_hz: of both.
        bit_depth: of the coarser word.
    """
    found = _null_at(old, n_old, new, n_new, 0, rate_hz, bit_depth)
    if found.is_exact or found.share_alike >= 0.5:
        return found
    shift = _find_shift(old, n_old, new, n_new, rate_hz)
    if not shift:
        return found
    moved = _null_at(old, n_old, new, n_new, shift, rate_hz, bit_depth)
    return moved if moved.share_alike > found.share_alike else found


def _null_at(old: Read, n_old: int, new: Read, n_new: int, shift: int, rate_hz: int, bit_depth: int) -> NullResult:
    """Null with the second read ``shift`` samples later."""
    first = max(-shift, 0)
    count = max(min(n_old - first, n_new - first - shift), 0)
    block = max(round(BLOCK_S * rate_hz), 1)
    gains, is_exact = [], n_old == n_new and shift == 0
    for a, b in _pairs(old, new, first, shift, count, block):
        is_exact = is_exact and np.array_equal(a, b)
        energy = _sums(a * a, block)
        used = energy > _QUIET * block
        gains.append((_sums(a * b, block)[used] / energy[used]).astype(np.float64))
    every = np.concatenate(gains) if gains else np.zeros(0)
    gain = float(np.median(every)) if len(every) else 1.0
    gain_db = 20.0 * math.log10(gain) if gain > 0.0 else 0.0
    if abs(gain_db) < _SAME_GAIN_DB or gain <= 0.0:
        gain, gain_db = 1.0, 0.0
    step = 2.0 ** (1 - min(bit_depth, 24)) * max(gain, 1.0)
    peaks, powers = [], []
    for a, b in _pairs(old, new, first, shift, count, block):
        left = b - gain * a
        peaks.append(_maxima(np.abs(left), block))
        powers.append(_sums(left * left, block) / (block * left.shape[1]))
    peak = np.concatenate(peaks) if peaks else np.zeros(0)
    rms = np.sqrt(np.concatenate(powers)) if powers else np.zeros(0)
    alike = (peak <= _MOST_PEAK_STEPS * step) & (rms <= _MOST_RMS_STEPS * step)
    start = (first + shift) / rate_hz
    regions = [(start + n * BLOCK_S, start + (n + 1) * BLOCK_S) for n in np.flatnonzero(~alike).tolist()]
    if shift > 0:
        regions.insert(0, (0.0, shift / rate_hz))
    end = first + shift + count
    if end < n_new or n_old - first > count:
        regions.append((end / rate_hz, max(n_new, end + n_old - first - count) / rate_hz))
    return NullResult(
        gain_db,
        is_exact,
        shift,
        float(peak[alike].max()) if alike.any() else 0.0,
        float(alike.mean()) if len(alike) else 0.0,
        _merged(regions),
    )


def _pairs(old: Read, new: Read, first: int, shift: int, count: int, block: int) -> Iterator[tuple[Floats, Floats]]:
    at_once = block * _BLOCKS_AT_ONCE
    for done in range(0, count, at_once):
        n = min(at_once, count - done)
        yield old(first + done, n), new(first + shift + done, n)


def _sums(values: Floats, block: int) -> Floats:
    """Sum over each block and all channels; the last block may be short."""
    starts = np.arange(0, len(values), block)
    return np.add.reduceat(values.sum(axis=1), starts) if len(values) else np.zeros(0)


def _maxima(values: Floats, block: int) -> Floats:
    starts = np.arange(0, len(values), block)
    return np.maximum.reduceat(values.max(axis=1), starts) if len(values) else np.zeros(0)


def _merged(regions: list[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    merged: list[tuple[float, float]] = []
    for start, end in regions:
        if merged and start - merged[-1][1] <= _MERGE_S:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple((round(start, 3), round(end, 3)) for start, end in merged)


def _find_shift(old: Read, n_old: int, new: Read, n_new: int, rate_hz: int) -> int:
    """How much later the middle of the first is found in the second; 0 where it is not."""
    reach = round(_SEARCH_S * rate_hz)
    length = min(_PROBE_SAMPLES, n_old // 2)
    if length < rate_hz // 10:
        return 0
    at = (n_old - length) // 2
    low = max(at - reach, 0)
    wanted = old(at, length).mean(axis=1)
    heard = new(low, min(length + 2 * reach, n_new - low)).mean(axis=1)
    if len(heard) < length or not wanted.any():
        return 0
    size = 1 << (len(heard) + length - 1).bit_length()
    match = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(wanted, size)), size)[: len(heard) - length + 1]
    likeness = match / np.sqrt(np.maximum(_moving_power(heard, length), 1e-20) * (wanted @ wanted))
    best = int(np.argmax(likeness))
    return low + best - at if likeness[best] >= _LEAST_LIKENESS else 0


def _moving_power(values: Floats, length: int) -> Floats:
    """Energy of every stretch of a length."""
    total = np.concatenate([np.zeros(1), np.cumsum(values * values)])
    moved: Floats = total[length:] - total[:-length]
    return moved
