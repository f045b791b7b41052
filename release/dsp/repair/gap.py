"""Dropout repair: short holes with sound on both sides are filled by linear prediction from both of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from release.dsp.blocks import Audio
from release.dsp.fir import Line
from release.dsp.repair.context import ContextProcessor
from release.dsp.repair.prediction import interpolated

SHORTEST_S = 0.0005
STILL = 2.0**-15
"""Samples in a hole differ by less than this from one to the next..."""
DEEP_DB = 40.0
"""... and lie this far below the sound before and after it."""
BESIDE_S = 0.02
EDGE_S = 0.002
EDGE_DB = 20.0
"""Right at the hole the sound is still at most this much softer: what fades away by itself is no dropout."""
QUIETEST = 10.0 ** (-60.0 / 20.0)
REACH_S = 0.5
MOST_ORDER = 1000
ROUNDS = 3


class DropoutFiller(ContextProcessor):
    """Fills holes in each channel; all other samples pass bit for bit."""

    def __init__(self, longest_s: float, rate_hz: int, channels: int) -> None:
        super().__init__(rate_hz, channels, round(REACH_S * rate_hz))
        self._longest = round(longest_s * rate_hz)

    def repaired(self, heard: Audio, first: int, last: int, at: int) -> Audio:
        """The block without holes."""
        block = heard[first:last]
        out = block
        for channel in range(self.channels):
            line = np.ascontiguousarray(heard[:, channel])
            for start, stop, depth_db in holes(line, self._longest, self.rate_hz):
                if stop <= first or start >= last:
                    continue
                if out is block:
                    out = block.copy()
                filled = fill(line, start, stop)
                low, high = max(start, first), min(stop, last)
                out[low - first : high - first, channel] = filled[low - start : high - start]
                if start >= first:
                    self.log(at + start, stop - start, channel, depth_db)
        return out


def holes(line: Line, longest: int, rate_hz: int) -> list[tuple[int, int, float]]:
    """Start, end and depth in dB of each hole."""
    shortest, beside, edge = (max(round(s * rate_hz), 4) for s in (SHORTEST_S, BESIDE_S, EDGE_S))
    still = np.abs(np.diff(line)) <= STILL
    edges = np.flatnonzero(np.diff(np.concatenate([[False], still, [False]])))
    found = []
    for start, last in edges.reshape(-1, 2):
        stop = int(last) + 1
        if not shortest <= stop - start <= longest or start < beside or stop + beside > len(line):
            continue
        sides = [(line[start - beside : start], line[start - edge : start])]
        sides.append((line[stop : stop + beside], line[stop : stop + edge]))
        levels = [rms(wide) for wide, _ in sides]
        level = min(levels)
        inside = max(rms(line[start:stop]), 1e-9)
        if level < QUIETEST or inside > level * 10.0 ** (-DEEP_DB / 20.0):
            continue
        if all(rms(close) >= rms(wide) * 10.0 ** (-EDGE_DB / 20.0) for wide, close in sides):
            found.append((int(start), stop, 20.0 * np.log10(level / max(inside, 1e-6))))
    return found


def fill(line: Line, start: int, stop: int) -> Line:
    """What fits best into a hole; the longer it is, the more is listened to on both sides."""
    length = stop - start
    order = min(3 * length + 2, MOST_ORDER)
    reach = 4 * max(length, order)
    low, high = max(start - reach, 0), min(stop + reach, len(line))
    unknown: NDArray[np.intp] = np.arange(start - low, stop - low)
    return interpolated(line[low:high], unknown, min(order, (high - low - length) // 3), ROUNDS)[unknown]


def rms(line: Line) -> float:
    """Root of the mean square; 0 for nothing."""
    return float(np.sqrt(np.mean(line**2))) if len(line) else 0.0
