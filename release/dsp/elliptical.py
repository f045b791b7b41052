"""The processor of ``mono_below``: a linear-phase highpass on the side signal."""

from __future__ import annotations

import math

import numpy as np

from release.dsp.blocks import Audio, FixedBlocks, as_audio, silence

DEPTH = 1e-8
"""The impulse response is cut where it has fallen to this (-160 dB)."""


class MonoBelowProcessor:
    """Takes the low end of (L - R)/2 away from L and adds it to R; aligned, as long as its input.

    The low end is the side signal under a two-sided exponential, which is 6 dB down at the frequency.
    """

    def __init__(self, frequency_hz: float, rate_hz: int, channels: int) -> None:
        """Start.

        Raises:
            ValueError: the audio is not stereo.
        """
        if channels != 2:
            raise ValueError(f"mono_below needs stereo, not {channels} channel(s)")
        self._decay = side_decay(frequency_hz, rate_hz)
        self._gain = (1.0 - self._decay) / (1.0 + self._decay)
        self._reach = math.ceil(math.log(DEPTH) / math.log(self._decay))
        self._blocks = FixedBlocks(max(4096, 2 * self._reach), channels)
        self._memory = np.zeros(1)
        self._waiting = silence(0, channels)

    def process(self, block: Audio) -> Audio:
        """Take the next block; give what is ready."""
        parts = [self._run(part, self._reach) for part in self._blocks.take(as_audio(block, 2))]
        return np.concatenate(parts) if parts else silence(0, 2)

    def flush(self) -> Audio:
        """Give the rest."""
        return self._run(np.concatenate([self._blocks.rest(), silence(self._reach, 2)]), self._reach)

    def _run(self, audio: Audio, reach: int) -> Audio:
        """Give all but the last ``reach`` samples of what waits and what came."""
        from release.dsp.kernels.filters import smooth_both_ways

        audio = np.concatenate([self._waiting, audio])
        n = max(len(audio) - reach, 0)
        ready, self._waiting = audio[:n], audio[n:].copy()
        if not n:
            return silence(0, 2)
        side = 0.5 * (audio[:, 0] - audio[:, 1])
        low = np.empty(n)
        smooth_both_ways(side, low, reach, self._decay, self._gain, self._memory)
        return np.stack([ready[:, 0] - low, ready[:, 1] + low], axis=1)


def side_decay(frequency_hz: float, rate_hz: int) -> float:
    """Decay a sample of the two-sided exponential whose response is one half at a frequency.

    Its response is (1 - d)^2 / (1 - 2 d cos w + d^2); one half gives d^2 - (4 - 2 cos w) d + 1 = 0.
    """
    half = 2.0 - math.cos(2.0 * math.pi * frequency_hz / rate_hz)
    return half - math.sqrt(half * half - 1.0)
