"""The bits that integer samples really use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

INTEGER_SCALE_BITS = 24
"""Float samples are integers when they are whole multiples of 2^-23."""


@dataclass(slots=True)
class UsedBits:
    """The bits that samples really use: all of them or-ed together, less the zeros at the low end."""

    word_bits: int | None
    is_lossy: bool
    seen: int = 0
    is_whole: bool = True

    def feed(self, planar: npt.NDArray[Any]) -> None:
        """Take the next samples (channels, n): words of ``word_bits``, or floats when that is None."""
        if self.is_lossy or not self.is_whole:
            return
        if self.word_bits is None:
            values = planar * 2.0 ** (INTEGER_SCALE_BITS - 1)
            self.is_whole = bool(np.abs(values).max() <= 2.0**31 - 1 and np.array_equal(values, np.rint(values)))
            if not self.is_whole:
                return
            planar = values.astype(np.int32)
        self.seen |= int(np.bitwise_or.reduce(planar, axis=None))

    @property
    def result(self) -> int | None:
        """The number of bits; 0 for silence, None where samples are no integers."""
        if self.is_lossy or not self.is_whole:
            return None
        low_zeros = (self.seen & -self.seen).bit_length() - 1
        return max(0, (self.word_bits or INTEGER_SCALE_BITS) - low_zeros) if self.seen else 0
