"""Step ``declick``: takes clicks and crackle out."""

from __future__ import annotations

from dataclasses import dataclass

from release.dsp.steps.kind import Processor, StepKind, parameter


@dataclass(frozen=True, slots=True)
class Declick:
    """Finds clicks in each channel, takes their samples out and puts in what fits best to those around them.

    A click is what neither the samples before it nor those after it predict: its prediction error stands ``threshold``
    over the usual peaks of the 50 ms before and after it (22 dB less, but at least 6 dB, where it also stands 10 dB over
    the sound itself, or 3.5 dB where it has ended within 0.25 ms) and has ended within ``longest``, so that the attack of
    a drum is none. Samples are interpolated by
    linear prediction from both sides. All other samples pass bit for bit. What begins in the last 4 ms of a source stays:
    it may be a note that the end cuts off.
    """

    threshold: float = parameter("dB", "Less finds more.", default=30.0, minimum=14.0, maximum=60.0)
    longest: float = parameter("s", "What lasts longer is music.", default=0.002, minimum=0.0001, maximum=0.01)

    def check(self, rate_hz: int) -> None:
        """Nothing depends on the rate."""

    def settle_s(self) -> float:
        """All that is heard around a click."""
        return 1.0

    def make(self, rate_hz: int, channels: int) -> Processor:
        """The processor at a rate."""
        from release.dsp.repair.click import Declicker

        return Declicker(self.threshold, self.longest, rate_hz, channels)


KIND = StepKind("declick", Declick, version=3, strength="dB over the prediction errors around it")
