"""Processors one after the other, as one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from release.dsp.blocks import Audio
from release.dsp.steps.kind import Processor


class Row:
    """Runs processors one after the other; aligned when each of them is."""

    def __init__(self, members: Sequence[Processor], channels: int) -> None:
        self._members = tuple(members)
        self._channels = channels

    def process(self, block: Audio) -> Audio:
        """Take the next block; give what is ready."""
        for member in self._members:
            block = member.process(block)
        return block

    def flush(self) -> Audio:
        """Give the rest of all, first to last."""
        rest: list[Audio] = [np.zeros((0, self._channels))]
        for member in self._members:
            rest = [*(member.process(part) for part in rest), member.flush()]
        return np.concatenate(rest)
