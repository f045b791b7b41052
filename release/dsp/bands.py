"""Bands in linear phase that sum to their input, and the processors that work on them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from release.dsp.blocks import Audio, as_audio, silence
from release.dsp.dynamics import NEPER_A_DB, Reduction
from release.dsp.fir import FirFilter, Line, above, above_reach_s, linear_phase
from release.dsp.part import PartProcessor
from release.dsp.steps.kind import Processor
from release.dsp.stereo import Matrix


def width_processor(widths: Sequence[float], crossovers_hz: Sequence[float], rate_hz: int) -> Processor:
    """Scales the side signal, each band by its own factor."""
    if len(set(widths)) == 1:
        return PartProcessor(Matrix(np.array([[widths[0]]])), "side", 2)
    uppers = [above(corner, rate_hz) for corner in crossovers_hz]

    def magnitude(frequencies_hz: Line) -> Line:
        total = np.full(len(frequencies_hz), widths[0])
        for upper, below_it, over_it in zip(uppers, widths[:-1], widths[1:], strict=True):
            total += (over_it - below_it) * upper(frequencies_hz)
        return total

    taps = linear_phase(magnitude, rate_hz, above_reach_s(min(crossovers_hz)))
    return PartProcessor(FirFilter(taps, len(taps) // 2, 1), "side", 2)


class BandSplitter:
    """Gives a stream in bands, low to high, aligned with it; added up they are the stream itself.

    What lies above each crossover is filtered out of the stream in linear phase; a band is the difference of two such
    parts, the lowest one what is left of the stream.
    """

    def __init__(self, crossovers_hz: Sequence[float], rate_hz: int, channels: int) -> None:
        taps = [linear_phase(above(c, rate_hz), rate_hz, above_reach_s(c)) for c in crossovers_hz]
        # One length for all, so that all give as much at a time.
        longest = max(len(t) for t in taps)
        taps = [np.pad(t, (longest - len(t)) // 2) for t in taps]
        self._filters = [FirFilter(t, longest // 2, channels) for t in taps]
        self._waiting = silence(0, channels)

    def process(self, audio: Audio) -> list[Audio]:
        """Take the next block; give what is ready: the stream, then what lies above each crossover."""
        self._waiting = np.concatenate([self._waiting, audio])
        return self._aligned([f.process(audio) for f in self._filters])

    def flush(self) -> list[Audio]:
        """Give the rest."""
        return self._aligned([f.flush() for f in self._filters])

    def _aligned(self, uppers: list[Audio]) -> list[Audio]:
        n = len(uppers[0])
        ready, self._waiting = self._waiting[:n], self._waiting[n:].copy()
        return [ready, *uppers]


class MultibandProcessor:
    """Compresses each band by itself. Where no band has a gain, the stream passes bit for bit."""

    def __init__(
        self,
        crossovers_hz: Sequence[float],
        reductions: Sequence[Reduction],
        gains_db: Sequence[float],
        mix: float,
        rate_hz: int,
        channels: int,
    ) -> None:
        self._splitter = BandSplitter(crossovers_hz, rate_hz, channels)
        self._reductions, self._gains_db, self._mix, self._channels = reductions, gains_db, mix, channels

    def process(self, block: Audio) -> Audio:
        """Take the next block; give what is ready."""
        return self._mixed(self._splitter.process(as_audio(block, self._channels)))

    def flush(self) -> Audio:
        """Give the rest."""
        return self._mixed(self._splitter.flush())

    def _mixed(self, parts: list[Audio]) -> Audio:
        nothing = np.zeros_like(parts[0])
        gains = []
        for number, (lower, upper) in enumerate(itertools.pairwise([*parts, nothing])):
            reduction = self._reductions[number].process(lower - upper)
            gain = np.exp((self._gains_db[number] - reduction) * NEPER_A_DB)
            gains.append(1.0 + self._mix * (gain - 1.0) if self._mix != 1.0 else gain)
        out = parts[0] * gains[0]
        for part, (under, over) in zip(parts[1:], itertools.pairwise(gains), strict=True):
            out += (over - under) * part
        return out


class DeEsserProcessor:
    """Holds down what lies above a frequency while it is loud. Where nothing is held down, samples pass bit for bit."""

    def __init__(self, frequency_hz: float, reduction: Reduction, rate_hz: int, channels: int) -> None:
        self._splitter = BandSplitter([frequency_hz], rate_hz, channels)
        self._reduction, self._channels = reduction, channels

    def process(self, block: Audio) -> Audio:
        """Take the next block; give what is ready."""
        return self._held(self._splitter.process(as_audio(block, self._channels)))

    def flush(self) -> Audio:
        """Give the rest."""
        return self._held(self._splitter.flush())

    def _held(self, parts: list[Audio]) -> Audio:
        stream, upper = parts
        gain = np.exp(self._reduction.process(upper) * -NEPER_A_DB)
        return stream + (gain - 1.0) * upper
