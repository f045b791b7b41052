"""The low end of a stream at a low rate: triangular sums first, then a short filter.

A triangle over two boxes has double zeros at every multiple of the rate that it leaves, so that nothing folds onto the
lowest hundreds of hertz; of each box only its sum and its sum weighted by place are needed (a CIC decimator of order 2).
Source: E. Hogenauer, An economical class of digital filters for decimation and interpolation, IEEE Trans. ASSP-29 (1981).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from release.dsp.kernels.compiled import SUMMED, kernel

Array = NDArray[np.float64]


U = np.uint64
TWO, ONE = U(2), U(1)
"""Unsigned, so that numba leaves out its test for negative indices and LLVM vectorises."""


@kernel("int64(float64[:, ::1], int64, int64, float64[::1], float64[::1], float64[:, ::1])", SUMMED)
def triangle_sums(audio: Array, step: int, place: int, ramp: Array, state: Array, out: Array) -> int:
    """Take a block of one or two channels, and write one sample for every box that it completes.

    Args:
        audio: (n, 1) or (n, 2) block.
        step: samples of a box.
        place: samples of the open box that came before this block.
        ramp: (2 * step,): every place of a box, twice each.
        state: for each channel: sum and place-weighted sum of the open box, both of the box before it; changed.
        out: (at least completed boxes, 2): filled from the start, both columns; a single channel in both.

    Returns:
        Boxes completed.
    """
    n = audio.shape[0]
    flat = audio.reshape(-1)
    columns = audio.shape[1]
    scale = 1.0 / (step * step)
    left_sum, left_ramp, left_before, left_before_ramp = state[0], state[1], state[2], state[3]
    right_sum, right_ramp, right_before, right_before_ramp = state[4], state[5], state[6], state[7]
    at = 0
    boxes = 0
    while at < n:
        count = min(step - place, n - at)
        a, b, c, d = 0.0, 0.0, 0.0, 0.0
        begin, first = U(at * columns), U(2 * place)
        if columns == 2 and count % 6 == 0:  # a fixed length is laid out as vectors
            for part in range(U(count // 6)):
                here, there = begin + part * U(12), first + part * U(12)
                for j in range(U(6)):
                    left = flat[here + TWO * j]
                    right = flat[here + TWO * j + ONE]
                    weight = ramp[there + TWO * j]
                    a += left
                    b += weight * left
                    c += right
                    d += weight * right
        elif columns == 2:
            for j in range(U(count)):
                left = flat[begin + TWO * j]
                right = flat[begin + TWO * j + ONE]
                weight = ramp[first + TWO * j]
                a += left
                b += weight * left
                c += right
                d += weight * right
        else:
            for j in range(U(count)):
                left = flat[begin + j]
                a += left
                b += ramp[first + TWO * j] * left
            c, d = a, b
        left_sum += a
        left_ramp += b
        right_sum += c
        right_ramp += d
        place += count
        at += count
        if place == step:
            out[boxes, 0] = (left_before_ramp + left_before + (step - 1) * left_sum - left_ramp) * scale
            out[boxes, 1] = (right_before_ramp + right_before + (step - 1) * right_sum - right_ramp) * scale
            left_before, left_before_ramp, right_before, right_before_ramp = left_sum, left_ramp, right_sum, right_ramp
            left_sum, left_ramp, right_sum, right_ramp = 0.0, 0.0, 0.0, 0.0
            place = 0
            boxes += 1
    state[0], state[1], state[2], state[3] = left_sum, left_ramp, left_before, left_before_ramp
    state[4], state[5], state[6], state[7] = right_sum, right_ramp, right_before, right_before_ramp
    return boxes


@kernel("void(float64[:, ::1], float64[::1], int64, float64[:, ::1])", SUMMED)
def decimate(stream: Array, taps: Array, step: int, out: Array) -> None:
    """Filter two columns and keep every so-manieth sample.

    Args:
        stream: (n, 2).
        taps: symmetric filter.
        step: samples of the stream for one that is kept.
        out: (kept, 2): sample k is that of the taps laid over the stream from ``k * step``; filled.
    """
    flat = stream.reshape(-1)
    size = taps.shape[0]
    for k in range(out.shape[0]):
        begin = U(2 * k * step)
        left, right = 0.0, 0.0
        for i in range(U(size)):
            left += taps[i] * flat[begin + TWO * i]
            right += taps[i] * flat[begin + TWO * i + ONE]
        out[k, 0] = left
        out[k, 1] = right
