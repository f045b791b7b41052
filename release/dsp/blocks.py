"""Re-blocking: processors that work on fixed blocks give the same samples however their input is cut."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Audio = NDArray[np.float64]
"""(n_samples, n_channels) float64, full scale +-1.0."""


def as_audio(block: NDArray[np.floating], channels: int) -> Audio:
    """The block as contiguous float64, copied only if it must be.

    Raises:
        ValueError: the block is not (n_samples, channels).
    """
    if block.ndim != 2 or block.shape[1] != channels:
        raise ValueError(f"a block of {channels} channels was expected, not an array of shape {block.shape}")
    return np.ascontiguousarray(block, dtype=np.float64)


def silence(n_samples: int, channels: int) -> Audio:
    """Digital silence."""
    return np.zeros((n_samples, channels))


class FixedBlocks:
    """Cuts a stream into blocks of one size, counted from its start, whatever sizes come in."""

    def __init__(self, size: int, channels: int) -> None:
        self._size = size
        self._channels = channels
        self._held: list[Audio] = []
        self._n_held = 0

    def take(self, block: Audio) -> Iterator[Audio]:
        """Every full block that is complete with this input; views where possible."""
        at = 0
        if self._n_held:
            at = min(len(block), self._size - self._n_held)
            self._held.append(block[:at].copy())
            self._n_held += at
            if self._n_held < self._size:
                return
            full = np.concatenate(self._held)
            self._held, self._n_held = [], 0
            yield full
        while len(block) - at >= self._size:
            yield block[at : at + self._size]
            at += self._size
        if at < len(block):
            self._held, self._n_held = [block[at:].copy()], len(block) - at

    def rest(self) -> Audio:
        """What is left at the end, shorter than a block."""
        rest = np.concatenate(self._held) if self._held else silence(0, self._channels)
        self._held, self._n_held = [], 0
        return rest
