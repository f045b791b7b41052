"""Sums over equal stretches of a stream: what correlation, crest factor and dynamic range are made of."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from release.dsp.blocks import Audio

Values = NDArray[np.float64]


class StretchSums:
    """Sums of squares, products and greatest magnitudes of each stretch of a stream.

    Stretches follow each other without overlap; the last one may be short. Feed blocks on a fixed grid: sums are
    rounded where blocks end.
    """

    def __init__(self, size: int, channels: int) -> None:
        """Start.

        Args:
            size: samples of a stretch.
            channels: of the stream; products are those of the first two.
        """
        self._size = size
        self._channels = channels
        self._squares: list[Values] = []
        self._products: list[Values] = []
        self._peaks: list[Values] = []
        self.n_samples = 0

    def process(self, audio: Audio) -> None:
        """Take the next block."""
        if not len(audio):
            return
        size, at = self._size, self.n_samples
        first = at // size
        starts = np.maximum(np.arange(first, (at + len(audio) - 1) // size + 1) * size - at, 0)
        second = min(1, self._channels - 1)
        squares = np.add.reduceat(audio * audio, starts, axis=0)
        products = np.add.reduceat(audio[:, 0] * audio[:, second], starts)
        peaks = np.maximum.reduceat(np.abs(audio), starts, axis=0)
        if at % size:  # the stretch has begun in an earlier block
            self._squares[-1][-1] += squares[0]
            self._products[-1][-1] += products[0]
            self._peaks[-1][-1] = np.maximum(self._peaks[-1][-1], peaks[0])
            squares, products, peaks = squares[1:], products[1:], peaks[1:]
        if len(squares):
            self._squares.append(squares)
            self._products.append(products)
            self._peaks.append(peaks)
        self.n_samples = at + len(audio)

    @property
    def squares(self) -> Values:
        """(stretches, channels): sum of squares."""
        return np.concatenate(self._squares) if self._squares else np.zeros((0, self._channels))

    @property
    def products(self) -> Values:
        """(stretches,): sum of left times right."""
        return np.concatenate(self._products) if self._products else np.zeros(0)

    @property
    def peaks(self) -> Values:
        """(stretches, channels): greatest magnitude."""
        return np.concatenate(self._peaks) if self._peaks else np.zeros((0, self._channels))
