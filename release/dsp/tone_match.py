"""Tone compared in third octaves: the long-term spectrum of a stream, and the gains that bring one near another.

Source: IEC 61260-1:2014, base ten: middle frequencies 1000 * 10^(x/10), edges at 10^(+-1/20) of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from release.dsp.blocks import Audio, as_audio, silence
from release.dsp.fir import FirFilter, Line, linear_phase, minimum_phase

MIDDLES_HZ = 1000.0 * 10.0 ** (np.arange(-17, 14) / 10.0)
"""Middles of the 31 third octaves from 20 Hz to 20 kHz."""
LOUD_FLOOR = 1e-6
"""Frames below this mean power (-60 dBFS) don't count."""
DEPTH_DB = 80.0
"""Bands this far below the strongest one hold nothing that could be compared."""
REACH_S = 0.35
"""Half the length of a matching filter in linear phase: it follows third octaves down to 20 Hz."""


class ToneMeter:
    """Collects the long-term spectrum of a stream: frames of about a third of a second, Hann, half overlapped."""

    def __init__(self, rate_hz: int, channels: int) -> None:
        self._size = 1 << round(np.log2(rate_hz / 3.0))
        self._channels = channels
        self._window = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(self._size) / self._size)
        self._shares = band_shares(rate_hz, self._size)
        self._waiting = silence(0, channels)
        self._total = np.zeros(self._size // 2 + 1)
        self._frames = 0

    def process(self, block: Audio) -> None:
        """Take the next block."""
        audio = np.concatenate([self._waiting, as_audio(block, self._channels)])
        at, hop = 0, self._size // 2
        while at + self._size <= len(audio):
            self._add(audio[at : at + self._size])
            at += hop
        self._waiting = audio[at:].copy()

    @property
    def has_heard(self) -> bool:
        """Whether anything was loud enough so far."""
        return self._frames > 0

    def finish(self) -> list[float] | None:
        """Level of each third octave in dB, a full-scale sine is 0; None when nothing was loud enough."""
        if not self._frames:  # shorter than a frame: filled up with silence
            self._add(np.concatenate([self._waiting, silence(self._size - len(self._waiting), self._channels)]))
        if not self._frames:
            return None
        # A sine of amplitude 1 gives sum(window^2) * size / 4 over its bins.
        scale = 4.0 / (self._size * float((self._window**2).sum()) * self._frames * self._channels)
        levels = 10.0 * np.log10(np.maximum(self._shares @ self._total * scale, 1e-20))
        return [round(float(level), 6) for level in levels]

    def _add(self, frame: Audio) -> None:
        if float(np.mean(frame**2)) < LOUD_FLOOR:
            return
        spectrum = np.fft.rfft(frame.T * self._window)
        self._total += (spectrum.real**2 + spectrum.imag**2).sum(axis=0)
        self._frames += 1


def band_shares(rate_hz: int, size: int) -> NDArray[np.float64]:
    """(31, bins): how much of each bin lies in each band; bins at the edges are shared."""
    width = rate_hz / size
    bins = np.arange(size // 2 + 1) * width
    edge = 10.0**0.05
    low, high = MIDDLES_HZ[:, np.newaxis] / edge, MIDDLES_HZ[:, np.newaxis] * edge
    overlap = np.minimum(bins + width / 2, high) - np.maximum(bins - width / 2, low)
    return np.asarray(np.clip(overlap / width, 0.0, 1.0))


def match_gains(
    own_db: Sequence[float], others_db: Sequence[Sequence[float]], amount: float, limit_db: float
) -> list[float]:
    """Gains in dB of the third octaves that bring one spectrum near others; the level as a whole stays.

    Args:
        own_db: levels of what is to be changed.
        others_db: levels of one reference, or of several whose median counts, each at its own mean level.
        amount: share of the difference, 0 to 1.
        limit_db: greatest gain either way.
    """
    own = np.array(own_db)
    others = np.array([levelled(np.array(levels)) for levels in others_db])
    goal = np.median(others, axis=0)
    known = (own > own.max() - DEPTH_DB) & (goal > goal.max() - DEPTH_DB)
    wanted = amount * (goal - levelled(own))
    places = np.flatnonzero(known)
    wanted = np.interp(np.arange(len(wanted)), places, wanted[places])  # what is empty takes its neighbour's gain
    smooth = np.convolve(np.pad(wanted, 1, mode="edge"), [0.25, 0.5, 0.25], "valid")
    return [round(float(g), 4) for g in np.clip(smooth, -limit_db, limit_db)]


def levelled(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Levels around their own mean between 100 Hz and 10 kHz, as far as there is something."""
    heard = (MIDDLES_HZ > 95.0) & (MIDDLES_HZ < 10_500.0) & (levels > levels.max() - DEPTH_DB)
    return np.asarray(levels - (levels[heard].mean() if heard.any() else levels.max()))


def match_filter(gains_db: Sequence[float], phase: str, rate_hz: int, channels: int) -> FirFilter:
    """A filter through these gains, drawn straight in dB over the logarithm of frequency."""
    gains = np.array(gains_db)

    def magnitude(frequencies_hz: Line) -> Line:
        places = np.log(np.maximum(frequencies_hz, 1.0))
        return np.asarray(10.0 ** (np.interp(places, np.log(MIDDLES_HZ), gains) / 20.0))

    if phase == "linear":
        taps = linear_phase(magnitude, rate_hz, REACH_S)
        return FirFilter(taps, len(taps) // 2, channels)
    return FirFilter(minimum_phase(magnitude, rate_hz, round(REACH_S * rate_hz)), 0, channels)
