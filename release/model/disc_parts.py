"""How a disc that was read falls into files: one for each track, silence between them as gaps. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from release.model.disc import LEAD_PAUSE_CD_FRAMES, Disc


@dataclass(frozen=True, slots=True)
class DiscPart:
    """One file of a disc.

    Attributes:
        track: number of the track; 0 for what is hidden before track 1.
        start_cd_frames: A-time of its first sample.
        end_cd_frames: A-time of its end.
        gap_cd_frames: silence between the file before it and this one; 0 where they touch.
        pause_cd_frames: length of index 00 where that is not the gap, else None.
    """

    track: int
    start_cd_frames: int
    end_cd_frames: int
    gap_cd_frames: int = 0
    pause_cd_frames: int | None = None


def disc_parts(disc: Disc, is_silent: Callable[[int, int], bool]) -> tuple[DiscPart, ...]:
    """The files of a disc in order; with the gaps between them they are its sound from 00:02:00 to the lead-out.

    A silent pause becomes a gap. A pause with sound in it stays at the end of the file before it, and touches the next.
    Sound before track 1 is a file of its own; a silent pause there only moves the start.

    Args:
        disc: with at least one track, which starts at 00:02:00 or later.
        is_silent: tells whether every sample between two A-times is zero.
    """
    first = disc.tracks[0].start_cd_frames
    parts: list[DiscPart] = []
    starts_late = first > LEAD_PAUSE_CD_FRAMES
    has_hidden = starts_late and not is_silent(LEAD_PAUSE_CD_FRAMES, first)
    if has_hidden:
        parts.append(DiscPart(0, LEAD_PAUSE_CD_FRAMES, first))
    gap, pause = 0, first if starts_late and not has_hidden else None
    for track, following in zip(disc.tracks, [*disc.tracks[1:], None], strict=True):
        end = disc.track_end_cd_frames(track.number)
        next_gap, next_pause = 0, None
        if following is not None and following.pause_cd_frames:
            if is_silent(following.first_point_cd_frames, end):
                next_gap = following.pause_cd_frames
                end = following.first_point_cd_frames
            else:
                next_pause = following.pause_cd_frames
        parts.append(DiscPart(track.number, track.start_cd_frames, end, gap, pause))
        gap, pause = next_gap, next_pause
    return tuple(parts)
