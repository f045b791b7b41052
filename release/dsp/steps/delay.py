"""Step ``delay``: one channel later or earlier than the other."""

from __future__ import annotations

import math
from dataclasses import dataclass

from release.dsp.steps.kind import CHANNELS, Processor, StepKind, parameter

LONGEST_S = 0.1
REACH = 96
"""Samples to each side that a part of a sample is interpolated from."""


@dataclass(frozen=True, slots=True)
class Delay:
    """Moves one channel (or mid, or side) in time against the rest: later, or with a negative time earlier.

    Whole samples are moved bit for bit. Parts of a sample are interpolated by a windowed sinc of 193 taps, within
    0.01 dB up to 0.48 of the sample rate. The other channel is not touched, so that the music stays where its marks are.
    """

    time: float = parameter("s", "Positive is later.", minimum=-LONGEST_S, maximum=LONGEST_S)

    def check(self, rate_hz: int) -> None:
        """Nothing depends on the rate."""

    def settle_s(self) -> float:
        """What is heard late, and the reach of the interpolation at the lowest rate."""
        return LONGEST_S + REACH / 8000.0

    def make(self, rate_hz: int, channels: int) -> Processor:
        """The processor at a rate."""
        from release.dsp.fir import FirFilter, delayed
        from release.dsp.row import Row
        from release.dsp.stereo import WholeDelay

        exact = self.time * rate_hz
        whole = round(exact)
        if abs(exact - whole) < 1e-6:
            return WholeDelay(whole, channels)
        whole = math.floor(exact)
        return Row([WholeDelay(whole, channels), FirFilter(delayed(exact - whole, REACH), REACH, channels)], channels)


KIND = StepKind("delay", Delay, acts_on=CHANNELS[1:])
