"""``release diff``: what two builds differ in, and what a receiver must replace."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from release.comparison.difference import BuildDifference, TargetDifference
from release.comparison.records import compare_records
from release.errors import UsageError
from release.formats.bag import PAYLOAD
from release.operations.diff_files import BuildFiles, FolderBuild, ZipBuild, hold_against_files
from release.operations.package_files import FolderFiles, PackageFiles, ZipFiles, bad_name
from release.operations.ship_plan import SHIPMENT_NAME, SHIPPED_RECORD
from release.pipeline.cache import Cache
from release.pipeline.event import Event
from release.pipeline.publish import recover_output, refuse_linked_output
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
        files: its deliverables; None where only the record was named and none lies beside it.
    """

    name: str
    record: Record
    identity: str
    files: BuildFiles | None


def diff_builds(
    old: str | Path, new: str | Path, *, with_audio: bool = True, on_event: OnEvent | None = None
) -> tuple[OpenedBuild, OpenedBuild, BuildDifference]:
    """Compare two builds.

    Args:
        old: a build folder, a project, a ``release.json``, or a package that was shipped.
        new: the other one.
        with_audio: read every file, and null the tracks whose digests differ; else the records alone are compared.
        on_event: told of progress.

    Raises:
        UsageError: when one of them is no build.
    """
    old, new = Path(old), Path(new)
    tell = on_event or (lambda _: None)
    with _private_folders() as scratch:
        first, second = _common(open_build(old, scratch[0]), open_build(new, scratch[1]))
        difference = compare_records(
            first.record, second.record, old_identity=first.identity, new_identity=second.identity
        )
        if with_audio and first.files is not None and second.files is not None:
            tell(Event("tick", title="read every file", fraction=0.0))
            difference = hold_against_files(
                difference, (("first", first.record, first.files), ("second", second.record, second.files))
            )
            targets = tuple(_nulled(target, first, second, tell) for target in difference.targets)
            difference = replace(difference, targets=targets)
    return first, second, difference


@contextmanager
def _private_folders() -> Iterator[tuple[Path, Path]]:
    """Folders that nobody else can look into, for what is unpacked from ZIPs; gone with the block."""
    root = Cache().root
    root.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="diff-", dir=root) as one, TemporaryDirectory(prefix="diff-", dir=root) as two:
        yield Path(one), Path(two)


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


def open_build(path: Path, scratch: Path) -> OpenedBuild:
    """The build at a path.

    Args:
        path: as for ``diff_builds``.
        scratch: a private folder, into which files of a ZIP are unpacked when they are to be heard.

    Raises:
        UsageError: when there is none.
    """
    if path.is_file() and path.suffix.lower() == ".zip":
        archive = ZipFiles(path)
        return _open_package(path, archive, ZipBuild(archive, scratch))
    if path.is_dir() and not (path / RECORD_NAME).is_file():
        for inside in (path / PAYLOAD, path):
            if (inside / SHIPMENT_NAME).is_file():
                return _open_package(path, FolderFiles(inside), FolderBuild(inside))
    folder = path
    if path.is_dir() and not (path / RECORD_NAME).is_file() and (path / "project.yaml").is_file():
        folder = path / DEFAULT_OUTPUT
    elif path.is_file() and path.suffix in (".yaml", ".yml"):
        folder = path.parent / DEFAULT_OUTPUT
    if folder != path:
        refuse_linked_output(folder)
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
    parsed = _parse(data, str(record))
    beside = (record.parent / d.path for t in parsed.targets.values() for d in t.deliverables if not bad_name(d.path))
    has_files = folder.is_dir() or any(os.path.lexists(place) for place in beside)
    return OpenedBuild(str(path), parsed, record_digest(data), FolderBuild(record.parent) if has_files else None)


def _open_package(path: Path, files: PackageFiles, build_files: BuildFiles) -> OpenedBuild:
    for name in (SHIPPED_RECORD, SHIPMENT_NAME):
        if name not in files.sizes or files.problems:
            raise UsageError(
                "this is no package that release shipped", where=str(path), remedy="release verify says what is wrong"
            )
    shipment = parse_shipment(files.read(SHIPMENT_NAME), SHIPMENT_NAME)
    data = files.read(SHIPPED_RECORD)
    record = _parse(data, f"{path}: {SHIPPED_RECORD}")
    build = OpenedBuild(f"package {path}", record, record_digest(data), build_files)
    return _only(build, {shipment.target})


def _parse(data: bytes, where: str) -> Record:
    try:
        return Record.model_validate_json(data)
    except ValueError as exc:
        raise UsageError(
            "this is no record of a build", where=where, remedy="it may be of another version: build again"
        ) from exc


def _nulled(target: TargetDifference, first: OpenedBuild, second: OpenedBuild, tell: OnEvent) -> TargetDifference:
    if target.state != "changed" or first.files is None or second.files is None:
        return target
    from release.operations.diff_audio import null_track

    old, new = first.record.targets[target.name], second.record.targets[target.name]
    tracks = []
    for number, track in enumerate(target.tracks):
        tell(Event("tick", title=f"{target.name}: {track.track}", fraction=number / len(target.tracks)))
        is_open = track.audio == "unknown" and not track.note
        tracks.append(null_track(track, old, first.files, new, second.files) if is_open else track)
    return replace(target, tracks=tuple(tracks))


def difference_json(difference: BuildDifference) -> dict[str, Any]:
    """A difference for programs, with the list of what a receiver must do."""
    told: dict[str, Any] = json.loads(json.dumps(asdict(difference)))
    told["is_identical"] = difference.is_identical
    told["delta"] = [asdict(item) for item in difference.delta()]
    return told
