"""Small questions about a timeline that render and level both ask."""

from __future__ import annotations

from itertools import pairwise

from release.model.programme import Timeline


def gain_regions(timeline: Timeline) -> tuple[tuple[int, int, str], ...]:
    """Where each track's level gain holds: (start, end, track key), end to end from 0 to the timeline's length.

    Gain changes at the clip boundary, never at a snapped start: a gap and its room tone belong to the following track.
    Tracks that overlap have one gain, so the boundary between them (the start of the later one's audio) is not heard.
    """
    tracks = sorted(timeline.tracks, key=lambda t: (t.audio_start, t.audio_end))
    if not tracks:
        return ()
    bounds = [min(earlier.audio_end, later.audio_start) for earlier, later in pairwise(tracks)]
    edges = [0, *bounds, timeline.length]
    return tuple(
        (start, end, track.key) for track, (start, end) in zip(tracks, pairwise(edges), strict=True) if end > start
    )
