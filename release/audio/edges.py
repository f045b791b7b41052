"""How loud a source is right where its sound begins and right where it ends: what was cut there is loud at once."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

HEAD_S, AFTER_HEAD_S = 0.001, 0.02
TAIL_S, BEFORE_TAIL_S = 0.005, 0.04
FLOOR = 1e-10

Planar = npt.NDArray[np.generic]
Held = list[tuple[int, Planar]]


class SoundEdges:
    """Keeps the blocks around the first and the last sample that is not zero."""

    def __init__(self, rate_hz: int, scale: float) -> None:
        """Start with no sound heard.

        Args:
            rate_hz: of the source.
            scale: what a value of the blocks is multiplied by to get full scale 1.0.
        """
        self._rate_hz, self._scale = rate_hz, scale
        self._head: Held = []
        self._tail: Held = []
        self._lately: Held = []
        self._first, self._last = 0, -1

    def feed(self, planar: Planar, position: int, first_sound: int | None, last_sound: int) -> None:
        """Take the next samples (channels, n); the first and last sound so far, these samples included."""
        if first_sound is None:
            return
        self._first = first_sound
        if position < first_sound + self._count(HEAD_S) + self._count(AFTER_HEAD_S):
            self._head.append((position, planar))
        lately = [*self._lately, (position, planar)]
        # Enough of the past stays for short blocks too.
        least = position + planar.shape[1] - self._count(TAIL_S) - self._count(BEFORE_TAIL_S) - planar.shape[1]
        self._lately = [(at, part) for at, part in lately if at + part.shape[1] > least]
        if last_sound > self._last:
            self._last, self._tail = last_sound, self._lately

    def finish(self) -> tuple[tuple[float, float] | None, tuple[float, float] | None]:
        """Peaks in dBFS: of the first millisecond and the 20 ms after it, of the last 5 ms and the 40 ms before them."""
        if self._last < 0:
            return None, None
        turn = self._first + self._count(HEAD_S)
        head = (
            self._peak(self._head, self._first, turn),
            self._peak(self._head, turn, turn + self._count(AFTER_HEAD_S)),
        )
        turn = self._last + 1 - self._count(TAIL_S)
        tail = (
            self._peak(self._tail, turn, self._last + 1),
            self._peak(self._tail, turn - self._count(BEFORE_TAIL_S), turn),
        )
        return head, tail

    def _count(self, seconds: float) -> int:
        return round(seconds * self._rate_hz)

    def _peak(self, held: Held, start: int, stop: int) -> float:
        peak = FLOOR
        for at, part in held:
            line = part[:, max(start - at, 0) : max(stop - at, 0)].astype(np.float64)
            if line.size:
                peak = max(peak, float(np.abs(line).max()) * self._scale)
        return 20.0 * math.log10(peak)
