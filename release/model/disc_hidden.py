"""Sound on a disc that no track number names: hidden tracks, and whatever plays before index 01 of track 1."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from release.model.disc import LEAD_PAUSE_CD_FRAMES, Disc
from release.model.metadata import TrackInfo
from release.model.programme import Unit
from release.units import samples_per_cd_frame


@dataclass(frozen=True, slots=True)
class HiddenSound:
    """A hidden track as a disc holds it. A-times, whole CD frames around the sound.

    Attributes:
        title: as printed.
        artist: empty where it is the disc's.
        track: number of the track that it lies in, or in whose pause it lies.
        at_cd_frames: where it begins.
        end_cd_frames: one past its last CD frame.
        index: CD index that marks its start; None for none. 0 in the pause before its track.
    """

    title: str
    artist: str
    track: int
    at_cd_frames: int
    end_cd_frames: int
    index: int | None = None

    @property
    def is_in_first_pause(self) -> bool:
        """True before index 01 of track 1."""
        return self.track == 1 and self.index == 0


@dataclass(frozen=True, slots=True)
class HiddenParts:
    """What a disc plays beside its numbered tracks.

    Attributes:
        tracks: hidden tracks in order.
        first_sound_cd_frames: A-time of the first sound before index 01 of track 1; None where that pause is silent.
        pauses_with_sound: numbers of the further tracks whose pause is not silent.
    """

    tracks: tuple[HiddenSound, ...] = ()
    first_sound_cd_frames: int | None = None
    pauses_with_sound: tuple[int, ...] = ()


NOTHING_HIDDEN = HiddenParts()


def hidden_parts(unit: Unit, infos: Mapping[str, TrackInfo], disc: Disc) -> HiddenParts:
    """Hidden tracks of a unit on the disc that it becomes (``disc_from_unit``)."""
    frame, lead = samples_per_cd_frame(unit.timeline.rate_hz), disc.programme_start_cd_frames
    number, found = 0, []
    for span in unit.timeline.tracks:
        number = span.number or number
        if span.number is not None:
            continue
        at, end = lead + span.audio_start // frame, lead + -(-span.audio_end // frame)
        info = infos[span.key]
        artist = "" if info.artist == disc.text.performer else info.artist
        index = 0 if number == 0 else _index_at(disc, number, at)
        found.append(HiddenSound(info.display_title, artist, max(number, 1), at, end, index))
    first = min(span.audio_start for span in unit.timeline.tracks)
    sounds_early = lead + first // frame < disc.tracks[0].start_cd_frames
    first_sound = max(lead + first // frame, LEAD_PAUSE_CD_FRAMES) if sounds_early else None
    return HiddenParts(tuple(found), first_sound, tuple(_pauses_with_sound(unit, disc, frame)))


def _pauses_with_sound(unit: Unit, disc: Disc, frame: int) -> Iterator[int]:
    """Numbers of tracks after the first whose pause a clip plays into."""
    for track in disc.tracks[1:]:
        begin, end = (
            (at - disc.programme_start_cd_frames) * frame for at in (track.first_point_cd_frames, track.start_cd_frames)
        )
        if any(clip.position < end and clip.end > begin for clip in unit.timeline.clips if end > begin):
            yield track.number


def _index_at(disc: Disc, number: int, at: int) -> int | None:
    """The index of a track that marks a moment: snapping moves it by less than a CD frame."""
    marks = enumerate(disc.tracks[number - 1].indexes[1:], start=2)
    return next((index for index, mark in marks if abs(mark - at) <= 1), None)
