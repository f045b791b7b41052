"""Step ``eq``: one band of tone control."""

from __future__ import annotations

from dataclasses import dataclass

from release.dsp.steps.kind import Processor, StepKind, below_nyquist, parameter
from release.dsp.steps.phase import check_phase, phase_parameter, reach_s
from release.units import db_to_linear


@dataclass(frozen=True, slots=True)
class Eq:
    """One band: a bell (``peak``) or a shelf that lifts or lowers one end of the spectrum.

    For shelves ``frequency`` is where half of the gain (in dB) is reached and q 0.707 the steepest slope that doesn't
    overshoot; for a peak q is centre frequency over bandwidth, between the points of half the gain in dB.
    Linear phase has the same level at every frequency within 0.001 dB and turns nothing, at the price of ringing before
    a beat: no choice for narrow bands in the bass.
    Source: R. Bristow-Johnson, Cookbook formulae for audio EQ biquad filter coefficients.
    """

    shape: str = parameter("", "Kind of band.", choices=("low-shelf", "high-shelf", "peak"))
    frequency: float = parameter("Hz", "Middle of the slope, or of the bell.", minimum=1.0, maximum=192_000.0)
    gain: float = parameter("dB", "Positive lifts.", minimum=-40.0, maximum=40.0)
    q: float = parameter("", "Steepness of a shelf, narrowness of a bell.", default=0.7071, minimum=0.05, maximum=50.0)
    phase: str = phase_parameter()

    def check(self, rate_hz: int) -> None:
        """Raise ValueError unless the band lies below half the rate."""
        below_nyquist(self.frequency, rate_hz)
        check_phase(self.phase, self.frequency, self._narrowness)

    @property
    def _narrowness(self) -> float:
        return max(self.q, 0.5) * db_to_linear(abs(self.gain) / 2.0)

    def settle_s(self) -> float:
        """Time in which the band forgets, to less than -120 dB."""
        if self.phase == "linear":
            return reach_s(self.frequency, self._narrowness)
        return 14.0 * 2.0 * self._narrowness / (6.2831853 * self.frequency)

    def make(self, rate_hz: int, channels: int) -> Processor:
        """The processor at a rate."""
        from release.dsp.filters import Amplifier, equaliser, in_phase

        self.check(rate_hz)
        if self.gain == 0.0:
            return Amplifier(0.0, channels)
        sections = equaliser(self.shape, self.frequency, self.gain, self.q, rate_hz)
        return in_phase(self.phase, sections, rate_hz, channels, reach_s(self.frequency, self._narrowness))


KIND = StepKind("eq", Eq)
