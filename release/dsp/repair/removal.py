"""DC removal: the slow mean of each channel is found second by second and taken off where it is worth it."""

from __future__ import annotations

import numpy as np

from release.dsp.blocks import Audio
from release.dsp.fir import Line
from release.dsp.repair.context import ContextProcessor
from release.units import db_to_linear

REACH_S = 6
"""Seconds to each side that a mean is taken over, with weights that fall to nothing."""
UNSTEADY = 0.5
"""How far each third of a window may be from the whole, as a part of it; otherwise it is slow music, not an offset."""
PARTS = 100
"""Of a second, summed up by themselves."""
BLACK_S = 0.01
"""Exact zeros that last this long are digital black, not part of the sound: nothing is taken off there."""


class DcRemover(ContextProcessor):
    """Takes a constant offset off, without any phase shift.

    A mean belongs to each whole second (``node``); between two of them the offset moves on a straight line. Where both
    are below the threshold, samples pass bit for bit.
    """

    def __init__(self, threshold_dbfs: float, rate_hz: int, channels: int) -> None:
        super().__init__(rate_hz, channels, (REACH_S + 1) * rate_hz)
        self._threshold = db_to_linear(threshold_dbfs)
        self._seconds: dict[int, tuple[Audio, Audio]] = {}
        """Sums and counts of the samples that sound, in parts of a second, for each whole second."""

    def repaired(self, heard: Audio, first: int, last: int, at: int) -> Audio:
        """The block without its offset."""
        self._listen(heard, at)
        second = (at + first) // self.rate_hz
        ends = [self._mean_around(node) for node in (second, second + 1)]
        if not any(end.any() for end in ends):
            return heard[first:last]
        out = heard[first:last].copy()
        near = round(BLACK_S * self.rate_hz)
        low = max(first - near, 0)
        for channel in range(self.channels):
            offset = np.linspace(ends[0][channel], ends[1][channel], self.block, endpoint=False)[: len(out)]
            if not offset.any():
                continue
            sounds = np.logical_not(black(heard[low : last + near, channel], near))[first - low : last - low]
            out[:, channel] -= offset * sounds
            self.log(at + first, len(out), channel, 20.0 * np.log10(max(abs(end[channel]) for end in ends)))
        return out

    def _listen(self, heard: Audio, at: int) -> None:
        """Sum up new seconds, and forget old ones."""
        seconds = range(at // self.rate_hz, -(-(at + len(heard)) // self.rate_hz))
        for old in [s for s in self._seconds if s < seconds.start]:
            del self._seconds[old]
        starts = (np.arange(PARTS) * self.rate_hz) // PARTS
        for second in seconds:
            if second in self._seconds:
                continue
            start = second * self.rate_hz - at
            part = heard[start : start + self.rate_hz]
            whole = np.pad(part, ((0, self.rate_hz - len(part)), (0, 0)))
            counts = np.add.reduceat((whole != 0.0).astype(np.float64), starts, axis=0)
            self._seconds[second] = (np.add.reduceat(whole, starts, axis=0), counts)

    def _mean_around(self, node: int) -> Line:
        """Weighted mean of what sounds around a whole second, by channel; 0 where it is below the threshold or unknown."""
        known = [s for s in range(node - REACH_S, node + REACH_S) if s in self._seconds]
        if not known:
            return np.zeros(self.channels)
        sums = np.concatenate([self._seconds[s][0] for s in known])
        counts = np.concatenate([self._seconds[s][1] for s in known])
        mean, total = weighted_mean(sums, counts)
        is_offset = (np.abs(mean) >= self._threshold) & (total >= self.rate_hz // 4)
        third = len(sums) // 3
        for start in (0, third, 2 * third):
            part, _ = weighted_mean(sums[start : start + third], counts[start : start + third])
            is_offset &= np.abs(part - mean) <= UNSTEADY * np.abs(mean)
        return np.where(is_offset, mean, 0.0)


def weighted_mean(sums: Audio, counts: Audio) -> tuple[Line, Line]:
    """Mean under a window that falls to nothing at both ends, and how many samples it counts, by channel."""
    weights = np.sin(np.pi * (np.arange(len(sums)) + 0.5) / len(sums)) ** 2
    total = np.asarray(weights @ counts)
    return np.asarray((weights @ sums) / np.maximum(total, 1.0)), total


def black(line: Line, shortest: int) -> Line:
    """Where exact zeros last at least ``shortest`` samples; at the ends of what is known any number counts."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], line == 0.0, [False]])))
    found = np.zeros(len(line), dtype=bool)
    for start, stop in edges.reshape(-1, 2):
        if stop - start >= shortest or start == 0 or stop == len(line):
            found[start:stop] = True
    return found
