"""What the level solver knows of a target: its tracks as they sound before any gain, and what it decides."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from release.dsp.meter import pooled_lufs

Powers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TrackLevel:
    """One track at the target's rate.

    Attributes:
        group: index of its level group; members move as one.
        offset_lu: intended distance from the aim, in ``match: tracks``.
        block_powers: power of each 400 ms block, gating not yet applied.
        true_peak_dbtp: None for digital silence.
        true_peak_at_s: from the start of the track.
    """

    group: int
    offset_lu: float
    block_powers: Powers
    true_peak_dbtp: float | None
    true_peak_at_s: float = 0.0

    @property
    def integrated_lufs(self) -> float | None:
        """Loudness of the track alone."""
        return pooled_lufs([self.block_powers], [0.0])


@dataclass(frozen=True, slots=True)
class HeldBack:
    """How much the ceiling or ``max_reduction`` took away, and because of what.

    Attributes:
        db: the most that any track was held back.
        track: index of the track whose peak decided.
        at_s: its moment.
        why: ``ceiling`` or ``max-reduction``.
    """

    db: float
    track: int
    at_s: float
    why: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What a set of gains gave when it was tried through the limiter.

    Attributes:
        tracks: the tracks as they sound after gain and limiter.
        reduction_db: most that the limiter took from each track.
        reduction_at_s: where, from the start of the track.
    """

    tracks: tuple[TrackLevel, ...]
    reduction_db: tuple[float, ...]
    reduction_at_s: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Solution:
    """Gains in dB by track, and how they came about."""

    gains_db: tuple[float, ...]
    reached_lufs: float | None
    held_back: HeldBack | None = None
    held_back_db: tuple[float, ...] = ()
    ceiling_dbtp: float | None = None  # what the limiter is set to; at or below the target's ceiling
    reduction_db: tuple[float, ...] = ()
    reduction_at_s: tuple[float, ...] = ()
    trials: int = field(default=0)
    slope_too_small: bool = False
