"""One entry under ``targets``, resolved: what is wanted, in fixed units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from release.model.metadata import ReleaseInfo, TrackInfo
from release.model.programme import TargetProgramme


@dataclass(frozen=True, slots=True)
class LimiterSpec:
    """Settings of the true-peak limiter; present only when the manifest writes one."""

    max_reduction_db: float | None = None
    release_s: float = 0.1
    look_ahead_s: float = 0.002
    link: float = 1.0


@dataclass(frozen=True, slots=True)
class LevelSpec:
    """How loud a target is to be (manifest.md, level).

    Attributes:
        match: ``none``, ``peak``, ``tracks``, ``album`` or ``anchor``.
        aim_lufs: wanted loudness, for tracks, album and anchor.
        ceiling_dbtp: highest true peak on delivered PCM; None for no ceiling.
        anchor: ``loudest``, ``median`` or a track key of the target (on a ``level_programme``, that span's ``gain_of``).
        held_back: ``together`` or ``each``.
        lossy_ceiling_dbtp: limit of decoded lossy files.
        like: name of the target whose gains are taken (``level: {as: NAME}``).
        offsets_lu: ``level_offset`` by track key, where not zero.
    """

    match: str = "none"
    aim_lufs: float | None = None
    ceiling_dbtp: float | None = None
    anchor: str = "loudest"
    limiter: LimiterSpec | None = None
    held_back: str = "together"
    lossy_ceiling_dbtp: float = 0.0
    like: str = ""
    offsets_lu: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class DitherSpec:
    """How words get shorter; ``type`` is ``none``, ``tpdf`` or ``shaped``."""

    type: str = "tpdf"
    curve: str = "lipshitz"
    silence: str = "keep"


@dataclass(frozen=True, slots=True)
class FileSpec:
    """One format of a file target.

    Attributes:
        format: ``flac``, ``wav``, ``aiff``, ``alac``, ``mp3``, ``aac`` or ``opus``.
        bitrate_kbps: of lossy formats.
        compression: FLAC level.
        chunks: WAV chunks in order, from ``bext``, ``axml``, ``info``, ``id3``; empty for ``chunks: none``.
    """

    format: str
    bitrate_kbps: int | None = None
    compression: int = 8
    chunks: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        """Folder under the target: ``flac``, or ``mp3-320`` for lossy formats."""
        return self.format if self.bitrate_kbps is None else f"{self.format}-{self.bitrate_kbps}"


@dataclass(frozen=True, slots=True)
class FilesSpec:
    """What a streaming or download target writes."""

    files: tuple[FileSpec, ...]
    names: str = "{number:02} {title}"
    services: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()  # tracks left out because they have no such version


@dataclass(frozen=True, slots=True)
class CdTextSpec:
    """CD-TEXT blocks and optional packs; ``inherit`` takes what a text lacks from the main language and the release."""

    languages: tuple[str, ...] = ("en",)
    packs: tuple[str, ...] = ()  # from disc_id, genre, codes
    inherit: bool = True
    empty: tuple[str, ...] = ()  # disc.title, <track id>.performer…: left empty in the first language
    copyright: bool = False


@dataclass(frozen=True, slots=True)
class CdSpec:
    """What a CD target writes; ``images`` from ``ddp``, ``cue``, ``bin``, ``toc``; ``player`` adds a page to listen to."""

    images: tuple[str, ...] = ("ddp",)
    text: CdTextSpec | None = None
    copy: str = "prohibited"
    player: bool = True


@dataclass(frozen=True, slots=True)
class VinylSpec:
    """What a vinyl target cuts. ``matrix`` and ``locked_groove`` go by side name."""

    size_in: int = 12
    speed_rpm: int = 33
    matrix: tuple[tuple[str, str], ...] = ()
    locked_groove: tuple[str, ...] = ()
    notes: str = ""


@dataclass(frozen=True, slots=True)
class CassetteSpec:
    """What a cassette target duplicates; ``tape_minutes`` is both sides together (C46 = 46)."""

    tape_minutes: int = 60
    head_s: float = 1.0
    notes: str = ""


@dataclass(frozen=True, slots=True)
class ResolvedTarget:
    """A target with everything that decides its bytes and papers.

    Attributes:
        sample_rate_hz: of its PCM.
        bit_depth: 16 or 24, or 32 with ``is_float``.
        gaps_in_files: ``keep`` (the gap ends the preceding file) or ``none``.
        level_programme: what the level is solved on where versions take the gain of their main recordings: the same
            target with those in place of the versions; None where it is solved on the programme itself. A span's
            ``gain_of`` names the track there.
    """

    name: str
    kind: str
    release: ReleaseInfo
    tracks: Mapping[str, TrackInfo]
    programme: TargetProgramme
    sample_rate_hz: int
    bit_depth: int
    is_float: bool
    level: LevelSpec
    dither: DitherSpec
    spec: FilesSpec | CdSpec | VinylSpec | CassetteSpec
    gaps_in_files: str = "keep"
    where: str = ""
    level_programme: TargetProgramme | None = None
