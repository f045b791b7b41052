"""Step ``de_esser``: softer s sounds."""

from __future__ import annotations

from dataclasses import dataclass

from release.dsp.steps.kind import Processor, StepKind, below_nyquist, parameter
from release.dsp.steps.listening import link_parameter, listening

WINDOW_S = 0.003


@dataclass(frozen=True, slots=True)
class DeEsser:
    """Holds down what lies above a frequency, only while it is loud there.

    The top is parted from the rest in linear phase (24 dB an octave). Its power over 3 ms is compared with the
    threshold; for every dB over it (1 - 1/ratio) dB are taken off the top alone, at most ``range``. Between s sounds
    every sample passes bit for bit.
    """

    threshold: float = parameter("dBFS", "Level of the top from which it acts.", minimum=-80.0, maximum=0.0)
    frequency: float = parameter("Hz", "Where the top begins.", default=6000.0, minimum=1000.0, maximum=20_000.0)
    ratio: float = parameter("", "dB in for one dB more out.", default=4.0, minimum=1.0, maximum=100.0)
    range: float = parameter("dB", "Most that it takes off.", default=12.0, minimum=0.0, maximum=40.0)
    attack: float = parameter("s", "Time to take hold.", default=0.001, minimum=0.0, maximum=0.1)
    release: float = parameter("s", "Time to let go.", default=0.06, minimum=0.001, maximum=2.0)
    link: float = link_parameter()

    def check(self, rate_hz: int) -> None:
        """Raise ValueError unless the top begins below half the rate."""
        below_nyquist(self.frequency, rate_hz)

    def settle_s(self) -> float:
        """Filter, detector, and ten releases."""
        return 4.0 / self.frequency + 28.0 * WINDOW_S + 10.0 * (self.attack + self.release)

    def make(self, rate_hz: int, channels: int) -> Processor:
        """The processor at a rate."""
        from release.dsp.bands import DeEsserProcessor
        from release.dsp.dynamics import Bend, Reduction

        self.check(rate_hz)
        bend = Bend(self.threshold, 1.0 - 1.0 / self.ratio, 6.0, self.attack, self.release, self.range)
        heard = listening("rms", WINDOW_S, 0.0, self.link)
        return DeEsserProcessor(self.frequency, Reduction(bend, heard, rate_hz, channels), rate_hz, channels)


KIND = StepKind("de_esser", DeEsser)
