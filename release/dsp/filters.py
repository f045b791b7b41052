"""Gain and recursive filters: coefficients in closed form, and the processors that run them.

Source: R. Bristow-Johnson, Cookbook formulae for audio EQ biquad filter coefficients; Butterworth poles through the
bilinear transform with the corner frequency kept exact.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from release.dsp.blocks import Audio, as_audio, silence
from release.dsp.fir import FirFilter, linear_phase
from release.units import db_to_linear

Sections = NDArray[np.float64]
"""(count, 5): b0 b1 b2 a1 a2 of second-order sections, a0 = 1."""


class Amplifier:
    """Multiplies by one factor; 0 dB gives every sample back as it was."""

    def __init__(self, gain_db: float, channels: int) -> None:
        self._factor = db_to_linear(gain_db)
        self._channels = channels

    def process(self, block: Audio) -> Audio:
        """Take the next block; give it louder or softer."""
        return block if self._factor == 1.0 else block * self._factor

    def flush(self) -> Audio:
        """Nothing is left."""
        return silence(0, self._channels)


class BiquadFilter:
    """A row of second-order sections over each channel by itself; no latency."""

    def __init__(self, sections: Sections, channels: int) -> None:
        self._sections = np.ascontiguousarray(sections, dtype=np.float64)
        self._channels = channels
        self._memory = np.zeros((len(sections), channels, 2))

    def process(self, block: Audio) -> Audio:
        """Take the next block; give it filtered."""
        from release.dsp.kernels.filters import run_biquads

        audio = as_audio(block, self._channels)
        out = np.empty_like(audio)
        run_biquads(audio, out, self._sections, self._memory)
        return out

    def flush(self) -> Audio:
        """Nothing is left: what rings on after the end is cut off."""
        return silence(0, self._channels)


def butterworth(shape: str, frequency_hz: float, order: int, rate_hz: int) -> Sections:
    """Sections of a Butterworth highpass or lowpass of any order, -3.01 dB at the frequency.

    Args:
        shape: ``highpass`` or ``lowpass``.
        frequency_hz: corner.
        order: 1 and up; 6 dB an octave each.
        rate_hz: sample rate.
    """
    k = math.tan(math.pi * frequency_hz / rate_hz)
    is_high = shape == "highpass"
    sections = []
    for pair in range(order // 2):
        damping = 2.0 * math.sin(math.pi * (2 * pair + 1) / (2 * order))
        a0 = 1.0 + damping * k + k * k
        b = (1.0, -2.0, 1.0) if is_high else (k * k, 2.0 * k * k, k * k)
        sections.append([*(v / a0 for v in b), 2.0 * (k * k - 1.0) / a0, (1.0 - damping * k + k * k) / a0])
    if order % 2:
        a0 = 1.0 + k
        b1 = (1.0, -1.0) if is_high else (k, k)
        sections.append([b1[0] / a0, b1[1] / a0, 0.0, (k - 1.0) / a0, 0.0])
    return np.array(sections)


def equaliser(shape: str, frequency_hz: float, gain_db: float, q: float, rate_hz: int) -> Sections:
    """The section of one band: ``peak``, ``low-shelf`` or ``high-shelf``."""
    w = 2.0 * math.pi * frequency_hz / rate_hz
    cos, alpha = math.cos(w), math.sin(w) / (2.0 * q)
    a = db_to_linear(gain_db / 2.0)
    if shape == "peak":
        b = (1.0 + alpha * a, -2.0 * cos, 1.0 - alpha * a)
        d = (1.0 + alpha / a, -2.0 * cos, 1.0 - alpha / a)
    else:
        s = 1.0 if shape == "low-shelf" else -1.0
        root = 2.0 * math.sqrt(a) * alpha
        up, down = a + 1.0, a - 1.0
        b = (a * (up - s * down * cos + root), 2.0 * s * a * (down - s * up * cos), a * (up - s * down * cos - root))
        d = (up + s * down * cos + root, -2.0 * s * (down + s * up * cos), up + s * down * cos - root)
    return np.array([[b[0] / d[0], b[1] / d[0], b[2] / d[0], d[1] / d[0], d[2] / d[0]]])


def notch(frequency_hz: float, q: float, rate_hz: int) -> Sections:
    """The section that takes one frequency out."""
    w = 2.0 * math.pi * frequency_hz / rate_hz
    cos, alpha = math.cos(w), math.sin(w) / (2.0 * q)
    a0 = 1.0 + alpha
    return np.array([[1.0 / a0, -2.0 * cos / a0, 1.0 / a0, -2.0 * cos / a0, (1.0 - alpha) / a0]])


def tilt(frequency_hz: float, gain_db: float, rate_hz: int) -> Sections:
    """The section that leans a spectrum: half of the gain up above the frequency, half of it down below."""
    k = math.tan(math.pi * frequency_hz / rate_hz)
    a = db_to_linear(gain_db / 2.0)
    d = 1.0 + a * k
    return np.array([[(a + k) / d, (k - a) / d, 0.0, (a * k - 1.0) / d, 0.0]])


def in_phase(phase: str, sections: Sections, rate_hz: int, channels: int, reach_s: float) -> BiquadFilter | FirFilter:
    """Sections as they are (``minimum``), or a filter of the same gain at every frequency in ``linear`` phase."""
    if phase == "minimum":
        return BiquadFilter(sections, channels)
    taps = linear_phase(lambda f: np.abs(response(sections, f, rate_hz)), rate_hz, reach_s)
    return FirFilter(taps, len(taps) // 2, channels)


def response(sections: Sections, frequencies_hz: NDArray[np.float64], rate_hz: int) -> NDArray[np.complex128]:
    """Complex gain of sections at some frequencies, in closed form."""
    z = np.exp(-2j * np.pi * np.asarray(frequencies_hz) / rate_hz)
    total = np.ones(z.shape, dtype=np.complex128)
    for b0, b1, b2, a1, a2 in sections:
        total *= (b0 + b1 * z + b2 * z * z) / (1.0 + a1 * z + a2 * z * z)
    return total
