"""Third octaves of a stream, many times a second: what a spectrum that goes along with the sound shows.

A frame of about a third of a second (Hann) lies around the middle of each step. Levels are those of the band, mean over
channels, a full-scale sine being 0 dB, as in :mod:`release.dsp.meters.spectrum`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from release.dsp.blocks import Audio, silence
from release.dsp.meters.spectrum import EMPTY_POWER, NOMINAL_HZ, frame_size
from release.dsp.tone_match import band_shares

FRAMES_AT_ONCE = 16


class RunningSpectrum:
    """Levels of the 31 bands for every step of a stream; any split in blocks gives the same."""

    def __init__(self, rate_hz: int, channels: int, steps_per_second: int) -> None:
        """Make it for steps of a whole number of samples."""
        self._hop = rate_hz // steps_per_second
        self._size = frame_size(rate_hz)
        self._channels = channels
        angles = 2.0 * np.pi * np.arange(self._size) / self._size
        self._window = (0.5 - 0.5 * np.cos(angles))[:, np.newaxis]
        scale = 4.0 / (self._size * float((self._window**2).sum()) * channels)
        self._shares = (band_shares(rate_hz, self._size) * scale).T
        # The first frame begins before the sound, so that its middle is that of the first step.
        self._waiting = silence(max((self._size - self._hop) // 2, 0), channels)
        self._n_samples = 0
        self._levels: list[NDArray[np.float64]] = []

    def process(self, audio: Audio) -> None:
        """Take the next block."""
        self._n_samples += len(audio)
        self._waiting = np.concatenate([self._waiting, audio])
        while len(self._waiting) >= self._size + (FRAMES_AT_ONCE - 1) * self._hop:
            self._take(FRAMES_AT_ONCE)

    def finish(self) -> NDArray[np.float64]:
        """Shape (n_steps, 31), in dB; -200 for nothing. A part of a step at the end counts as one."""
        wanted = -(-self._n_samples // self._hop)
        left = wanted - sum(len(rows) for rows in self._levels)
        if left > 0:
            missing = self._size + (left - 1) * self._hop - len(self._waiting)
            self._waiting = np.concatenate([self._waiting, silence(max(missing, 0), self._channels)])
            self._take(left)
        return np.concatenate(self._levels) if self._levels else np.zeros((0, len(NOMINAL_HZ)))

    def _take(self, count: int) -> None:
        frames = np.stack([self._waiting[i * self._hop :][: self._size] for i in range(count)])
        spectra = np.fft.rfft(frames * self._window, axis=1)
        power = (spectra.real**2 + spectra.imag**2).sum(axis=2) @ self._shares
        self._levels.append(10.0 * np.log10(np.maximum(power, EMPTY_POWER)))
        self._waiting = self._waiting[count * self._hop :].copy()
