"""Step ``width``: narrower or wider, band by band."""

from __future__ import annotations

from dataclasses import dataclass

from release.dsp.steps.bands import check_bands, corners_of, each, lowest
from release.dsp.steps.kind import BOTH_ONLY, MOST_BANDS, Processor, StepKind, parameter


@dataclass(frozen=True, slots=True)
class Width:
    """Scales the side signal (L - R)/2: 0 is mono, 1 leaves it, 2 makes it 6 dB louder; the middle is not touched.

    With ``crossovers`` each band has its own width, from low to high: ``width: {width: [0.5, 1, 1.2], crossovers:
    [150 Hz, 4 kHz]}``. The bands are parted in linear phase (24 dB an octave, half way at the crossover), so that their
    sum is the side itself and nothing turns against the middle.
    """

    width: float | tuple[float, ...] = parameter(
        "", "Factor of the side signal.", minimum=0.0, maximum=4.0, is_many=True
    )
    crossovers: float | tuple[float, ...] = parameter(
        "Hz", "Where bands meet, rising; 0 for one band.", default=0.0, minimum=0.0, maximum=192_000.0, is_many=True
    )

    def check(self, rate_hz: int) -> None:
        """Raise ValueError unless crossovers rise below half the rate and there is a width for each band."""
        check_bands(self.crossovers, rate_hz, least=1, most=MOST_BANDS, width=self.width)

    def settle_s(self) -> float:
        """Half the length of the longest filter."""
        corner = lowest(self.crossovers)
        return 4.0 / corner if corner else 0.0

    def make(self, rate_hz: int, channels: int) -> Processor:
        """The processor at a rate.

        Raises:
            ValueError: the audio is not stereo.
        """
        from release.dsp.bands import width_processor
        from release.dsp.stereo import needs_stereo

        self.check(rate_hz)
        needs_stereo("width", channels)
        corners = corners_of(self.crossovers)
        return width_processor(each(self.width, len(corners) + 1), corners, rate_hz)


KIND = StepKind("width", Width, acts_on=BOTH_ONLY)
