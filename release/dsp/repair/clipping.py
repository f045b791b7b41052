"""Clip repair: flat tops are found where they stand, and peaks that fit to all around are put in their place."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from release.dsp.blocks import Audio
from release.dsp.fir import Line
from release.dsp.repair.context import ContextProcessor
from release.dsp.repair.groups import groups
from release.dsp.repair.prediction import normal_equations, predictors
from release.units import db_to_linear

FLAT = 2.0**-14
"""How much the samples of a flat top may differ, as a part of their level: a step of 16 bits with its dither."""
SHARP = 24.0
"""Two samples beside a flat top the wave is this many times ``FLAT`` lower: the crest of a slow wave is not."""
SHORTEST = 3
LOWEST = 0.02
"""Flat tops below this (-34 dBFS) are not peaks."""
AROUND_S = 0.05
"""A flat top is the highest of all within this time."""
NEAR_TOP = 0.995
ORDER_S = 64 / 44_100
REACH_S = 0.3
MOST_UNKNOWN = 600
ROUNDS = 3
WIDER = 2.0
"""Errors where peaks are cut are larger than elsewhere by this factor in power."""
MEDIAN_OF_SQUARES = 0.4549
"""Of a standard normal variable."""
FAR = 25.0
MOST_ORDERS = 3
"""Long flat tops are predicted from up to this many times ``ORDER_S``."""

LEAST_DB = 0.1
"""Flat tops whose peak would rise by less than this everywhere are left as they are: sound has such by chance."""

MOST_FLAT = 0.5
"""Where more of the sound than this is flat, little is left to predict from: square waves are meant."""

Places = NDArray[np.intp]


class Declipper(ContextProcessor):
    """Rebuilds clipped peaks in each channel; all other samples pass bit for bit."""

    def __init__(self, most_db: float, rate_hz: int, channels: int) -> None:
        super().__init__(rate_hz, channels, round(REACH_S * rate_hz))
        self._most = db_to_linear(most_db)
        self._order = max(round(ORDER_S * rate_hz), 24)

    def repaired(self, heard: Audio, first: int, last: int, at: int) -> Audio:
        """The block with its peaks."""
        block = heard[first:last]
        out = block
        for channel in range(self.channels):
            line = np.ascontiguousarray(heard[:, channel])
            clipped = flat_tops(line, round(AROUND_S * self.rate_hz))
            for group in groups(clipped, self._order, MOST_UNKNOWN):
                low, high = int(group[0]), int(group[-1]) + 1
                if high <= first or low >= last or self._is_meant(clipped, low, high):
                    continue
                peaks = self._rebuilt(line, group)
                raised_db = 20.0 * np.log10(float(np.max(np.abs(peaks) / np.abs(line[group]))))
                if raised_db < LEAST_DB:
                    continue
                inside = (group >= first) & (group < last)
                if out is block:
                    out = block.copy()
                out[group[inside] - first, channel] = peaks[inside]
                if low >= first:
                    self.log(at + low, high - low, channel, raised_db)
        return out

    def _is_meant(self, clipped: Places, low: int, high: int) -> bool:
        """Whether flat tops are so much of the sound around a place that they are the sound."""
        near = 8 * self._order
        flat = np.searchsorted(clipped, high + near) - np.searchsorted(clipped, low - near)
        return bool(flat > MOST_FLAT * (high - low + 2 * near))

    def _rebuilt(self, line: Line, group: Places) -> Line:
        """Values of clipped samples: as prediction has them, never inside of the flat top, at most so much over it."""
        longest = int(np.diff(np.flatnonzero(np.diff(np.concatenate([[-9], group, [group[-1] + 9]])) > 1)).max())
        order = min(max(3 * longest + 2, self._order), MOST_ORDERS * self._order)
        reach = 8 * order + len(group)
        low, high = max(int(group[0]) - reach, 0), min(int(group[-1]) + reach + 1, len(line))
        guess, unknown = line[low:high].copy(), group - low
        level = guess[unknown]
        window = np.hanning(len(guess) + 2)[1:-1]
        for _ in range(ROUNDS):
            a = predictors((guess * window)[np.newaxis], order)[0]
            guess[unknown] = expected_beyond(guess, unknown, a, level)
        return np.asarray(level * np.clip(guess[unknown] / level, 1.0, self._most))


def expected_beyond(line: Line, unknown: Places, a: Line, level: Line) -> Line:
    """What prediction expects of each clipped sample, given that it lies beyond the flat top.

    Least squares alone pulls peaks back inside. Here each value has the mean of its normal distribution cut off at the
    flat top; its width comes from the prediction errors of what is known.
    """
    matrix, right = normal_equations(line, unknown, a)
    inverse = np.linalg.inv(matrix)
    middle = inverse @ right
    whole = line.copy()
    whole[unknown] = middle
    errors = np.convolve(whole, a)[len(a) - 1 : len(whole)]
    power = WIDER * float(np.median(errors**2)) / MEDIAN_OF_SQUARES if len(errors) else 0.0
    width = np.sqrt(np.maximum(np.diag(inverse) * power, 1e-30))
    sign = np.sign(level)
    beyond = middle * sign + width * tail_means((np.abs(level) - middle * sign) / width)
    return np.asarray(sign * np.maximum(beyond, np.abs(level)))


def tail_means(bounds: Line) -> Line:
    """Mean of a standard normal variable above each bound."""
    return np.array([tail_mean(float(bound)) for bound in bounds])


def tail_mean(bound: float) -> float:
    """Mean of a standard normal variable above a bound; far out, what it comes to there."""
    if bound > FAR:
        return bound + 1.0 / bound
    return math.exp(-0.5 * bound * bound) / math.sqrt(2.0 * math.pi) / (0.5 * math.erfc(bound / math.sqrt(2.0)))


def flat_tops(line: Line, around: int) -> Places:
    """Indices of samples that were clipped: those of flat tops, and single ones at the same height close by."""
    clipped = np.zeros(len(line), dtype=bool)
    alike = np.abs(np.diff(line)) <= FLAT * np.abs(line[1:])
    edges = np.flatnonzero(np.diff(np.concatenate([[False], alike, [False]])))
    runs = edges.reshape(-1, 2)
    for start, last in runs[runs[:, 1] - runs[:, 0] >= SHORTEST - 1]:
        level = abs(float(line[start]))
        if level < LOWEST or start < 2 or last + 2 >= len(line):
            continue
        sign = np.sign(line[start])
        beside = max(sign * line[start - 2], sign * line[last + 2])
        if beside > level * (1.0 - SHARP * FLAT):
            continue
        low, high = max(start - around, 0), min(last + around + 1, len(line))
        near = sign * line[low:high]
        if level < NEAR_TOP * near.max():
            continue
        clipped[low:high] |= near >= level * (1.0 - 2.0 * FLAT)
    return np.flatnonzero(clipped)
