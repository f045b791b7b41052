"""What filling up CD frames with silence did to the disc of a sheet, told place by place."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from release.model.disc import Disc
from release.model.disc_audio import Piece
from release.units import CD_RATE_HZ, SAMPLES_PER_CD_FRAME, format_msf


def padding_notes(disc: Disc, origin_cd_frames: int, pieces: Sequence[Piece], filled: Collection[int]) -> Iterator[str]:
    """One sentence for each silence that was added: how long, after which track, and whether sound follows at once.

    Args:
        disc: as it came to be.
        origin_cd_frames: A-time of the first piece.
        pieces: from there to the lead-out.
        filled: places among the pieces of the silences that were added; each of them ends on a whole CD frame.
    """
    at = 0
    for place, piece in enumerate(pieces):
        at += piece.length
        if place in filled:
            end = origin_cd_frames + at // SAMPLES_PER_CD_FRAME
            has_sound_next = place + 1 < len(pieces) and bool(pieces[place + 1].file)
            yield _note(disc, end, piece.length, has_sound_next=has_sound_next)


def _note(disc: Disc, end: int, n_samples: int, *, has_sound_next: bool) -> str:
    before = [track for track in disc.tracks if track.first_point_cd_frames < end]
    number = before[-1].number if before else 1
    following = next((track for track in disc.tracks if track.first_point_cd_frames == end), None)
    length = f"{n_samples} samples of silence ({n_samples / CD_RATE_HZ * 1000:.1f} ms) were added"
    if end >= disc.lead_out_cd_frames:
        return f"{length} after track {number:02}, at the end of the disc"
    if following is None:
        return f"{length} inside track {number:02}, before {format_msf(end)}{_GAP if has_sound_next else ''}"
    if not has_sound_next:
        return f"{length} after track {number:02}, before a pause of silence"
    what = "the pause of track" if following.start_cd_frames > end else "track"
    return f"{length} after track {number:02}; {what} {following.number:02} follows directly{_GAP}"


_GAP = ": where the music runs on, that is a gap; take files that hold whole CD frames"
