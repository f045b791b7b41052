"""SHA-256 and MD5 of files in one read, and copies that cost no more than they must."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from release.pipeline.step import StoredFile

_BLOCK_BYTES = 1 << 20
_DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class RunningHashes:
    """SHA-256, MD5 and size of bytes as they come: of a file while it is written, or while it is read."""

    def __init__(self) -> None:
        self._sha256, self._md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
        self._n_bytes = 0

    def update(self, data: bytes | memoryview) -> None:
        """Take the next bytes of the file; a view of any item type."""
        self._sha256.update(data)
        self._md5.update(data)
        self._n_bytes += data.nbytes if isinstance(data, memoryview) else len(data)

    def stored(self, path: Path) -> StoredFile:
        """The file with its checksums so far."""
        return StoredFile(path, self._sha256.hexdigest(), self._md5.hexdigest(), self._n_bytes)


def hash_file(path: Path, check: Callable[[], None] | None = None) -> StoredFile:
    """SHA-256, MD5 and size of a file, read once.

    Args:
        path: the file.
        check: called once per block; may raise to stop.
    """
    hashes = RunningHashes()
    with path.open("rb", buffering=0) as file:
        while block := file.read(_BLOCK_BYTES):
            if check is not None:
                check()
            hashes.update(block)
    return hashes.stored(path)


def sha256_file(path: Path, check: Callable[[], None] | None = None) -> str:
    """SHA-256 of a file alone, twice as fast as with MD5."""
    sha256 = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        while block := file.read(_BLOCK_BYTES):
            if check is not None:
                check()
            sha256.update(block)
    return sha256.hexdigest()


def copy_file(source: Path, target: Path) -> None:
    """Copy the content of a file to a path that must not exist yet; shares blocks where the file system can.

    The copy has ordinary permissions, whatever those of the source.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    with (
        source.open("rb", buffering=0) as reader,
        os.fdopen(os.open(target, flags, 0o666), "wb", buffering=0) as writer,
    ):
        try:
            if not _copy_range(reader.fileno(), writer.fileno()):
                reader.seek(0)
                writer.seek(0)
                writer.truncate()
                shutil.copyfileobj(reader, writer, _BLOCK_BYTES)
        except OSError as exc:
            exc.filename = exc.filename or str(target)  # a full disk is that of what was to be written
            raise


def _copy_range(source: int, target: int) -> bool:
    """Let the kernel copy; False where it cannot."""
    if not hasattr(os, "copy_file_range"):
        return False
    left = os.fstat(source).st_size
    try:
        while left > 0:
            copied = os.copy_file_range(source, target, left)
            if copied == 0:
                return False
            left -= copied
    except OSError as exc:
        if exc.errno in _DISK_FULL:
            raise
        return False
    return True
