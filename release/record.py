"""The model of ``release.json``: what a build left, for programs (DESIGN section 3).

Sorted, portable, without a clock. ``schemas/record.schema.json`` is made from it.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

RECORD_NAME = "release.json"
RECORD_VERSION = 1
REPORT_FOLDER = "report"
REPORT_FILES = ("qc-report.html", "qc-report.pdf", "qc.json")
REVIEW_FILE = "review.html"
SHORT_FILES = tuple(f"{reader}.{form}" for reader in ("client", "label", "plant") for form in ("html", "pdf"))
"""Beside them where somebody asked for it."""
TOOL_NAME = "release-audio"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Tool(_Frozen):
    """The program that made the build, and the libraries that decide its bytes."""

    name: str = TOOL_NAME
    version: str
    libraries: dict[str, str] = Field(description="Version of each library that can change the bytes.")
    platform: str = Field(description="Operating system, machine and Python version.")


class ProjectIdentity(_Frozen):
    """Which project was built."""

    digest: str = Field(description="SHA-256 of the resolved manifest.")
    title: str
    artist: str
    catalogue_number: str = ""
    barcode: str = ""
    label: str = ""
    release_date: str | None = None


class ProgrammeTrack(_Frozen):
    """A track of the main order, in samples at the programme's rate."""

    id: str
    title: str
    start: int
    length: int
    disc: int | None = Field(default=None, description="Where the release has several.")
    number: int | None = Field(default=None, description="On its disc, from 1; null for hidden audio.")
    hidden: bool = False


class ProgrammeRecord(_Frozen):
    """The main order."""

    sample_rate_hz: int
    length: int
    tracks: list[ProgrammeTrack]


class GainRecord(_Frozen):
    """The level gain of one track in one target, with its reason."""

    track: str
    gain_db: float
    reason: str


class LoudnessRecord(_Frozen):
    """Measured on the delivered audio; null where not measurable."""

    integrated_lufs: float | None
    range_lu: float | None
    max_short_term_lufs: float | None
    max_momentary_lufs: float | None
    true_peak_dbtp: float | None
    sample_peak_dbfs: float | None


class Deliverable(_Frozen):
    """One file handed over."""

    path: str = Field(description="Relative to the build folder, forward slashes.")
    role: str = Field(description="audio, image, side, control, sheet, preview, checksums.")
    set: str | None = Field(default=None, description="Files that only count together, such as a DDP folder.")
    track: str | None = None
    sha256: str
    md5: str
    bytes: int
    format: str
    sample_rate_hz: int | None = None
    bit_depth: int | None = None
    channels: int | None = None
    samples: int | None = None
    audio_sha256: str | None = Field(default=None, description="SHA-256 of the decoded PCM, interleaved little-endian.")
    loudness: LoudnessRecord | None = None
    verified: dict[str, Any] = Field(default_factory=dict, description="What reading back proved, and by which code.")


class UnitTrack(_Frozen):
    """A track of a disc, side or set of files, in samples at the target's rate."""

    number: int | None
    key: str
    title: str
    artist: str
    isrc: str
    start: int
    length: int
    pause: int = Field(default=0, description="Samples of CD index 00 before the start.")
    audio_start: int = 0
    audio_length: int = 0
    loudness: LoudnessRecord | None = None


class UnitRecord(_Frozen):
    """A disc, a side or a set of files."""

    name: str
    title: str
    samples: int
    tracks: list[UnitTrack]
    loudness: LoudnessRecord | None = None


class LevelRecord(_Frozen):
    """What was asked of the level and what was reached.

    Attributes:
        held_back_db: how far the track that is furthest from its aim stays under it as delivered, in LU.
        held_back_because: what keeps it there, where.
    """

    match: str
    aim_lufs: float | None = None
    ceiling_dbtp: float | None = None
    reached_lufs: float | None = None
    held_back_db: float = 0.0
    held_back_because: str = ""
    limiter: bool = False
    max_reduction_db: float | None = None


class ShiftRecord(_Frozen):
    """A position that a format forced to move."""

    track: str
    what: str
    asked_samples: int
    used_samples: int
    rate_hz: int
    reason: str = Field(
        default="grid",
        description="grid (CD frames), sound (a pause begins after it) or first-pause (two silent seconds).",
    )


class RepairEvent(_Frozen):
    """One place that a repair touched."""

    at_s: float = Field(description="Seconds, counted as `counted_in` says.")
    length_s: float
    channel: Literal["left", "right", "both"]
    strength_db: float


class RepairRecord(_Frozen):
    """What one repair step did in one track; outside these places it left every sample as it was."""

    track: str
    step: str = Field(description="Kind of the step.")
    chain: Literal["track", "sequence", "target"] = Field(description="Whose chain the step stands in.")
    counted_in: Literal["source", "track"] = Field(description="Where times are counted: from which start.")
    count: int = Field(description="All places.")
    total_s: float = Field(description="All their lengths.")
    strength: str = Field(description="What the strength in dB says.")
    events: list[RepairEvent] = Field(description="In order of time; of more than 1000 the strongest.")


class CohesionTrack(_Frozen):
    """A track beside the others; distances are from the album's median, null where not measurable."""

    track: str
    level_lufs: float | None
    level_distance_lu: float | None = Field(description="Intended offsets taken off.")
    tone_distance_db: float | None = Field(description="RMS of `bands_db`.")
    bands_db: list[float | None] = Field(
        description="Third octaves 20 Hz to 20 kHz over the album's median, each track at its own mean level."
    )
    tilt_db_per_octave: float | None
    peak_to_loudness_db: float | None
    dynamics_distance_db: float | None
    range_lu: float | None
    range_distance_lu: float | None
    side_to_middle_db: float | None
    width_distance_db: float | None
    octave_side_to_middle_db: list[float | None] = Field(description="31.5 Hz to 16 kHz.")


class CohesionStep(_Frozen):
    """From one track to the next; positive for more."""

    first: str
    second: str
    level_lu: float | None
    join_lu: float | None = Field(description="From the loudest 3 s of the last 15 s to that of the first 15 s.")
    tone_db: float | None
    tilt_db_per_octave: float | None
    dynamics_db: float | None
    width_db: float | None


class CohesionOutlier(_Frozen):
    """A track far from the others."""

    track: str
    what: Literal["level", "tone", "dynamics", "range", "width"]
    distance: float
    limit: float = Field(description="From here on this album calls it an outlier.")
    message: str


class CohesionProposal(_Frozen):
    """Manifest lines that would bring an outlier nearer; never applied by the program."""

    track: str
    what: Literal["level", "tone", "dynamics", "width"]
    also: list[Literal["level", "tone", "dynamics", "width"]] = Field(
        default_factory=list, description="What else the same lines answer."
    )
    place: str = Field(description="Where the lines go.")
    lines: list[str]
    note: str = ""


class CohesionRecord(_Frozen):
    """The tracks of one target beside each other."""

    median_level_lufs: float | None
    median_peak_to_loudness_db: float | None
    median_range_lu: float | None
    median_side_to_middle_db: float | None
    tracks: list[CohesionTrack]
    steps: list[CohesionStep]
    outliers: list[CohesionOutlier]
    proposals: list[CohesionProposal]


class PluginRecord(_Frozen):
    """A plug-in that this target was rendered through, as it called itself and as it was set."""

    name: str
    version: str
    manufacturer: str
    identifier: str
    latency_samples: int
    parameters: dict[str, str] = Field(description="Those that the manifest sets, as the plug-in took them.")
    host: str
    sha256: str = Field(description="Of its file; of a bundle, over names and SHA-256 of all files in it.")
    state_sha256: str | None = None
    preset_sha256: str | None = None


class TargetRecord(_Frozen):
    """One target of the build."""

    kind: Literal["streaming", "download", "cd", "vinyl", "cassette"]
    status: Literal["passed", "failed", "stale"]
    key: str = Field(description="Digest of everything that decided this target's bytes.")
    sample_rate_hz: int
    bit_depth: int
    level: LevelRecord
    gains: list[GainRecord]
    units: list[UnitRecord]
    shifts: list[ShiftRecord] = Field(default_factory=list)
    repairs: list[RepairRecord] = Field(default_factory=list)
    plugins: list[PluginRecord] = Field(default_factory=list)
    cohesion: CohesionRecord | None = Field(
        default=None, description="Of the one target whose tracks were laid side by side."
    )
    deliverables: list[Deliverable]


class FindingRecord(_Frozen):
    """One result of one check."""

    check: str
    status: Literal["pass", "note", "warn", "fail", "error"]
    code: str
    target: str | None = None
    track: str | None = None
    at_s: float | None = None
    value: float | None = None
    limit: float | None = None
    message: str
    remedy: str = ""
    waived: str | None = None
    source: str | None = Field(default=None, description="Source file that it speaks of.")
    unit: str | None = Field(default=None, description="Of value and limit: dBTP, s, correlation.")
    distance: float | None = Field(default=None, description="Value less limit, where that says something.")


class QcRecord(_Frozen):
    """All findings and their verdict."""

    status: Literal["passed", "failed"]
    findings: list[FindingRecord]


class SourceRecord(_Frozen):
    """A source that the build read."""

    id: str
    sha256: str
    container: str
    codec: str
    sample_rate_hz: int
    channels: int
    samples: int
    bit_depth: int | None


class Record(_Frozen):
    """The whole of ``release.json``."""

    version: Literal[1] = 1
    tool: Tool
    project: ProjectIdentity
    sources: list[SourceRecord]
    programme: ProgrammeRecord
    targets: dict[str, TargetRecord]
    qc: QcRecord


def record_to_json(record: Record) -> bytes:
    """The bytes of ``release.json``: sorted keys, two spaces, one line end at the end."""
    data = record.model_dump(mode="json")
    return (json.dumps(data, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def record_digest(data: bytes) -> str:
    """The build's identity: SHA-256 of ``release.json``."""
    return hashlib.sha256(data).hexdigest()


def read_record(folder: Path) -> Record:
    """The record of a build folder.

    Raises:
        FileNotFoundError: when there is none.
        ValueError: when it is not a record of this version.
    """
    return Record.model_validate_json((folder / RECORD_NAME).read_bytes())


def record_fault(exc: ValueError) -> str:
    """What is wrong with a record that could not be read, in one sentence without its full stop."""
    if not isinstance(exc, ValidationError):
        return str(exc)
    first, count = exc.errors(include_url=False, include_input=False)[0], exc.error_count()
    if first["type"] == "json_invalid":
        return "it is no whole JSON document"
    place = ".".join(map(str, first["loc"]))
    rest = f", and {count - 1} more" if count > 1 else ""
    return f"{place or 'it'} is not as a record has it ({first['msg'][:1].lower()}{first['msg'][1:]}{rest})"


def record_schema() -> dict[str, Any]:
    """JSON Schema of ``release.json``."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Record.model_json_schema()}
