"""Step ``multiband``: a compressor for each of two to four bands."""

from __future__ import annotations

from dataclasses import dataclass

from release.dsp.steps.bands import check_bands, corners_of, each, lowest
from release.dsp.steps.kind import MOST_BANDS, Processor, StepKind, parameter
from release.dsp.steps.listening import (
    detector_parameter,
    link_parameter,
    listening,
    listening_settle_s,
    mix_parameter,
    window_parameter,
)


@dataclass(frozen=True, slots=True)
class Multiband:
    """Two to four bands, each with a compressor of its own; written as one value for all bands or one for each.

    The bands are parted in linear phase, 24 dB an octave and half way at each crossover, and are differences of one
    signal: while nothing is compressed their sum is the input bit for bit, and nothing turns. Curve and times are those
    of ``compressor``; a ratio of 1 leaves a band alone, ``gain`` sets its level.
    """

    crossovers: float | tuple[float, ...] = parameter(
        "Hz", "Where bands meet, rising: one to three.", minimum=20.0, maximum=20_000.0, is_many=True
    )
    threshold: float | tuple[float, ...] = parameter(
        "dBFS", "Level from which it acts.", minimum=-80.0, maximum=0.0, is_many=True
    )
    ratio: float | tuple[float, ...] = parameter(
        "", "dB in for one dB more out, over the threshold.", minimum=1.0, maximum=100.0, is_many=True
    )
    attack: float | tuple[float, ...] = parameter(
        "s", "Time to take hold.", default=0.02, minimum=0.0, maximum=1.0, is_many=True
    )
    release: float | tuple[float, ...] = parameter(
        "s", "Time to let go.", default=0.15, minimum=0.001, maximum=10.0, is_many=True
    )
    knee: float | tuple[float, ...] = parameter(
        "dB", "Width of the soft bend.", default=6.0, minimum=0.0, maximum=40.0, is_many=True
    )
    gain: float | tuple[float, ...] = parameter(
        "dB", "Gain after it.", default=0.0, minimum=-40.0, maximum=40.0, is_many=True
    )
    detector: str = detector_parameter()
    window: float = window_parameter()
    link: float = link_parameter()
    mix: float = mix_parameter()

    def check(self, rate_hz: int) -> None:
        """Raise ValueError unless crossovers rise below half the rate and there is a value for each band."""
        check_bands(
            self.crossovers,
            rate_hz,
            least=2,
            most=MOST_BANDS,
            threshold=self.threshold,
            ratio=self.ratio,
            attack=self.attack,
            release=self.release,
            knee=self.knee,
            gain=self.gain,
        )

    def settle_s(self) -> float:
        """The longest filter, then ten of the longest release."""
        times = max(each(self.attack)) + max(each(self.release))
        return 4.0 / lowest(self.crossovers) + 10.0 * times + listening_settle_s(self.detector, self.window, 0.0)

    def make(self, rate_hz: int, channels: int) -> Processor:
        """The processor at a rate."""
        from release.dsp.bands import MultibandProcessor
        from release.dsp.dynamics import Bend, Reduction

        self.check(rate_hz)
        corners = corners_of(self.crossovers)
        bands = len(corners) + 1
        curves = zip(
            *(each(v, bands) for v in (self.threshold, self.ratio, self.knee, self.attack, self.release)), strict=True
        )
        heard = listening(self.detector, self.window, 0.0, self.link)
        reductions = [
            Reduction(Bend(threshold, 1.0 - 1.0 / ratio, knee, attack, release), heard, rate_hz, channels)
            for threshold, ratio, knee, attack, release in curves
        ]
        return MultibandProcessor(corners, reductions, each(self.gain, bands), self.mix, rate_hz, channels)


KIND = StepKind("multiband", Multiband, version=2)
