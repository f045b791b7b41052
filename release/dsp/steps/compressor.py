"""Step ``compressor``: less distance between loud and soft."""

from __future__ import annotations

from dataclasses import dataclass

from release.dsp.steps.kind import Processor, StepKind, parameter
from release.dsp.steps.listening import (
    check_sidechain,
    detector_parameter,
    link_parameter,
    listening,
    listening_settle_s,
    mix_parameter,
    sidechain_parameter,
    window_parameter,
)


@dataclass(frozen=True, slots=True)
class Compressor:
    """Feed-forward compressor: what is louder than a threshold grows less loud than it was.

    The detector reads the highest sample peak of the last 12.5 ms, so that a steady sine from 40 Hz on settles on the
    curve with any times, or the power over a window, above ``sidechain_highpass`` if one is given; linked, all
    channels get the gain that the loudest of them asks for. The static curve asks for a reduction of (1 - 1/ratio) dB for
    every dB over the threshold, through a quadratic knee of ``knee`` dB around it.
    The reduction in dB is smoothed by a branching single pole: ``attack`` is the time in which 63 % of a growing
    reduction is reached, ``release`` the time in which 63 % of a shrinking one is given back. Below the knee and after
    the release the gain comes back to ``gain`` exactly. ``mix`` below 1 leaves a share of the sound as it came in
    (parallel compression).
    Source: Giannoulis, Massberg, Reiss, Digital Dynamic Range Compressor Design, JAES 60 (2012), 4, 17 and 18.
    """

    threshold: float = parameter("dBFS", "Level from which it acts.", minimum=-80.0, maximum=0.0)
    ratio: float = parameter("", "dB in for one dB more out, over the threshold.", minimum=1.0, maximum=100.0)
    attack: float = parameter("s", "Time to take hold.", default=0.02, minimum=0.0, maximum=1.0)
    release: float = parameter("s", "Time to let go.", default=0.15, minimum=0.001, maximum=10.0)
    knee: float = parameter("dB", "Width of the soft bend; 0 is a corner.", default=6.0, minimum=0.0, maximum=40.0)
    gain: float = parameter("dB", "Make-up gain after it.", default=0.0, minimum=-40.0, maximum=40.0)
    detector: str = detector_parameter()
    window: float = window_parameter()
    sidechain_highpass: float = sidechain_parameter()
    link: float = link_parameter()
    mix: float = mix_parameter()

    def check(self, rate_hz: int) -> None:
        """Raise ValueError unless the detector's highpass lies below half the rate."""
        check_sidechain(self.sidechain_highpass, rate_hz)

    def settle_s(self) -> float:
        """Ten releases: what was held before is down to less than a thousandth of a dB."""
        detector = listening_settle_s(self.detector, self.window, self.sidechain_highpass)
        return 10.0 * (self.release + self.attack) + detector

    def make(self, rate_hz: int, channels: int) -> Processor:
        """The processor at a rate."""
        from release.dsp.dynamics import Bend, CompressorProcessor, Reduction

        self.check(rate_hz)
        bend = Bend(self.threshold, 1.0 - 1.0 / self.ratio, self.knee, self.attack, self.release)
        heard = listening(self.detector, self.window, self.sidechain_highpass, self.link)
        return CompressorProcessor(Reduction(bend, heard, rate_hz, channels), self.gain, self.mix, channels)


KIND = StepKind("compressor", Compressor, version=2)
