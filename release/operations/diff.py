"""``release diff``: what two builds differ in, and what a receiver must replace."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from release.comparison.difference import BuildDifference, TargetDifference
from release.comparison.records import compare_records
from release.errors import UsageError
from release.formats.bag import PAYLOAD
from release.operations.package_files import FolderFiles, PackageFiles, ZipFiles
from release.operations.ship_plan import SHIPMENT_NAME, SHIPPED_RECORD
from release.pipeline.event import Event
from release.pipeline.publish import recover_output
from release.record import RECORD_NAME, Record, record_digest
from release.signoff.seal import parse_shipment

OnEvent = Callable[[Event], None]
DEFAULT_OUTPUT = "build"


@dataclass(frozen=True, slots=True)
class OpenedBuild:
    """A build, wherever it lies.

    Attributes:
        name: as it was asked for.
        record: what it says; of a package only the target that was shipped.
        identity: SHA-256 of its ``release.json``.
        root: folder of the deliverables; None where only the record can be read.
    """

    name: str
    record: Record
    identity: str
    root: Path | None


def diff_builds(
    old: str | Path, new: str | Path, *, with_audio: bool = True, on_event: OnEvent | None = None
) -> tuple[OpenedBuild, OpenedBuild, BuildDifference]:
    """Compare two builds.

    Args:
        old: a build folder, a project, a ``release.json``, or a package that was shipped.
        new: the other one.
        with_audio: null the tracks whose digests differ.
        on_event: told of progress.

    Raises:
        UsageError: when one of them is no build.
    """
    old, new = Path(old), Path(new)
    tell = on_event or (lambda _: None)
    first, second = open_build(old), open_build(new)
    first, second = _common(first, second)
    difference = compare_records(first.record, second.record, old_identity=first.identity, new_identity=second.identity)
    if with_audio:
        seen: dict[Path, str] = {}
        targets = tuple(_nulled(target, first, second, seen, tell) for target in difference.targets)
        difference = replace(difference, targets=targets)
    return first, second, difference


def _common(first: OpenedBuild, second: OpenedBuild) -> tuple[OpenedBuild, OpenedBuild]:
    """A package holds one target: what the other side has besides is no difference."""
    if is_partial(first) or is_partial(second):
        partial = first if is_partial(first) else second
        names = set(partial.record.targets)
        return _only(first, names), _only(second, names)
    return first, second


def is_partial(build: OpenedBuild) -> bool:
    """Whether it came from a package, whose identity is that of a larger record."""
    return build.name.startswith("package ")


def _only(build: OpenedBuild, names: set[str]) -> OpenedBuild:
    targets = {name: target for name, target in build.record.targets.items() if name in names}
    findings = [f for f in build.record.qc.findings if f.target is None or f.target in names]
    qc = build.record.qc.model_copy(update={"findings": findings})
    return replace(build, record=build.record.model_copy(update={"targets": targets, "qc": qc}))


def open_build(path: Path) -> OpenedBuild:
    """The build at a path.

    Raises:
        UsageError: when there is none.
    """
    if path.is_file() and path.suffix.lower() == ".zip":
        return _open_package(path, ZipFiles(path), None)
    if path.is_dir() and not (path / RECORD_NAME).is_file():
        for inside in (path / PAYLOAD, path):
            if (inside / SHIPMENT_NAME).is_file():
                return _open_package(path, FolderFiles(inside), inside)
    folder = path
    if path.is_dir() and not (path / RECORD_NAME).is_file() and (path / "project.yaml").is_file():
        folder = path / DEFAULT_OUTPUT
    elif path.is_file() and path.suffix in (".yaml", ".yml"):
        folder = path.parent / DEFAULT_OUTPUT
    if folder.is_dir():
        recover_output(folder)
    record = folder / RECORD_NAME if folder.is_dir() else folder
    if not record.is_file():
        raise UsageError(
            "there is no build here",
            where=str(path),
            remedy="name a build folder, its release.json, or a shipped package",
        )
    data = record.read_bytes()
    return OpenedBuild(str(path), _parse(data, str(record)), record_digest(data), record.parent)


def _open_package(path: Path, files: PackageFiles, root: Path | None) -> OpenedBuild:
    for name in (SHIPPED_RECORD, SHIPMENT_NAME):
        if name not in files.sizes or files.problems:
            raise UsageError(
                "this is no package that release shipped", where=str(path), remedy="release verify says what is wrong"
            )
    shipment = parse_shipment(files.read(SHIPMENT_NAME), SHIPMENT_NAME)
    data = files.read(SHIPPED_RECORD)
    record = _parse(data, f"{path}: {SHIPPED_RECORD}")
    build = OpenedBuild(f"package {path}", record, record_digest(data), root)
    return _only(build, {shipment.target})


def _parse(data: bytes, where: str) -> Record:
    try:
        return Record.model_validate_json(data)
    except ValueError as exc:
        raise UsageError(
            "this is no record of a build", where=where, remedy="it may be of another version: build again"
        ) from exc


def _nulled(
    target: TargetDifference, first: OpenedBuild, second: OpenedBuild, seen: dict[Path, str], tell: OnEvent
) -> TargetDifference:
    if target.state != "changed":
        return target
    from release.operations.diff_audio import null_track

    old, new = first.record.targets[target.name], second.record.targets[target.name]
    tracks = []
    for number, track in enumerate(target.tracks):
        tell(Event("tick", title=f"{target.name}: {track.track}", fraction=number / len(target.tracks)))
        tracks.append(null_track(track, old, first.root, new, second.root, seen) if track.audio == "unknown" else track)
    return replace(target, tracks=tuple(tracks))


def difference_json(difference: BuildDifference) -> dict[str, Any]:
    """A difference for programs, with the list of what a receiver must do."""
    told: dict[str, Any] = json.loads(json.dumps(asdict(difference)))
    told["is_identical"] = difference.is_identical
    told["delta"] = [asdict(item) for item in difference.delta()]
    return told
