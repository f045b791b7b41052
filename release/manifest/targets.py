"""The targets, by kind. Field names are the manifest's keys, descriptions the users' documentation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from release.encode.codec import CODECS
from release.formats.cdtext import has_code
from release.formats.cdtext_tables import MOST_BLOCKS, TEXT_FIELDS
from release.manifest.fields import (
    Bitrate,
    Language,
    LongText,
    ManifestModel,
    Rate,
    Ratio,
    Scalar,
    Size,
    Speed,
    Switch,
    Tape,
    Text,
    Time,
    TrackRef,
    also,
    choice,
    fail,
    level,
    whole,
    word,
)
from release.manifest.names import DEFAULT_NAMES, check_template
from release.manifest.process import Process, range_like, time_like
from release.manifest.project import Copy, Edition, GainDb, Gap, ProjectFields
from release.manifest.scalars import ScalarError, TimeValue, parse_switch, parse_time

KINDS = ("streaming", "download", "cd", "vinyl", "cassette")
FORMATS = tuple(CODECS)
CHUNKS = ("bext", "axml", "info", "id3")
SERVICES = ("spotify", "apple-music", "youtube", "youtube-music", "tidal", "amazon-music", "deezer", "pandora")
"""Services whose rules the checks know (release/qc/data/services.json); a test holds the two together."""
DEFAULT_CHUNKS = ("bext", "axml")

SideName = Annotated[str, word("the name of a side")]
Sides = dict[SideName, tuple[TrackRef, ...]]
BitDepth = Annotated[str, choice("16", "24", "float")]


def _names(text: str) -> str:
    check_template(text)
    return text


Names = Annotated[str, Scalar(_names, "a pattern of file names", {"type": "string"})]


class Limiter(ManifestModel):
    """A true-peak limiter with look-ahead."""

    max_reduction: Annotated[float, level("dB", 0, 40)] | None = Field(
        default=None, description="Most that it may take off, in dB; default: no bound."
    )
    release: Annotated[TimeValue, time_like("limiter", "release")] = Field(
        default=parse_time("100 ms"),
        description=f"Time in which it gives back 63 %: {range_like('limiter', 'release')}.",
    )
    look_ahead: Annotated[TimeValue, time_like("limiter", "look_ahead")] = Field(
        default=parse_time("2 ms"), description=f"How far it looks ahead: {range_like('limiter', 'look_ahead')}."
    )
    link: Ratio = Field(default=1.0, description="How much the channels move as one: 1 fully, 0 each for itself.")


class Level(ManifestModel):
    """How loud a target is to be."""

    match: Annotated[str, choice("none", "peak", "tracks", "album", "anchor")] = Field(
        default="none",
        description="What is brought to the aim: nothing, the highest peak, each track, the album, or one track of it.",
    )
    loudness: Annotated[float, level("LUFS", -70, 0)] | None = Field(
        default=None, description="Aim of tracks, album and anchor, in LUFS."
    )
    ceiling: Annotated[float, level("dBTP", -60, 0)] | None = Field(
        default=None, description="Highest true peak of what is delivered, in dBTP; with match: none only a check."
    )
    anchor: Text = Field(
        default="loudest", description="Track that sets the gain with match: anchor: loudest, median or an id."
    )
    limiter: Limiter | None = Field(default=None, description="Limiter that holds the ceiling; off unless written.")
    held_back: Annotated[str, choice("together", "each")] = Field(
        default="together",
        description="Who gives up the dB that the ceiling forbids: all tracks alike, or each its own.",
    )
    lossy_ceiling: Annotated[float, level("dBTP", -60, 12)] = Field(
        default=0.0,
        description="Highest true peak of decoded lossy files, in dBTP: above is a finding, never another gain.",
    )
    as_: Text = Field(default="", alias="as", description="Target whose gains and limiter are taken as they are.")


class Dither(ManifestModel):
    """How words get shorter; a bare word is the type."""

    shorthand: ClassVar[str] = "type"
    type: Annotated[str, choice("none", "tpdf", "shaped")] = Field(default="tpdf", description="Kind of dither.")
    curve: Annotated[str, choice("lipshitz", "wannamaker-3", "wannamaker-9", "modified-e-9")] = Field(
        default="lipshitz", description="Noise-shaping curve of shaped dither; made for 44.1 kHz, usable at 48 kHz."
    )
    silence: Annotated[str, choice("keep", "dither")] = Field(
        default="keep", description="Digital silence stays digital silence, or is dithered too."
    )


class FileFormat(ManifestModel):
    """A format of files; a bare word is the format with its defaults."""

    shorthand: ClassVar[str] = "format"
    format: Annotated[str, choice(*FORMATS)] = Field(description="Format of the files.")
    bitrate: Bitrate | None = Field(
        default=None, description="Bit rate of a lossy format in kb/s; default: mp3 320, aac 256, opus 128."
    )
    compression: Annotated[int, whole(0, 8, "a compression level")] | None = Field(
        default=None, description="FLAC compression level, 0 to 8; default: 8."
    )
    chunks: tuple[Annotated[str, choice(*CHUNKS)], ...] | None = Field(
        default=None,
        description="WAV chunks beside the audio, in order, or none; default: bext and axml.",
        json_schema_extra=also({"const": "none"}),
    )

    @field_validator("chunks", mode="before")
    @classmethod
    def read_none(cls, value: object) -> object:
        """``none`` is an empty list."""
        return () if value == "none" else value

    @model_validator(mode="after")
    def fits_format(self) -> FileFormat:
        """A setting belongs to a format that has it."""
        codec = CODECS[self.format]
        if self.bitrate is not None and not codec.is_lossy:
            raise fail(f"{self.format} has no bit rate", "leave bitrate out", "not-for-format")
        if self.compression is not None and self.format != "flac":
            raise fail(f"{self.format} has no compression level", "leave compression out", "not-for-format")
        if self.chunks is not None and self.format != "wav":
            raise fail(f"{self.format} has no WAV chunks", "leave chunks out", "not-for-format")
        if self.chunks is not None and len(set(self.chunks)) < len(self.chunks):
            raise fail("a chunk is listed twice", "list each chunk once", "duplicate")
        if self.bitrate is not None and self.bitrate not in codec.bitrates_kbps:
            near = min(codec.bitrates_kbps, key=lambda kbps: abs(kbps - (self.bitrate or 0)))
            offered = ", ".join(map(str, codec.bitrates_kbps))
            raise fail(
                f"{codec.label} is not offered at {self.bitrate} kb/s",
                f"use {offered}; the nearest is {near}",
                "bad-bitrate",
            )
        return self

    @property
    def bitrate_kbps(self) -> int | None:
        """Bit rate of a lossy format with its default; None for lossless ones."""
        return self.bitrate or CODECS[self.format].default_bitrate_kbps

    @property
    def compression_level(self) -> int:
        """FLAC level with its default."""
        return 8 if self.compression is None else self.compression

    @property
    def wav_chunks(self) -> tuple[str, ...]:
        """Chunks of WAV files with their default; nothing for other formats."""
        if self.format != "wav":
            return ()
        return DEFAULT_CHUNKS if self.chunks is None else self.chunks

    @property
    def folder(self) -> str:
        """Folder below the target: ``flac``, or ``mp3-320`` for lossy formats."""
        return self.format if self.bitrate_kbps is None else f"{self.format}-{self.bitrate_kbps}"


def _empty_text(text: str) -> str:
    owner, dot, name = text.strip().rpartition(".")
    if not dot or name not in TEXT_FIELDS.values():
        raise ScalarError(
            f"'{text}' names no text of a disc", "write disc.performer, or a track's id and a text: tide.title"
        )
    return f"{owner}.{name}"


class CdText(ManifestModel):
    """CD-TEXT."""

    languages: tuple[Language, ...] = Field(
        default=("en",),
        description="Languages, one block each, the release's own first; ja is written in MS-JIS, others in Latin-1. "
        "Texts come from translations, and from the titles themselves where a language has none.",
    )
    packs: tuple[Annotated[str, choice("disc_id", "genre", "codes")], ...] = Field(
        default=(), description="Further packs: catalogue number (disc_id), genre, and EAN with ISRCs (codes)."
    )
    copyright: Switch = Field(default=False, description="Set the mark in CD-TEXT that says its texts are protected.")
    inherit: Switch = Field(
        default=True,
        description="Take texts that are not written from elsewhere: a track's performer from the release's artist, "
        "other languages from the main texts, the disc's writers from those that all tracks share. false: leave them "
        "empty.",
    )

    empty: tuple[Annotated[str, Scalar(_empty_text, "a text of the disc", {"type": "string"})], ...] = Field(
        default=(),
        description="Texts of the first language that stay empty although they are written: disc.title, "
        "disc.performer, or a track's by its id, as in tide.title.",
    )

    @field_validator("languages", mode="after")
    @classmethod
    def known_languages(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Each language once, at most eight, and all of them known to CD-TEXT."""
        if not value:
            raise fail("the list of languages is empty", "name one, or write text: true", "missing")
        if len(value) > MOST_BLOCKS:
            raise fail(f"{len(value)} languages; CD-TEXT has room for {MOST_BLOCKS}", "name fewer", "out-of-range")
        if len(set(value)) < len(value):
            raise fail("a language is listed twice", "list each language once", "duplicate")
        for language in value:
            if not has_code(language):
                raise fail(f"CD-TEXT has no code for the language '{language}'", "name another", "unknown-language")
        return value


class TargetBase(ManifestModel):
    """What all kinds of targets have in common."""

    level: Level = Field(default=Level(), description="How loud it is to be.")
    tracks: tuple[TrackRef, ...] | None = Field(
        default=None, description="Its tracks in its order; default: all, in programme order."
    )
    gaps: dict[TrackRef, Gap] = Field(default={}, description="Gaps before single tracks in this target, by id.")
    process: Process = Field(default=(), description="Chain over each disc, side or set of files of this target.")
    gain: GainDb = Field(default=0.0, description="Gain before its chain, in dB.")
    without: tuple[Annotated[str, word("the name of a step")], ...] = Field(
        default=(), description="Named processing steps that are left out here."
    )
    version: Annotated[str, word("the name of a version")] | None = Field(
        default=None, description="Version of every track that this target takes."
    )
    missing: Annotated[str, choice("error", "main", "leave-out")] = Field(
        default="error",
        description="What happens to tracks without that version: an error, the main version, or left out.",
    )
    edition: Edition = Field(
        default=Edition(), description="Release fields that are different in this target's tags, sheets and names."
    )
    hidden: Annotated[str, choice("leave-out", "inside", "track")] | None = Field(
        default=None,
        description="Hidden tracks: left out (default for files), inside their neighbour (default for carriers), or tracks of their own.",
    )


class FileTarget(TargetBase):
    """A target made of one file per track and format."""

    sample_rate: Rate | None = Field(default=None, description="Sample rate of the files; default: the programme's.")
    bit_depth: BitDepth = Field(default="24", description="Word length of lossless files: 16, 24 or float.")
    dither: Dither = Field(default=Dither(), description="Dither, where words get shorter.")
    files: tuple[FileFormat, ...] = Field(default=(FileFormat(format="flac"),), description="Formats of the files.")
    names: Names = Field(
        default=DEFAULT_NAMES,
        description="Pattern of the file names; fields: disc, number, title, artist, isrc, barcode, catalogue_number, "
        "and a width as in {number:02}.",
    )
    gaps_in_files: Annotated[str, choice("keep", "none")] = Field(
        default="keep", description="The gap ends the file before it (keep), or is left out of the files (none)."
    )
    services: tuple[Annotated[str, choice(*SERVICES)], ...] = Field(
        default=(),
        description="Services whose rules are checked and whose playback is predicted; the audio is not changed.",
    )


class StreamingTarget(FileTarget):
    """Files for streaming services; a missing ISRC is a failure."""

    kind: Literal["streaming"] = Field(default="streaming", description="Kind of target.")


class DownloadTarget(FileTarget):
    """Files for shops, libraries and listeners: the keys of streaming targets."""

    kind: Literal["download"] = Field(default="download", description="Kind of target.")


def _read_text(value: object) -> object:
    """CD-TEXT may be a switch."""
    if isinstance(value, bool):
        return {} if value else None
    if not isinstance(value, str):
        return value
    try:
        return {} if parse_switch(value) else None
    except ScalarError as exc:
        raise fail(str(exc), "write text: true, text: false or text: {languages: [en]}") from exc


class CdTarget(TargetBase):
    """A compact disc, or a set of them: 44.1 kHz, 16 bits, always."""

    kind: Literal["cd"] = Field(default="cd", description="Kind of target.")
    dither: Dither = Field(default=Dither(), description="Dither, where words get shorter.")
    images: tuple[Annotated[str, choice("ddp", "cue", "bin", "toc")], ...] = Field(
        default=("ddp",),
        description="Forms in which the disc is written: a DDP set (ddp), one WAV with a CUE sheet (cue), a raw image "
        "with a CUE sheet (bin) or with a cdrdao TOC (toc).",
    )
    text: CdText | None = Field(
        default=None,
        description="CD-TEXT: true, false, or languages and packs; default: false.",
        json_schema_extra=also({"type": "boolean"}),
    )
    copy_: Copy = Field(
        default="prohibited", alias="copy", description="Copy flag of all tracks that have none of their own."
    )
    player: Switch = Field(
        default=True,
        description="A page for each disc on which a client hears it with its true gaps and indexes; its sound is a preview.",
    )
    discs: tuple[tuple[TrackRef, ...], ...] | None = Field(
        default=None, description="Tracks by disc; default: the sequence's discs."
    )

    _read_text = field_validator("text", mode="before")(_read_text)


def _read_sides(value: object) -> object:
    """``auto`` is no mapping: the program finds the sides."""
    if isinstance(value, str):
        if value.strip().lower() == "auto":
            return None
        raise fail(
            f"'{value}' is neither auto nor a mapping of sides", "write sides: auto, or sides: {A: [id, id], B: [id]}"
        )
    return value


class SideTarget(TargetBase):
    """A target with one file per side."""

    sample_rate: Rate | None = Field(
        default=None, description="Sample rate of the side files; default: the programme's."
    )
    bit_depth: BitDepth = Field(default="24", description="Word length of the side files: 16, 24 or float.")
    dither: Dither = Field(default=Dither(), description="Dither, where words get shorter.")
    sides: Sides | None = Field(
        default=None,
        description="Tracks by side, or auto: split in order and balanced, at plain gaps or unjoined pairs only. Default: auto.",
        json_schema_extra=also({"const": "auto"}),
    )
    matrix: dict[SideName, Text] = Field(
        default={}, description="Matrix number by side; it also names the side's file."
    )
    notes: LongText = Field(default="", description="Words to the people who cut or copy it, printed on the sheet.")

    _read_sides = field_validator("sides", mode="before")(_read_sides)


class VinylTarget(SideTarget):
    """A record: one file per side and a cut sheet."""

    kind: Literal["vinyl"] = Field(default="vinyl", description="Kind of target.")
    size: Size = Field(default=12, description="Diameter: 7, 10 or 12 in.")
    speed: Speed = Field(default=33, description="Speed: 33 (33 1/3) or 45 rpm.")
    locked_groove: tuple[SideName, ...] = Field(
        default=(), description="Sides whose last sound runs in a locked groove; printed on the sheet."
    )


class CassetteTarget(SideTarget):
    """A cassette: one file per side and a sheet."""

    kind: Literal["cassette"] = Field(default="cassette", description="Kind of target.")
    tape: Tape = Field(default=60, description="Tape by the minutes of both sides: C46, C60, C90.")
    head: Time = Field(default=parse_time("1 s"), description="Silence before the first sound of each side.")


Target = StreamingTarget | DownloadTarget | CdTarget | VinylTarget | CassetteTarget
TARGET_MODELS: Mapping[str, type[TargetBase]] = {
    "streaming": StreamingTarget,
    "download": DownloadTarget,
    "cd": CdTarget,
    "vinyl": VinylTarget,
    "cassette": CassetteTarget,
}
TargetName = Annotated[str, word("the name of a target")]


class Project(ProjectFields):
    """A whole manifest."""

    targets: dict[TargetName, Annotated[Target, Field(discriminator="kind")]] = Field(
        description="What is made, by name; the kind may be left out where the name is a kind."
    )

    @field_validator("targets", mode="before")
    @classmethod
    def infer_kinds(cls, value: object) -> object:
        """A target named like a kind is of that kind."""
        if not isinstance(value, Mapping):
            return value
        if not value:
            raise fail("there is no target", f"write at least one: {', '.join(KINDS)}", "missing")
        return {name: _with_kind(name, entry) for name, entry in value.items()}


def _with_kind(name: object, entry: object) -> object:
    if entry is None:
        entry = {}
    if not isinstance(entry, Mapping) or entry.get("kind") is not None or name not in KINDS:
        return entry
    return {"kind": name, **{key: item for key, item in entry.items() if key != "kind"}}


def target_model(kind: Any) -> type[TargetBase] | None:
    """The model of a kind, or None."""
    return TARGET_MODELS.get(kind) if isinstance(kind, str) else None
