"""Step ``notch``: takes one frequency out."""

from __future__ import annotations

from dataclasses import dataclass

from release.dsp.steps.kind import Processor, StepKind, below_nyquist, parameter
from release.dsp.steps.phase import check_phase, phase_parameter, reach_s

LINEAR_NARROWER = 1.5538
"""1/sqrt(sqrt(2) - 1): a notch of this times q, passed twice, is 3 dB down where a notch of q is."""


@dataclass(frozen=True, slots=True)
class Notch:
    """Takes one frequency out altogether; 3 dB down at the edges of a band of frequency / q around it.

    In linear phase a notch so much narrower that the band stays the same acts forwards and backwards: the bottom is
    the same nothing, its walls are steeper.
    Source: R. Bristow-Johnson, Cookbook formulae for audio EQ biquad filter coefficients.
    """

    frequency: float = parameter("Hz", "What is taken out.", minimum=1.0, maximum=192_000.0)
    q: float = parameter("", "Narrowness: frequency over bandwidth.", default=10.0, minimum=0.1, maximum=200.0)
    phase: str = phase_parameter()

    def check(self, rate_hz: int) -> None:
        """Raise ValueError unless it lies below half the rate, and is short enough in linear phase."""
        below_nyquist(self.frequency, rate_hz)
        check_phase(self.phase, self.frequency, LINEAR_NARROWER * self.q)

    def settle_s(self) -> float:
        """Time in which it forgets, to less than -120 dB."""
        if self.phase == "linear":
            return reach_s(self.frequency, LINEAR_NARROWER * self.q)
        return 14.0 * 2.0 * max(self.q, 0.5) / (6.2831853 * self.frequency)

    def make(self, rate_hz: int, channels: int) -> Processor:
        """The processor at a rate."""
        import numpy as np

        from release.dsp.filters import BiquadFilter, notch, response
        from release.dsp.fir import FirFilter, linear_phase

        self.check(rate_hz)
        if self.phase == "minimum":
            return BiquadFilter(notch(self.frequency, self.q, rate_hz), channels)
        narrow = notch(self.frequency, LINEAR_NARROWER * self.q, rate_hz)
        taps = linear_phase(lambda f: np.square(np.abs(response(narrow, f, rate_hz))), rate_hz, self.settle_s())
        return FirFilter(taps, len(taps) // 2, channels)


KIND = StepKind("notch", Notch)
