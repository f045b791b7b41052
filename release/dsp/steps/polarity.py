"""Step ``polarity``: upside down."""

from __future__ import annotations

from dataclasses import dataclass

from release.dsp.steps.kind import Processor, StepKind


@dataclass(frozen=True, slots=True)
class Polarity:
    """Turns every sample upside down. With ``channels: left`` or ``right`` it mends a channel that is wired wrongly.

    With ``channels: side`` left and right change places.
    """

    def check(self, rate_hz: int) -> None:
        """Nothing depends on the rate."""

    def settle_s(self) -> float:
        """No memory."""
        return 0.0

    def make(self, rate_hz: int, channels: int) -> Processor:  # noqa: ARG002
        """The processor at a rate."""
        import numpy as np

        from release.dsp.stereo import Matrix

        return Matrix(-np.eye(channels))


KIND = StepKind("polarity", Polarity)
