"""Grains that stand out of those beside them: where to look closer for clicks, holes and bursts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from release.dsp.kernels.compiled import kernel, part

Figures = NDArray[np.float32]
Line = NDArray[np.float32]
Found = NDArray[np.int64]

CLICK, HOLE, BURST = 0, 1, 2
TINY = 1e-13
"""Energy of a grain whose samples differ by less than the last bit of 24."""
LEAST_ROUGH = 1e-5
"""A click whose peak lies near -68 dBFS has so much; less than this is not looked at."""
ROUGHER = 3.0
"""A click's grain against the mean of either side."""
SKIPPED, BESIDE = 4, 24
"""Grains to each side that may belong to the click, and those that it is held against."""
ABOVE_SOUND = 6.0
"""... and against the sound itself: a click that stands 8 dB over it, by its peak, has so much."""
SOFTER = 1e-3
"""A hole's first two grains against the sound before them; the closer look asks for more."""
MOST_STILL = 2
"""Grains that stand still before a hole: sound that often does is a square wave, or has rests of its own."""
LOUDER = 30.0
"""A burst's grains against those beside it."""
NOISY = 12.0
"""Fourth differences of white noise have 70 times its energy; music stays far below this."""
ROUGH_ENOUGH, FAR_ROUGHER = 2.5, 1e4
"""What is rougher than the sound before it by 40 dB need not be white: words with their bytes swapped."""
AT_ONCE = 6
"""Grains after a burst that are as soft again."""
SHORTEST_BURST = 4
LATE, SUDDEN, SUDDEN_IF_FAR = 8, 0.25, 0.08
"""Grains at a burst's end, and how rough they still are against all of it: what dies away is a drum."""
FALLEN, STILL_ROUGHER, MOST_SOFT = 0.1, 1e3, 2
"""A burst ends where so many grains and one more have less than this of its mean, or of what was before it."""


@part()
def _is_click(rough: Line, loud: Line, grain: int) -> bool:
    """A grain that stands out of those beside it, and of the sound."""
    here = rough[grain]
    for k in range(1, SKIPPED + 1):
        if here <= rough[grain - k] or here < rough[grain + k]:
            return False
    before, after, loud_before, loud_after = 0.0, 0.0, 0.0, 0.0
    for k in range(SKIPPED + 1, SKIPPED + BESIDE + 1):
        before += rough[grain - k]
        after += rough[grain + k]
        loud_before += loud[grain - k]
        loud_after += loud[grain + k]
    return bool(here * BESIDE > max(ROUGHER * max(before, after), ABOVE_SOUND * max(loud_before, loud_after)))


@part()
def _burst(rough: Line, loud: Line, grain: int, longest: int) -> int:
    """Grains of the burst of noise that starts with a grain; 0 where none does."""
    before = LEAST_ROUGH * BESIDE
    for k in range(2, BESIDE + 2):
        before += rough[grain - k]
    if rough[grain] * BESIDE <= LOUDER * before:
        return 0
    total, level = 0.0, 0.0
    end, at = grain, grain
    while at - end <= MOST_SOFT and at - grain <= longest + MOST_SOFT:
        if rough[at] * (end - grain) >= FALLEN * total or rough[at] * BESIDE >= STILL_ROUGHER * before:
            for k in range(end, at + 1):
                total += rough[k]
                level += loud[k]
            end = at + 1
        at += 1
    length = end - grain
    is_far = total * BESIDE > FAR_ROUGHER * before * length
    least, sudden = (ROUGH_ENOUGH, SUDDEN_IF_FAR) if is_far else (NOISY, SUDDEN)
    if length < SHORTEST_BURST or length > longest or total <= least * level:
        return 0
    late, after = 0.0, 0.0
    n_late = min(LATE, length)
    for k in range(1, n_late + 1):
        late += rough[end - k]
    if late * length < sudden * total * n_late:
        return 0
    for k in range(1, AT_ONCE + 1):
        after += rough[end + k]
    return int(length) if total * AT_ONCE > LOUDER * after * length else 0


@part()
def _is_hole(loud: Line, moving: Line, grain: int, longest: int) -> bool:
    """Two grains that stand still, or lie far below the sound before them, the first such after sound, and not for long."""
    is_still = moving[grain] <= TINY and moving[grain + 1] <= TINY and moving[grain - 2] > TINY
    # Any of these may lie on a zero crossing; what counts is the mean further down.
    some = 4.0 * SOFTER * max(loud[grain - 3], loud[grain - 8], loud[grain - 14])
    if not is_still and (loud[grain] >= some or loud[grain + 1] >= some):
        return False
    still, before = 0, 0.0
    for k in range(2, BESIDE + 2):
        still += moving[grain - k] <= TINY
        before += loud[grain - k]
    soft = SOFTER * before / BESIDE
    if max(loud[grain], loud[grain + 1]) < soft:
        if max(loud[grain - 1], loud[grain]) < soft:
            return False
        end = grain
        while end - grain <= longest and loud[end] < soft:
            end += 1
        return bool(end - grain <= longest)
    return bool(is_still and still <= MOST_STILL and moving[grain - 1] > TINY)


@kernel("int64(float32[:, :, ::1], int64, int64, int64, int64[:, ::1])")
def search(figures: Figures, first: int, last: int, longest_burst: int, found: Found) -> int:
    """Candidates among the grains [first, last), in the order of time.

    Args:
        figures: (3, channels, grains) as ``survey`` fills them; ``BESIDE`` and more stand before ``first``, and
            ``longest_burst`` and ``BESIDE`` and more after ``last``.
        first: first grain that is judged.
        last: one past the last.
        longest_burst: grains.
        found: (most, 4) filled with kind, channel, grain, grains.

    Returns:
        How many there are; those that did not fit are not kept.
    """
    count = 0
    for grain in range(first, last):
        for channel in range(figures.shape[1]):
            rough, loud, moving = figures[0, channel], figures[1, channel], figures[2, channel]
            kind, length = -1, 1
            here = rough[grain]
            if here > LEAST_ROUGH:
                if (
                    here > ABOVE_SOUND * loud[grain - 8]
                    and here > ROUGHER * rough[grain - 8]
                    and _is_click(rough, loud, grain)
                ):
                    kind = CLICK
                elif here > ROUGH_ENOUGH * loud[grain] and here > LOUDER * rough[grain - 3]:
                    length = _burst(rough, loud, grain, longest_burst)
                    kind = BURST if length else -1
            if kind < 0 and loud[grain - 3] > TINY and _is_hole(loud, moving, grain, longest_burst // 2):
                kind, length = HOLE, 1
            if kind >= 0:
                if count < found.shape[0]:
                    found[count, 0], found[count, 1] = kind, channel
                    found[count, 2], found[count, 3] = grain, length
                count += 1
    return count
