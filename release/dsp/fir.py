"""Long finite filters: designed from a wanted response, run by Fourier transform, aligned to the sample."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from release.dsp.blocks import Audio, FixedBlocks, as_audio, silence

Line = NDArray[np.float64]
Magnitude = Callable[[Line], Line]
"""Gain (linear, 0 or more) at frequencies in Hz."""

LEFT_OUT = 1e-5
"""Taps are left out where all of them together cannot change the response by more than this (-100 dB)."""
SHORTEST_TRANSFORM = 8192


class FirFilter:
    """Convolves each channel with one set of taps; aligned on one of them, as long as its input.

    Sound further away than the taps reach leaves digital silence digital silence.
    """

    def __init__(self, taps: Line, centre: int, channels: int) -> None:
        """Start.

        Args:
            taps: impulse response.
            centre: index of the tap that stands for "now": its sample comes out where it went in.
            channels: of the stream.
        """
        n = len(taps)
        size = max(SHORTEST_TRANSFORM, 1 << math.ceil(math.log2(4 * n)))
        self._n_taps, self._size, self._channels = n, size, channels
        self._spectrum = np.fft.rfft(taps, size)
        self._blocks = FixedBlocks(size - n + 1, channels)
        self._past = silence(n - 1, channels)
        self._centre = centre
        self._to_drop = centre
        self._n_in = self._n_out = 0

    def process(self, block: Audio) -> Audio:
        """Take the next block; give what is ready."""
        audio = as_audio(block, self._channels)
        self._n_in += len(audio)
        return self._emit([self._convolve(part) for part in self._blocks.take(audio)])

    def flush(self) -> Audio:
        """Give the rest, so that as much came out as went in."""
        hop = self._size - self._n_taps + 1
        rest = np.concatenate([self._blocks.rest(), silence(self._centre, self._channels)])
        rest = np.concatenate([rest, silence(-len(rest) % hop, self._channels)])
        return self._emit([self._convolve(rest[at : at + hop]) for at in range(0, len(rest), hop)])

    def _convolve(self, audio: Audio) -> Audio:
        heard = np.concatenate([self._past, audio])
        self._past = heard[len(audio) :].copy()
        lines = np.ascontiguousarray(heard.T)
        if not lines.any():
            return silence(len(audio), self._channels)
        out = np.fft.irfft(np.fft.rfft(lines, self._size) * self._spectrum, self._size)
        out = np.ascontiguousarray(out[:, self._n_taps - 1 : len(heard)].T)
        _keep_black(heard, out)
        return out

    def _emit(self, parts: list[Audio]) -> Audio:
        out = np.concatenate(parts) if parts else silence(0, self._channels)
        drop = min(len(out), self._to_drop)
        self._to_drop -= drop
        out = out[drop : drop + self._n_in - self._n_out]
        self._n_out += len(out)
        return out


def _keep_black(heard: Audio, out: Audio) -> None:
    """Put exact zeros where nothing but zeros was heard: transforms leave rounding errors there."""
    is_black = ~heard.any(axis=1)
    if is_black.any():
        sound = np.concatenate([[0], np.cumsum(~is_black)])
        reach = len(heard) - len(out) + 1
        out[sound[reach:] == sound[: len(out)]] = 0.0


def linear_phase(magnitude: Magnitude, rate_hz: int, longest_s: float) -> Line:
    """Symmetric taps of odd number with a response; the middle one is "now".

    They reach as far as it takes to keep the response within ``LEFT_OUT``, at most ``longest_s`` to each side; where that
    cuts something off, the ends are faded.
    """
    most = max(16, math.ceil(longest_s * rate_hz))
    size = max(1 << 14, 1 << math.ceil(math.log2(4 * most)))
    wanted = magnitude(_grid(size, rate_hz))
    half = np.fft.irfft(wanted, size)[: size // 2]
    tail = 2.0 * np.cumsum(np.abs(half[::-1]))[::-1]
    small = np.flatnonzero(tail <= LEFT_OUT * max(1.0, float(wanted.max())))
    reach = min(int(small[0]) if len(small) else most, most)
    half = half[: reach + 1].copy()
    if reach == most:
        fade = reach // 2
        half[-fade:] *= 0.5 + 0.5 * np.cos(np.pi * (np.arange(fade) + 1.0) / (fade + 1.0))
    return np.concatenate([half[:0:-1], half])


def minimum_phase(magnitude: Magnitude, rate_hz: int, n_taps: int) -> Line:
    """Causal taps with a response and the least delay: the first one is "now".

    The phase comes from the logarithm of the magnitude (folded cepstrum), which must nowhere be 0.
    """
    size = max(1 << 14, 1 << math.ceil(math.log2(16 * n_taps)))
    cepstrum = np.fft.irfft(np.log(magnitude(_grid(size, rate_hz))), size)
    cepstrum[1 : size // 2] *= 2.0
    cepstrum[size // 2 + 1 :] = 0.0
    return np.fft.irfft(np.exp(np.fft.rfft(cepstrum)), size)[:n_taps].copy()


def _grid(size: int, rate_hz: int) -> Line:
    """Frequencies of a transform."""
    return np.asarray(np.arange(size // 2 + 1) * (rate_hz / size), dtype=np.float64)


def delayed(samples: float, reach: int) -> Line:
    """Taps of a delay by part of a sample, 0 to 1, in the middle of ``reach`` to each side (windowed sinc)."""
    position = np.arange(-reach, reach + 1) - samples
    window = np.i0(9.0 * np.sqrt(np.maximum(0.0, 1.0 - (position / (reach + 1)) ** 2)))
    taps = np.sinc(position) * window
    return np.asarray(taps / taps.sum())


def above(frequency_hz: float, rate_hz: int) -> Magnitude:
    """The upper band of a crossover: -6.02 dB at the frequency, 24 dB an octave below it; 1 minus it is the lower band.

    Source: S. Linkwitz, Active crossover networks for noncoincident drivers, JAES 24 (1976): fourth order, here without
    its phase.
    """
    corner = math.tan(math.pi * frequency_hz / rate_hz)

    def magnitude(frequencies_hz: Line) -> Line:
        warped = np.tan(np.minimum(np.pi * frequencies_hz / rate_hz, 0.5 * np.pi - 1e-9)) / corner
        low = 1.0 / np.maximum(warped, 1e-9) ** 4
        return np.asarray(1.0 / (1.0 + low))

    return magnitude


def above_reach_s(frequency_hz: float) -> float:
    """Longest reach of ``above``, in seconds."""
    return 4.0 / frequency_hz
