"""A compact disc as its table of contents sees it: integer CD frames, codes, flags and texts.

All times are A-time: CD frames (1/75 s, 588 stereo samples) from the start of the pause before track 1, which is also
the first CD frame of a DDP image. Track 1 normally starts at 00:02:00 = 150.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from release.model.identifiers import to_ean13
from release.model.metadata import ReleaseInfo, Texts, TrackInfo
from release.model.programme import TrackSpan, Unit
from release.model.target import CdTextSpec
from release.units import samples_per_cd_frame

LEAD_PAUSE_CD_FRAMES = 150
"""Two seconds that every disc has before track 1 (cd.md 1.2); they stay silent."""


class Copy(StrEnum):
    """What the copy bits of a track say."""

    PROHIBITED = "prohibited"
    PERMITTED = "permitted"
    SCMS = "scms"


@dataclass(frozen=True, slots=True)
class DiscText:
    """The six texts that CD-TEXT knows of a disc or of a track (pack types 0x80 to 0x85)."""

    title: str = ""
    performer: str = ""
    songwriter: str = ""
    composer: str = ""
    arranger: str = ""
    message: str = ""


NO_TEXT = DiscText()


@dataclass(frozen=True, slots=True)
class TextBlock:
    """All texts of a disc in one language: one CD-TEXT block.

    Attributes:
        language: ISO 639-1 code (``en``), or ``code-7f`` for a byte without one.
        album: texts of the disc.
        tracks: texts of each track, in order.
        charset: ``latin-1``, ``ascii`` or ``ms-jis``.
        disc_id: catalogue number for pack 0x86, or empty.
        genre: text of pack 0x87, or empty.
        genre_code: number in pack 0x87; None leaves it to the encoder's table, and out when ``genre`` is empty too.
        ean: 13 digits for pack 0x8E, or empty.
        isrcs: one of each track for pack 0x8E, or empty.
    """

    language: str
    album: DiscText
    tracks: tuple[DiscText, ...]
    charset: str = "latin-1"
    disc_id: str = ""
    genre: str = ""
    genre_code: int | None = None
    ean: str = ""
    isrcs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DiscTrack:
    """One track of a disc.

    Attributes:
        number: 1 to 99.
        indexes: A-times of index 01, 02, …; index 01 is the start.
        index00_cd_frames: A-time where the pause before it begins; None for no pause. 0 for track 1.
        isrc: 12 characters or empty.
        text: in the main language.
        key: the track's key in the project; empty on a disc that was read.
    """

    number: int
    indexes: tuple[int, ...]
    index00_cd_frames: int | None = None
    isrc: str = ""
    copy: Copy = Copy.PROHIBITED
    has_pre_emphasis: bool = False
    text: DiscText = NO_TEXT
    key: str = field(default="", compare=False)

    @property
    def start_cd_frames(self) -> int:
        """A-time of index 01."""
        return self.indexes[0]

    @property
    def first_point_cd_frames(self) -> int:
        """A-time of the track's first point: index 00 where there is a pause, else index 01."""
        return self.start_cd_frames if self.index00_cd_frames is None else self.index00_cd_frames

    @property
    def pause_cd_frames(self) -> int:
        """Length of the pause before the track; 0 for none."""
        return self.start_cd_frames - self.first_point_cd_frames


@dataclass(frozen=True, slots=True)
class Disc:
    """One compact disc.

    Attributes:
        tracks: in order, numbered from 1.
        lead_out_cd_frames: A-time of the lead-out, which is also the length of the image in CD frames.
        ean: 13 digits or empty.
        catalogue: catalogue number (the master's name in a DDP set), or empty.
        text: title and performer of the disc in the main language.
        text_blocks: CD-TEXT, one block for each language; empty for none.
        programme_start_cd_frames: A-time of the first sample of the disc's timeline; what lies before is zero.
    """

    tracks: tuple[DiscTrack, ...]
    lead_out_cd_frames: int
    ean: str = ""
    catalogue: str = ""
    text: DiscText = NO_TEXT
    text_blocks: tuple[TextBlock, ...] = ()
    programme_start_cd_frames: int = field(default=LEAD_PAUSE_CD_FRAMES, compare=False)

    @property
    def image_cd_frames(self) -> int:
        """Length of the image, the pause before track 1 included."""
        return self.lead_out_cd_frames

    @property
    def lead_zero_cd_frames(self) -> int:
        """Digital silence that the image needs before the first sample of the timeline."""
        return self.programme_start_cd_frames

    def track_end_cd_frames(self, number: int, *, with_pause: bool = True) -> int:
        """A-time where a track ends: the next index 01 or the lead-out.

        Args:
            number: 1 and up.
            with_pause: count the pause before the next track to this one, as a player's display and a file cut do.
        """
        if number >= len(self.tracks):
            return self.lead_out_cd_frames
        following = self.tracks[number]
        return following.start_cd_frames if with_pause else following.first_point_cd_frames


def disc_from_unit(
    unit: Unit,
    infos: Mapping[str, TrackInfo],
    release: ReleaseInfo,
    *,
    copy: str = "prohibited",
    text: CdTextSpec | None = None,
) -> Disc:
    """The disc that a unit of the programme becomes. Pure; positions are only renamed, never moved.

    Sample 0 of the timeline stands at 00:02:00, or later when track 1 asks for a longer pause than the timeline has
    before it; the image is silent before that, and padded with zeros to a whole CD frame after the last sample.

    Args:
        unit: timeline with its track spans; starts and indexes on the timeline's grid of 1/75 s.
        infos: texts and codes by track key.
        release: with the target's edition laid over it.
        copy: what tracks without an own word get.
        text: CD-TEXT wanted; None writes none.

    Raises:
        ValueError: when a start or an index is not on the grid, or no track has a number.
    """
    frame = samples_per_cd_frame(unit.timeline.rate_hz)
    spans = [span for span in unit.timeline.tracks if span.number is not None]
    if not spans:
        raise ValueError(f"disc {unit.name} has no track")
    first = spans[0]
    first_start = _on_grid(first.start, frame, first.key)
    wanted_pause = 0 if first.pause_start is None else -(-(first.start - first.pause_start) // frame)
    lead = max(LEAD_PAUSE_CD_FRAMES, wanted_pause - first_start)
    tracks = []
    for place, span in enumerate(spans):
        earlier = unit.timeline.tracks[: unit.timeline.tracks.index(span)]
        sound_end = max(other.audio_end for other in earlier) if place else None
        track = _disc_track(span, infos[span.key], frame=frame, lead=lead, sound_end=sound_end)
        tracks.append(replace(track, number=place + 1, copy=Copy(infos[span.key].copy or copy)))
    tracks[0] = replace(tracks[0], index00_cd_frames=0)
    keyed = [infos[span.key] for span in spans]
    title = unit.title or release.title
    return Disc(
        tracks=tuple(tracks),
        lead_out_cd_frames=lead + -(-unit.timeline.length // frame),
        ean=to_ean13(release.barcode) if release.barcode else "",
        catalogue=release.catalogue_number,
        text=DiscText(title=title, performer=release.artist),
        text_blocks=_text_blocks(text, title, keyed, (*release.translations, *unit.translations), release)
        if text
        else (),
        programme_start_cd_frames=lead,
    )


def _on_grid(position: int, frame: int, key: str) -> int:
    if position % frame:
        raise ValueError(f"{key}: sample {position} does not lie on a CD frame ({frame} samples each)")
    return position // frame


def _disc_track(span: TrackSpan, info: TrackInfo, *, frame: int, lead: int, sound_end: int | None) -> DiscTrack:
    start = _on_grid(span.start, frame, span.key)
    indexes = [start, *(_on_grid(index, frame, span.key) for index in span.indexes)]
    pause = None
    if span.pause_start is not None and sound_end is not None and span.pause_start < span.start:
        pause = lead + _pause_position(span, frame, sound_end)
    return DiscTrack(
        number=0,
        indexes=tuple(lead + index for index in indexes),
        index00_cd_frames=pause,
        isrc=info.isrc,
        has_pre_emphasis=info.pre_emphasis,
        text=_track_text(info, Texts()),
        key=span.key,
    )


def _pause_position(span: TrackSpan, frame: int, sound_end: int) -> int:
    """CD frame of index 00: a pause grows to whole CD frames, but never back into the end of the sound before it."""
    assert span.pause_start is not None
    earlier = span.pause_start // frame
    reaches_sound = earlier * frame < sound_end <= span.pause_start
    position = -(-span.pause_start // frame) if reaches_sound else earlier
    return min(position, span.start // frame - 1)


def _track_text(info: TrackInfo, translated: Texts) -> DiscText:
    def names(*roles: str) -> str:
        return ", ".join(dict.fromkeys(writer.name for writer in info.writers if writer.role in roles))

    work_composer = info.work.composer if info.work else ""
    return DiscText(
        title=translated.title or info.display_title,
        performer=translated.artist or info.artist,
        songwriter=names("songwriter", "lyricist"),
        composer=names("composer") or work_composer,
        arranger=names("arranger"),
        message=translated.message or info.message,
    )


def _text_blocks(
    spec: CdTextSpec,
    title: str,
    infos: list[TrackInfo],
    translations: tuple[tuple[str, Texts], ...],
    release: ReleaseInfo,
) -> tuple[TextBlock, ...]:
    """One block for each language; what has no translation is given in the main language.

    Args:
        spec: languages and packs.
        title: of the disc, in the main language.
        infos: of the tracks.
        translations: of the release, then of the disc, which win.
        release: with the edition laid over it.
    """
    blocks = []
    for language in spec.languages:
        album = dict(translations).get(language, Texts())
        tracks = tuple(_track_text(info, dict(info.translations).get(language, Texts())) for info in infos)
        blocks.append(
            TextBlock(
                language=language,
                album=_album_text(
                    DiscText(album.title or title, album.artist or release.artist, message=album.message), tracks
                ),
                tracks=tracks,
                charset="ms-jis" if language == "ja" else "latin-1",
                disc_id=release.catalogue_number if "disc_id" in spec.packs else "",
                genre=release.genre if "genre" in spec.packs else "",
                ean=to_ean13(release.barcode) if "codes" in spec.packs and release.barcode else "",
                isrcs=tuple(info.isrc for info in infos) if "codes" in spec.packs else (),
            )
        )
    return tuple(blocks)


def _album_text(album: DiscText, tracks: tuple[DiscText, ...]) -> DiscText:
    """The disc's writers where every track has the same ones.

    Some readers (libcdio 2.1) shift the texts of a kind by one track when the disc has none of that kind.
    """
    shared = {}
    for field_name in ("songwriter", "composer", "arranger"):
        names = {getattr(texts, field_name) for texts in tracks}
        shared[field_name] = names.pop() if len(names) == 1 else ""
    return replace(album, **shared)
