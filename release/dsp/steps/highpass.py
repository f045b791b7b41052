"""Step ``highpass``: takes away what lies below a frequency."""

from __future__ import annotations

from dataclasses import dataclass

from release.dsp.steps.kind import Processor, StepKind, below_nyquist, parameter
from release.dsp.steps.phase import butterworth_reach_s, check_phase, phase_parameter

SLOPES_DB = (6, 12, 18, 24, 30, 36, 42, 48)


@dataclass(frozen=True, slots=True)
class Highpass:
    """Butterworth highpass: -3.01 dB at ``frequency``, then ``slope`` dB less for every octave down.

    Made from the analogue filter by the bilinear transform with the corner frequency kept exact. In linear phase the
    level is the same within 0.02 dB down to -50 dB (at 6 dB/oct, which never ends, within 0.3 dB down to -40 dB), and
    nothing below the corner is turned against what is above.
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
        """Time in which a highpass of this order forgets, to less than -120 dB."""
        if self.phase == "linear":
            return self._reach_s
        return 14.0 * (self.slope / 12.0 + 1.0) / (6.2831853 * self.frequency) * 1.5

    def make(self, rate_hz: int, channels: int) -> Processor:
        """The processor at a rate."""
        from release.dsp.filters import butterworth, in_phase

        self.check(rate_hz)
        sections = butterworth("highpass", self.frequency, int(self.slope) // 6, rate_hz)
        return in_phase(self.phase, sections, rate_hz, channels, self._reach_s)


KIND = StepKind("highpass", Highpass)
