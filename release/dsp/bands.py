"""Bands in linear phase that sum to their input."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from release.dsp.fir import FirFilter, Line, above, above_reach_s, linear_phase
from release.dsp.part import PartProcessor
from release.dsp.steps.kind import Processor
from release.dsp.stereo import Matrix


def width_processor(widths: Sequence[float], crossovers_hz: Sequence[float], rate_hz: int) -> Processor:
    """Scales the side signal, each band by its own factor."""
    if len(set(widths)) == 1:
        return PartProcessor(Matrix(np.array([[widths[0]]])), "side", 2)
    uppers = [above(corner, rate_hz) for corner in crossovers_hz]

    def magnitude(frequencies_hz: Line) -> Line:
        total = np.full(len(frequencies_hz), widths[0])
        for upper, below_it, over_it in zip(uppers, widths[:-1], widths[1:], strict=True):
            total += (over_it - below_it) * upper(frequencies_hz)
        return total

    taps = linear_phase(magnitude, rate_hz, above_reach_s(min(crossovers_hz)))
    return PartProcessor(FirFilter(taps, len(taps) // 2, 1), "side", 2)
