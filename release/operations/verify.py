"""``release verify``: a build folder, a package, a DDP set from anyone, or a checksum list, read again from scratch."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from release.errors import Problem, ReleaseError, UsageError
from release.operations.package_files import bad_name
from release.operations.verify_ddp import recorded_files, verify_ddp
from release.operations.verify_package import is_package, verify_package
from release.operations.verify_result import VerifyResult
from release.pipeline.checksum import sha256_file
from release.pipeline.event import Event
from release.pipeline.guarded import leads_away, plain_below
from release.pipeline.publish import recover_output
from release.record import (
    RECORD_NAME,
    REPORT_FILES,
    REPORT_FOLDER,
    REVIEW_FILE,
    SHORT_FILES,
    Deliverable,
    Record,
    TargetRecord,
    read_record,
    record_fault,
)

OnEvent = Callable[[Event], None]
_CHUNK = 1 << 20
_SUM_LINE = re.compile(r"([0-9a-fA-F]{32}|[0-9a-fA-F]{64}) [ *](.+)")
_CRC_LINE = re.compile(r"(.+)[= ]([0-9a-fA-F]{8})")


def verify_path(path: str | Path, *, signers: Path | None = None, on_event: OnEvent | None = None) -> VerifyResult:
    """Read a delivery again, whatever it is.

    Args:
        path: a build folder, a shipped ZIP or bag, a DDP folder, or a checksum list.
        signers: for a package: an allowed signers file to trust in place of the one that came along.
        on_event: told of progress.

    Raises:
        UsageError: when it is none of these.
    """
    path = Path(path)
    tell = on_event or (lambda _: None)
    if path.is_dir():
        recover_output(path)
    if is_package(path):
        return verify_package(path, tell, signers)
    if (path / RECORD_NAME).is_file():
        return _verify_build(path, tell)
    if path.is_dir() and any(p.name.upper() in {"DDPID", "DDPMS"} for p in path.iterdir()):
        return verify_ddp(path)
    if path.is_file():
        return _verify_list(path, tell)
    raise UsageError(
        "this is no build folder, no package, no DDP set and no checksum list",
        where=str(path),
        remedy="name a folder with release.json, bagit.txt or DDPID in it, a shipped ZIP, or a list such as checksums.sha256",
    )


def _verify_build(folder: Path, tell: OnEvent) -> VerifyResult:
    try:
        record = read_record(folder)
    except ValueError as exc:
        problem = Problem(
            str(folder / RECORD_NAME), f"the record cannot be read: {record_fault(exc)}", "build again", "record"
        )
        return VerifyResult("build", (), (problem,))
    problems: list[Problem] = []
    entries = [(target, d) for target in record.targets.values() for d in target.deliverables]
    n_whole = n_audio = 0
    for n, (target, deliverable) in enumerate(entries):
        tell(Event("tick", title=deliverable.path, fraction=n / max(len(entries), 1)))
        found = _verify_file(folder, deliverable)
        n_whole += not found
        if not found and deliverable.role in ("audio", "side", "image") and deliverable.audio_sha256:
            found = _verify_audio(folder, deliverable) + _verify_texts(folder, deliverable, target)
            n_audio += not found
        problems += found
    problems += _verify_sets(folder, record)
    problems += _strays(folder, record)
    checked = (
        f"{n_whole} of {len(entries)} deliverables: size, SHA-256 and MD5 as recorded",
        f"{n_audio} audio files decoded: samples, titles and codes as recorded",
    )
    stale = [name for name, target in record.targets.items() if target.status == "stale"]
    warnings = [f"{name} is stale: its inputs had changed when other targets were built" for name in stale]
    return VerifyResult("build", checked, tuple(problems), warnings=tuple(warnings))


def _verify_file(folder: Path, deliverable: Deliverable) -> list[Problem]:
    where = str(folder / deliverable.path)
    path = folder / deliverable.path
    if bad_name(deliverable.path):
        return [Problem(where, bad_name(deliverable.path), "do not trust this build", "outside")]
    if plain_below(folder, deliverable.path) is None:
        return [Problem(where, "the file is missing", "copy it from the delivery again, or build again", "missing")]
    size = path.stat().st_size
    if size != deliverable.bytes:
        return [Problem(where, f"it has {size} bytes, recorded are {deliverable.bytes}", "build again", "size")]
    if sha256_file(path) != deliverable.sha256 or _digest(path, "md5") != deliverable.md5:
        return [Problem(where, "its content is not what was recorded", "build again", "content")]
    return []


def _digest(path: Path, kind: str) -> str:
    digest = hashlib.new(kind, usedforsecurity=False)
    with path.open("rb") as file:
        while data := file.read(_CHUNK):
            digest.update(data)
    return digest.hexdigest()


def _verify_audio(folder: Path, deliverable: Deliverable) -> list[Problem]:
    from release.audio.decode import decode_pcm_sha256

    path = folder / deliverable.path
    if deliverable.format in ("ddp", "bin"):
        return []  # raw samples: the SHA-256 of the file was theirs
    is_float = deliverable.bit_depth == 32
    try:
        decoded = decode_pcm_sha256(path, deliverable.format, deliverable.bit_depth, is_float=is_float)
    except ReleaseError as exc:
        return list(exc.problems)
    if decoded.sha256 != deliverable.audio_sha256 or decoded.n_samples != deliverable.samples:
        return [Problem(str(path), "it does not decode to the recorded samples", "build again", "audio")]
    return []


def _verify_texts(folder: Path, deliverable: Deliverable, target: TargetRecord) -> list[Problem]:
    """Title, artist and ISRC in the file against those of the record."""
    if deliverable.role != "audio" or deliverable.format == "wav":
        return []
    from release.tags.verify import read_back

    path = folder / deliverable.path
    track = next((t for u in target.units for t in u.tracks if t.key == deliverable.track), None)
    if track is None:
        return [Problem(str(path), "the record knows no such track", "build again", "track")]
    try:
        tags = read_back(path, deliverable.format)
    except ReleaseError as exc:
        return list(exc.problems)
    meant = {"title": track.title, "artist": track.artist, "isrc": track.isrc}
    return [
        Problem(str(path), f"its {key} is {tags.get(key, ('',))[0]!r}, recorded is {value!r}", "build again", "tags")
        for key, value in meant.items()
        if tags.get(key, ("",))[0] != value
    ]


def _verify_sets(folder: Path, record: Record) -> list[Problem]:
    names = {d.set for t in record.targets.values() for d in t.deliverables if d.set and d.format == "ddp"}
    # A set with a link on its way was told by its files; nothing is read through it.
    names = {name for name in names if not _has_links(folder, name)}
    return [p for name in sorted(names) for p in verify_ddp(folder / name, recorded_files(record, name)).problems]


def _has_links(folder: Path, name: str) -> bool:
    if leads_away(folder, name):
        return True
    return (folder / name).is_dir() and any(path.is_symlink() for path in (folder / name).iterdir())


def _strays(folder: Path, record: Record) -> list[Problem]:
    """Files that no record knows: they would be delivered with the rest."""
    known = {d.path for t in record.targets.values() for d in t.deliverables}
    problems = []
    places = [
        folder / RECORD_NAME,
        *(folder / REPORT_FOLDER / name for name in (*REPORT_FILES, REVIEW_FILE, *SHORT_FILES)),
    ]
    for path in sorted(folder.rglob("*")):
        relative = PurePosixPath(path.relative_to(folder)).as_posix()
        if (not path.is_dir() or path.is_symlink()) and relative not in known and path not in places:
            problems.append(Problem(str(path), "the record does not know this file", "move it away", "stray"))
    return problems


def _verify_list(path: Path, tell: OnEvent) -> VerifyResult:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise UsageError(f"cannot be read as a checksum list: {exc}", where=str(path)) from exc
    entries = [found for line in lines if (found := _list_entry(line.strip())) is not None]
    bad = [
        n
        for n, line in enumerate(lines, 1)
        if line.strip() and line.strip()[0] not in ";#[" and _list_entry(line.strip()) is None
    ]
    if not entries:
        raise UsageError(
            "this is no checksum list", where=str(path), remedy="lists of md5sum, sha256sum and SFV are read"
        )
    problems = [Problem(f"{path}:{n}", "this line is no checksum", "ask for the list again", "line") for n in bad]
    for n, (kind, expected, name) in enumerate(entries):
        tell(Event("tick", title=name, fraction=n / len(entries)))
        problems += _list_problem(path.parent, kind, expected, name)
    return VerifyResult("checksum list", (f"{len(entries)} files named in {path.name}",), tuple(problems))


def _list_entry(line: str) -> tuple[str, str, str] | None:
    if found := _SUM_LINE.fullmatch(line):
        return ("md5" if len(found[1]) == 32 else "sha256"), found[1].lower(), found[2]
    if (found := _CRC_LINE.fullmatch(line)) and line[0] not in ";#[":
        return "crc32", found[2].lower(), found[1].rstrip()
    return None


def _list_problem(folder: Path, kind: str, expected: str, name: str) -> list[Problem]:
    path = folder / name
    if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
        return [Problem(name, "the list names a file outside its folder", "do not trust this list", "outside")]
    if not path.is_file():
        return [Problem(str(path), "the file is missing", "ask for it again", "missing")]
    found = _crc32(path) if kind == "crc32" else _digest(path, kind)
    return (
        []
        if found == expected
        else [Problem(str(path), f"its {kind.upper()} is {found}, listed is {expected}", "ask for it again", "content")]
    )


def _crc32(path: Path) -> str:
    crc = 0
    with path.open("rb") as file:
        while data := file.read(_CHUNK):
            crc = zlib.crc32(data, crc)
    return f"{crc:08x}"
