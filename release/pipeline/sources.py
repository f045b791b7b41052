"""Digests of files from outside, remembered while the file on the disk stays the same file.

A source is read in full when its size, times or inode differ from the last time; otherwise the digest of that reading stands (git's index
does the same). A file whose time stamp is as young as the reading itself is not remembered: it could change again within the clock's grain.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from pathlib import Path

from release.errors import SourceError
from release.pipeline.atomic import write_atomic
from release.pipeline.canonical import canonical_json
from release.pipeline.checksum import sha256_file

_RACY_NS = 2_000_000_000
"""Two seconds: the coarsest clock of a common file system (FAT)."""

Stamp = list[int]


class SourceDigests:
    """SHA-256 of sources, with a memory in the cache folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[Path, tuple[Stamp, str]] = {}

    def known(self, path: Path) -> str | None:
        """The digest, when it is known without reading the file."""
        stamp = _stamp(path)
        if path in self._known:
            return self._known[path][1]
        try:
            memo = json.loads(self._memo(path).read_bytes())
            if memo["path"] == str(path.absolute()) and memo["stamp"] == stamp:
                self._known[path] = (stamp, str(memo["sha256"]))
                return self._known[path][1]
        except (OSError, ValueError, KeyError, TypeError):
            pass
        return None

    def read(self, path: Path, check: Callable[[], None] | None = None) -> str:
        """The digest, by reading the whole file.

        Raises:
            SourceError: when it cannot be read, or changes while it is read.
        """
        stamp, started_ns = _stamp(path), time.time_ns()
        try:
            digest = sha256_file(path, check)
        except OSError as exc:
            raise SourceError(
                f"cannot be read: {exc.strerror}", where=str(path), remedy="Check the file and its permissions."
            ) from exc
        if _stamp(path) != stamp:
            raise _changed(path)
        self._known[path] = (stamp, digest)
        if started_ns - max(stamp[1], stamp[2]) > _RACY_NS:
            self._remember(path, stamp, digest)
        return digest

    def digest(self, path: Path) -> str:
        """The digest, remembered or read."""
        return self.known(path) or self.read(path)

    def check_unchanged(self) -> None:
        """Raise SourceError when a file that this run took a digest of is no longer the same file."""
        for path, (stamp, _) in sorted(self._known.items()):
            if _stamp(path) != stamp:
                raise _changed(path)

    def _memo(self, path: Path) -> Path:
        name = hashlib.sha256(str(path.absolute()).encode("utf-8", "surrogatepass")).hexdigest()
        return self._folder / f"{name}.json"

    def _remember(self, path: Path, stamp: Stamp, digest: str) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_atomic(
                self._memo(path), canonical_json({"path": str(path.absolute()), "stamp": stamp, "sha256": digest})
            )
        except (OSError, ValueError):
            return  # it is only a memory


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError as exc:
        raise SourceError(
            f"cannot be read: {exc.strerror}", where=str(path), remedy="Check the path and its permissions."
        ) from exc
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_dev]


def _changed(path: Path) -> SourceError:
    return SourceError(
        "the file changed while it was being read",
        where=str(path),
        remedy="Build again when nothing writes to it any more.",
    )
