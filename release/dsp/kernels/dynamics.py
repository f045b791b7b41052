"""Gains that follow a level: loops in which every sample needs the one before it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from release.dsp.kernels.compiled import kernel

Array = NDArray[np.float64]

NOTHING_DB = 1e-9
"""A reduction below this is none: the gain comes back to exactly 1."""
NO_POWER = 1e-200


@kernel("void(float64[:, ::1], float64, float64[::1], float64[:, ::1])")
def follow_power(audio: Array, kept: float, memory: Array, power: Array) -> None:
    """Mean square of each channel under an exponential window.

    Args:
        audio: (n, channels).
        kept: what stays of the mean from one sample to the next.
        memory: (channels,) last mean, changed in place.
        power: (n, channels) result.
    """
    for channel in range(audio.shape[1]):
        last = memory[channel]
        for i in range(audio.shape[0]):
            now = audio[i, channel] * audio[i, channel]
            last = now + (last - now) * kept
            if last < NO_POWER:
                last = 0.0
            power[i, channel] = last
        memory[channel] = last


@kernel("void(float64[:, ::1], float64[::1], float64[::1], float64[:, ::1])")
def follow_reduction(levels: Array, curve: Array, memory: Array, reduction: Array) -> None:
    """Reduction in dB of a feed-forward compressor for each sample.

    Args:
        levels: (n, lanes) linear, 0 or more.
        curve: threshold in dBFS, slope 1 - 1/ratio, knee in dB, attack and release (what stays of a difference from one
            sample to the next), greatest reduction in dB.
        memory: (lanes,) last reduction, changed in place.
        reduction: (n, lanes) result, 0 or more.
    """
    threshold, slope, knee, attack, release, most = curve[0], curve[1], curve[2], curve[3], curve[4], curve[5]
    floor = 10.0 ** ((threshold - 0.5 * knee) / 20.0)
    for lane in range(levels.shape[1]):
        last = memory[lane]
        for i in range(levels.shape[0]):
            wanted = 0.0
            if levels[i, lane] > floor:
                over = 20.0 * np.log10(levels[i, lane]) - threshold
                wanted = slope * (over if 2.0 * over >= knee else (over + 0.5 * knee) ** 2 / (2.0 * knee))
                wanted = min(wanted, most)
            keep = attack if wanted > last else release
            last = wanted + (last - wanted) * keep
            if last < NOTHING_DB:
                last = 0.0
            reduction[i, lane] = last
        memory[lane] = last


@kernel("void(float64[:, ::1], float64[::1], int64, float64[::1], int64[::1], float64[:, ::1])")
def follow_closing(levels: Array, curve: Array, hold: int, memory: Array, held: NDArray[np.int64], out: Array) -> None:
    """Reduction in dB of a downward expander for each sample.

    Args:
        levels: (n, lanes) linear, 0 or more.
        curve: threshold in dBFS, slope ratio - 1, knee in dB, attack and release (what stays of a difference from one
            sample to the next, opening and closing), greatest reduction in dB.
        hold: samples that it stays open once it has opened.
        memory: (lanes,) last reduction, changed in place.
        held: (lanes,) samples of hold that are left, changed in place.
        out: (n, lanes) result, 0 or more.
    """
    threshold, slope, knee, attack, release, most = curve[0], curve[1], curve[2], curve[3], curve[4], curve[5]
    ceiling = 10.0 ** ((threshold + 0.5 * knee) / 20.0)
    for lane in range(levels.shape[1]):
        last, left = memory[lane], held[lane]
        for i in range(levels.shape[0]):
            wanted = 0.0
            if levels[i, lane] < ceiling:
                under = threshold - 20.0 * np.log10(max(levels[i, lane], 1e-30))
                wanted = slope * (under if 2.0 * under >= knee else (under + 0.5 * knee) ** 2 / (2.0 * knee))
                wanted = min(wanted, most)
            if wanted <= last:
                last = wanted + (last - wanted) * attack
                left = hold
            elif left > 0:
                left -= 1
            else:
                last = wanted + (last - wanted) * release
            if last < NOTHING_DB:
                last = 0.0
            out[i, lane] = last
        memory[lane], held[lane] = last, left
