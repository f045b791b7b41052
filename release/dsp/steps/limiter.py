"""Step ``limiter``: no true peak above a ceiling, inside a chain."""

from __future__ import annotations

from dataclasses import dataclass

from release.dsp.steps.kind import Processor, StepKind, parameter
from release.dsp.steps.listening import link_parameter

RELEASE_RANGE_S = (0.001, 10.0)
LOOK_AHEAD_RANGE_S = (0.0001, 0.02)


@dataclass(frozen=True, slots=True)
class LimiterStep:
    """The target's limiter as a step: ``gain`` first, then no true peak above ``ceiling``.

    Two stages with look-ahead; at most 2 s after the last over the gain is exactly 1 again and samples pass bit for bit: a
    release above 0.5 s is bent for that after great reductions. No sample passes the ceiling. True peaks pass it by less than 0.005 dB on music and
    by 0.02 dB at worst, full-scale noise driven 6 dB into it (by 0.08 dB read at 32 times the rate): a step works in one
    pass. Under ``level`` the limiter is set lower by what was passed and run again, so the ceiling of a delivered file is
    set there, also because what stands behind the step, and the conversion to a target's rate, can lift peaks again.
    Source: Haemaelaeinen, Smoothing of the control signal without clipped output in digital peak limiters, DAFx 2002.
    """

    ceiling: float = parameter("dBTP", "Highest true peak.", minimum=-40.0, maximum=0.0)
    gain: float = parameter("dB", "Gain in front of it.", default=0.0, minimum=-40.0, maximum=40.0)
    release: float = parameter(
        "s", "Time in which 63 % is given back.", default=0.1, minimum=RELEASE_RANGE_S[0], maximum=RELEASE_RANGE_S[1]
    )
    look_ahead: float = parameter(
        "s",
        "Time in which it comes before a peak.",
        default=0.002,
        minimum=LOOK_AHEAD_RANGE_S[0],
        maximum=LOOK_AHEAD_RANGE_S[1],
    )
    link: float = link_parameter()

    def check(self, rate_hz: int) -> None:
        """Nothing depends on the rate."""

    def settle_s(self) -> float:
        """Until a reduction is given back altogether."""
        return min(14.0 * self.release + 0.2, 2.0)

    def make(self, rate_hz: int, channels: int) -> Processor:
        """The processor at a rate."""
        from release.dsp.filters import Amplifier
        from release.dsp.limiter import Limiter
        from release.dsp.row import Row

        limiter = Limiter(rate_hz, channels, self.ceiling, self.release, self.look_ahead, self.link)
        return Row([Amplifier(self.gain, channels), limiter], channels) if self.gain else limiter


KIND = StepKind("limiter", LimiterStep, version=2)
