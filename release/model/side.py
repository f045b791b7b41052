"""Sides of records and cassettes: how long one may be, and where an album is best cut.

Plants' figures are dated data with their source; whoever cuts decides in the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class SideProfile:
    """How long a side of one format may be.

    Attributes:
        full_level_s: up to here it can be cut at full level.
        longest_s: beyond this it is not cut.
    """

    size_in: int
    speed_rpm: int
    full_level_s: int
    longest_s: int
    as_of: str = "2026-01"
    source: str = "Enormous Door: optimal and maximum (delivery.md 7.1)"


_ONE_PLANT = "one plant's best and maximum (features.md, V2)"

VINYL_SIDES: Mapping[tuple[int, int], SideProfile] = MappingProxyType(
    {
        (profile.size_in, profile.speed_rpm): profile
        for profile in (
            SideProfile(12, 33, 19 * 60 + 30, 23 * 60, source=_ONE_PLANT),
            SideProfile(12, 45, 12 * 60, 14 * 60 + 30, source=_ONE_PLANT),
            SideProfile(10, 33, 9 * 60, 14 * 60),
            SideProfile(10, 45, 8 * 60, 10 * 60),
            SideProfile(7, 33, 5 * 60, 7 * 60),
            SideProfile(7, 45, 3 * 60, 5 * 60),
        )
    }
)
"""By size in inches and speed in rpm; the same figures as ``qc/data/side-lengths.json``, which a test holds against them."""

MOST_SIDES = 26
"""Sides are named A to Z."""


def side_names(count: int) -> tuple[str, ...]:
    """``A``, ``B``, … for so many sides."""
    return tuple(chr(ord("A") + i) for i in range(count))


@dataclass(frozen=True, slots=True)
class Block:
    """A track with what goes with it, in a run that is to be cut into sides.

    Attributes:
        start: where its sound, or its start if that is earlier, begins.
        end: one past the last sample of its sound.
        can_begin: True where a side may begin with it.
    """

    start: int
    end: int
    can_begin: bool


def split_sides(blocks: Sequence[Block], longest: int | Fraction, counts: Sequence[int]) -> tuple[int, ...] | None:
    """Where the sides begin: indexes of blocks, the first one 0; None when no cut keeps every side short enough.

    The fewest sides that fit win; among them the shortest longest side, then the smallest difference, then the longer
    side first.

    Args:
        blocks: in order, on one timeline.
        longest: most samples on a side.
        counts: numbers of sides to try, in order.
    """
    for count in counts:
        starts = _best_cut(blocks, longest, count)
        if starts is not None:
            return starts
    return None


def _best_cut(blocks: Sequence[Block], longest: int | Fraction, count: int) -> tuple[int, ...] | None:
    """The best cut into exactly so many sides, or None when one of them would be too long."""
    cutter = _Cutter(blocks)
    bound = cutter.least_longest(0, count)
    if bound is None or bound > longest:
        return None
    floor = cutter.most_shortest(0, count, bound)
    starts = [0]
    for left in range(count - 1, 0, -1):
        fitting = [
            end
            for end in cutter.ends(starts[-1], left + 1)
            if floor <= cutter.length(starts[-1], end) <= bound and cutter.most_shortest(end, left, bound) >= floor
        ]
        starts.append(max(fitting))
    return tuple(starts)


class _Cutter:
    """Cuts a row of blocks into sides; every answer is remembered, so that long albums stay quick."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.blocks = blocks
        self.borders = [*(i for i, block in enumerate(blocks) if i and block.can_begin), len(blocks)]
        self._longest: dict[tuple[int, int], int | None] = {}
        self._shortest: dict[tuple[int, int], int] = {}

    def length(self, begin: int, end: int) -> int:
        """Samples of a side that holds blocks ``begin`` to ``end``."""
        side = self.blocks[begin:end]
        return max(b.end for b in side) - min(b.start for b in side)

    def ends(self, begin: int, sides: int) -> list[int]:
        """Where a side may end, when so many sides are left with it."""
        return [end for end in self.borders if end > begin and (sides == 1) == (end == len(self.blocks))]

    def least_longest(self, begin: int, sides: int) -> int | None:
        """The longest side of the best cut of what begins here; None when there is no such cut."""
        key = (begin, sides)
        if key not in self._longest:
            found = []
            for end in self.ends(begin, sides):
                rest = 0 if sides == 1 else self.least_longest(end, sides - 1)
                if rest is not None:
                    found.append(max(self.length(begin, end), rest))
            self._longest[key] = min(found, default=None)
        return self._longest[key]

    def most_shortest(self, begin: int, sides: int, bound: int) -> int:
        """The shortest side of the most even cut with no side over ``bound``; -1 when there is none."""
        key = (begin, sides)
        if key not in self._shortest:
            found = [-1]
            for end in self.ends(begin, sides):
                own = self.length(begin, end)
                if own <= bound:
                    found.append(own if sides == 1 else min(own, self.most_shortest(end, sides - 1, bound)))
            self._shortest[key] = max(found)
        return self._shortest[key]
