"""Step ``gain``: louder or softer, nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from release.dsp.steps.kind import Processor, StepKind, parameter


@dataclass(frozen=True, slots=True)
class Gain:
    """Multiplies every sample by one factor; 0 dB leaves every sample as it is."""

    gain: float = parameter("dB", "Positive is louder.", minimum=-120.0, maximum=60.0)

    def check(self, rate_hz: int) -> None:
        """Nothing depends on the rate."""

    def settle_s(self) -> float:
        """No memory."""
        return 0.0

    def make(self, rate_hz: int, channels: int) -> Processor:  # noqa: ARG002
        """The processor at a rate."""
        from release.dsp.filters import Amplifier

        return Amplifier(self.gain, channels)


KIND = StepKind("gain", Gain)
