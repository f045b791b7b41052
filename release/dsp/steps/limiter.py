"""Step ``limiter``: no true peak above a ceiling, inside a chain."""

from __future__ import annotations

from dataclasses import dataclass

from release.dsp.steps.kind import Processor, StepKind, parameter
from release.dsp.steps.listening import link_parameter


@dataclass(frozen=True, slots=True)
class LimiterStep:
    """The target's limiter as a step: ``gain`` first, then no true peak above ``ceiling``.

    Two stages with look-ahead; the gain comes back to exactly 1, from where samples pass bit for bit. What stands behind
    it in the chain, and the conversion to a target's rate, can lift peaks again: the ceiling of a delivered file is set
    under ``level``.
    Source: Haemaelaeinen, Smoothing of the control signal without clipped output in digital peak limiters, DAFx 2002.
    """

    ceiling: float = parameter("dBTP", "Highest true peak.", minimum=-40.0, maximum=0.0)
    gain: float = parameter("dB", "Gain in front of it.", default=0.0, minimum=-40.0, maximum=40.0)
    release: float = parameter("s", "Time in which 63 % is given back.", default=0.1, minimum=0.001, maximum=10.0)
    look_ahead: float = parameter(
        "s", "Time in which it comes before a peak.", default=0.002, minimum=0.0001, maximum=0.02
    )
    link: float = link_parameter()

    def check(self, rate_hz: int) -> None:
        """Nothing depends on the rate."""

    def settle_s(self) -> float:
        """Until a reduction is given back altogether."""
        return 14.0 * self.release + 0.2

    def make(self, rate_hz: int, channels: int) -> Processor:
        """The processor at a rate."""
        from release.dsp.filters import Amplifier
        from release.dsp.limiter import Limiter
        from release.dsp.row import Row

        limiter = Limiter(rate_hz, channels, self.ceiling, self.release, self.look_ahead, self.link)
        return Row([Amplifier(self.gain, channels), limiter], channels) if self.gain else limiter


KIND = StepKind("limiter", LimiterStep)
