"""Step ``saturation``: warmth and density from a bent line."""

from __future__ import annotations

from dataclasses import dataclass

from release.dsp.steps.kind import Processor, StepKind, parameter
from release.dsp.steps.listening import mix_parameter
from release.units import db_to_linear


@dataclass(frozen=True, slots=True)
class Saturation:
    """Bends every sample by tanh(k x)/k, k being ``drive``: soft sound keeps its level, peaks end at 1/k at the latest.

    ``even`` moves silence up the bend and so adds even harmonics; below 5 Hz what that adds is taken away again. The
    bend runs at ``oversampling`` times the rate and only what it adds is brought back, so that the sound itself passes
    no filter. Aliases of 5 kHz at full scale with 12 dB of drive at 44.1 kHz: -63 dBFS at 2 times, -124 at 4, -230 at 8.
    """

    drive: float = parameter("dB", "How far up the bend: 1/k is minus this.", default=0.0, minimum=-24.0, maximum=36.0)
    even: float = parameter(
        "", "Even harmonics: 0 none, 1 as strong as the odd.", default=0.0, minimum=0.0, maximum=1.0
    )
    gain: float = parameter("dB", "Gain after it.", default=0.0, minimum=-40.0, maximum=40.0)
    mix: float = mix_parameter()
    oversampling: int = parameter("", "Multiple of the rate at which it bends.", default=8, choices=(2, 4, 8, 16))

    def check(self, rate_hz: int) -> None:
        """Nothing depends on the rate."""

    def settle_s(self) -> float:
        """The converters' reach, and the highpass of what ``even`` adds."""
        return 0.1 + (0.5 if self.even else 0.0)

    def make(self, rate_hz: int, channels: int) -> Processor:
        """The processor at a rate."""
        from release.dsp.saturation import SaturationProcessor

        return SaturationProcessor(
            db_to_linear(self.drive),
            0.6 * self.even,
            db_to_linear(self.gain),
            self.mix,
            factor=int(self.oversampling),
            rate_hz=rate_hz,
            channels=channels,
        )


KIND = StepKind("saturation", Saturation)
