"""Words get shorter: rounding, with noise from a hash of key and sample index, and with noise shaping."""

from __future__ import annotations

# ruff: noqa: D417 - kernels take plain arguments in order, documented in groups
import numpy as np
from numpy.typing import NDArray

from release.dsp.kernels.compiled import kernel, part

Array = NDArray[np.float64]
Codes = NDArray[np.int32]
Keys = NDArray[np.uint64]

GAMMA = np.uint64(0x9E3779B97F4A7C15)
MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
MIX_2 = np.uint64(0x94D049BB133111EB)
LOW_HALF = np.uint64(0xFFFFFFFF)
SHIFT_30, SHIFT_27, SHIFT_31, SHIFT_32 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(32)
HALF_TO_UNIT = 2.0**-32


@part()
def _triangle(key: np.uint64, index: int) -> float:
    """Noise of triangular density over -1 to 1 LSB: the difference of two uniform halves of one hash.

    Source: SplitMix64 (Steele, Lea, Flood, Fast splittable pseudorandom number generators, OOPSLA 2014).
    """
    z = key + (np.uint64(index) + np.uint64(1)) * GAMMA
    z = (z ^ (z >> SHIFT_30)) * MIX_1
    z = (z ^ (z >> SHIFT_27)) * MIX_2
    z ^= z >> SHIFT_31
    return (np.float64(z & LOW_HALF) - np.float64(z >> SHIFT_32)) * HALF_TO_UNIT


@kernel("int64(float64[:, ::1], int32[:, ::1], float64)")
def quantise_plain(audio: Array, out: Codes, full_scale: float) -> int:
    """Round to the nearest code, halves to even; returns how many samples were clipped."""
    clipped = 0
    for i in range(audio.shape[0]):
        for channel in range(audio.shape[1]):
            code = np.rint(audio[i, channel] * full_scale)
            if code > full_scale - 1.0:
                code = full_scale - 1.0
                clipped += 1
            elif code < -full_scale:
                code = -full_scale
                clipped += 1
            out[i, channel] = np.int32(code)
    return clipped


@kernel("int64(float64[:, ::1], int32[:, ::1], float64, uint64[::1], int64, boolean)")
def quantise_tpdf(audio: Array, out: Codes, full_scale: float, keys: Keys, position: int, keeps_silence: bool) -> int:
    """Round after adding triangular noise; returns how many samples were clipped.

    Args:
        audio: (n, channels), full scale 1.0.
        out: (n, channels) codes.
        full_scale: 2^(bits - 1).
        keys: hash key of each channel.
        position: index of the first sample in the stream.
        keeps_silence: samples that are exactly zero in all channels stay zero.
    """
    clipped = 0
    for i in range(audio.shape[0]):
        is_black = keeps_silence
        for channel in range(audio.shape[1]):
            is_black = is_black and audio[i, channel] == 0.0
        for channel in range(audio.shape[1]):
            if is_black:
                out[i, channel] = 0
                continue
            code = np.rint(audio[i, channel] * full_scale + _triangle(keys[channel], position + i))
            if code > full_scale - 1.0:
                code = full_scale - 1.0
                clipped += 1
            elif code < -full_scale:
                code = -full_scale
                clipped += 1
            out[i, channel] = np.int32(code)
    return clipped


@kernel("int64(float64[:, ::1], int32[:, ::1], float64, uint64[::1], int64, boolean, float64[::1], float64[:, ::1])")
def quantise_shaped(
    audio: Array,
    out: Codes,
    full_scale: float,
    keys: Keys,
    position: int,
    keeps_silence: bool,
    taps: Array,
    errors: Array,
) -> int:
    """Round after adding triangular noise, the error fed back through a filter; returns how many samples were clipped.

    v = x - sum c_k e[n-k]; y = round(v + d); e = y - v, held within 2 LSB where y clips. Digital black makes y and e
    zero, so that after as many black samples as there are taps the history is empty.

    Args:
        audio, out, full_scale, keys, position, keeps_silence: as ``quantise_tpdf``.
        taps: (order,) c_1, c_2 and on.
        errors: (channels, order) last errors, newest first; changed in place.
    """
    clipped = 0
    order = taps.shape[0]
    for i in range(audio.shape[0]):
        is_black = keeps_silence
        for channel in range(audio.shape[1]):
            is_black = is_black and audio[i, channel] == 0.0
        for channel in range(audio.shape[1]):
            error = 0.0
            code = 0.0
            if not is_black:
                wanted = audio[i, channel] * full_scale
                for k in range(order):
                    wanted -= taps[k] * errors[channel, k]
                code = np.rint(wanted + _triangle(keys[channel], position + i))
                if code > full_scale - 1.0:
                    code = full_scale - 1.0
                    clipped += 1
                elif code < -full_scale:
                    code = -full_scale
                    clipped += 1
                error = min(2.0, max(-2.0, code - wanted))
            for k in range(order - 1, 0, -1):
                errors[channel, k] = errors[channel, k - 1]
            errors[channel, 0] = error
            out[i, channel] = np.int32(code)
    return clipped
