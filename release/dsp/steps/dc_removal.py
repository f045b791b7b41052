"""Step ``dc_removal``: brings a wave back to the zero line."""

from __future__ import annotations

from dataclasses import dataclass

from release.dsp.steps.kind import Processor, StepKind, parameter


@dataclass(frozen=True, slots=True)
class DcRemoval:
    """Takes a constant offset off each channel, found over 12 s around each second, without phase shift.

    It is an offset where each third of that time shows it alike; all else is slow music. Where it is less than
    ``threshold`` samples pass bit for bit; digital black stays black. An offset that comes or goes is followed within
    seconds. It is no highpass: rumble and bass stay.
    """

    threshold: float = parameter("dBFS", "Least offset that it acts on.", default=-60.0, minimum=-120.0, maximum=-20.0)

    def check(self, rate_hz: int) -> None:
        """Nothing depends on the rate."""

    def settle_s(self) -> float:
        """All that a mean is taken over."""
        return 8.0

    def make(self, rate_hz: int, channels: int) -> Processor:
        """The processor at a rate."""
        from release.dsp.repair.removal import DcRemover

        return DcRemover(self.threshold, rate_hz, channels)


KIND = StepKind("dc_removal", DcRemoval, strength="offset in dBFS")
