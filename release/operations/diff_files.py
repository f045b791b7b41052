"""The files of a build that is compared, in a folder or in a shipped ZIP: whether they are what the record says, and where to read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from release.comparison.difference import BuildDifference, TargetDifference, TrackDifference
from release.errors import UsageError
from release.operations.package_files import ZipFiles, bad_name
from release.pipeline.checksum import sha256_file
from release.pipeline.guarded import plain_below
from release.record import Deliverable, Record, TargetRecord

_GONE, _OTHER = "the file is not there", "the file is not what its record says"


class BuildFiles(Protocol):
    """Deliverables of a build."""

    def fault(self, item: Deliverable) -> str:
        """Why a deliverable cannot be compared: missing, or of other content; empty when it is whole. Read once."""

    def place(self, item: Deliverable) -> Path:
        """Where a whole deliverable can be opened.

        Raises:
            UsageError: when it cannot be unpacked.
        """


@dataclass(slots=True)
class FolderBuild:
    """A build folder, or a package that somebody unpacked.

    Attributes:
        root: folder of the deliverables.
    """

    root: Path
    _faults: dict[str, str] = field(default_factory=dict)

    def fault(self, item: Deliverable) -> str:
        """See ``BuildFiles.fault``."""
        if item.path not in self._faults:
            self._faults[item.path] = self._look(item)
        return self._faults[item.path]

    def place(self, item: Deliverable) -> Path:
        """See ``BuildFiles.place``."""
        return self.root / item.path

    def _look(self, item: Deliverable) -> str:
        path = None if bad_name(item.path) else plain_below(self.root, item.path)
        if path is None:
            return _GONE
        return "" if path.stat().st_size == item.bytes and sha256_file(path) == item.sha256 else _OTHER


@dataclass(slots=True)
class ZipBuild:
    """A shipped ZIP; only what has to be heard is unpacked, into a folder of the caller's.

    Attributes:
        archive: already held against bombs, links and names that lead out.
        scratch: a private folder for what is unpacked.
    """

    archive: ZipFiles
    scratch: Path
    _faults: dict[str, str] = field(default_factory=dict)
    _places: dict[str, Path] = field(default_factory=dict)

    def fault(self, item: Deliverable) -> str:
        """See ``BuildFiles.fault``."""
        if item.path not in self._faults:
            self._faults[item.path] = self._look(item)
        return self._faults[item.path]

    def place(self, item: Deliverable) -> Path:
        """See ``BuildFiles.place``; no name of the ZIP becomes a name on the disk, but for its last letters."""
        if item.path not in self._places:
            path = self.scratch / f"{len(self._places)}.{item.format if item.format.isalnum() else 'bin'}"
            if self.archive.unpack(item.path, path) != item.sha256:
                raise UsageError(_OTHER, where=item.path)
            self._places[item.path] = path
        return self._places[item.path]

    def _look(self, item: Deliverable) -> str:
        if item.path not in self.archive.sizes:
            return _GONE
        try:
            is_whole = self.archive.sizes[item.path] == item.bytes and self.archive.sha256(item.path) == item.sha256
        except UsageError as exc:
            return exc.heading
        return "" if is_whole else _OTHER


def hold_against_files(
    difference: BuildDifference, builds: Iterable[tuple[str, Record, BuildFiles]]
) -> BuildDifference:
    """The difference with what the files themselves say: nothing counts as equal that is not there as its record has it.

    Args:
        difference: by the records.
        builds: word for each build (``first``), its record, its files.
    """
    builds = tuple(builds)
    targets = tuple(_held(target, builds) for target in difference.targets)
    return BuildDifference(
        difference.old, difference.new, difference.title, difference.changes, targets, difference.findings, "files"
    )


def _held(target: TargetDifference, builds: tuple[tuple[str, Record, BuildFiles], ...]) -> TargetDifference:
    told: list[str] = []
    blamed: dict[str, str] = {}
    for word, record, files in builds:
        found = record.targets.get(target.name)
        if found is None:
            continue
        faults = {d.path: why for d in found.deliverables if (why := files.fault(d))}
        told += [f"{word} build: {path}: {why}" for path, why in faults.items()]
        for track in target.tracks:
            for path in _carriers(found, track.track, faults):
                blamed.setdefault(track.track, f"{path}: {faults[path]}")
    if not told:
        return target
    tracks = tuple(_without_verdict(track, blamed) for track in target.tracks)
    state = "unknown" if target.state == "identical" else target.state
    return TargetDifference(target.name, state, tracks, target.changes, target.files, tuple(told))


def _carriers(target: TargetRecord, track: str, faults: Mapping[str, str]) -> list[str]:
    """Faulty files that hold a track: its own, or images and sides."""
    own = [d for d in target.deliverables if d.role == "audio" and d.track == track]
    items = own or [d for d in target.deliverables if d.role in ("image", "side")]
    return [d.path for d in items if d.path in faults]


def _without_verdict(track: TrackDifference, blamed: Mapping[str, str]) -> TrackDifference:
    if track.audio != "identical" or track.track not in blamed:
        return track
    return TrackDifference(track.track, track.title, "unknown", note=blamed[track.track])
