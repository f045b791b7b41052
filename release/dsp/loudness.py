"""Loudness arithmetic: K-weighting coefficients, gates, pooled loudness, loudness range. No audio, only powers.

A *power* is the weighted sum over channels of mean squares of the K-weighted signal, linear.
Source: ITU-R BS.1770-5, Annex 1; EBU Tech 3342.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Powers = NDArray[np.float64]

OFFSET_LU = -0.691
ABSOLUTE_GATE_LUFS = -70.0
RELATIVE_GATE_LU = -10.0
RANGE_GATE_LU = -20.0

CHANNEL_WEIGHTS: dict[int, tuple[float, ...]] = {
    1: (1.0,),
    2: (1.0, 1.0),
    3: (1.0, 1.0, 1.0),
    4: (1.0, 1.0, 1.41, 1.41),
    5: (1.0, 1.0, 1.0, 1.41, 1.41),
    6: (1.0, 1.0, 1.0, 0.0, 1.41, 1.41),
}
"""Weights by number of channels in WAVE order: L R C LFE Ls Rs; five without LFE, four are L R Ls Rs.

Source: ITU-R BS.1770-5, Annex 1, table 3.
"""


def k_weighting(rate_hz: int) -> NDArray[np.float64]:
    """Coefficients at a rate: b0 b1 b2 a1 a2 of the shelf, a1 a2 of the high-pass over numerator 1 -2 1.

    The analogue parameters that give the standard's 48 kHz tables to 1e-15, through the bilinear transform.
    Source: ITU-R BS.1770-5, Annex 1, tables 1 and 2; parameters as in libebur128 and ffmpeg's ebur128.
    """
    k = math.tan(math.pi * 1681.974450955533 / rate_hz)
    q = 0.7071752369554196
    high = 10.0 ** (3.999843853973347 / 20.0)
    band = high**0.4996667741545416
    a0 = 1.0 + k / q + k * k
    shelf = (
        (high + band * k / q + k * k) / a0,
        2.0 * (k * k - high) / a0,
        (high - band * k / q + k * k) / a0,
        2.0 * (k * k - 1.0) / a0,
        (1.0 - k / q + k * k) / a0,
    )
    k = math.tan(math.pi * 38.13547087602444 / rate_hz)
    q = 0.5003270373238773
    a0 = 1.0 + k / q + k * k
    return np.array([*shelf, 2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0])


def lufs_of_power(power: float) -> float | None:
    """Loudness of a power; None for silence."""
    return OFFSET_LU + 10.0 * math.log10(power) if power > 0.0 else None


def power_of_lufs(lufs: float) -> float:
    """Power that has this loudness."""
    return float(10.0 ** ((lufs - OFFSET_LU) / 10.0))


def lufs_curve(powers: Powers) -> NDArray[np.float64]:
    """Loudness of each power; minus infinity for silence."""
    with np.errstate(divide="ignore"):
        return OFFSET_LU + 10.0 * np.log10(powers)


def gated_power(block_powers: Powers) -> float | None:
    """Mean power of the 400 ms blocks that pass both gates; None when none does.

    Source: ITU-R BS.1770-5, Annex 1, gating.
    """
    loud = block_powers[block_powers > power_of_lufs(ABSOLUTE_GATE_LUFS)]
    if not len(loud):
        return None
    threshold = float(np.mean(loud)) * 10.0 ** (RELATIVE_GATE_LU / 10.0)
    return float(np.mean(loud[loud > threshold]))


def integrated_lufs(block_powers: Powers) -> float | None:
    """Integrated loudness of one piece; None when no block passes the gates."""
    power = gated_power(block_powers)
    return None if power is None else lufs_of_power(power)


def pooled_lufs(blocks: Sequence[Powers], gains_db: Iterable[float] | None = None) -> float | None:
    """Integrated loudness of several pieces under one gate over all their blocks.

    Args:
        blocks: 400 ms powers of each piece.
        gains_db: a gain for each piece, as if it had been applied before measuring; None for no gains.

    Returns:
        None when no block passes the gates.
    """
    gains = [0.0] * len(blocks) if gains_db is None else list(gains_db)
    if len(gains) != len(blocks):
        raise ValueError(f"{len(blocks)} pieces and {len(gains)} gains")
    scaled = [np.asarray(b, dtype=np.float64) * 10.0 ** (g / 10.0) for b, g in zip(blocks, gains, strict=True)]
    return integrated_lufs(np.concatenate(scaled)) if scaled else None


def loudness_range(short_term_powers: Powers) -> float | None:
    """Loudness range in LU from short-term powers at 100 ms steps; None when nothing passes the absolute gate.

    Source: EBU Tech 3342: gates at -70 LUFS and 20 LU below the mean power, 95th less 10th percentile.
    """
    loud = short_term_powers[short_term_powers > power_of_lufs(ABSOLUTE_GATE_LUFS)]
    if not len(loud):
        return None
    threshold = float(np.mean(loud)) * 10.0 ** (RANGE_GATE_LU / 10.0)
    kept = np.sort(loud[loud > threshold])
    low = float(kept[_rank(0.10, len(kept))])
    high = float(kept[_rank(0.95, len(kept))])
    return 10.0 * math.log10(high / low)


def pooled_range(pieces: Sequence[Powers]) -> float | None:
    """Loudness range of several pieces together, as for an album."""
    return loudness_range(np.concatenate([np.asarray(p, dtype=np.float64) for p in pieces])) if pieces else None


def _rank(share: float, count: int) -> int:
    return math.floor((count - 1) * share + 0.5)
