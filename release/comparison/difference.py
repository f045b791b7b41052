"""What two builds differ in, as frozen data; made by :mod:`release.comparison.records`, refined by nulling the audio."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

AudioVerdict = Literal["identical", "gain", "changed", "added", "removed", "unknown"]
FileAction = Literal["same", "replace", "add", "delete"]
State = Literal["identical", "changed", "added", "removed", "unknown"]
FindingChange = Literal["came", "went", "waived", "no longer waived"]


@dataclass(frozen=True, slots=True)
class Change:
    """One value that is another now.

    Attributes:
        area: ``order``, ``gap``, ``time``, ``code``, ``text``, ``format``, ``level``, ``source`` or ``tool``.
        subject: what it belongs to: a track, a pair of tracks, a folder; empty for the whole.
        what: name of the value.
        old: before; empty for nothing.
        new: now; empty for nothing.
    """

    area: str
    subject: str
    what: str
    old: str
    new: str

    def __str__(self) -> str:
        head = " ".join(filter(None, (self.subject, self.what)))
        return f"{head}: {self.old or 'none'} -> {self.new or 'none'}"


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch in which audio differs, in seconds from the start of the track."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class TrackDifference:
    """The audio of one track in two builds.

    Attributes:
        track: key.
        title: as it is now.
        audio: the verdict; ``unknown`` where neither digest nor file could tell.
        gain_db: for ``gain``: how much louder the new one is.
        shift_samples: for ``changed``: how much later the same audio lies in the new one, where it does.
        residual_dbfs: peak of what is left after the gain; None for digital silence, or where nothing was nulled.
        regions: for ``changed``: where.
        compared: what was compared: the deliverables, or their digests.
        note: what has to be said besides.
    """

    track: str
    title: str
    audio: AudioVerdict
    gain_db: float | None = None
    shift_samples: int | None = None
    residual_dbfs: float | None = None
    regions: tuple[Region, ...] = ()
    compared: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class FileDifference:
    """One deliverable in two builds.

    Attributes:
        path: relative to the build folder.
        action: what a receiver of the old one has to do.
        part: what in it differs: ``audio``, ``tags`` (its audio is the same) or ``content``; empty for none.
        set: name of the set that it counts with, or None.
        sha256: of the new file; empty for one that goes.
        n_bytes: size of the new file.
    """

    path: str
    action: FileAction
    part: str = ""
    set: str | None = None
    sha256: str = ""
    n_bytes: int = 0


@dataclass(frozen=True, slots=True)
class TargetDifference:
    """One target in two builds.

    Attributes:
        state: ``unknown`` where the records are the same and a file is not what they say.
        files: what the records say of every file.
        faults: files that are missing or not what their record says; only where files were read.
    """

    name: str
    state: State
    tracks: tuple[TrackDifference, ...] = ()
    changes: tuple[Change, ...] = ()
    files: tuple[FileDifference, ...] = ()
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FindingDifference:
    """A finding that only one of two builds has, or that only one of them waives; ``change`` tells which."""

    change: FindingChange
    check: str
    code: str
    status: str
    target: str | None
    track: str | None
    message: str


@dataclass(frozen=True, slots=True)
class BuildDifference:
    """Everything in which two builds differ.

    Attributes:
        old: identity of the first build.
        new: identity of the second.
        title: artist and title of the second.
        changes: of the release, its sources and the program that made it.
        targets: by name, those of the new build first.
        findings: of the checks.
        compared: ``files`` when every deliverable was read and held against its record; ``records`` when none was.
    """

    old: str
    new: str
    title: str
    changes: tuple[Change, ...]
    targets: tuple[TargetDifference, ...]
    findings: tuple[FindingDifference, ...]
    compared: Literal["files", "records"] = "records"

    @property
    def is_identical(self) -> bool:
        """Whether every deliverable is the same, byte for byte, and none came or went; by what was ``compared``."""
        return all(target.state == "identical" for target in self.targets)

    def delta(self) -> tuple[FileDifference, ...]:
        """What a receiver of the old build has to do; of a set that changed every file, as it only counts whole."""
        found: list[FileDifference] = []
        for target in self.targets:
            touched = {f.set for f in target.files if f.set and f.action != "same"}
            found += [f for f in target.files if f.action != "same" or f.set in touched]
        return tuple(found)
