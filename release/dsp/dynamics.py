"""Processors whose gain follows a level: compressor, expander; the reduction that bands share with them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from release.dsp.blocks import Audio, as_audio, silence
from release.dsp.detector import Detector, Listening, kept

NEPER_A_DB = math.log(10.0) / 20.0


@dataclass(frozen=True, slots=True)
class Bend:
    """A static curve with its times.

    Attributes:
        threshold_dbfs: where it begins.
        slope: dB of reduction for a dB over (or under) the threshold.
        knee_db: width of the soft bend.
        attack_s: time to take hold (of an expander: to open).
        release_s: time to let go (of an expander: to close).
        most_db: greatest reduction.
    """

    threshold_dbfs: float
    slope: float
    knee_db: float
    attack_s: float
    release_s: float
    most_db: float = math.inf

    def numbers(self, rate_hz: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """As kernels take it."""
        times = (kept(self.attack_s, rate_hz), kept(self.release_s, rate_hz))
        return np.array([self.threshold_dbfs, self.slope, self.knee_db, *times, self.most_db])


class Reduction:
    """How much a compressor takes away, sample by sample.

    Attributes:
        most_db: greatest reduction so far.
    """

    def __init__(self, bend: Bend, listening: Listening, rate_hz: int, channels: int) -> None:
        self.most_db = 0.0
        self._detector = Detector(listening, rate_hz, channels)
        self._curve = bend.numbers(rate_hz)
        self._memory = np.zeros(self._detector.lanes)

    def process(self, audio: Audio) -> Audio:
        """Reductions in dB of the next block, (n, 1) or (n, channels)."""
        from release.dsp.kernels.dynamics import follow_reduction

        levels = self._detector.process(audio)
        reduction = np.empty_like(levels)
        follow_reduction(levels, self._curve, self._memory, reduction)
        if len(reduction):
            self.most_db = max(self.most_db, float(reduction.max()))
        return reduction


class CompressorProcessor:
    """Runs a compressor; no latency. Where nothing is reduced and no gain is made up, samples pass bit for bit."""

    def __init__(self, reduction: Reduction, gain_db: float, mix: float, channels: int) -> None:
        self._reduction = reduction
        self._gain_db, self._mix, self._channels = gain_db, mix, channels

    @property
    def max_reduction_db(self) -> float:
        """Greatest reduction so far."""
        return self._reduction.most_db

    def process(self, block: Audio) -> Audio:
        """Take the next block; give it compressed."""
        audio = as_audio(block, self._channels)
        gains = np.exp((self._gain_db - self._reduction.process(audio)) * NEPER_A_DB)
        if self._mix != 1.0:
            gains = 1.0 + self._mix * (gains - 1.0)
        return audio * gains

    def flush(self) -> Audio:
        """Nothing is left."""
        return silence(0, self._channels)


class ExpanderProcessor:
    """Runs a downward expander or gate, perhaps looking ahead; aligned. Where it is open, samples pass bit for bit."""

    def __init__(
        self, bend: Bend, listening: Listening, hold_s: float, look_ahead_s: float, rate_hz: int, channels: int
    ) -> None:
        self._channels = channels
        self._detector = Detector(listening, rate_hz, channels)
        self._curve = bend.numbers(rate_hz)
        # What its detector holds is a part of the time that it stays open.
        self._hold = max(round(hold_s * rate_hz) - listening.held_samples(rate_hz), 0)
        # It has heard silence so far, so it is closed.
        self._memory = np.full(self._detector.lanes, bend.most_db if bend.slope > 0.0 else 0.0)
        self._held = np.zeros(self._detector.lanes, dtype=np.int64)
        self._look_ahead = self._to_drop = round(look_ahead_s * rate_hz)
        self._waiting = silence(0, channels)

    def process(self, block: Audio) -> Audio:
        """Take the next block; give what is ready."""
        audio = as_audio(block, self._channels)
        self._waiting = np.concatenate([self._waiting, audio])
        return self._listen(audio)

    def flush(self) -> Audio:
        """Give the rest."""
        return self._listen(silence(self._look_ahead, self._channels))

    def _listen(self, audio: Audio) -> Audio:
        from release.dsp.kernels.dynamics import follow_closing

        levels = self._detector.process(audio)
        closing = np.empty_like(levels)
        follow_closing(levels, self._curve, self._hold, self._memory, self._held, closing)
        drop = min(len(closing), self._to_drop)
        self._to_drop -= drop
        gains = np.exp(closing[drop:] * -NEPER_A_DB)
        n = min(len(gains), len(self._waiting))
        ready, self._waiting = self._waiting[:n], self._waiting[n:].copy()
        return ready * gains[:n]
