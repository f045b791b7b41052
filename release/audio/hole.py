"""What a hole is, once a place is looked at closely: silence, a fall or a held value between sounds that go on."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

SHORTEST_S = 0.00075
LONGEST_S = 0.05
STILL = 2.0**-22
"""Neighbouring samples that differ by less are the same."""
DEEP = 10.0 ** (-40.0 / 20.0)
NEAR = 1.5
"""Samples of a fall stay below this, in units of 40 dB below the sound before it."""
SHORTEST_DROP_S = 0.002
BESIDE_S, EDGE_S = 0.02, 0.002
EDGE = 10.0 ** (-20.0 / 20.0)
"""Right at the hole the sound is at most this much softer: what fades away by itself is no hole."""
QUIETEST = 10.0 ** (-60.0 / 20.0)
MOST_HELD = 0.98
"""A value held at more than this of the peak beside it is a clipped or a square wave."""
MOST_STILL = 0.1
"""Of the samples beside: sound that often stands still by itself, like a pulse or a square wave, has no holes that can be told."""
MOST_RESTS, SHORTEST_REST = 1, 8
"""Other silences beside, of so many samples and more: a pulse wave is silent between any two pulses."""

Rows = npt.NDArray[np.float32]
Found = tuple[str, int, int, float, bool]


class HoleJudge:
    """Looks at places of a source."""

    def __init__(self, rate_hz: int) -> None:
        self._shortest, self._longest = round(SHORTEST_S * rate_hz), round(LONGEST_S * rate_hz)
        self._shortest_drop = round(SHORTEST_DROP_S * rate_hz)
        self._beside, self._edge = round(BESIDE_S * rate_hz), round(EDGE_S * rate_hz)

    def look(self, rows: Rows, channel: int, place: int) -> Found | None:
        """Kind, first sample, samples, depth in dB, and whether other channels go on; None where there is no hole."""
        row = rows[channel]
        start = self._bounds_of_still(row, place)
        bounds = start if start is not None else self._bounds_of_fall(row, place)
        if bounds is None:
            return None
        first, last = bounds
        if not self._shortest <= last - first <= self._longest:
            return None
        return self._judge(rows, channel, first, last)

    def _bounds_of_still(self, row: Rows, place: int) -> tuple[int, int] | None:
        """The stretch of equal samples around a place."""
        after = np.abs(np.diff(row[place : place + self._longest + 2])) > STILL
        if after[: self._shortest // 2].any():
            return None
        before = np.abs(np.diff(row[place - self._shortest - 64 : place + 1]))[::-1] > STILL
        if not after.any() or not before.any():
            return None
        return place - int(np.argmax(before)), place + int(np.argmax(after)) + 1

    def _bounds_of_fall(self, row: Rows, place: int) -> tuple[int, int] | None:
        """The stretch around a place that lies 40 dB below what is before it."""
        low = place - self._beside
        limit = DEEP * max(
            rms(row[low : place - self._edge // 4]), rms(row[place - 2 * self._edge : place - self._edge // 4])
        )
        if limit < DEEP * QUIETEST:
            return None
        after = np.abs(row[place : place + self._longest + 2]) > NEAR * limit
        if after[: self._shortest // 2].any() or not after.any():
            return None
        before = np.abs(row[low : place + 1])[::-1] > NEAR * limit
        if not before.any():
            return None
        return place - int(np.argmax(before)) + 1, place + int(np.argmax(after))

    def _judge(self, rows: Rows, channel: int, first: int, last: int) -> Found | None:
        row = rows[channel]
        left, right = row[first - self._beside : first], row[last : last + self._beside]
        sides = [(rms(left), rms(left[-self._edge :])), (rms(right), rms(right[: self._edge]))]
        level = min(max(wide, close) for wide, close in sides)
        if level < QUIETEST or any(close < EDGE * wide for wide, close in sides):
            return None
        inside = rms(row[first:last])
        is_silent = inside <= DEEP * level
        if is_silent and rests(left, DEEP * level) + rests(right, DEEP * level) > MOST_RESTS:
            return None
        if not is_silent and max(still_share(left), still_share(right)) > MOST_STILL:
            return None
        others = [rms(other[first:last]) for n, other in enumerate(rows) if n != channel]
        is_alone = any(other > 10.0 * max(inside, DEEP * level) for other in others)
        depth_db = 20.0 * math.log10(level / max(inside, 1e-6))
        if is_silent:
            # Silence with a constant offset is silence.
            kind = "hole" if np.ptp(row[first:last]) <= STILL else "drop"
            if kind == "drop" and last - first < self._shortest_drop:
                return None
            return kind, first, last - first, depth_db, is_alone
        if np.ptp(row[first:last]) > STILL or abs(row[first]) > MOST_HELD * max(
            np.abs(left).max(), np.abs(right).max()
        ):
            return None
        return "held", first, last - first, depth_db, is_alone


def rms(line: Rows) -> float:
    """Root of the mean square; 0 for nothing."""
    return math.sqrt(float(np.dot(line, line)) / len(line)) if len(line) else 0.0


def still_share(line: Rows) -> float:
    """The part of a line that stands still."""
    return float(np.mean(np.abs(np.diff(line)) <= STILL))


def rests(line: Rows, most: float) -> int:
    """Stretches of a line that stand still at a value of so much or less."""
    still = (np.abs(np.diff(line)) <= STILL) & (np.abs(line[1:]) <= most)
    edges = np.flatnonzero(np.diff(still, prepend=False, append=False))
    return int(np.count_nonzero(edges[1::2] - edges[::2] >= SHORTEST_REST))
