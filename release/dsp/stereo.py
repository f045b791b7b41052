"""Processors that are about left and right: balance, polarity, width, mono, delay."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from release.dsp.blocks import Audio, as_audio, silence


class Matrix:
    """Makes each channel from a weighted sum of all; no memory. The unit matrix gives every sample back as it was."""

    def __init__(self, weights: NDArray[np.float64]) -> None:
        """Start.

        Args:
            weights: (channels out, channels in).
        """
        self._weights = weights
        self._channels = len(weights)
        self._is_unit = bool((weights == np.eye(self._channels)).all())

    def process(self, block: Audio) -> Audio:
        """Take the next block; give it mixed."""
        audio = as_audio(block, self._channels)
        if self._is_unit:
            return audio
        out = np.zeros_like(audio)
        for row, weights in enumerate(self._weights):
            for column, weight in enumerate(weights):
                if weight:
                    out[:, row] += weight * audio[:, column]
        return out

    def flush(self) -> Audio:
        """Nothing is left."""
        return silence(0, self._channels)


class WholeDelay:
    """Moves a stream by whole samples, later or earlier; as long as its input."""

    def __init__(self, samples: int, channels: int) -> None:
        self._channels = channels
        self._to_drop = max(-samples, 0)
        self._to_add = self._to_drop
        self._held = silence(max(samples, 0), channels)
        self._keep = max(samples, 0)

    def process(self, block: Audio) -> Audio:
        """Take the next block; give what is ready."""
        audio = as_audio(block, self._channels)
        drop = min(self._to_drop, len(audio))
        self._to_drop -= drop
        whole = np.concatenate([self._held, audio[drop:]])
        n = len(whole) - self._keep
        self._held = whole[n:].copy()
        return whole[:n]

    def flush(self) -> Audio:
        """Give what an earlier start leaves open at the end: silence."""
        return silence(self._to_add - self._to_drop, self._channels)


def needs_stereo(kind: str, channels: int) -> None:
    """Raise unless there are two channels.

    Raises:
        ValueError: the audio is not stereo.
    """
    if channels != 2:
        raise ValueError(f"{kind} needs stereo, not {channels} channel(s)")
