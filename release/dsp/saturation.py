"""The processor of ``saturation``: a bent line, run at a multiple of the rate."""

from __future__ import annotations

import numpy as np

from release.dsp.blocks import Audio, as_audio, silence
from release.dsp.filters import BiquadFilter, butterworth
from release.dsp.resample import Resampler

DC_HZ = 5.0
"""Below this, what uneven bending adds is taken away again: it moves the whole wave off the middle."""


class SaturationProcessor:
    """Adds what the bent line adds; aligned, as long as its input.

    Only the difference that bending makes goes up in rate and down again, so that the sound itself is not filtered.
    """

    def __init__(
        self, drive: float, bias: float, gain: float, mix: float, *, factor: int, rate_hz: int, channels: int
    ) -> None:
        """Start.

        Args:
            drive: factor in front of the bend.
            bias: where on the bend silence stands; 0 is even, more gives even harmonics.
            gain: factor on the result.
            mix: share of the result.
            factor: multiple of the rate.
            rate_hz: sample rate.
            channels: of the stream.
        """
        self._drive, self._bias, self._gain, self._mix, self._channels = drive, bias, gain, mix, channels
        self._rest = float(np.tanh(bias))
        self._slope = drive * (1.0 - self._rest * self._rest)
        self._up = Resampler(rate_hz, rate_hz * factor, channels)
        self._down = Resampler(rate_hz * factor, rate_hz, channels)
        self._filter = BiquadFilter(butterworth("highpass", DC_HZ, 1, rate_hz), channels) if bias else None
        self._waiting = silence(0, channels)

    def process(self, block: Audio) -> Audio:
        """Take the next block; give what is ready."""
        audio = as_audio(block, self._channels)
        self._waiting = np.concatenate([self._waiting, audio])
        return self._added(self._down.process(self._bent(self._up.process(audio))))

    def flush(self) -> Audio:
        """Give the rest."""
        last = self._down.process(self._bent(self._up.flush()))
        return self._added(np.concatenate([last, self._down.flush()]))

    def _bent(self, audio: Audio) -> Audio:
        """What bending adds to the samples."""
        bent = np.tanh(audio * self._drive + self._bias)
        added = (bent - self._rest) / self._slope - audio
        added[audio == 0.0] = 0.0  # silence stays silence, whatever two libraries make of one hyperbolic tangent
        return np.asarray(added)

    def _added(self, difference: Audio) -> Audio:
        if self._filter is not None:
            difference = self._filter.process(difference)
        n = len(difference)
        ready, self._waiting = self._waiting[:n], self._waiting[n:].copy()
        wet = (ready + difference) * self._gain
        return wet if self._mix == 1.0 else ready + self._mix * (wet - ready)
