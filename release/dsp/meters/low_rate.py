"""A stream's lowest 400 Hz at about a thousandth of a second a sample, for whatever looks for hum or at the bass."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from release.dsp.blocks import Audio

FIRST_HZ = 8_000
"""About the rate of the first stage."""
LOW_HZ = 1_000
"""About the rate of the result."""
CUTOFF_HZ = 430.0
TAPS = 80


class LowRate:
    """Brings the first two channels of a stream to a low rate; a single channel stands in both columns.

    Attributes:
        rate_hz: of the result, near ``LOW_HZ``; a fraction where the stream's rate does not divide.
    """

    def __init__(self, rate_hz: int, channels: int) -> None:
        self._is_cut = channels > 2
        # The kernel is fastest at multiples of six.
        self._step = 6 * round(rate_hz / FIRST_HZ / 6) or max(round(rate_hz / FIRST_HZ), 1)
        first_hz = rate_hz / self._step
        self._second = max(round(first_hz / LOW_HZ), 1)
        self.rate_hz = first_hz / self._second
        at = np.arange(TAPS) - 0.5 * (TAPS - 1)
        shape = np.sinc(2.0 * CUTOFF_HZ / first_hz * at) * np.hanning(TAPS + 2)[1:-1]
        self._taps = np.ascontiguousarray(shape / shape.sum())
        self._ramp = np.repeat(np.arange(float(self._step)), 2)
        self._state = np.zeros(8)
        self._place = 0
        self._size = 4 * FIRST_HZ
        # The filter is fed half its length of silence first, so that sample k stands at k / rate_hz.
        self._stream = np.zeros((2 * self._size + TAPS, 2))
        self._held = TAPS // 2

    def feed(self, block: Audio) -> Audio | None:
        """Take the next block (n, channels); give the samples that are complete, (m, 2), when there are some seconds of them."""
        from release.dsp.kernels.low_rate import triangle_sums

        most = len(block) // self._step + 1
        if self._held + most > len(self._stream):
            self._stream = np.concatenate([self._stream, np.zeros((self._held + most, 2))])
        pair = np.ascontiguousarray(block[:, :2]) if self._is_cut else block
        room = self._stream[self._held :]
        self._held += triangle_sums(pair, self._step, self._place, self._ramp, self._state, room)
        self._place = (self._place + len(block)) % self._step
        return self._give() if self._held >= self._size else None

    def finish(self) -> Audio:
        """What is left, after the last block."""
        self._stream = np.concatenate([self._stream[: self._held], np.zeros((TAPS // 2, 2))])
        self._held = len(self._stream)
        return self._give()

    def _give(self) -> Audio:
        from release.dsp.kernels.low_rate import decimate

        count = max((self._held - TAPS) // self._second + 1, 0)
        out: NDArray[np.float64] = np.empty((count, 2))
        decimate(self._stream[: self._held], self._taps, self._second, out)
        used = count * self._second  # the rest is heard again
        left = self._held - used
        self._stream[:left] = self._stream[used : self._held].copy()
        self._held = left
        return out
