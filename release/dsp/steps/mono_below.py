"""Step ``mono_below``: the bass in the middle (elliptical equaliser), as vinyl cutting asks for."""

from __future__ import annotations

from dataclasses import dataclass

from release.dsp.steps.kind import BOTH_ONLY, Processor, StepKind, below_nyquist, parameter


@dataclass(frozen=True, slots=True)
class MonoBelow:
    """Takes the low end out of the side signal (L - R)/2 by a linear-phase highpass; the middle is not touched at all.

    The side is 6 dB down at ``frequency`` and falls by 12 dB an octave below it, to nothing at DC. Linear phase keeps
    side and middle in step, so that nothing turns in the stereo image above; the impulse response is a two-sided
    exponential, which does not ring. Where left equals right the samples come out as they went in.
    """

    frequency: float = parameter("Hz", "Where the side signal is 6 dB down.", minimum=10.0, maximum=2_000.0)

    def check(self, rate_hz: int) -> None:
        """Raise ValueError unless the corner lies below half the rate."""
        below_nyquist(self.frequency, rate_hz)

    def settle_s(self) -> float:
        """Half the length of the impulse response, down to -160 dB."""
        return 20.0 / (6.2831853 * self.frequency)

    def make(self, rate_hz: int, channels: int) -> Processor:
        """The processor at a rate.

        Raises:
            ValueError: the audio is not stereo.
        """
        from release.dsp.elliptical import MonoBelowProcessor

        self.check(rate_hz)
        return MonoBelowProcessor(self.frequency, rate_hz, channels)


KIND = StepKind("mono_below", MonoBelow, acts_on=BOTH_ONLY)
