"""The noise floor of a source: the level that its quietest twentieth stays below.

On music without pauses this is the quietest music (measurement.md section 8).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from release.audio.pcm import Floats

WINDOW_S = 0.4
PERCENTILE = 5.0


class NoiseFloor:
    """RMS of windows of 400 ms; those of digital silence are left out."""

    def __init__(self, rate_hz: int, channels: int) -> None:
        self._window = round(WINDOW_S * rate_hz)
        self._channels = channels
        self._energies: list[float] = []
        self._sounding: list[int] = []
        self._position = 0
        self._squares = np.empty(0)

    def feed(self, block: Floats, sounds: npt.NDArray[np.bool_]) -> None:
        """Take the next samples, (n, channels), and where they are not digital silence."""
        first = self._position // self._window
        starts = np.arange(first, (self._position + len(block) - 1) // self._window + 1) * self._window
        cuts = np.maximum(starts - self._position, 0)
        squares = np.square(block.reshape(-1), out=self._room(block.size))
        energies = np.add.reduceat(squares, cuts * self._channels)
        counts = np.add.reduceat(sounds, cuts, dtype=np.int64)
        for index, (energy, count) in enumerate(zip(energies.tolist(), counts.tolist(), strict=True), first):
            if index == len(self._energies):
                self._energies.append(0.0)
                self._sounding.append(0)
            self._energies[index] += energy
            self._sounding[index] += count
        self._position += len(block)

    def _room(self, size: int) -> Floats:
        if len(self._squares) < size:
            self._squares = np.empty(size)
        return self._squares[:size]

    def finish_dbfs(self) -> float | None:
        """The level, or None when everything is digital silence."""
        energies, counts = np.array(self._energies), np.array(self._sounding)
        # A window that is mostly silence or cut by the end tells little; a short file has no other.
        is_full = counts >= min(self._window, self._position) // 2
        wanted = is_full & (counts > 0) if np.any(is_full & (counts > 0)) else counts > 0
        if not np.any(wanted):
            return None
        means = energies[wanted] / (counts[wanted] * self._channels)
        return float(10.0 * np.log10(np.percentile(means, PERCENTILE)))
