"""The long-term spectrum of a stream in third octaves, and how left and right go together in each of them.

Welch's method: Hann windows of about a third of a second, half overlapped, frames below -60 dBFS left out. Levels are
those of the band, a full-scale sine being 0 dB; bins at band edges are shared. From the cross-spectrum of left and right
come, by band: the level of the side (L - R)/2 against the middle (L + R)/2, the correlation (the real part of the
normalised cross-spectrum), the phase between the channels (its angle) and the loss of a mono fold-down.
Source: P. Welch, IEEE Trans. Audio Electroacoust. AU-15 (1967); IEC 61260-1:2014, base ten, bands 20 Hz to 20 kHz;
J. Bendat, A. Piersol, Random Data (cross-spectra).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from release.dsp.blocks import Audio, silence
from release.dsp.tone_match import LOUD_FLOOR, MIDDLES_HZ, band_shares

Values = NDArray[np.float64]

NOMINAL_HZ = (
    *(20.0, 25.0, 31.5, 40.0, 50.0, 63.0, 80.0, 100.0, 125.0, 160.0, 200.0, 250.0, 315.0, 400.0, 500.0, 630.0, 800.0),
    *(1000.0, 1250.0, 1600.0, 2000.0, 2500.0, 3150.0, 4000.0, 5000.0, 6300.0, 8000.0, 10000.0, 12500.0, 16000.0),
    20000.0,
)
"""What the 31 bands are called."""
OCTAVE_HZ = (31.5, 63.0, 125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0, 16000.0)
"""Octaves made of three bands each, from the band at 25 Hz to the one at 20 kHz."""
EMPTY_POWER = 1e-20
"""-200 dB: what is below this is nothing."""
LEAST_DB = -100.0
"""Levels against each other are not told beyond this; it stands for nothing at all, as its opposite does."""
LOW_HZ = 150.0
"""Up to here records want their sound in the middle (measurement.md section 7: 150 to 300 Hz)."""


@dataclass(frozen=True, slots=True)
class SpectrumResult:
    """What the bands hold, power in units in which a full-scale sine is 1. Arrays have one value for each of 31 bands.

    Attributes:
        power: mean over channels.
        left: power of the first channel.
        right: power of the second; the first again for mono.
        cross: complex cross power of both.
    """

    power: Values
    left: Values
    right: Values
    cross: NDArray[np.complex128]

    @property
    def levels_db(self) -> list[float]:
        """Level of each band."""
        return [_level_db(float(p)) for p in self.power]

    @property
    def middle(self) -> Values:
        """Power of (L + R)/2."""
        return np.asarray(np.maximum((self.left + self.right + 2.0 * self.cross.real) / 4.0, 0.0))

    @property
    def side(self) -> Values:
        """Power of (L - R)/2."""
        return np.asarray(np.maximum((self.left + self.right - 2.0 * self.cross.real) / 4.0, 0.0))

    @property
    def side_to_middle_db(self) -> list[float | None]:
        """Width of each band; None for a band without sound."""
        return [_ratio_db(float(s), float(m)) for s, m in zip(self.side, self.middle, strict=True)]

    @property
    def octave_widths_db(self) -> list[float | None]:
        """Side against middle in each octave of ``OCTAVE_HZ``."""
        sides, middles = (v[1:].reshape(-1, 3).sum(axis=1) for v in (self.side, self.middle))
        return [_ratio_db(float(s), float(m)) for s, m in zip(sides, middles, strict=True)]

    @property
    def width_db(self) -> float | None:
        """Side against middle over all bands."""
        return _ratio_db(float(self.side.sum()), float(self.middle.sum()))

    @property
    def correlations(self) -> list[float | None]:
        """Correlation of each band; None where a channel has no sound."""
        product = np.sqrt(self.left * self.right)
        return [
            _clipped(float(c.real) / float(p)) if p > EMPTY_POWER else None
            for c, p in zip(self.cross, product, strict=True)
        ]

    @property
    def phases_deg(self) -> list[float | None]:
        """Angle of left before right in each band; None where the channels have nothing in common."""
        product = np.sqrt(self.left * self.right)
        return [_angle(complex(c), float(p)) for c, p in zip(self.cross, product, strict=True)]

    @property
    def phase_deg(self) -> float | None:
        """Angle of left before right over all bands together."""
        return _angle(complex(self.cross.sum()), math.sqrt(float(self.left.sum() * self.right.sum())))

    @property
    def low_correlation(self) -> float | None:
        """Correlation of what lies below ``LOW_HZ``."""
        low = MIDDLES_HZ < LOW_HZ
        product = math.sqrt(float(self.left[low].sum() * self.right[low].sum()))
        return _clipped(float(self.cross[low].sum().real) / product) if product > EMPTY_POWER else None

    @property
    def fold_down_losses_db(self) -> list[float | None]:
        """Power of mono on both sides against stereo, by band: 0 for equal channels, -3.01 for unrelated ones."""
        both = self.left + self.right
        return [_ratio_db(2.0 * float(m), float(b)) for m, b in zip(self.middle, both, strict=True)]


def _level_db(power: float) -> float:
    return 10.0 * math.log10(max(power, EMPTY_POWER))


def _ratio_db(one: float, other: float) -> float | None:
    if max(one, other) <= EMPTY_POWER:
        return None
    limit = 10.0 ** (LEAST_DB / 10.0)
    return 10.0 * math.log10(min(max(one, limit * other) / max(other, limit * one), 1.0 / limit))


def _clipped(value: float) -> float:
    return max(-1.0, min(1.0, value))


def _angle(cross: complex, product: float) -> float | None:
    if product <= EMPTY_POWER or abs(cross) < 0.1 * product:  # unrelated: the angle would be chance
        return None
    return math.degrees(math.atan2(cross.imag, cross.real))


@cache
def _window(size: int) -> Values:
    return np.asarray(0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(size) / size))


@cache
def _band_shares(rate_hz: int, size: int) -> Values:
    return band_shares(rate_hz, size)


def frame_size(rate_hz: int) -> int:
    """Samples of a frame: a power of two near a third of a second."""
    return 1 << max(round(math.log2(rate_hz / 3.0)), 8)


class SpectrumMeter:
    """Collects frames of a stream: all of them in order with ``process``, or some with ``add``."""

    def __init__(self, rate_hz: int, channels: int) -> None:
        self.size = frame_size(rate_hz)
        self._rate_hz = rate_hz
        self._channels = channels
        self._waiting = silence(0, channels)
        bins = self.size // 2 + 1
        self._total = np.zeros(bins)
        self._left, self._right = np.zeros(bins), np.zeros(bins)
        self._cross = np.zeros(bins, dtype=np.complex128)
        self._frames = 0

    def process(self, audio: Audio) -> None:
        """Take the next block."""
        waiting = np.concatenate([self._waiting, audio])
        at, hop = 0, self.size // 2
        while at + self.size <= len(waiting):
            self.add(waiting[at : at + self.size])
            at += hop
        self._waiting = waiting[at:].copy()

    def add(self, frame: Audio) -> None:
        """Take one frame of ``size`` samples; it is left out when it is below -60 dBFS."""
        if float(np.mean(frame * frame)) < LOUD_FLOOR:
            return
        spectra = np.fft.rfft(frame.T * _window(self.size))
        power = spectra.real**2 + spectra.imag**2
        self._frames += 1
        self._total += power.sum(axis=0)
        if self._channels == 2:
            self._left += power[0]
            self._right += power[1]
            self._cross += spectra[0] * spectra[1].conj()

    def finish(self) -> SpectrumResult | None:
        """The bands; None when nothing was loud enough."""
        if not self._frames and len(self._waiting):  # shorter than a frame: filled up with silence
            self.add(np.concatenate([self._waiting, silence(self.size - len(self._waiting), self._channels)]))
        if not self._frames:
            return None
        # A sine of amplitude 1 gives sum(window^2) * size / 4 over its bins.
        scale = 4.0 / (self.size * float((_window(self.size) ** 2).sum()) * self._frames)
        shares = _band_shares(self._rate_hz, self.size) * scale
        total = shares @ self._total / self._channels
        if self._channels != 2:
            return SpectrumResult(total, total, total, total.astype(np.complex128))
        return SpectrumResult(total, shares @ self._left, shares @ self._right, shares @ self._cross)
