"""Runs of samples that stand at an extreme: the mark of clipping, also where the level was turned down afterwards.

A run counts at full scale, or at the greatest value that the channel has on that side, when something cut it off. A
smooth peak can give equal samples as well, by rounding: a parabola that rounds to three equal samples or more falls
to its neighbours by at most 2.8 steps ((5/3)^2), so a run below full scale only counts where a neighbour is further off.
Source: measurement.md section 7 (runs of three are the usual rule of CD plants).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from release.model.source import ClipRun

Line = npt.NDArray[np.int32] | npt.NDArray[np.float64]

MIN_RUN_SAMPLES = 3
MAX_LISTED_RUNS = 100
MAX_ROUNDED_STEPS = 3
FINEST_STEP_BITS = 16
"""Steps finer than 16 bits are taken as 16-bit ones: files are often padded, and clipping is never this gentle."""
LEAST_EXTREME = 0.1
"""Below -20 dBFS equal samples say nothing."""


@dataclass(slots=True)
class SideRuns:
    """Runs on one side (upper or lower) of one channel.

    Attributes:
        sign: 1 for the upper side, -1 for the lower.
        scale: what a value of the block is multiplied by to get full scale 1.0.
        full_scale: values (positive) that count as full scale on this side.
        least_drop: the neighbour's distance, in the block's unit, that tells a cut from a rounded peak.
    """

    channel: int
    sign: int
    scale: float
    full_scale: frozenset[float]
    least_drop: float
    extreme: float = 0.0
    count: int = 0
    runs: list[ClipRun] = field(default_factory=list)
    _open: tuple[int, int, bool] | None = None
    _before: float | None = None

    def feed(self, line: Line, block_extreme: float, position: int) -> None:
        """Take the channel's next samples.

        Args:
            line: samples.
            block_extreme: their maximum times ``sign`` (the greatest on this side).
            position: of the first one.
        """
        if block_extreme > self.extreme:
            self.extreme, self.count, self._open = block_extreme, 0, None
            self.runs.clear()
        if block_extreme == self.extreme > 0.0:
            self._find(line, position)
        elif self._open is not None:
            self._close(self._open, float(line[0]))
        self._before = float(line[-1])

    def finish(self) -> None:
        """The file ends."""
        if self._open is not None:
            self._close(self._open, None)

    def _find(self, line: Line, position: int) -> None:
        at = np.flatnonzero(line == self.sign * self.extreme)
        breaks = np.flatnonzero(np.diff(at) != 1)
        starts = at[np.concatenate(([0], breaks + 1))]
        ends = at[np.concatenate((breaks, [len(at) - 1]))] + 1
        if self._open is not None and starts[0] != 0:
            self._close(self._open, float(line[0]))
        last = len(line)
        lengths = ends - starts
        # Runs that touch an edge of the block may be parts of longer ones.
        for index in np.flatnonzero((lengths >= MIN_RUN_SAMPLES) | (starts == 0) | (ends == last)):
            start, end = int(starts[index]), int(ends[index])
            run = (position + start, end - start, self._drops(self._before if start == 0 else float(line[start - 1])))
            if start == 0 and self._open is not None:
                run = (self._open[0], self._open[1] + end, self._open[2])
                self._open = None
            if end == last:
                self._open = run
            else:
                self._close(run, float(line[end]))

    def _drops(self, neighbour: float | None) -> bool:
        return neighbour is not None and self.extreme - self.sign * neighbour > self.least_drop

    def _close(self, run: tuple[int, int, bool], after: float | None) -> None:
        self._open = None
        start, length, has_dropped = run
        is_cut = has_dropped or self._drops(after)
        is_wanted = self.extreme in self.full_scale or (is_cut and self.extreme * self.scale >= LEAST_EXTREME)
        if length < MIN_RUN_SAMPLES or not is_wanted:
            return
        self.count += 1
        if len(self.runs) < MAX_LISTED_RUNS:
            self.runs.append(ClipRun(start, self.channel, length, self.sign * self.extreme * self.scale))


class ClipFinder:
    """Clip runs of all channels."""

    def __init__(self, channels: int, bits: int | None, word_bits: int | None) -> None:
        """Start with nothing found.

        Args:
            channels: of the source.
            bits: its valid bits; None when lossy.
            word_bits: width of the integers that blocks hold; None when they hold floats.
        """
        if word_bits is None:
            scale, upper, lower = 1.0, [1.0, 1.0 - 2.0**-15, 1.0 - 2.0**-23], [1.0]
        else:
            top = 2 ** (word_bits - 1)
            scale, upper, lower = 1.0 / top, [top - 2 ** (word_bits - (bits or word_bits)), top - 1], [top]
        step = 2.0 ** (1 - min(bits or FINEST_STEP_BITS, FINEST_STEP_BITS)) / scale
        self._sides = [
            SideRuns(channel, sign, scale, frozenset(map(float, values)), MAX_ROUNDED_STEPS * step)
            for channel in range(channels)
            for sign, values in ((1, upper), (-1, lower))
        ]

    def feed(self, planar: npt.NDArray[np.generic], maxima: list[float], minima: list[float], position: int) -> None:
        """Take the next samples (channels, n) with the extremes of each channel."""
        for side in self._sides:
            extreme = maxima[side.channel] if side.sign > 0 else -minima[side.channel]
            side.feed(planar[side.channel], extreme, position)

    def finish(self) -> tuple[tuple[ClipRun, ...], int]:
        """The first hundred runs in the order of the file, and how many there are."""
        for side in self._sides:
            side.finish()
        runs = sorted((run for side in self._sides for run in side.runs), key=lambda run: (run.at_sample, run.channel))
        return tuple(runs[:MAX_LISTED_RUNS]), sum(side.count for side in self._sides)
