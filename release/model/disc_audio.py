"""Where the sound of a disc lies: stretches of files and of silence, in the order of the disc. Pure data."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from release.model.disc import Disc


class Coding(StrEnum):
    """How a file holds its samples."""

    RAW_LITTLE = "raw-little-endian"
    RAW_BIG = "raw-big-endian"
    AUDIO_FILE = "audio-file"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one file, or of silence.

    Attributes:
        file: name of the file as the disc's papers have it; empty for silence.
        start: first sample in the file, its header and ``offset_bytes`` not counted.
        length: samples.
        coding: of the file.
        offset_bytes: bytes before sample 0 of a raw file.
    """

    file: str
    start: int
    length: int
    coding: Coding = Coding.RAW_LITTLE
    offset_bytes: int = 0


@dataclass(frozen=True, slots=True)
class DiscSource:
    """A disc that was read, with the place of every sample of it.

    Attributes:
        disc: times, codes, flags and texts.
        origin_cd_frames: A-time of the first sample of the first piece; what lies before is silence.
        pieces: from there to the lead-out, without holes.
        notes: what a person has to know about the way it was read, one sentence each.
    """

    disc: Disc
    origin_cd_frames: int
    pieces: tuple[Piece, ...]
    notes: tuple[str, ...] = field(default=())
