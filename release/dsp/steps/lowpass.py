"""Step ``lowpass``: takes away what lies above a frequency."""

from __future__ import annotations

from dataclasses import dataclass

from release.dsp.steps.highpass import SLOPES_DB
from release.dsp.steps.kind import Processor, StepKind, below_nyquist, parameter
from release.dsp.steps.phase import butterworth_reach_s, check_phase, phase_parameter


@dataclass(frozen=True, slots=True)
class Lowpass:
    """Butterworth lowpass: -3.01 dB at ``frequency``, then ``slope`` dB less for every octave up.

    Made by the bilinear transform with the corner frequency kept exact; near half the sample rate it falls more
    steeply than its slope says, because nothing is left at half the rate.
    """

    frequency: float = parameter("Hz", "Corner, where the level is 3 dB down.", minimum=1.0, maximum=192_000.0)
    slope: int = parameter("dB/oct", "Steepness; each 6 dB is one order.", default=12, choices=SLOPES_DB)
    phase: str = phase_parameter()

    def check(self, rate_hz: int) -> None:
        """Raise ValueError unless the corner lies below half the rate."""
        below_nyquist(self.frequency, rate_hz)
        check_phase(self.phase, self.frequency)

    @property
    def _reach_s(self) -> float:
        """How far the linear-phase filter reaches; the corner of 6 dB an octave at DC takes longest."""
        return butterworth_reach_s(self.frequency, int(self.slope))

    def settle_s(self) -> float:
        """Time in which a lowpass of this order forgets, to less than -120 dB."""
        if self.phase == "linear":
            return self._reach_s
        return 14.0 * (self.slope / 12.0 + 1.0) / (6.2831853 * self.frequency) * 1.5

    def make(self, rate_hz: int, channels: int) -> Processor:
        """The processor at a rate."""
        from release.dsp.filters import butterworth, in_phase

        self.check(rate_hz)
        sections = butterworth("lowpass", self.frequency, int(self.slope) // 6, rate_hz)
        return in_phase(self.phase, sections, rate_hz, channels, self._reach_s)


KIND = StepKind("lowpass", Lowpass)
