"""Writes packages, ZIP or BagIt: the same bytes from the same files, whole or not at all, read-only when they stand."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from release.errors import RenderError, UsageError, VerificationError
from release.formats.bag import (
    BAGIT,
    DECLARATION,
    INFO,
    MANIFEST,
    PAYLOAD,
    TAG_MANIFEST,
    info_text,
    manifest_text,
)
from release.operations.ship_plan import SUMS_NAME, Entry
from release.pipeline.checksum import sha256_file

_CHUNK = 1 << 20
_FIRST_YEAR, _LAST_YEAR = 1980, 2107
"""What a ZIP can say (PKWARE APPNOTE 4.4.6)."""


def write_zip(entries: Sequence[Entry], path: Path, *, top: str, day: date | None) -> str:
    """A ZIP without compression: audio has none left to gain, and stored bytes are the same with every library.

    Args:
        entries: all files but the list of checksums, sorted.
        path: the file, which must not exist.
        top: folder in the ZIP that holds everything.
        day: date of all files; None for the first that a ZIP can say.

    Returns:
        SHA-256 of the ZIP.
    """
    stamp = (min(max(day.year, _FIRST_YEAR), _LAST_YEAR), day.month, day.day, 0, 0, 0) if day else (1980, 1, 1, 0, 0, 0)
    partial = path.with_name(f".{path.name}.partial-{os.getpid()}")
    digests: dict[str, str] = {}
    try:
        with zipfile.ZipFile(partial, "x", zipfile.ZIP_STORED) as archive:
            for entry in entries:
                digests[entry.path] = _add(archive, entry, f"{top}/{entry.path}", stamp)
            sums = Entry(SUMS_NAME, data=sums_text(digests))
            _add(archive, sums, f"{top}/{SUMS_NAME}", stamp)
        digest = sha256_file(partial)
        _settle(partial, path)
    except OSError as exc:
        raise _failed(exc, path) from exc
    finally:
        partial.unlink(missing_ok=True)
    return digest


def _add(archive: zipfile.ZipFile, entry: Entry, name: str, stamp: tuple[int, int, int, int, int, int]) -> str:
    info = zipfile.ZipInfo(name, stamp)
    info.create_system = 3  # Unix, whoever writes it: modes are read by it
    info.external_attr = (stat.S_IFREG | 0o644) << 16
    info.file_size = _size(entry)
    with archive.open(info, "w") as out:
        return _copy(entry, out.write)


def write_bag(entries: Sequence[Entry], path: Path, *, labels: Sequence[tuple[str, str]]) -> str:
    """A bag (RFC 8493) in a folder.

    Args:
        entries: payload but the list of checksums, sorted.
        path: the folder, which must not exist.
        labels: for ``bag-info.txt``.

    Returns:
        SHA-256 of the tag manifest, which stands for the whole.
    """
    partial = path.with_name(f".{path.name}.partial-{os.getpid()}")
    try:
        digests = {}
        for entry in entries:
            digests[entry.path] = _write(entry, partial / PAYLOAD / entry.path)
        sums = Entry(SUMS_NAME, data=sums_text(digests))
        digests[SUMS_NAME] = _write(sums, partial / PAYLOAD / SUMS_NAME)
        n_bytes = sum(_size(entry) for entry in (*entries, sums))
        tags = {
            BAGIT: DECLARATION,
            INFO: info_text(labels, n_bytes, len(digests)),
            MANIFEST: manifest_text({f"{PAYLOAD}/{name}": digest for name, digest in digests.items()}),
        }
        tags[TAG_MANIFEST] = manifest_text({name: hashlib.sha256(data).hexdigest() for name, data in tags.items()})
        for name, data in tags.items():
            _write(Entry(name, data=data), partial / name)
        digest = hashlib.sha256(tags[TAG_MANIFEST]).hexdigest()
        _settle(partial, path)
    except OSError as exc:
        raise _failed(exc, path) from exc
    finally:
        if partial.is_dir():
            shutil.rmtree(partial, ignore_errors=True)
    return digest


def sums_text(digests: Mapping[str, str]) -> bytes:
    """A list that ``sha256sum -c`` reads, in order of paths."""
    return "".join(
        f"{digest} *{path}\n" for path, digest in sorted(digests.items(), key=lambda i: i[0].encode())
    ).encode()


def _write(entry: Entry, path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        return _copy(entry, file.write)


def _size(entry: Entry) -> int:
    return len(entry.data) if entry.data is not None else _source(entry).stat().st_size


def _source(entry: Entry) -> Path:
    assert entry.source is not None
    return entry.source


def _copy(entry: Entry, put: Callable[[bytes], object]) -> str:
    """Write the content of an entry; what is not the file that was approved is not packed."""
    digest = hashlib.sha256()
    if entry.data is not None:
        digest.update(entry.data)
        put(entry.data)
    else:
        handle = os.open(_source(entry), os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as file:
            while block := file.read(_CHUNK):
                digest.update(block)
                put(block)
    found = digest.hexdigest()
    if entry.sha256 and found != entry.sha256:
        raise VerificationError(
            "its content is not what was built", where=str(entry.source), remedy="build and approve again"
        )
    return found


def _settle(partial: Path, path: Path) -> None:
    """Put a package in place read-only; one that stands there is never replaced."""
    if not os.path.lexists(path):
        _make_read_only(partial)
        partial.rename(path)
    elif path.is_symlink() or _content(path) != _content(partial):
        raise UsageError(
            "a shipped set stands here, and it is sealed",
            where=str(path),
            remedy="it is never replaced: name another folder with --to, or move the old one away yourself",
        )


def _content(path: Path) -> Mapping[str, str]:
    """SHA-256 of a file, or of every file of a folder by path; links are no content."""
    if path.is_file():
        return {"": sha256_file(path)}
    return {
        found.relative_to(path).as_posix(): "" if found.is_symlink() else sha256_file(found)
        for found in path.rglob("*")
        if found.is_symlink() or found.is_file()
    }


def _make_read_only(path: Path) -> None:
    if path.is_dir():
        for place, _, names in os.walk(path):
            for name in names:
                (Path(place) / name).chmod(0o444)
        return
    path.chmod(0o444)


def _failed(error: OSError, path: Path) -> RenderError:
    return RenderError(
        f"the package cannot be written: {error.strerror or error}",
        where=str(path),
        remedy="check space and permissions",
    )
