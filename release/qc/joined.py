"""Which delivered tracks run into each other, and how."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from release.model.programme import TrackSpan
from release.qc.contexts import TargetContext


@dataclass(frozen=True, slots=True)
class Join:
    """Two tracks that are joined; ``overlap_s`` is how long both sound, 0 at a butt join."""

    before: TrackSpan
    after: TrackSpan
    overlap_s: float


def joins(context: TargetContext) -> Iterator[Join]:
    """All joins of a target, in order."""
    for unit in context.target.programme.units:
        rate_hz = unit.timeline.rate_hz
        for before, after in pairwise(unit.timeline.tracks):
            if after.joined:
                yield Join(before, after, max(before.audio_end - after.audio_start, 0) / rate_hz)


def joined_starts(context: TargetContext) -> set[str]:
    """Keys of tracks that another one runs into."""
    return {join.after.key for join in joins(context)}


def joined_ends(context: TargetContext) -> set[str]:
    """Keys of tracks that run into another one."""
    return {join.before.key for join in joins(context)}
