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
SHORT_S = 0.00025
SHORT_DB, SHORT_LOUD = 12.0, 1.5
"""... or, where it is as short as no attack of a note, over every error by more, and over the sound by less."""
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
        self._short = round(SHORT_S * rate_hz)
        self._result = np.zeros(6)

    def look(self, row: Row, place: int) -> tuple[int, int, float] | None:
        """First sample, samples and strength in dB of the click at a place of a row; None where there is none."""
        from release.dsp.kernels.click import look_for_click

        look_for_click(row, place, self._window, self._gap, self._order, self._stretch, self._result)
        first, length, over_usual, over_all, over_sound, steps = self._result.tolist()
        if steps > MOST_STEPS or length > self._longest:
            return None
        is_alone = over_all >= _factor(ALONE_DB) and over_sound >= ALONE_LOUD
        is_alone |= length <= self._short and over_all >= _factor(SHORT_DB) and over_sound >= SHORT_LOUD
        if not is_alone and over_usual < _factor(STRENGTH_DB):
            return None
        return int(first), int(length), 20.0 * math.log10(over_usual)


def _factor(db: float) -> float:
    return float(10.0 ** (db / 20.0))
