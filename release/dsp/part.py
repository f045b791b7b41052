"""A step on one part of the sound: left, right, mid or side; the other part passes untouched."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from release.dsp.blocks import Audio, as_audio, silence
from release.dsp.repair.log import BOTH, Repair, Repairing
from release.dsp.steps.kind import Processor


class PartProcessor:
    """Feeds a one-channel processor with a part of stereo sound and puts its result back.

    Mid is (L + R)/2 and side (L - R)/2, so that left is mid + side and right mid - side. What goes back is the change
    alone: where the step changes nothing, left and right come out bit for bit.
    """

    def __init__(self, inner: Processor, part: str, channels: int) -> None:
        """Start.

        Raises:
            ValueError: the audio is not stereo.
        """
        if channels != 2:
            raise ValueError(f"a step on {part} alone needs stereo, not {channels} channel(s)")
        self._inner = inner
        self._pick, self._back = WEIGHTS[part]
        self._channel = {"left": 0, "right": 1}.get(part, BOTH)
        self._waiting = silence(0, 2)

    def process(self, block: Audio) -> Audio:
        """Take the next block; give what is ready."""
        audio = as_audio(block, 2)
        self._waiting = np.concatenate([self._waiting, audio]) if len(self._waiting) else audio
        return self._put_back(self._inner.process(self._picked(audio)))

    def flush(self) -> Audio:
        """Give the rest."""
        return self._put_back(self._inner.flush())

    def take_repairs(self) -> list[Repair]:
        """What a repair inside noted since the last call, with the channels that it reached here."""
        if not isinstance(self._inner, Repairing):
            return []
        return [replace(r, channel=self._channel) for r in self._inner.take_repairs()]

    def _picked(self, audio: Audio) -> Audio:
        left, right = self._pick
        return (audio[:, :1] * left) + (audio[:, 1:] * right)

    def _put_back(self, out: Audio) -> Audio:
        ready, self._waiting = self._waiting[: len(out)], self._waiting[len(out) :].copy()
        return np.asarray(ready + (out - self._picked(ready)) * self._back)


WEIGHTS = {
    "left": ((1.0, 0.0), np.array([1.0, 0.0])),
    "right": ((0.0, 1.0), np.array([0.0, 1.0])),
    "mid": ((0.5, 0.5), np.array([1.0, 1.0])),
    "side": ((0.5, -0.5), np.array([1.0, -1.0])),
}
"""How a part is made of left and right, and how its change comes back to them."""
