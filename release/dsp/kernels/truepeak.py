"""True-peak interpolation: four values a sample in single precision, vectorised over time, refined by parabolas.

A *line* holds one channel in single precision. ``taps`` is (3, length): the values a quarter, a half and three
quarters of a sample after position ``start + i + length/2 - 1`` are the sums of taps[p, k] * line[start + i + k].
"""

from __future__ import annotations

# ruff: noqa: PLR0917, D417 - kernels take plain arguments in order, documented in groups
import numpy as np
from numpy.typing import NDArray

from release.dsp.kernels.compiled import FAST, kernel, part

Array = NDArray[np.float64]
Line = NDArray[np.float32]
Bits = NDArray[np.int32]

WIDTH = 64
"""Positions interpolated together."""
RUN = WIDTH - 1
"""Samples whose peak one such run tells: each needs the values after the sample before it too."""
REFINEMENT = np.float32(1.13)
"""No parabola lifts the greatest of the four values a sample by more.

Bernstein's inequality: a band-limited signal changes by at most pi/4 of its peak in a quarter of a sample, and a
parabola rises above the middle by at most an eighth of the step to the lower neighbour.
"""


# Unsigned indices: numba then leaves out its test for negative ones, and LLVM vectorises. Maxima are compared as
# integers: of absolute values these have the same order, and LLVM vectorises their maximum too.
U = np.uint64
ONE, TWO, THREE = U(1), U(2), U(3)


@kernel("Tuple((float64, int64))(float64[:, ::1], int64, float32[::1], int64)", FAST)
def load_channel(audio: Array, channel: int, line: Line, offset: int) -> tuple[float, int]:
    """Copy one channel into ``line`` from ``offset`` on, in single precision.

    Returns:
        Greatest absolute sample value, exact, and the first index that has it.
    """
    n = audio.shape[0]
    bits = audio.view(np.int64)
    largest = np.int64(0)
    c, at = U(channel), U(offset)
    for i in range(U(n)):
        line[at + i] = audio[i, c]
        size = bits[i, c] & np.int64(0x7FFFFFFFFFFFFFFF)
        largest = size if size > largest else largest  # noqa: FURB136
    peak = np.int64(largest).view(np.float64)
    index = 0
    while index < n - 1 and abs(audio[index, channel]) != peak:
        index += 1
    return peak, index


@part(FAST)
def _greatest(bits: Bits, start: int, count: int) -> np.float32:
    """Greatest absolute value of a stretch of a line, given as its int32 view."""
    largest = np.int32(0)
    at = U(start)
    for i in range(U(count)):
        size = bits[at + i] & np.int32(0x7FFFFFFF)
        largest = size if size > largest else largest  # noqa: FURB136
    return np.int32(largest).view(np.float32)


@part(FAST)
def _interpolate(line: Line, start: int, taps: Line, rows: Line) -> None:
    """Fill rows (3, WIDTH) for the positions from ``start`` on."""
    for i in range(U(WIDTH)):
        rows[0, i] = 0.0
        rows[1, i] = 0.0
        rows[2, i] = 0.0
    for k in range(0, taps.shape[1], 4):
        a0, a1, a2, a3 = taps[0, k], taps[0, k + 1], taps[0, k + 2], taps[0, k + 3]
        b0, b1, b2, b3 = taps[1, k], taps[1, k + 1], taps[1, k + 2], taps[1, k + 3]
        c0, c1, c2, c3 = taps[2, k], taps[2, k + 1], taps[2, k + 2], taps[2, k + 3]
        at = U(start + k)
        for i in range(U(WIDTH)):
            x0, x1, x2, x3 = line[at + i], line[at + i + ONE], line[at + i + TWO], line[at + i + THREE]
            rows[0, i] += a0 * x0 + a1 * x1 + a2 * x2 + a3 * x3
            rows[1, i] += b0 * x0 + b1 * x1 + b2 * x2 + b3 * x3
            rows[2, i] += c0 * x0 + c1 * x1 + c2 * x2 + c3 * x3


@part(FAST)
def _apex(before: np.float32, middle: np.float32, after: np.float32) -> np.float32:
    """Height of the parabola through three neighbours where the middle is the greatest, else the middle; absolute."""
    sign = np.float32(1.0) if middle >= 0.0 else np.float32(-1.0)
    low, top, high = sign * before, sign * middle, sign * after
    bend = top + top - low - high
    slope = high - low
    refined = top + slope * slope / (np.float32(8.0) * max(bend, np.float32(1e-30)))
    return refined if top >= low and top >= high and bend > np.float32(1e-30) else top


@part(FAST)
def _peaks(line: Line, start: int, rows: Line, out: Line) -> None:
    """Greatest absolute value of the waveform within half a sample of each of ``RUN`` samples from line[start] on."""
    at = U(start)
    for i in range(U(RUN)):
        a, b, c, d = rows[0, i], rows[1, i], rows[2, i], line[at + i]
        e, f, g = rows[0, i + ONE], rows[1, i + ONE], rows[2, i + ONE]
        left = max(_apex(a, b, c), _apex(b, c, d))
        right = max(_apex(d, e, f), _apex(e, f, g))
        out[i] = max(_apex(c, d, e), left, right)


@part(FAST)
def _reach(line_bits: Bits, start: int, length: int, taps_norm: float, limit: float) -> bool:
    """True when the samples that a run hears could make a peak above ``limit``."""
    return bool(_greatest(line_bits, start, length + RUN) * taps_norm > limit)


@part(FAST)
def _raises(line_bits: Bits, rows_bits: Bits, start: int, limit: float) -> bool:
    """True when the interpolated values of a run, or its samples, could make a peak above ``limit``."""
    top = max(_greatest(rows_bits, 0, 3 * WIDTH), _greatest(line_bits, start, RUN))
    return bool(top * REFINEMENT > limit)


@kernel(
    "Tuple((float64, int64))(float32[::1], int64, float32[:, ::1], float32, float64, float32[:, ::1], float32[::1])",
    FAST,
)
def scan_peak(line: Line, n: int, taps: Line, norm: float, floor: float, rows: Line, out: Line) -> tuple[float, int]:
    """Find a true peak above ``floor`` around the n samples that begin at line[length/2].

    Stretches that can't hold one are passed over: no interpolated value exceeds ``norm`` times the greatest sample
    in reach.

    Args:
        line: at least n + length + WIDTH values; what lies past n + length is not looked at for peaks.
        n: samples to look at.
        taps: (3, length) interpolator.
        norm: greatest sum of absolute taps, refinement included.
        floor: peaks not above it are not wanted.
        rows, out: scratch, (3, WIDTH) and (RUN,).

    Returns:
        The greatest value, or ``floor``; and the index of its nearest sample, or -1.
    """
    length = taps.shape[1]
    best, index = floor, -1
    line_bits, rows_bits = line.view(np.int32), rows.reshape(-1).view(np.int32)
    for start in range(0, n, RUN):
        if not _reach(line_bits, start, length, norm, best):
            continue
        _interpolate(line, start, taps, rows)
        if not _raises(line_bits, rows_bits, start + length // 2, best):
            continue
        _peaks(line, start + length // 2, rows, out)
        for i in range(min(RUN, n - start)):
            if out[i] > best:
                best, index = np.float64(out[i]), start + i
    return best, index


@kernel(
    "void(float32[::1], int64, float32[:, ::1], float32, float32, float32[:, ::1], float32[::1], float32[::1])", FAST
)
def raise_peaks(
    line: Line, n: int, taps: Line, norm: float, threshold: float, rows: Line, out: Line, peaks: Line
) -> None:
    """Raise peaks[i] to the true peak around each of the n samples that begin at line[length/2].

    Where nothing in reach can exceed ``threshold``, peaks stay as they are.
    """
    length = taps.shape[1]
    line_bits, rows_bits = line.view(np.int32), rows.reshape(-1).view(np.int32)
    for start in range(0, n, RUN):
        if not _reach(line_bits, start, length, norm, threshold):
            continue
        _interpolate(line, start, taps, rows)
        if not _raises(line_bits, rows_bits, start + length // 2, threshold):
            continue
        _peaks(line, start + length // 2, rows, out)
        for i in range(min(RUN, n - start)):
            peaks[start + i] = max(peaks[start + i], out[i])
