"""True peaks: the meter of one stream, and the finder that meter and limiter share.

A short interpolator gives four values a sample: the samples themselves and three phases of a Kaiser-windowed sinc, flat
to 0.47 of the sample rate. A parabola through three neighbours then finds the top between them, which leaves at most
0.08 dB of under-reading where plain fourfold peak picking has 0.69 dB. What lies above 0.46 of the rate, where no short
filter is right, is looked for block by block; where there is enough of it to matter (noise, clipped edges, tones close
to half the rate) the block is interpolated by Fourier transform, right up to half the rate.
Source: ITU-R BS.1770-5, Annex 2 (method); error figures: 20 log10 cos(pi f / (n fs)).
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from release.dsp.blocks import Audio
from release.dsp.kernels import truepeak as kernel

Line = NDArray[np.float32]

TAPS = 48
"""Taps of a phase of the short interpolator."""
KAISER_BETA = 4.6
BLOCK = 16_384
"""Most samples that are looked at together."""
REACH = 1_024
"""Samples heard before and after a section by the exact interpolation; also the delay of a finder."""
SIZE = kernel.SECTION + 2 * REACH
"""Length of the Fourier transform."""
TOP_TAPS = 64
TOP_EDGE = 0.035
"""The top band is what lies within this share of the rate below half the rate (6 dB point of its filter)."""


def _kaiser_sinc(distance: NDArray[np.floating], reach: float, beta: float, width: float) -> NDArray[np.float64]:
    window = np.i0(beta * np.sqrt(np.maximum(0.0, 1.0 - (distance / reach) ** 2)))
    return np.asarray(np.sinc(distance * width) * window)


@cache
def interpolator() -> tuple[Line, float]:
    """Taps (3, TAPS) for a quarter, a half and three quarters of a sample, and the greatest gain for any signal."""
    position = np.arange(TAPS) - (TAPS // 2 - 1)
    rows = [_kaiser_sinc(position - (phase + 1) / 4, TAPS / 2, KAISER_BETA, 1.0) for phase in range(3)]
    taps = np.stack([row / row.sum() for row in rows])
    norm = float(np.abs(taps).sum(axis=1).max()) * float(kernel.REFINEMENT)
    return taps.astype(np.float32), norm * (1.0 + 1e-6)


@cache
def _top_band() -> Line:
    """Taps that let the top band through."""
    position = np.arange(TOP_TAPS) - (TOP_TAPS - 1) / 2
    row = _kaiser_sinc(position, TOP_TAPS / 2, 4.0, 2.0 * TOP_EDGE)
    return np.asarray(row / row.sum() * (-1.0) ** np.arange(TOP_TAPS), dtype=np.float32)


@cache
def _window() -> Line:
    """Weights of the samples of a transform: the ends fade over half of the reach."""
    edge = 0.5 - 0.5 * np.cos(np.pi * (np.arange(REACH // 2) + 0.5) / (REACH // 2))
    return np.concatenate([edge, np.ones(SIZE - REACH), edge[::-1]]).astype(np.float32)


@cache
def _shifts() -> NDArray[np.complex64]:
    """What a quarter, a half and three quarters of a sample ahead mean for each bin of a spectrum, (3, bins)."""
    angles = 2.0 * np.pi * np.arange(SIZE // 2 + 1) / SIZE
    turns = np.exp(1j * angles[np.newaxis, :] * np.array([[0.25], [0.5], [0.75]]))
    return np.asarray(turns, dtype=np.complex64)


def interpolate_exactly(stretch: Line) -> Line:
    """The waveform a quarter, a half and three quarters of a sample after each of ``SIZE`` samples.

    Band-limited to half the rate, and right for the ``SECTION`` samples in the middle; the rest is faded.

    Returns:
        (3, SIZE).
    """
    spectrum = np.fft.rfft(stretch * _window())
    rows = np.empty((3, SIZE), dtype=np.float32)
    for row, shift in zip(rows, _shifts(), strict=True):
        row[:] = np.fft.irfft(spectrum * shift, SIZE)
    return rows


class PeakFinder:
    """Finds true peaks in one channel of a stream, ``REACH`` samples behind what it was given."""

    def __init__(self) -> None:
        self._line = np.zeros(BLOCK + SIZE + TAPS + kernel.WIDTH, dtype=np.float32)
        self._rows = np.zeros((3, kernel.WIDTH), dtype=np.float32)
        self._out = np.zeros(kernel.RUN, dtype=np.float32)
        self._n = 0

    def load(self, audio: Audio, channel: int) -> tuple[float, int]:
        """Take the next block of at most ``BLOCK`` samples; its sample peak (exact) and the first index that has it."""
        self._line[: 2 * REACH] = self._line[self._n : self._n + 2 * REACH].copy()
        self._n = len(audio)
        peak, index = kernel.load_channel(audio, channel, self._line, 2 * REACH)
        return float(peak), int(index)

    def greatest(self, floor: float) -> tuple[float, int]:
        """The greatest true peak above ``floor`` around the samples looked at, and its index among them.

        These are as many as the last block had, and stand ``REACH`` before it.

        Returns:
            ``floor`` and -1 when there is none.
        """
        taps, norm = interpolator()
        inexact, top = self._survey()
        best, index = kernel.scan_peak(
            self._line, REACH, self._n, taps, norm, top, floor, self._rows, self._out, inexact
        )
        if inexact.any():
            peaks = np.zeros(self._n, dtype=np.float32)
            self._raise_exactly(inexact, peaks)
            highest = int(np.argmax(peaks))
            if peaks[highest] > best:
                best, index = float(peaks[highest]), highest
        return float(best), int(index)

    def raise_peaks(self, threshold: float, peaks: Line) -> None:
        """Raise each of peaks (as many as the last block had) to the true peak there, where that is above a threshold."""
        taps, norm = interpolator()
        inexact, top = self._survey()
        kernel.raise_peaks(
            self._line, REACH, self._n, taps, norm, top, threshold, self._rows, self._out, inexact, peaks
        )
        if inexact.any():
            self._raise_exactly(inexact, peaks)

    def _survey(self) -> tuple[NDArray[np.bool_], Line]:
        """Cleared flags of the sections, and the top band's level along the samples looked at."""
        top = np.empty((self._n + 2 * kernel.AROUND) // kernel.STRIDE + 1, dtype=np.float32)
        kernel.measure_top(self._line, REACH - kernel.AROUND, _top_band(), top)
        return np.zeros(self._n // kernel.SECTION + 1, dtype=np.bool_), top

    def _raise_exactly(self, inexact: NDArray[np.bool_], peaks: Line) -> None:
        for section in np.flatnonzero(inexact):
            start = int(section) * kernel.SECTION
            count = min(kernel.SECTION, self._n - start)
            if count > 0:
                stretch = self._line[start : start + SIZE].copy()
                stretch[count + 2 * REACH :] = 0.0
                rows = interpolate_exactly(stretch)
                kernel.raise_from_rows(stretch, rows, REACH, count, peaks[start : start + count])


class TruePeakMeter:
    """Greatest true peak and sample peak over all channels of a stream, with silence assumed before and after it.

    Feed blocks of at most ``BLOCK`` samples on a fixed grid; the result doesn't depend on anything else.
    """

    def __init__(self, channels: int) -> None:
        self.sample_peak = 0.0
        self.sample_peak_at = 0
        self._finders = [PeakFinder() for _ in range(channels)]
        self._between = 0.0
        self._between_at = 0
        self._position = 0

    def feed(self, audio: Audio) -> None:
        """Take the next block."""
        self._feed(audio)
        self._position += len(audio)

    def _feed(self, audio: Audio) -> None:
        for channel, finder in enumerate(self._finders):
            peak, index = finder.load(audio, channel)
            if peak > self.sample_peak:
                self.sample_peak, self.sample_peak_at = peak, self._position + index
        for finder in self._finders:
            best, index = finder.greatest(max(self._between, self.sample_peak))
            if index >= 0:
                self._between, self._between_at = best, self._position + index - REACH

    def finish(self) -> tuple[float, int]:
        """True peak (linear) and the index of its nearest sample, after the last block."""
        n_samples = self._position
        self._feed(np.zeros((2 * REACH, len(self._finders))))
        if self._between > self.sample_peak:
            return self._between, min(max(self._between_at, 0), max(n_samples - 1, 0))
        return self.sample_peak, self.sample_peak_at


def to_dbtp(peak: float) -> float | None:
    """Level of a linear peak; None for silence."""
    return 20.0 * math.log10(peak) if peak > 0.0 else None
