"""Separate excursions of the waveform above 0 dBTP, by the meter's own interpolator."""

from __future__ import annotations

import numpy as np

from release.audio.pcm import Floats

MERGE_S = 0.010
"""Hits closer than this are one excursion (measurement.md section 7)."""
THRESHOLD = 1.0 + 1e-6
"""Full scale, and what single precision may add to it."""


class OverCounter:
    """Counts excursions; feed blocks in order, then ``finish``."""

    def __init__(self, rate_hz: int, channels: int) -> None:
        from release.dsp import truepeak
        from release.dsp.kernels import truepeak as kernel

        self._kernel = kernel
        self._taps, self._norm = truepeak.interpolator()
        self._length = truepeak.TAPS
        self._block = truepeak.BLOCK
        self._lines = truepeak.ChannelLines(channels)
        self._rows = np.zeros((3, kernel.WIDTH), np.float32)
        self._out = np.zeros(kernel.RUN, np.float32)
        self._peaks = np.zeros(truepeak.BLOCK, np.float32)
        self._channels = channels
        self._merge = round(MERGE_S * rate_hz)
        self._position = 0
        self._last: int | None = None
        self.count = 0

    def feed(self, block: Floats) -> None:
        """Take the next samples, (n, channels), C order."""
        for start in range(0, len(block), self._block):
            part = block[start : start + self._block]
            for channel in range(self._channels):
                self._lines.load(part, channel)
            self._look(len(part))

    def finish(self) -> int:
        """The number of excursions, after the last block."""
        self._lines.lines[:, self._length : 2 * self._length] = 0.0
        self._look(self._length)
        return self.count

    def _look(self, n_samples: int) -> None:
        peaks = self._peaks[:n_samples]
        peaks[:] = 0.0
        for line in self._lines.lines:
            self._kernel.raise_peaks(line, n_samples, self._taps, self._norm, THRESHOLD, self._rows, self._out, peaks)
        hits = np.flatnonzero(peaks > THRESHOLD)
        if len(hits):
            at = hits + self._position
            gaps = np.diff(at) > self._merge
            is_new = self._last is None or at[0] - self._last > self._merge
            self.count += int(is_new) + int(np.count_nonzero(gaps))
            self._last = int(at[-1])
        self._lines.keep(n_samples)
        self._position += n_samples
