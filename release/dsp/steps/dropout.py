"""Step ``dropout``: fills short holes."""

from __future__ import annotations

from dataclasses import dataclass

from release.dsp.steps.kind import Processor, StepKind, parameter


@dataclass(frozen=True, slots=True)
class Dropout:
    """Finds short holes in each channel and fills them with what fits best to the sound on both sides.

    A hole lasts from 0.5 ms to ``longest``, holds nothing (silence, or one value held) at least 40 dB below the 20 ms
    before and after it, and begins and ends abruptly; a fade or a rest between notes is none. It is filled by linear
    prediction from both sides, which carries tones well for some 10 ms; longer fills fade towards their middle.

    Rests of digital black that are cut that hard and last no longer than ``longest`` (a gated or chopped sound, a loop with
    a hole of 10 ms in every beat) look the same, however regularly they come: lost buffers of an interface come at regular
    intervals, too, so regularity acquits nothing. Each fill is in the record and the report with its time; where they are
    the sound, write a shorter ``longest``, or leave the step out.
    """

    longest: float = parameter("s", "Holes that last longer are rests.", default=0.02, minimum=0.001, maximum=0.05)

    def check(self, rate_hz: int) -> None:
        """Nothing depends on the rate."""

    def settle_s(self) -> float:
        """All that is heard around a hole."""
        return 1.0

    def make(self, rate_hz: int, channels: int) -> Processor:
        """The processor at a rate."""
        from release.dsp.repair.gap import DropoutFiller

        return DropoutFiller(self.longest, rate_hz, channels)


KIND = StepKind("dropout", Dropout, strength="depth of the hole in dB")
