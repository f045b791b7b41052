"""The gain of a look-ahead limiter from the peaks that it must hold down."""

from __future__ import annotations

# ruff: noqa: D417 - kernels take plain arguments in order, documented in groups
import numpy as np
from numpy.typing import NDArray

from release.dsp.kernels.compiled import kernel

Array = NDArray[np.float64]
Counts = NDArray[np.int64]
Line = NDArray[np.float32]

ONE = 1 << 30
"""Gains are smoothed as whole numbers of this part of 1, so that the running sums never drift and 1 stays 1."""


@kernel("void(float64[:, ::1], float64[::1], float64[:, ::1])")
def apply_gains(audio: Array, gains: Array, out: Array) -> None:
    """Fill ``out`` with each sample of ``audio`` (n, channels) times its gain (n,), the same in all channels."""
    for i in range(audio.shape[0]):
        for channel in range(audio.shape[1]):
            out[i, channel] = audio[i, channel] * gains[i]


@kernel(
    "void(float32[::1], float64, float64, float64, float64, float64[::1], int64[::1], int64[::1], int64[::1], int64[::1],"
    " float64[::1], float64[::1])"
)
def smooth_gains(
    peaks: Line,
    ceiling: float,
    rise: float,
    creep: float,
    share: float,
    queue: Array,
    queue_at: Counts,
    box_a: Counts,
    box_b: Counts,
    counts: Counts,
    last: Array,
    gains: Array,
) -> None:
    """Gains that bring each peak to the ceiling or below, without corners.

    The wanted gain ceiling / peak goes through a sliding minimum, a release and two running means. The minimum's window
    is at least as long as the two means together, so that every value which goes into a mean was already held down
    for the peak that stands in its middle: gains[i] belongs to the sample len(box_a) + len(box_b) - 2 before peaks[i].

    Args:
        peaks: (n,) true peak around each sample; anything at or below the ceiling asks for nothing.
        ceiling: linear.
        rise: share of the reduction given back each sample.
        creep: gain given back each sample besides, so that 1 is reached.
        share: of the reduction that was last held, given back each sample where that is more than ``creep``.
        queue, queue_at: ring of candidates for the minimum, rising, and when they came; their size is the window.
        box_a, box_b: rings of the two means.
        counts: (7,) head, size and time of the queue, places in and sums of the boxes; changed in place.
        last: (2,) gain after release, and the reduction 1 - gain that was last held; changed in place.
        gains: (n,) result.
    """
    window, length_a, length_b = queue.shape[0], box_a.shape[0], box_b.shape[0]
    head, size, now = counts[0], counts[1], counts[2]
    at_a, at_b, sum_a, sum_b = counts[3], counts[4], counts[5], counts[6]
    gain, held = last[0], last[1]
    scale = 1.0 / (float(ONE) * length_a * length_b)
    full = ONE * length_a * length_b
    for i in range(peaks.shape[0]):
        peak = np.float64(peaks[i])
        wanted = ceiling / peak if peak > ceiling else 1.0
        if size > 0 and queue_at[head] <= now - window:
            head += 1
            head -= window if head >= window else 0
            size -= 1
        while size > 0:
            end = head + size - 1
            end -= window if end >= window else 0
            if queue[end] < wanted:
                break
            size -= 1
        end = head + size
        end -= window if end >= window else 0
        queue[end] = wanted
        queue_at[end] = now
        size += 1
        now += 1
        gain = min(1.0, gain + (1.0 - gain) * rise + max(creep, held * share))
        if queue[head] < gain:
            gain = queue[head]
            held = 1.0 - gain
        part = np.int64(gain * ONE)
        sum_a += part - box_a[at_a]
        box_a[at_a] = part
        at_a += 1
        at_a = 0 if at_a == length_a else at_a
        sum_b += sum_a - box_b[at_b]
        box_b[at_b] = sum_a
        at_b += 1
        at_b = 0 if at_b == length_b else at_b
        gains[i] = 1.0 if sum_b == full else sum_b * scale
    counts[0], counts[1], counts[2] = head, size, now
    counts[3], counts[4], counts[5], counts[6] = at_a, at_b, sum_a, sum_b
    last[0], last[1] = gain, held
