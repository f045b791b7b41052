"""Sums over short spans of two streams that are compared: energies, offsets, and what their sides have in common."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from release.dsp.kernels.compiled import SUMMED, kernel

Array = NDArray[np.float64]

U = np.uint64
ONE, TWO = U(1), U(2)
"""Unsigned, so that numba leaves out its test for negative indices and LLVM vectorises."""


@kernel("void(float64[:, ::1], float64[:, ::1], int64, float64[:, ::1], float64[:, :, ::1], float64[::1])", SUMMED)
def sum_spans(first: Array, second: Array, length: int, energies: Array, sums: Array, sides: Array) -> None:
    """Sum up two blocks of equal shape (n, channels), span by span.

    Args:
        first: the one block.
        second: the other.
        length: samples of a span; n is a multiple of it.
        energies: (spans, 2) filled with the sums of squares of either block.
        sums: (spans, 2, channels) filled with the sums of either.
        sides: energy of left minus right of the first, and its product with that of the second; added to, stereo only.
    """
    channels = first.shape[1]
    flat_first, flat_second = first.reshape(-1), second.reshape(-1)
    step, count = U(channels), U(length)
    for span in range(energies.shape[0]):
        begin = U(span * length * channels)
        of_first, of_second = 0.0, 0.0
        for i in range(count * step):
            of_first += flat_first[begin + i] * flat_first[begin + i]
            of_second += flat_second[begin + i] * flat_second[begin + i]
        energies[span, 0], energies[span, 1] = of_first, of_second
        for channel in range(channels):
            at = begin + U(channel)
            of_first, of_second = 0.0, 0.0
            for i in range(count):
                of_first += flat_first[at + i * step]
                of_second += flat_second[at + i * step]
            sums[span, 0, channel], sums[span, 1, channel] = of_first, of_second
        if channels == 2:
            own, common = 0.0, 0.0
            for i in range(count):
                left, right = begin + TWO * i, begin + TWO * i + ONE
                side = flat_first[left] - flat_first[right]
                own += side * side
                common += side * (flat_second[left] - flat_second[right])
            sides[0] += own
            sides[1] += common
