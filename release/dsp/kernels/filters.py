"""Recursive filters: loops in which every sample needs the one before it."""

from __future__ import annotations

# ruff: noqa: D417 - kernels take plain arguments in order, documented in groups
import numpy as np
from numpy.typing import NDArray

from release.dsp.kernels.compiled import kernel

Array = NDArray[np.float64]

DENORMAL = 1e-200
"""Filter memory below this is set to nothing; smaller numbers are slow and mean nothing."""


@kernel("void(float64[:, ::1], float64[:, ::1], float64[:, ::1], float64[:, :, ::1])")
def run_biquads(audio: Array, out: Array, sections: Array, memory: Array) -> None:
    """Pass audio through second-order sections one after the other (transposed direct form II).

    Args:
        audio: (n, channels).
        out: (n, channels), may not be ``audio``.
        sections: (count, 5): b0 b1 b2 a1 a2 of each.
        memory: (count, channels, 2), changed in place.
    """
    n, channels = audio.shape
    for section in range(sections.shape[0]):
        b0, b1, b2 = sections[section, 0], sections[section, 1], sections[section, 2]
        a1, a2 = sections[section, 3], sections[section, 4]
        for channel in range(channels):
            first, second = memory[section, channel, 0], memory[section, channel, 1]
            for i in range(n):
                x = audio[i, channel] if section == 0 else out[i, channel]
                y = b0 * x + first
                first = b1 * x - a1 * y + second
                second = b2 * x - a2 * y
                if abs(first) + abs(second) < DENORMAL:
                    first, second = 0.0, 0.0
                out[i, channel] = y
            memory[section, channel, 0], memory[section, channel, 1] = first, second


@kernel("void(float64[::1], float64[::1], int64, float64, float64, float64[::1])")
def smooth_both_ways(line: Array, out: Array, reach: int, decay: float, gain: float, memory: Array) -> None:
    """Weighted mean of each value with its past and ``reach`` values of its future, weights falling by ``decay`` a sample.

    Args:
        line: (n + reach,) values; the last ``reach`` are only looked at.
        out: (n,) result: gain * sum over k of decay^|k| * line[i + k].
        memory: (1,) sum over the past before line[0], changed in place to that before line[n].
    """
    n = out.shape[0]
    past = memory[0]
    for i in range(n):
        past = past * decay + line[i]
        if abs(past) < DENORMAL:
            past = 0.0
        out[i] = past * gain
    memory[0] = past
    future = 0.0
    for i in range(n + reach - 1, n - 1, -1):
        future = (future + line[i]) * decay
    for i in range(n - 1, -1, -1):
        out[i] += future * gain
        future = (future + line[i]) * decay
