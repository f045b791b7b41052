"""One place of a line held against what past and future predict of it: the closer look at what may be a click."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from release.dsp.kernels.compiled import REORDERED, kernel, part

Line = NDArray[np.float64]
Row = NDArray[np.float32]

BELOW_PEAK = 0.02
"""A click ends where errors are this small against its peak, whatever is around it."""
FLOOR = 10.0 ** (-56.0 / 20.0)
"""Errors this far below the level around them are never clicks; nor below ``LEAST``."""
LEAST = 2.0**-16
GUARD = 4


@part(REORDERED)
def _predictor(model: Line, order: int) -> Line:
    """Prediction-error filter of a windowed line, by Levinson's recursion."""
    n = model.shape[0]
    r = np.zeros(order + 1)
    for k in range(order + 1):
        total = 0.0
        for i in range(n - k):
            total += model[i] * model[i + k]
        r[k] = total
    a = np.zeros(order + 1)
    held = np.zeros(order + 1)
    a[0] = 1.0
    error = r[0] * (1.0 + 1e-8) + 1e-24
    for m in range(1, order + 1):
        total = r[m]
        for j in range(1, m):
            total += a[j] * r[m - j]
        reflection = -total / error
        for j in range(1, m):
            held[j] = a[j] + reflection * a[m - j]
        for j in range(1, m):
            a[j] = held[j]
        a[m] = reflection
        error *= max(1.0 - reflection * reflection, 1e-12)
    return a


@part(REORDERED)
def _both_errors(line: Line, a: Line) -> Line:
    """For each sample the lesser of the errors of prediction from the past and from the future; 0 near the ends."""
    n, order = line.shape[0], a.shape[0] - 1
    count = n - 2 * order
    ahead, back, errors = np.zeros(count), np.zeros(count), np.zeros(n)
    for k in range(order + 1):
        weight, past, future = a[k], line[order - k :], line[order + k :]
        for i in range(count):
            ahead[i] += weight * past[i]
            back[i] += weight * future[i]
    for i in range(count):
        errors[order + i] = min(abs(ahead[i]), abs(back[i]))
    return errors


@part()
def _usual_peak(errors: Line, first: int, stretch: int, count: int) -> float:
    """The middle one of the greatest errors of some stretches."""
    peaks = np.zeros(count)
    for number in range(count):
        for i in range(first + number * stretch, first + (number + 1) * stretch):
            peaks[number] = max(peaks[number], errors[i])
    peaks.sort()
    return float(peaks[count // 2])


@part()
def _edge(errors: Line, top: int, step: int, limit: float, pause: int) -> int:
    """The last sample over a limit, going from the top in steps of 1 or -1 and over pauses."""
    last, i = top, top
    while abs(i - last) <= pause and 0 < i < errors.shape[0] - 1:
        i += step
        if errors[i] > limit:
            last = i
    return last


@part()
def _loudest(errors: Line, first: int, last: int) -> float:
    top = 0.0
    for i in range(first, last):
        top = max(top, errors[i])
    return top


@part()
def _greatest_step(line: Line, first: int, last: int) -> float:
    """Between neighbours, the last pair that of ``last`` and the sample after it."""
    top = 0.0
    for i in range(max(first, 0), min(last, line.shape[0] - 1)):
        top = max(top, abs(line[i + 1] - line[i]))
    return top


@part()
def _level(line: Line, first: int, last: int) -> float:
    total = 0.0
    for i in range(first, last):
        total += line[i] * line[i]
    return float(np.sqrt(total / max(last - first, 1)))


@kernel("void(float32[::1], int64, float64[::1], int64, int64, int64, float64[::1])")
def look_for_click(row: Row, place: int, window: Line, gap: int, order: int, stretch: int, result: Line) -> None:
    """What stands out at a place.

    Args:
        row: samples; half a window of them on either side of the place.
        place: the sample that is judged.
        window: (n,) weights, n even.
        gap: samples to each side of the place that the predictor is not found in, and in which a click may have its top.
        order: of the prediction.
        stretch: samples of a stretch; each side is judged by the middle of those beside it.
        result: filled: first sample, samples, its top over the usual errors beside it, over the greatest ones, and over
            the level of the sound beside it (the lesser of both sides each); the greatest step from sample to sample
            beside it over that in it.
    """
    n = window.shape[0]
    half = n // 2
    line, model = np.empty(n), np.empty(n)
    low, high = half - gap - 1, half + gap + 1
    for i in range(n):
        line[i] = row[place - half + i]
        model[i] = line[i] * window[i]
    for i in range(low + 1, high):
        model[i] = (line[low] + (line[high] - line[low]) * (i - low) / (high - low)) * window[i]
    errors = _both_errors(line, _predictor(model, order))
    top = low + 1
    for i in range(low + 1, high):
        if errors[i] > errors[top]:
            top = i
    count = (low - order) // stretch
    before = _usual_peak(errors, low - count * stretch, stretch, count)
    after = _usual_peak(errors, high, stretch, count)
    level_before, level_after = _level(line, order, low), _level(line, high, n - order)
    scale = max(before, after, FLOOR * max(level_before, level_after), LEAST)
    limit = max(scale, BELOW_PEAK * errors[top])
    first, last = _edge(errors, top, -1, limit, gap // 6 + 4), _edge(errors, top, 1, limit, gap // 6 + 4) + 1
    result[0], result[1] = place - half + first, last - first
    result[2] = errors[top] / scale
    beside = max(
        _loudest(errors, order, max(first - GUARD, order)), _loudest(errors, min(last + GUARD, n - order), n - order)
    )
    result[3] = errors[top] / max(beside, 1e-12)
    result[4] = errors[top] / max(level_before, level_after, 1e-12)
    step = _greatest_step(line, first - 1, last)
    steps = max(_greatest_step(line, 0, first - GUARD), _greatest_step(line, last + GUARD, n - 1))
    result[5] = steps / max(step, 1e-12)
