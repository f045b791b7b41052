"""Levinson's recursion: predictors from autocorrelations, each coefficient from the one before it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from release.dsp.kernels.compiled import kernel

Array = NDArray[np.float64]


@kernel("void(float64[:, ::1], float64[:, ::1])")
def solve_levinson(r: Array, a: Array) -> None:
    """Prediction-error filters of many frames.

    Args:
        r: (count, order + 1) autocorrelations, r[:, 0] above 0.
        a: (count, order + 1) result; a[:, 0] is 1.
    """
    order = r.shape[1] - 1
    held = np.empty(order + 1)
    for row in range(r.shape[0]):
        a[row, 0] = 1.0
        error = r[row, 0]
        for m in range(1, order + 1):
            total = r[row, m]
            for j in range(1, m):
                total += a[row, j] * r[row, m - j]
            k = -total / error
            for j in range(1, m):
                held[j] = a[row, j] + k * a[row, m - j]
            for j in range(1, m):
                a[row, j] = held[j]
            a[row, m] = k
            error *= max(1.0 - k * k, 1e-12)
