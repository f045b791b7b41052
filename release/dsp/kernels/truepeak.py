"""True-peak interpolation: four values a sample in single precision, vectorised over time, refined by parabolas.

A *line* holds one channel in single precision. ``taps`` is (3, length): the values a quarter, a half and three
quarters of a sample after position ``start + i + length/2 - 1`` are the sums of taps[p, k] * line[start + i + k].
"""

from __future__ import annotations

# ruff: noqa: D417 - kernels take plain arguments in order, documented in groups
import numpy as np
from numpy.typing import NDArray

from release.dsp.kernels.compiled import FAST, REORDERED, kernel, part

Array = NDArray[np.float64]
Line = NDArray[np.float32]
Bits = NDArray[np.int32]
Flags = NDArray[np.bool_]

WIDTH = 64
"""Positions interpolated together."""
RUN = WIDTH - 1
"""Samples whose peak one such run tells: each needs the values after the sample before it too."""
REFINEMENT = np.float32(1.13)
"""No parabola lifts the greatest of the four values a sample by more.

Bernstein's inequality: a band-limited signal changes by at most pi/4 of its peak in a quarter of a sample, and a
parabola rises above the middle by at most an eighth of the step to the lower neighbour.
"""


STRIDE = 8
"""The top band is looked at every so many samples."""
AROUND = 64
"""And so far before and after a run."""
SECTION = 2_048
"""Samples that are interpolated exactly together."""
TOP_MATTERS = np.float32(0.006)
"""Share of the peak in question (-44 dB) from which the top band is interpolated exactly."""
TOP_GAIN = np.float32(1.5)
"""More than an exact interpolation ever rises above the short one for each unit of the top band, in practice."""

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
    top = abs(middle)
    sign = np.copysign(np.float32(1.0), middle)
    to_left, to_right = top - sign * before, top - sign * after
    slope = to_left - to_right
    lift = slope * slope / (np.float32(8.0) * abs(to_left + to_right) + np.float32(1e-30))
    return top + lift if min(to_left, to_right) >= np.float32(0.0) else top


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


@kernel("void(float32[::1], int64, float32[::1], float32[::1])", REORDERED)
def measure_top(line: Line, first: int, taps: Line, top: Line) -> None:
    """Fill top[j] with the absolute value of what ``taps`` let through around line[first + 8 j]."""
    begin = first - taps.shape[0] // 2
    for j in range(U(top.shape[0])):
        at = U(begin) + j * U(STRIDE)
        total = np.float32(0.0)
        for k in range(U(taps.shape[0])):
            total += taps[k] * line[at + k]
        top[j] = abs(total)


@part(FAST)
def _look(
    line: Line,
    bits: Bits,
    start: int,
    taps: Line,
    norm: float,
    top: np.float32,
    limit: float,
    rows: Line,
    row_bits: Bits,
) -> int:
    """Look at the run of samples that begins at line[start + length/2].

    Returns:
        0: no peak above ``limit`` can be there. 1: one may be; rows are filled. 2: also the top band matters.
    """
    length = taps.shape[1]
    lift = TOP_GAIN * top if top > TOP_MATTERS * limit else np.float32(0.0)
    if _greatest(bits, start, length + RUN) * norm + lift <= limit:
        return 0
    _interpolate(line, start, taps, rows)
    highest = max(_greatest(row_bits, 0, 3 * WIDTH), _greatest(bits, start + length // 2, RUN))
    if highest * REFINEMENT + lift <= limit:
        return 0
    return 2 if lift > np.float32(0.0) else 1


@part(FAST)
def _top_around(top: Line, start: int) -> np.float32:
    """Greatest of the top band's values that a run from ``start`` on has to do with."""
    greatest = np.float32(0.0)
    for j in range(start // STRIDE, min(top.shape[0], (start + RUN + 2 * AROUND) // STRIDE + 1)):
        greatest = max(greatest, top[j])
    return greatest


@kernel(
    "Tuple((float64, int64))(float32[::1], int64, int64, float32[:, ::1], float32, float32[::1], float64,"
    " float32[:, ::1], float32[::1], boolean[::1])",
    FAST,
)
def scan_peak(
    line: Line,
    first: int,
    n: int,
    taps: Line,
    norm: float,
    top: Line,
    floor: float,
    rows: Line,
    out: Line,
    inexact: Flags,
) -> tuple[float, int]:
    """Find a true peak above ``floor`` around the n samples that begin at line[first].

    Stretches that can't hold one are passed over: no interpolated value exceeds ``norm`` times the greatest sample
    in reach.

    Args:
        line: at least first + n + length + WIDTH values.
        first: place in the line.
        n: samples to look at.
        taps: (3, length) interpolator.
        norm: greatest sum of absolute taps, refinement included.
        top: from ``measure_top``, beginning AROUND samples before ``first``.
        floor: peaks not above it are not wanted.
        rows, out: scratch, (3, WIDTH) and (RUN,).
        inexact: flag of each ``SECTION`` samples, set where the top band could make a greater peak.

    Returns:
        The greatest value, or ``floor``; and the index of its nearest sample, or -1.
    """
    best, index = floor, -1
    bits, row_bits = line.view(np.int32), rows.reshape(-1).view(np.int32)
    reach = taps.shape[1] // 2
    for start in range(0, n, RUN):
        around = _top_around(top, start)
        found = _look(line, bits, first + start - reach, taps, norm, around, best, rows, row_bits)
        if found == 0:
            continue
        if found == 2:
            inexact[start // SECTION] = True
            inexact[min(start + RUN, n) // SECTION] = True
        _peaks(line, first + start, rows, out)
        for i in range(min(RUN, n - start)):
            if out[i] > best:
                best, index = np.float64(out[i]), start + i
    return best, index


@kernel(
    "void(float32[::1], int64, int64, float32[:, ::1], float32, float32[::1], float32, float32[:, ::1], float32[::1],"
    " boolean[::1], float32[::1])",
    FAST,
)
def raise_peaks(
    line: Line,
    first: int,
    n: int,
    taps: Line,
    norm: float,
    top: Line,
    threshold: float,
    rows: Line,
    out: Line,
    inexact: Flags,
    peaks: Line,
) -> None:
    """Raise peaks[i] to the true peak around each of the n samples that begin at line[first].

    Where nothing in reach can exceed ``threshold``, peaks stay as they are. Arguments as for ``scan_peak``.
    """
    bits, row_bits = line.view(np.int32), rows.reshape(-1).view(np.int32)
    reach = taps.shape[1] // 2
    for start in range(0, n, RUN):
        around = _top_around(top, start)
        found = _look(line, bits, first + start - reach, taps, norm, around, threshold, rows, row_bits)
        if found == 0:
            continue
        if found == 2:
            inexact[start // SECTION] = True
            inexact[min(start + RUN, n) // SECTION] = True
        _peaks(line, first + start, rows, out)
        for i in range(min(RUN, n - start)):
            peaks[start + i] = max(peaks[start + i], out[i])


@kernel("void(float32[::1], float32[:, ::1], int64, int64, float32[::1])", FAST)
def raise_from_rows(line: Line, rows: Line, first: int, n: int, peaks: Line) -> None:
    """Raise peaks[i] to the greatest absolute value within half a sample of line[first + i].

    Args:
        line: samples.
        rows: (3, at least first + n): the waveform a quarter, a half and three quarters of a sample after each.
        first: place of the first sample looked at, at least 1.
        n: samples to look at.
        peaks: (n,) changed in place.
    """
    at = U(first)
    for i in range(U(n)):
        k = at + i
        a, b, c, d = rows[0, k - ONE], rows[1, k - ONE], rows[2, k - ONE], line[k]
        e, f, g = rows[0, k], rows[1, k], rows[2, k]
        left = max(_apex(a, b, c), _apex(b, c, d))
        right = max(_apex(d, e, f), _apex(e, f, g))
        top = max(_apex(c, d, e), left, right)
        peaks[i] = top if top > peaks[i] else peaks[i]  # noqa: FURB136
