"""A compact disc as its table of contents sees it: integer CD frames, codes, flags and texts.

All times are A-time: CD frames (1/75 s, 588 stereo samples) from the start of the pause before track 1, which is also
the first CD frame of a DDP image. Track 1 normally starts at 00:02:00 = 150.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

LEAD_PAUSE_CD_FRAMES = 150
"""Two seconds that every disc has before track 1 (cd.md 1.2); they stay silent."""


COPYRIGHT = 0x03
"""Copyright is asserted for the texts (cd.md 4.4; the meaning is libburn's, "probably")."""


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
        copyright: byte of the size packs: 0 for none, ``COPYRIGHT`` where the texts are protected.
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
    copyright: int = 0


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
