"""What one pass over a source finds in its lowest 400 Hz, and in how its channels go together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from release.audio.pcm import Floats
from release.dsp.likeness import PrintMaker
from release.dsp.meters.hum import LowEnd
from release.dsp.meters.low_rate import LowRate
from release.dsp.meters.polarity import Opposite, bass_correlation, opposite_bass, opposite_stretches
from release.model.source import Hum, OppositeStretch


@dataclass(frozen=True, slots=True)
class LowEndFacts:
    """As in ``SourceFacts``."""

    hums: tuple[Hum, ...]
    bass_correlation: float | None
    opposite: tuple[OppositeStretch, ...]
    likeness: str


class LowEndFinder:
    """Listens at a low rate, so that it costs little."""

    def __init__(self, rate_hz: int, channels: int) -> None:
        self._rate_hz, self._is_stereo = rate_hz, channels == 2
        self._low = LowRate(rate_hz, channels)
        self._end = LowEnd(self._low.rate_hz, channels)
        self._print = PrintMaker(self._low.rate_hz)

    def feed(self, block: Floats) -> None:
        """Take the next samples (n, channels)."""
        low = self._low.feed(block)
        if low is not None:
            self._take(low)

    def _take(self, low: Floats) -> None:
        self._end.feed(low)
        self._print.feed(low)

    def finish(self, sides: npt.NDArray[np.float32]) -> LowEndFacts:
        """What was found; ``sides`` are the meter's, of every 10 ms."""
        self._take(self._low.finish())
        hums = self._end.finish()
        likeness = self._print.finish(sides)
        if not self._is_stereo:
            return LowEndFacts(hums[:1], None, (), likeness)
        opposite = (
            *self._placed("all", opposite_stretches(sides, self._rate_hz)),
            *self._placed("bass", opposite_bass(self._end.bass, self._end.hop_s)),
        )
        return LowEndFacts(hums, bass_correlation(self._end.bass), opposite, likeness)

    def _placed(self, band: str, stretches: tuple[Opposite, ...]) -> tuple[OppositeStretch, ...]:
        rate_hz = self._rate_hz
        return tuple(
            OppositeStretch(round(s.start_s * rate_hz), round(s.length_s * rate_hz), s.correlation, band, s.elsewhere)
            for s in stretches
        )
