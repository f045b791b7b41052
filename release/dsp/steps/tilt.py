"""Step ``tilt``: darker or brighter as a whole."""

from __future__ import annotations

from dataclasses import dataclass

from release.dsp.steps.kind import Processor, StepKind, below_nyquist, parameter
from release.dsp.steps.phase import check_phase, phase_parameter, reach_s
from release.units import db_to_linear


@dataclass(frozen=True, slots=True)
class Tilt:
    """Leans the whole spectrum around one frequency: half of ``gain`` up above it, half of it down below.

    First order: (A s + w)/(s + A w), A being half of the gain, exactly 0 dB at ``frequency``; most of the lean lies
    within two octaves to each side. Positive is brighter.
    """

    gain: float = parameter("dB", "Level of the highest over the lowest.", minimum=-24.0, maximum=24.0)
    frequency: float = parameter("Hz", "Where it turns.", default=1000.0, minimum=20.0, maximum=20_000.0)
    phase: str = phase_parameter()

    def check(self, rate_hz: int) -> None:
        """Raise ValueError unless it turns below half the rate."""
        below_nyquist(self.frequency, rate_hz)
        check_phase(self.phase, self.frequency, self._narrowness)

    @property
    def _narrowness(self) -> float:
        return db_to_linear(abs(self.gain) / 2.0)

    def settle_s(self) -> float:
        """Time in which it forgets, to less than -120 dB."""
        if self.phase == "linear":
            return reach_s(self.frequency, self._narrowness)
        return 14.0 * self._narrowness / (6.2831853 * self.frequency)

    def make(self, rate_hz: int, channels: int) -> Processor:
        """The processor at a rate."""
        from release.dsp.filters import Amplifier, in_phase, tilt

        self.check(rate_hz)
        if self.gain == 0.0:
            return Amplifier(0.0, channels)
        sections = tilt(self.frequency, self.gain, rate_hz)
        return in_phase(self.phase, sections, rate_hz, channels, reach_s(self.frequency, self._narrowness))


KIND = StepKind("tilt", Tilt)
