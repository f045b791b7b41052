"""What dynamics listen to: the level of a stream, by peak or by power, linked over the channels."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from release.dsp.blocks import Audio, silence
from release.dsp.filters import BiquadFilter, butterworth

LOWEST_HZ = 40.0
"""A sine from here on reads steadily by its peaks: the highest of the last half period is held."""


@dataclass(frozen=True, slots=True)
class Listening:
    """How a level is read.

    Attributes:
        is_rms: mean power under an exponential window, instead of the highest peak of the last 12.5 ms.
        window_s: of the power; 37 % of a level is left after it.
        highpass_hz: bass below it is not listened to; 0 for all.
        link: 1 gives all channels the level of the loudest, 0 each its own; between, in dB.
    """

    is_rms: bool = False
    window_s: float = 0.01
    highpass_hz: float = 0.0
    link: float = 1.0

    def held_samples(self, rate_hz: int) -> int:
        """For how many samples a peak is heard after its own; none by power.

        Times that act on a reduction would otherwise act within each wave, and settle under the curve.
        """
        return 0 if self.is_rms else math.ceil(0.5 * rate_hz / LOWEST_HZ)


class Detector:
    """Reads levels: (n, 1) for linked channels, else (n, channels); linear, a full-scale sine is 1 either way."""

    def __init__(self, listening: Listening, rate_hz: int, channels: int) -> None:
        self._listening = listening
        self._channels = channels
        self._kept = kept(listening.window_s, rate_hz)
        self._power = np.zeros(channels)
        self._last = silence(listening.held_samples(rate_hz), channels)
        self._filter: BiquadFilter | None = None
        if listening.highpass_hz:
            self._filter = BiquadFilter(butterworth("highpass", listening.highpass_hz, 2, rate_hz), channels)

    @property
    def lanes(self) -> int:
        """Levels for each sample."""
        return 1 if self._listening.link == 1.0 else self._channels

    def process(self, audio: Audio) -> Audio:
        """Levels of the next block."""
        if self._filter is not None:
            audio = self._filter.process(audio)
        levels = self._rms(audio) if self._listening.is_rms else self._peaks(audio)
        link = self._listening.link
        if link == 0.0 or levels.shape[1] == 1:
            return levels
        loudest = levels.max(axis=1, keepdims=True) if len(levels) else levels[:, :1]
        if link == 1.0:
            return np.ascontiguousarray(loudest)
        return np.asarray(loudest**link * levels ** (1.0 - link))

    def _peaks(self, audio: Audio) -> Audio:
        heard = np.concatenate([self._last, np.abs(audio)])
        held = len(self._last)
        self._last = heard[len(heard) - held :].copy()
        return sliding_maximum(heard, held + 1)

    def _rms(self, audio: Audio) -> Audio:
        from release.dsp.kernels.dynamics import follow_power

        power = np.empty_like(audio)
        follow_power(audio, self._kept, self._power, power)
        return np.sqrt(2.0 * power)


def sliding_maximum(levels: Audio, window: int) -> Audio:
    """The highest of each ``window`` samples in turn, (n - window + 1, lanes); at each doubling one pass."""
    width, highest = 1, levels
    while width < window:
        step = min(width, window - width)
        highest = np.maximum(highest[:-step], highest[step:])
        width += step
    return highest


def kept(time_s: float, rate_hz: int) -> float:
    """Share of a difference that is left after one sample, when 37 % is left after a time."""
    return math.exp(-1.0 / (time_s * rate_hz)) if time_s > 0.0 else 0.0
