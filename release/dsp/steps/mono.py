"""Step ``mono``: the same on both sides."""

from __future__ import annotations

from dataclasses import dataclass

from release.dsp.steps.kind import BOTH_ONLY, Processor, StepKind, parameter


@dataclass(frozen=True, slots=True)
class Mono:
    """Gives both channels the same sound: their mean (L + R)/2, or one of them.

    The mean keeps the level of what both have in common; what only one channel has comes out 6 dB softer.
    """

    keep: str = parameter("", "The mean, or one channel for both.", default="mean", choices=("mean", "left", "right"))

    def check(self, rate_hz: int) -> None:
        """Nothing depends on the rate."""

    def settle_s(self) -> float:
        """No memory."""
        return 0.0

    def make(self, rate_hz: int, channels: int) -> Processor:  # noqa: ARG002
        """The processor at a rate.

        Raises:
            ValueError: the audio is not stereo.
        """
        import numpy as np

        from release.dsp.stereo import Matrix, needs_stereo

        needs_stereo("mono", channels)
        row = {"mean": [0.5, 0.5], "left": [1.0, 0.0], "right": [0.0, 1.0]}[self.keep]
        return Matrix(np.array([row, row]))


KIND = StepKind("mono", Mono, acts_on=BOTH_ONLY)
