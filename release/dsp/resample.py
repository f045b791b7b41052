"""Sample-rate conversion: soxr's best and steepest filter, in float64, with exact length and no delay.

The only place that knows soxr. Its package names qualities up to VHQ, whose filter is 3 dB down at 0.950 of half the
lower rate: 20.95 kHz at 44.1 kHz. The library below has a steeper filter at the same precision and nearly the same cost,
3 dB down at 0.990 (21.84 kHz), and the package's own binding takes it. Figures of every pair of rates: docs/sound.md.
"""

from __future__ import annotations

from typing import Protocol, cast

import numpy as np

from release.dsp.blocks import Audio, FixedBlocks, as_audio, silence
from release.units import convert_position

BLOCK = 16_384
"""Samples handed to soxr together: large blocks cost a fifth less than small ones."""
VERY_HIGH = 6
STEEP_FILTER = 0x40
RECIPE = VERY_HIGH | STEEP_FILTER
"""28 bits of precision, linear phase, steep filter. Source: soxr.h, quality recipes."""


class _Stream(Protocol):
    def process_float64(self, x: Audio, last: bool, /) -> Audio: ...


def _open(from_hz: int, to_hz: int, channels: int) -> _Stream:
    """A stream of the library. ``soxr.ResampleStream`` is the same, but takes its five named qualities only."""
    from soxr import soxr_ext

    stream = soxr_ext.CSoxr(from_hz, to_hz, channels, soxr_ext.SOXR_FLOAT64_I, RECIPE, False)
    return cast("_Stream", stream)


class Resampler:
    """Converts a stream; the same samples however it is cut into blocks. Equal rates pass unchanged.

    A sample at input index k stands at output index k * to / from. The total length is round(n * to / from), halves up.
    """

    def __init__(self, from_hz: int, to_hz: int, channels: int) -> None:
        """Start at the beginning of a stream with silence before it."""
        self._from_hz = from_hz
        self._to_hz = to_hz
        self._channels = channels
        self._blocks = FixedBlocks(BLOCK, channels)
        self._n_in = 0
        self._n_out = 0
        self._stream = None if from_hz == to_hz else _open(from_hz, to_hz, channels)

    def process(self, block: Audio) -> Audio:
        """Take the next block; give what is ready."""
        audio = as_audio(block, self._channels)
        if self._stream is None:
            return audio
        self._n_in += len(audio)
        out = [self._stream.process_float64(part, False) for part in self._blocks.take(audio)]
        return self._count(_join(out, self._channels))

    def flush(self) -> Audio:
        """Give the rest, so that the whole has its exact length."""
        if self._stream is None:
            return silence(0, self._channels)
        # A little silence more: soxr rounds the length its own way, and what it would leave out belongs to the end.
        more = silence(2 * self._from_hz // self._to_hz + 2, self._channels)
        rest = self._stream.process_float64(np.concatenate([self._blocks.rest(), more]), True)
        wanted = convert_position(self._n_in, self._from_hz, self._to_hz) - self._n_out
        return self._count(rest[:wanted])

    def _count(self, out: Audio) -> Audio:
        self._n_out += len(out)
        return out


def _join(parts: list[Audio], channels: int) -> Audio:
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else silence(0, channels)


def resample(audio: Audio, from_hz: int, to_hz: int) -> Audio:
    """Convert audio that is in memory as a whole."""
    converter = Resampler(from_hz, to_hz, audio.shape[1])
    return np.concatenate([converter.process(audio), converter.flush()])
