"""Separate excursions of the waveform above 0 dBTP, by the meter's own peak finder."""

from __future__ import annotations

import numpy as np

from release.audio.pcm import Floats

MERGE_S = 0.010
"""Hits closer than this are one excursion (measurement.md section 7)."""
LEAST_OVER_DBTP = 0.01
"""Full scale, and what the interpolation may add to a full-scale sine."""
THRESHOLD = 10.0 ** (LEAST_OVER_DBTP / 20.0)


class OverCounter:
    """Counts excursions; feed blocks in order, then ``finish``."""

    def __init__(self, rate_hz: int, channels: int) -> None:
        from release.dsp.truepeak import BLOCK, REACH, PeakFinder

        self._finders = [PeakFinder() for _ in range(channels)]
        self._block = BLOCK
        self._delay = REACH
        self._merge = round(MERGE_S * rate_hz)
        self._position = 0
        self._last: int | None = None
        self.count = 0

    def feed(self, block: Floats) -> None:
        """Take the next samples, (n, channels), C order."""
        for start in range(0, len(block), self._block):
            self._look(block[start : start + self._block])

    def finish(self) -> int:
        """The number of excursions, after the last block."""
        self._look(np.zeros((2 * self._delay, len(self._finders))))
        return self.count

    def _look(self, block: Floats) -> None:
        peaks = np.zeros(len(block), np.float32)
        for channel, finder in enumerate(self._finders):
            finder.load(block, channel)
            finder.raise_peaks(THRESHOLD, peaks)
        at = np.flatnonzero(peaks > THRESHOLD) + (self._position - self._delay)
        if len(at):
            is_new = self._last is None or at[0] - self._last > self._merge
            self.count += int(is_new) + int(np.count_nonzero(np.diff(at) > self._merge))
            self._last = int(at[-1])
        self._position += len(block)
