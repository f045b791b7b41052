"""Broadband noise reduction: every bin of a short spectrum is turned down as far as a noise print says that it is noise.

Source: Y. Ephraim, D. Malah, Speech enhancement using a minimum mean-square error short-time spectral amplitude estimator,
IEEE Trans. ASSP 32 (1984), 51: the decision-directed a-priori ratio, which keeps single bins from twittering.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from release.dsp.blocks import Audio
from release.dsp.fir import Line
from release.dsp.repair.context import ContextProcessor
from release.dsp.repair.log import BOTH
from release.units import db_to_linear

HOPS = 75
"""Spectra in a second; each hears four such steps."""
MEMORY = 0.98
SURE = 1000.0
"""A sound this many times as strong as the noise is not touched at all."""
SILENT = 1e-18
"""Mean power of a print (-180 dBFS) below which it is silence."""

Power = NDArray[np.float64]


class SilentPrintError(ValueError):
    """A noise print holds nothing that could be learned."""


def noise_powers(noise: Audio, rate_hz: int) -> Power:
    """The print of some noise: mean power of each bin, (bins, channels).

    Raises:
        SilentPrintError: there is nothing to learn, or it is too short.
    """
    size = 4 * (rate_hz // HOPS)
    if len(noise) < size:
        raise SilentPrintError("the noise print is too short")
    window = window_of(size)
    starts = range(0, len(noise) - size + 1, size // 4)
    total = np.zeros((size // 2 + 1, noise.shape[1]))
    for at in starts:
        total += np.abs(np.fft.rfft(noise[at : at + size] * window[:, np.newaxis], axis=0)) ** 2
    found = total / len(starts)
    if not np.isfinite(found).all() or found.mean() < SILENT * size:
        raise SilentPrintError("the noise print is silent")
    return np.asarray(found + 1e-12 * found.mean())


def window_of(size: int) -> Line:
    """Square root of a Hann window: used twice, four of them by quarters of their length add up to 2."""
    return np.asarray(np.sin(np.pi * (np.arange(size) + 0.5) / size))


class Denoiser(ContextProcessor):
    """Takes away noise that a print describes. What is subtracted is computed, so where that is nothing, bits pass."""

    def __init__(self, powers: Power, reduction_db: float, rate_hz: int, channels: int) -> None:
        """Start.

        Args:
            powers: print of ``noise_powers`` at this rate.
            reduction_db: by how much noise is turned down at most.
            rate_hz: of the audio, a multiple of ``HOPS``.
            channels: of the audio.
        """
        self._hop = rate_hz // HOPS
        super().__init__(rate_hz, channels, 4 * self._hop)
        self._least = db_to_linear(-reduction_db)
        self._window = window_of(4 * self._hop)
        self._print = powers
        self._next = -1
        """First spectrum that is not made yet; number n stands around sample n * hop."""
        self._before = np.zeros((2 * self._hop + 1, channels))
        """A-priori ratio that the last spectrum leaves."""
        self._changes: dict[int, Audio] = {}
        self._reduced: dict[int, float] = {}

    def repaired(self, heard: Audio, first: int, last: int, at: int) -> Audio:
        """The block with less noise."""
        block = heard[first:last]
        begin, end = at + first, at + last
        final = (end - 1) // self._hop + 2
        for number in range(self._next, final + 1):
            self._make(heard, number, at)
        self._next = max(self._next, final + 1)
        change = np.zeros_like(block)
        for number, part in self._changes.items():
            start = (number - 2) * self._hop
            low, high = max(start, begin), min(start + len(part), end)
            if low < high:
                change[low - begin : high - begin] += part[low - start : high - start]
        reduced = [r for n, r in self._reduced.items() if begin <= n * self._hop < end]
        for old in [n for n in self._reduced if (n + 2) * self._hop <= end]:
            del self._reduced[old]
            self._changes.pop(old, None)
        if not change.any():
            return block
        self.log(begin, end - begin, BOTH, -10.0 * np.log10(np.mean(reduced)) if reduced else 0.0)
        return np.asarray(block + change)

    def _make(self, heard: Audio, number: int, at: int) -> None:
        """What one spectrum takes away."""
        start, size = (number - 2) * self._hop - at, 4 * self._hop
        part = heard[max(start, 0) : max(start + size, 0)]
        part = np.pad(part, ((max(-start, 0), 0), (0, 0)))[:size]
        part = np.pad(part, ((0, size - len(part)), (0, 0)))
        spectrum = np.fft.rfft(part * self._window[:, np.newaxis], axis=0)
        ratio = np.abs(spectrum) ** 2 / self._print
        prior = MEMORY * self._before + (1.0 - MEMORY) * np.maximum(ratio - 1.0, 0.0)
        strongest = prior.max(axis=1)
        gain = np.where(strongest > SURE, 1.0, np.maximum(strongest / (1.0 + strongest), self._least))
        self._before = gain[:, np.newaxis] ** 2 * ratio
        around = np.pad(gain, 1, mode="edge")
        gain = 0.25 * around[:-2] + 0.5 * around[1:-1] + 0.25 * around[2:]
        noise = self._print.sum(axis=1)
        self._reduced[number] = float((gain**2 * noise).sum() / noise.sum())
        if (gain == 1.0).all() or not part.any():
            return
        change = np.fft.irfft(spectrum * (gain - 1.0)[:, np.newaxis], size, axis=0)
        self._changes[number] = 0.5 * change * self._window[:, np.newaxis]
