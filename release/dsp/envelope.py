"""The envelope of a stream for pictures: least and greatest value of each column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from release.dsp.blocks import Audio


@dataclass(frozen=True, slots=True, eq=False)
class EnvelopeResult:
    """What a waveform picture needs.

    Attributes:
        rate_hz: sample rate.
        n_samples: samples that came.
        low: (columns, channels) least value of each column.
        high: (columns, channels) greatest value of each column.
    """

    rate_hz: int
    n_samples: int
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def to_json(self) -> dict[str, Any]:
        """Plain values, rounded to what a picture can show (1/10000 of full scale)."""
        return {
            "rate_hz": self.rate_hz,
            "n_samples": self.n_samples,
            "low": np.round(self.low, 4).tolist(),
            "high": np.round(self.high, 4).tolist(),
        }


class Envelope:
    """Collects least and greatest values in columns of equal width over a stream of known length."""

    def __init__(self, rate_hz: int, channels: int, n_samples: int, columns: int = 800) -> None:
        """Start.

        Args:
            rate_hz: sample rate, for the record.
            channels: of the stream.
            n_samples: its length; columns part it evenly. Fewer samples than columns give a column to each.
            columns: width of the picture.
        """
        self._rate_hz = rate_hz
        self._columns = max(1, min(columns, n_samples))
        edges = np.arange(self._columns + 1, dtype=np.int64) * n_samples // self._columns
        self._edges = edges
        self._low = np.full((self._columns, channels), np.inf)
        self._high = np.full((self._columns, channels), -np.inf)
        self._position = 0

    def process(self, block: Audio) -> None:
        """Take the next block; what lies past the length is left out."""
        start, stop = self._position, min(self._position + len(block), int(self._edges[-1]))
        self._position += len(block)
        if stop <= start:
            return
        first = int(np.searchsorted(self._edges, start, side="right")) - 1
        last = int(np.searchsorted(self._edges, stop, side="left"))
        cuts = np.maximum(self._edges[first:last] - start, 0)
        audio = block[: stop - start]
        low = np.minimum.reduceat(audio, cuts, axis=0)
        high = np.maximum.reduceat(audio, cuts, axis=0)
        self._low[first:last] = np.minimum(self._low[first:last], low)
        self._high[first:last] = np.maximum(self._high[first:last], high)

    def finish(self) -> EnvelopeResult:
        """The envelope; columns that no sample reached are 0."""
        low = np.where(np.isfinite(self._low), self._low, 0.0)
        high = np.where(np.isfinite(self._high), self._high, 0.0)
        return EnvelopeResult(self._rate_hz, self._position, low, high)
