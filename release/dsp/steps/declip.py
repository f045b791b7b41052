"""Step ``declip``: rebuilds peaks that were cut off."""

from __future__ import annotations

from dataclasses import dataclass

from release.dsp.steps.kind import Processor, StepKind, parameter


@dataclass(frozen=True, slots=True)
class Declip:
    """Finds flat tops in each channel and puts peaks there that fit best to the samples around them.

    A flat top is at least three samples of one height (to a step of 16 bits) with steep sides, the highest within 50 ms.
    What is put in comes from linear prediction, never lies inside of the flat top and at most ``most`` over it. The new
    peaks are higher than the old ones, perhaps over full scale: the level of the target makes room for them. The step
    must come before all that bends the wave; a source at another rate than the programme's has no flat tops any more.
    """

    most: float = parameter(
        "dB", "Greatest height of a rebuilt peak over its flat top.", default=12.0, minimum=1.0, maximum=24.0
    )

    def check(self, rate_hz: int) -> None:
        """Nothing depends on the rate."""

    def settle_s(self) -> float:
        """All that is heard around a flat top."""
        return 1.0

    def make(self, rate_hz: int, channels: int) -> Processor:
        """The processor at a rate."""
        from release.dsp.repair.clipping import Declipper

        return Declipper(self.most, rate_hz, channels)


KIND = StepKind("declip", Declip, strength="highest rebuilt peak in dB over its flat top")
