"""What a click is, once a place is looked at closely; by the same measures as the step ``declick``."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

ORDER_S = 32 / 44_100
MOST_ORDER = 48
HALF_WINDOW_S = 0.02
GAP_S = 0.0011
STRETCH_S = 0.002
LONGEST_S = 0.002
STRENGTH_DB = 30.0
"""Over the usual errors beside it..."""
ALONE_DB, ALONE_LOUD = 8.0, 3.0
"""... or over every error beside it, and over the sound itself."""
MOST_STEPS = 0.6
"""Where the sound steps as much by itself, from one sample to the next, it is made of edges: square waves and saws."""

Row = npt.NDArray[np.float32]


class ClickJudge:
    """Looks at places of a source."""

    def __init__(self, rate_hz: int) -> None:
        half = round(HALF_WINDOW_S * rate_hz)
        self._window = np.hanning(2 * half + 2)[1:-1].copy()
        self._gap = round(GAP_S * rate_hz)
        self._order = min(round(ORDER_S * rate_hz), MOST_ORDER)
        self._stretch = round(STRETCH_S * rate_hz)
        self._longest = round(LONGEST_S * rate_hz)
        self._alone = 10.0 ** (ALONE_DB / 20.0)
        self._result = np.zeros(6)

    def look(self, row: Row, place: int) -> tuple[int, int, float] | None:
        """First sample, samples and strength in dB of the click at a place of a row; None where there is none."""
        from release.dsp.kernels.click import look_for_click

        look_for_click(row, place, self._window, self._gap, self._order, self._stretch, self._result)
        first, length, over_usual, over_all, over_sound, steps = self._result.tolist()
        is_alone = over_all >= self._alone and over_sound >= ALONE_LOUD
        if steps > MOST_STEPS or length > self._longest or not (is_alone or over_usual >= 10.0 ** (STRENGTH_DB / 20.0)):
            return None
        return int(first), int(length), 20.0 * math.log10(over_usual)
