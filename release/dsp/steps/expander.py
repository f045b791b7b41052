"""Step ``expander``: more distance between soft and loud; with a high ratio a gate."""

from __future__ import annotations

from dataclasses import dataclass

from release.dsp.steps.kind import Processor, StepKind, parameter
from release.dsp.steps.listening import (
    check_sidechain,
    detector_parameter,
    link_parameter,
    listening,
    listening_settle_s,
    sidechain_parameter,
    window_parameter,
)


@dataclass(frozen=True, slots=True)
class Expander:
    """Downward expander: what is softer than a threshold gets softer still; with a ratio of 10 and more a gate.

    For every dB under the threshold (ratio - 1) dB are taken off, through a quadratic knee, at most ``range``. It opens
    with ``attack``, stays open for ``hold`` (by peaks at least 12.5 ms, in which the last peak still counts), and closes
    with ``release`` (63 % each). With ``look_ahead`` it opens before the sound that opens it, so that no first beat is
    dulled. Open, it passes every sample bit for bit; before the first sound it is closed.
    """

    threshold: float = parameter("dBFS", "Level below which it acts.", minimum=-120.0, maximum=0.0)
    ratio: float = parameter("", "dB out for one dB less in, under it.", default=2.0, minimum=1.0, maximum=100.0)
    range: float = parameter("dB", "Most that it takes off.", default=40.0, minimum=0.0, maximum=120.0)
    attack: float = parameter("s", "Time to open.", default=0.001, minimum=0.0, maximum=1.0)
    hold: float = parameter("s", "Time that it stays open.", default=0.05, minimum=0.0, maximum=5.0)
    release: float = parameter("s", "Time to close.", default=0.15, minimum=0.001, maximum=10.0)
    knee: float = parameter("dB", "Width of the soft bend; 0 is a corner.", default=6.0, minimum=0.0, maximum=40.0)
    look_ahead: float = parameter("s", "How far it opens ahead.", default=0.0, minimum=0.0, maximum=0.05)
    detector: str = detector_parameter()
    window: float = window_parameter()
    sidechain_highpass: float = sidechain_parameter()
    link: float = link_parameter()

    def check(self, rate_hz: int) -> None:
        """Raise ValueError unless the detector's highpass lies below half the rate."""
        check_sidechain(self.sidechain_highpass, rate_hz)

    def settle_s(self) -> float:
        """Time in which it forgets how open it was."""
        detector = listening_settle_s(self.detector, self.window, self.sidechain_highpass)
        return 14.0 * (self.release + self.attack) + self.hold + self.look_ahead + detector

    def make(self, rate_hz: int, channels: int) -> Processor:
        """The processor at a rate."""
        from release.dsp.dynamics import Bend, ExpanderProcessor

        self.check(rate_hz)
        bend = Bend(self.threshold, self.ratio - 1.0, self.knee, self.attack, self.release, self.range)
        heard = listening(self.detector, self.window, self.sidechain_highpass, self.link)
        return ExpanderProcessor(bend, heard, self.hold, self.look_ahead, rate_hz, channels)


KIND = StepKind("expander", Expander, version=2)
