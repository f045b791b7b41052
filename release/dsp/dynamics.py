"""The compressor's processor."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from release.dsp.blocks import Audio, as_audio, silence

if TYPE_CHECKING:
    from release.dsp.steps.compressor import Compressor


class CompressorProcessor:
    """Runs a ``Compressor``; no latency. Where nothing is reduced and no gain is made up, samples pass bit for bit.

    Attributes:
        max_reduction_db: greatest reduction so far.
    """

    def __init__(self, settings: Compressor, rate_hz: int, channels: int) -> None:
        self.max_reduction_db = 0.0
        self._channels = channels
        self._gain_db = settings.gain
        self._curve = np.array(
            [
                settings.threshold,
                1.0 - 1.0 / settings.ratio,
                settings.knee,
                _kept(settings.attack, rate_hz),
                _kept(settings.release, rate_hz),
            ]
        )
        self._memory = np.zeros(1)

    def process(self, block: Audio) -> Audio:
        """Take the next block; give it compressed."""
        from release.dsp.kernels.filters import follow_reduction

        audio = as_audio(block, self._channels)
        reduction = np.empty(len(audio))
        follow_reduction(audio, self._curve, self._memory, reduction)
        if len(reduction):
            self.max_reduction_db = max(self.max_reduction_db, float(reduction.max()))
        gains = np.exp((self._gain_db - reduction) * (math.log(10.0) / 20.0))
        return audio * gains[:, np.newaxis]

    def flush(self) -> Audio:
        """Nothing is left."""
        return silence(0, self._channels)


def _kept(time_s: float, rate_hz: int) -> float:
    """Share of a difference that is left after one sample, when 37 % is left after a time."""
    return math.exp(-1.0 / (time_s * rate_hz)) if time_s > 0.0 else 0.0
