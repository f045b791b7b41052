"""What dynamics listen to: the level of a stream, by peak or by power, linked over the channels."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from release.dsp.blocks import Audio
from release.dsp.filters import BiquadFilter, butterworth


@dataclass(frozen=True, slots=True)
class Listening:
    """How a level is read.

    Attributes:
        is_rms: mean power under an exponential window, instead of each sample's absolute value.
        window_s: of the power; 37 % of a level is left after it.
        highpass_hz: bass below it is not listened to; 0 for all.
        link: 1 gives all channels the level of the loudest, 0 each its own; between, in dB.
    """

    is_rms: bool = False
    window_s: float = 0.01
    highpass_hz: float = 0.0
    link: float = 1.0


class Detector:
    """Reads levels: (n, 1) for linked channels, else (n, channels); linear, a full-scale sine is 1 either way."""

    def __init__(self, listening: Listening, rate_hz: int, channels: int) -> None:
        self._listening = listening
        self._channels = channels
        self._kept = kept(listening.window_s, rate_hz)
        self._power = np.zeros(channels)
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
        levels = self._rms(audio) if self._listening.is_rms else np.abs(audio)
        link = self._listening.link
        if link == 0.0 or levels.shape[1] == 1:
            return levels
        loudest = levels.max(axis=1, keepdims=True) if len(levels) else levels[:, :1]
        if link == 1.0:
            return np.ascontiguousarray(loudest)
        return np.asarray(loudest**link * levels ** (1.0 - link))

    def _rms(self, audio: Audio) -> Audio:
        from release.dsp.kernels.dynamics import follow_power

        power = np.empty_like(audio)
        follow_power(audio, self._kept, self._power, power)
        return np.sqrt(2.0 * power)


def kept(time_s: float, rate_hz: int) -> float:
    """Share of a difference that is left after one sample, when 37 % is left after a time."""
    return math.exp(-1.0 / (time_s * rate_hz)) if time_s > 0.0 else 0.0
