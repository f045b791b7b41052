"""What is known about the release and its tracks, apart from sound and position."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Credit:
    """A person and a role, in the role's own words (``mastering engineer``, ``producer``, ``guitar``)."""

    role: str
    name: str


@dataclass(frozen=True, slots=True)
class Artist:
    """One artist of a track; role ``primary``, ``featured`` or ``with``."""

    name: str
    role: str = "primary"


@dataclass(frozen=True, slots=True)
class Writer:
    """A writer; role ``composer``, ``lyricist``, ``songwriter`` or ``arranger``."""

    name: str
    role: str = "songwriter"
    publisher: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """A classical work and a movement of it."""

    title: str
    composer: str = ""
    movement: int | None = None
    movement_title: str = ""


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts in one language, for CD-TEXT blocks; what is empty is taken from the main language."""

    title: str = ""
    artist: str = ""
    message: str = ""
    songwriter: str = ""
    composer: str = ""
    arranger: str = ""


NO_TEXTS = Texts()


@dataclass(frozen=True, slots=True)
class TrackInfo:
    """What tags, sheets and discs say of one track (or of one version of it).

    Attributes:
        key: track id or ``id@version``.
        title: without the version; ``display_title`` has it.
        artist: display string: primary artists, then ``feat.`` featured ones; falls back to the release's artist.
        isrc: 12 characters or empty.
        explicit: ``no``, ``yes`` or ``clean``.
        copy: ``prohibited``, ``permitted`` or ``scms``, or empty for the target's.
    """

    key: str
    title: str
    artist: str
    title_version: str = ""
    isrc: str = ""
    explicit: str = "no"
    artists: tuple[Artist, ...] = ()
    writers: tuple[Writer, ...] = ()
    credits: tuple[Credit, ...] = ()
    message: str = ""
    work: Work | None = None
    copy: str = ""
    pre_emphasis: bool = False
    hidden: bool = False
    translations: tuple[tuple[str, Texts], ...] = ()

    @property
    def display_title(self) -> str:
        """Title with its version in parentheses, as players show it."""
        return f"{self.title} ({self.title_version})" if self.title_version else self.title


@dataclass(frozen=True, slots=True)
class ReleaseInfo:
    """What tags, sheets and discs say of the release (with a target's ``edition`` laid over it)."""

    title: str
    artist: str
    type: str = "album"
    compilation: bool = False
    label: str = ""
    catalogue_number: str = ""
    barcode: str = ""
    release_date: date | None = None
    original_release_date: date | None = None
    genre: str = ""
    language: str = ""
    p_line: str = ""
    c_line: str = ""
    artwork: str = ""  # path relative to the manifest
    credits: tuple[Credit, ...] = ()
    translations: tuple[tuple[str, Texts], ...] = ()
    extra: tuple[tuple[str, str], ...] = field(default=())
