"""What the level solver knows of a target: its tracks as they sound before any gain, and what it decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from release.dsp.meter import MeterResult, pooled_lufs
from release.stages.render import Piece

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
class SegmentLevel:
    """A segment as the solver sees it.

    Attributes:
        role: input role of its render step.
        regions: (start, end, track) in samples; a track's gain holds in its region.
        pieces: (start, end, lead, tail) of the tracks that sound in it.
        piece_tracks: track of each piece.
        measured: of each piece, before gain.
    """

    role: str
    dtype: str
    n_samples: int
    regions: tuple[tuple[int, int, int], ...]
    pieces: tuple[Piece, ...]
    piece_tracks: tuple[int, ...]
    measured: tuple[MeterResult, ...]


def is_over(segment: SegmentLevel, gains_db: Sequence[float], ceiling_dbtp: float) -> bool:
    """Whether a peak of a segment passes the ceiling with these gains, so that the limiter has to touch it."""
    return any(
        result.true_peak_dbtp is not None and result.true_peak_dbtp + gains_db[track] > ceiling_dbtp
        for result, track in zip(segment.measured, segment.piece_tracks, strict=True)
    )


@dataclass(frozen=True, slots=True)
class HeldBack:
    """How far the ceiling or ``max_reduction`` keeps a track from its aim, and because of what.

    Attributes:
        lu: how far it stays under its aim, as measured behind the limiter.
        track: index of the track whose peak decided.
        at_s: its moment.
        why: ``ceiling``, ``max-reduction``, or ``limiter`` where more gain brings no loudness.
        needs_db: the greatest ``max_reduction`` that was tried to reach the aim; None where none was.
        lacks_lu: what was still lacking with it; 0 where it reached the aim.
    """

    lu: float
    track: int
    at_s: float
    why: str
    needs_db: float | None = None
    lacks_lu: float = 0.0


@dataclass(frozen=True, slots=True)
class Trial:
    """What a set of gains gave when it was tried through the limiter.

    Attributes:
        tracks: the tracks as they sound after gain and limiter.
        reduction_db: most that the limiter took from each track.
        reduction_at_s: where, from the start of the track.
        settings_dbtp: what the limiter was set to for each segment; empty when it was the same for all.
    """

    tracks: tuple[TrackLevel, ...]
    reduction_db: tuple[float, ...]
    reduction_at_s: tuple[float, ...]
    settings_dbtp: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Solution:
    """Gains in dB by track, and how they came about; ``held`` by track too, None where nothing holds it back."""

    gains_db: tuple[float, ...]
    reached_lufs: float | None
    held: tuple[HeldBack | None, ...] = ()
    ceiling_dbtp: float | None = None  # what the limiter is set to; at or below the target's ceiling
    reduction_db: tuple[float, ...] = ()
    reduction_at_s: tuple[float, ...] = ()
    trials: int = field(default=0)
    slope_too_small: bool = False
    settings_dbtp: tuple[float, ...] = ()  # by segment, where the limiter is not set the same for all

    @property
    def held_back(self) -> HeldBack | None:
        """What holds back the track that is furthest from its aim; None where none is held back."""
        return max((h for h in self.held if h is not None), key=lambda h: h.lu, default=None)
