"""Fades and crossfades: gains for any stretch of a fade.

Convention: in a fade of N samples, sample k (0 to N - 1) stands at t = k / (N - 1) of the way. So the first sample of a
fade-in is exactly 0 and its last is the first at full level; a fade-out is the mirror in time, its last sample exactly 0.
Two fades of the same length and law over the same samples are each other's complement: ``linear`` and ``s-curve`` add
up to 1, the squares of ``equal-power`` add up to 1. A fade of one sample is 0.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from release.dsp.blocks import Audio
from release.model.programme import Curve

Gains = NDArray[np.float64]

EXPONENTIAL_RANGE_DB = 60.0
TAIL = 0.05
"""Share of an exponential fade that is a straight line to zero."""


def law(t: Gains, curve: Curve | str) -> Gains:
    """Gain of a rising fade at t from 0 to 1.

    ``s-curve`` (1 - cos pi t)/2, ``linear`` t, ``equal-power`` sin(pi t/2), ``exponential`` dB-linear over 60 dB with a
    straight line to zero in its first twentieth, ``logarithmic`` its mirror: 1 less the exponential law at 1 - t.

    Source: manifest.md, joins and cuts.
    """
    match Curve(curve):
        case Curve.S_CURVE:
            return np.asarray(0.5 - 0.5 * np.cos(np.pi * t))
        case Curve.LINEAR:
            return np.asarray(t, dtype=np.float64)
        case Curve.EQUAL_POWER:
            return np.sin(0.5 * np.pi * t)
        case Curve.EXPONENTIAL:
            return _exponential(t)
        case Curve.LOGARITHMIC:
            return 1.0 - _exponential(1.0 - t)


def _exponential(t: Gains) -> Gains:
    decibels = EXPONENTIAL_RANGE_DB / 20.0
    tail_end = 10.0 ** ((TAIL - 1.0) * decibels)
    return np.where(t < TAIL, t / TAIL * tail_end, 10.0 ** ((t - 1.0) * decibels))


def fade_gain(length: int, curve: Curve | str, start: int, count: int, *, rising: bool) -> Gains:
    """Gains of ``count`` samples of a fade, from its sample ``start`` on.

    Args:
        length: of the fade in samples.
        curve: its law.
        start: may be negative or past the end: before and after the fade gains are those of its ends.
        count: samples wanted.
        rising: True for a fade-in.

    Returns:
        (count,) gains from 0 to 1; exactly 0 at the first sample of a fade-in and the last of a fade-out.
    """
    index = np.arange(start, start + count)
    if not rising:
        index = (length - 1) - index
    gains = law(np.clip(index / max(length - 1, 1), 0.0, 1.0), curve)
    gains[index < 0] = 0.0
    gains[index >= max(length - 1, 1)] = 1.0
    return gains


def crossfade_gains(
    out_fade: tuple[int, Curve | str], in_fade: tuple[int, Curve | str], start: int, count: int
) -> tuple[Gains, Gains]:
    """Gains (outgoing, incoming) of ``count`` samples of a crossfade, from its sample ``start`` on.

    Args:
        out_fade: length and law of the outgoing side; its length is that of the crossfade.
        in_fade: length and law of the incoming side, which begins with the crossfade and may be shorter.
        start: first sample wanted.
        count: samples wanted.
    """
    outgoing = fade_gain(out_fade[0], out_fade[1], start, count, rising=False)
    return outgoing, fade_gain(in_fade[0], in_fade[1], start, count, rising=True)


def apply_gains(audio: Audio, gains: Gains) -> Audio:
    """Audio times one gain a sample; a new array."""
    return audio * gains[:, np.newaxis]
