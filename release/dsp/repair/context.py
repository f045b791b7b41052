"""A processor that sees what comes before and after the block that it works on: the frame of every repair.

Blocks last one second from the start of the stream. Chains are fed from a whole second of the source, so the blocks lie
on the same samples however the stream is cut and wherever a track is trimmed.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from release.dsp.blocks import Audio, as_audio, silence
from release.dsp.repair.log import Repair


class ContextProcessor(ABC):
    """Holds a stream back by ``reach`` samples and hands it on a block at a time, with its surroundings."""

    def __init__(self, rate_hz: int, channels: int, reach: int) -> None:
        self.rate_hz, self.channels, self.reach = rate_hz, channels, reach
        self.block = rate_hz
        self._log: list[Repair] = []
        self._parts: list[Audio] = []
        self._held_from = 0
        """First sample of what is held."""
        self._n_in = 0
        self._n_out = 0

    @abstractmethod
    def repaired(self, heard: Audio, first: int, last: int, at: int) -> Audio:
        """The block, repaired.

        Args:
            heard: the block with up to ``reach`` samples before and after it, less at the ends of the stream; not changed.
            first: index in ``heard`` where the block starts.
            last: index one past its end.
            at: place of ``heard[0]`` in the stream.

        Returns:
            ``heard[first:last]``, or a new array in its place.
        """

    def log(self, at: int, length: int, channel: int, strength: float) -> None:
        """Note a repair, its place counted in the stream."""
        self._log.append(Repair(int(at), int(length), channel, round(float(strength), 2)))

    def take_repairs(self) -> list[Repair]:
        """The entries since the last call."""
        found, self._log = self._log, []
        return found

    def process(self, block: Audio) -> Audio:
        """Take the next block; give what is ready."""
        self._parts.append(as_audio(block, self.channels).copy())
        self._n_in += len(block)
        return self._emit(self._n_in - self.reach)

    def flush(self) -> Audio:
        """Give the rest."""
        out = self._emit(self._n_in)
        if self._n_out == self._n_in:
            return out
        return np.concatenate([out, self._run(self._n_in)])

    def _emit(self, until: int) -> Audio:
        """All full blocks that end at ``until`` or before."""
        done = []
        while self._n_out + self.block <= until:
            done.append(self._run(self._n_out + self.block))
        return np.concatenate(done) if done else silence(0, self.channels)

    def _run(self, end: int) -> Audio:
        if len(self._parts) > 1:
            self._parts = [np.concatenate(self._parts)]
        held = self._parts[0]
        low, high = max(self._n_out - self.reach, 0), min(end + self.reach, self._n_in)
        heard = held[low - self._held_from : high - self._held_from]
        out = self.repaired(heard, self._n_out - low, end - low, low)
        keep_from = max(end - self.reach, 0)
        self._parts, self._held_from = [held[keep_from - self._held_from :]], keep_from
        self._n_out = end
        return out
