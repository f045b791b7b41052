"""Linear prediction: what a sound says of its next sample, and samples put in so that they fit best to all around them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from release.dsp.fir import Line
from release.dsp.kernels.prediction import solve_levinson

Indices = NDArray[np.intp]

RIDGE = 1e-8
"""Added to the power of every frame, as a part of it, so that pure tones can be solved."""
TINY = 1e-24


def predictors(frames: Line, order: int) -> Line:
    """Prediction-error filters of many frames at once: 1, then ``order`` coefficients.

    Source: N. Levinson, J. Durbin: the recursion for the autocorrelation method.

    Args:
        frames: (count, n) windowed samples.
        order: of the prediction.

    Returns:
        (count, order + 1); a silent frame predicts nothing.
    """
    count, n = frames.shape
    size = 1 << (n + order).bit_length()
    power = np.abs(np.fft.rfft(frames, size)) ** 2
    r = np.fft.irfft(power, size)[:, : order + 1]
    r[:, 0] = r[:, 0] * (1.0 + RIDGE) + TINY
    a = np.zeros((count, order + 1))
    solve_levinson(np.ascontiguousarray(r), a)
    return a


def interpolated(line: Line, unknown: Indices, order: int, rounds: int, *, start: Line | None = None) -> Line:
    """The line with its unknown samples put in so that the prediction error of the whole is least.

    Source: A. Janssen, R. Veldhuis, L. Vries, Adaptive interpolation of discrete-time signals that can be modeled as
    autoregressive processes, IEEE Trans. ASSP 34 (1986): predictor and samples are found in turn.

    Args:
        line: (n,) samples; those at ``unknown`` are not looked at.
        unknown: rising indices.
        order: of the prediction.
        rounds: how often both are found.
        start: first guess of the unknown samples; default: straight lines between known ones.
    """
    out = line.copy()
    out[unknown] = bridged(line, unknown) if start is None else start
    window = np.hanning(len(line) + 2)[1:-1]
    for _ in range(rounds):
        a = predictors((out * window)[np.newaxis], order)[0]
        out[unknown] = least_error(out, unknown, a)
    return out


def bridged(line: Line, unknown: Indices) -> Line:
    """Straight lines across the unknown samples."""
    known = np.ones(len(line), dtype=bool)
    known[unknown] = False
    places = np.flatnonzero(known)
    if not len(places):
        return np.zeros(len(unknown))
    return np.interp(unknown, places, line[places])


def least_error(line: Line, unknown: Indices, a: Line) -> Line:
    """Values at ``unknown`` with the least sum of squared prediction errors.

    The normal equations hold the autocorrelation of the prediction-error filter only, so that they are a part of a
    banded Toeplitz matrix.
    """
    matrix, right = normal_equations(line, unknown, a)
    return np.asarray(np.linalg.solve(matrix, right))


def normal_equations(line: Line, unknown: Indices, a: Line) -> tuple[Line, Line]:
    """Matrix and right side for the values of least error; known samples enter the right side only."""
    order = len(a) - 1
    b = np.correlate(a, a, "full")
    rest = line.copy()
    rest[unknown] = 0.0
    low, high = max(int(unknown[0]) - order, 0), min(int(unknown[-1]) + order + 1, len(line))
    right = np.convolve(np.pad(rest[low:high], order), b, "valid")[unknown - low]
    distance = np.abs(unknown[:, np.newaxis] - unknown)
    matrix = np.where(distance <= order, b[order + np.minimum(distance, order)], 0.0)
    matrix[np.diag_indices_from(matrix)] += 1e-9 * b[order]
    return matrix, -right
