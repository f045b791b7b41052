"""Step ``balance``: left against right."""

from __future__ import annotations

from dataclasses import dataclass

from release.dsp.steps.kind import BOTH_ONLY, Processor, StepKind, parameter
from release.units import db_to_linear


@dataclass(frozen=True, slots=True)
class Balance:
    """Turns one channel down: with a positive ``balance`` the left, so that the sound moves right.

    The channel that the sound moves towards passes bit for bit, so that no balance makes a new peak.
    """

    balance: float = parameter("dB", "Positive is to the right.", minimum=-40.0, maximum=40.0)

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

        needs_stereo("balance", channels)
        left, right = db_to_linear(min(-self.balance, 0.0)), db_to_linear(min(self.balance, 0.0))
        return Matrix(np.diag([left, right]))


KIND = StepKind("balance", Balance, acts_on=BOTH_ONLY)
