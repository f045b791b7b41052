"""The files of a package, in a folder or in a ZIP, as a stranger may have made it: nothing is unpacked, no link is followed.

A name that leads out, a link, a name twice, a file that unpacks to far more than it takes: each is a problem that is told.
"""

from __future__ import annotations

import hashlib
import lzma
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Protocol

from release.errors import Problem, UsageError

MOST_ENTRIES = 100_000
MOST_SMALL_BYTES = 64 << 20
"""What is read into memory: records, statements, lists."""
_MOST_TIMES_LARGER, _SPARE_BYTES = 20, 64 << 20
"""A ZIP of ours is stored as it is; one that was packed again holds audio, which does not shrink to a twentieth."""
_CHUNK = 1 << 20
_BAD_NAME = re.compile(r"[\x00-\x1f\x7f-\x9f\\\u202a-\u202e\u2066-\u2069]")


class PackageFiles(Protocol):
    """Files by path, forward slashes, below the top of the package.

    Attributes:
        root: for messages.
        sizes: bytes by path.
        problems: what is wrong with the container or with names in it.
    """

    root: str
    sizes: Mapping[str, int]
    problems: tuple[Problem, ...]

    def read(self, path: str) -> bytes:
        """A small file whole.

        Raises:
            UsageError: when it is not small, or cannot be read.
        """

    def sha256(self, path: str) -> str:
        """SHA-256 of a file.

        Raises:
            UsageError: when it cannot be read.
        """


def bad_name(path: str) -> str:
    """Why a path must not be used; empty when it may."""
    if not path or path.startswith("/") or re.match(r"[A-Za-z]:", path):
        return "its name leads out of the package"
    if any(part in ("", ".", "..") for part in path.split("/")):
        return "its name leads out of the package"
    if _BAD_NAME.search(path):
        return "its name has a control character, a direction mark or a backslash in it"
    return ""


class FolderFiles:
    """A package in a folder."""

    def __init__(self, folder: Path) -> None:
        self.root = str(folder)
        self._folder = folder
        sizes: dict[str, int] = {}
        problems = []
        for place, folders, names in os.walk(folder):
            for name in (*names, *folders):
                path = Path(place) / name
                relative = path.relative_to(folder).as_posix()
                facts = path.lstat()
                if stat.S_ISLNK(facts.st_mode):
                    problems.append(_problem(path, "it is a link; a package holds files", "link"))
                elif stat.S_ISREG(facts.st_mode):
                    sizes[relative] = facts.st_size
                elif not stat.S_ISDIR(facts.st_mode):
                    problems.append(_problem(path, "it is neither a file nor a folder", "special"))
                why = bad_name(relative)
                if why:
                    problems.append(_problem(path, why, "name"))
                    sizes.pop(relative, None)
            if len(sizes) > MOST_ENTRIES:
                raise UsageError(
                    f"there are more than {MOST_ENTRIES} files", where=self.root, remedy="this is no package"
                )
        self.sizes: Mapping[str, int] = dict(sorted(sizes.items()))
        self.problems = tuple(problems)

    def read(self, path: str) -> bytes:
        """A small file whole; see ``PackageFiles.read``."""
        with self._open(path) as file:
            return _small(file, f"{self.root}/{path}")

    def sha256(self, path: str) -> str:
        """SHA-256 of a file; see ``PackageFiles.sha256``."""
        with self._open(path) as file:
            return _sha256(file)

    def _open(self, path: str) -> IO[bytes]:
        try:
            handle = os.open(self._folder / path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        except OSError as exc:
            raise UsageError(f"it cannot be read: {exc.strerror}", where=f"{self.root}/{path}") from exc
        return os.fdopen(handle, "rb")


class ZipFiles:
    """A package in a ZIP: all in one folder, or at its top."""

    def __init__(self, path: Path) -> None:
        self.root = str(path)
        try:
            self._archive = zipfile.ZipFile(path)
        except _ZIP_FAULTS as exc:
            raise UsageError(f"the ZIP cannot be read: {exc}", where=self.root, remedy="ask for it again") from exc
        infos = self._archive.infolist()
        self.problems = tuple(self._container_problems(infos, path.stat().st_size))
        good = {} if self.problems else {i.filename: i for i in infos if not i.is_dir()}
        tops = {name.split("/")[0] for name in good}
        top = f"{tops.pop()}/" if len(tops) == 1 and all("/" in name for name in good) else ""
        self._infos = {name.removeprefix(top): info for name, info in good.items()}
        self.sizes: Mapping[str, int] = {name: self._infos[name].file_size for name in sorted(self._infos)}

    def _container_problems(self, infos: list[zipfile.ZipInfo], archive_bytes: int) -> list[Problem]:
        if len(infos) > MOST_ENTRIES:
            return [_problem(self.root, f"it has more than {MOST_ENTRIES} entries", "bomb")]
        if sum(i.file_size for i in infos) > _MOST_TIMES_LARGER * archive_bytes + _SPARE_BYTES:
            text = f"it unpacks to more than {_MOST_TIMES_LARGER} times its size, and is not unpacked"
            return [_problem(self.root, text, "bomb")]
        problems, seen = [], set()
        for info in infos:
            where = f"{self.root}: {info.filename!r}"
            name = info.filename.rstrip("/") if info.is_dir() else info.filename
            why = bad_name(name)
            mode = info.external_attr >> 16
            if why:
                problems.append(_problem(where, why, "name"))
            elif stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
                problems.append(_problem(where, "it is a link or a device; a package holds files", "link"))
            elif name.lower() in seen:
                problems.append(_problem(where, "there are two files of this name", "doubled"))
            elif info.flag_bits & 1:
                problems.append(_problem(where, "it is encrypted", "encrypted"))
            seen.add(name.lower())
        return problems

    def read(self, path: str) -> bytes:
        """A small file whole; see ``PackageFiles.read``."""
        if self.sizes.get(path, 0) > MOST_SMALL_BYTES:
            raise UsageError("it is far too large for what it is", where=f"{self.root}: {path}")
        try:
            with self._archive.open(self._infos[path]) as file:
                return _small(file, f"{self.root}: {path}")
        except _ZIP_FAULTS as exc:
            raise UsageError(f"it cannot be read: {exc}", where=f"{self.root}: {path}") from exc

    def sha256(self, path: str) -> str:
        """SHA-256 of a file; see ``PackageFiles.sha256``."""
        try:
            with self._archive.open(self._infos[path]) as file:
                return _sha256(file)
        except _ZIP_FAULTS as exc:
            raise UsageError(f"it cannot be read: {exc}", where=f"{self.root}: {path}") from exc

    def unpack(self, path: str, place: Path) -> str:
        """Unpack one file to a path that must not exist; returns its SHA-256.

        Raises:
            UsageError: when it cannot be read, or there is no room for it.
        """
        digest = hashlib.sha256()
        try:
            with self._archive.open(self._infos[path]) as file, place.open("xb") as out:
                while block := file.read(_CHUNK):
                    digest.update(block)
                    out.write(block)
        except _ZIP_FAULTS as exc:
            raise UsageError(f"it cannot be unpacked: {exc}", where=f"{self.root}: {path}") from exc
        return digest.hexdigest()


_ZIP_FAULTS = (
    OSError,
    KeyError,
    ValueError,
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
)
"""What damaged entries raise, by the way that they are compressed."""


def _small(file: IO[bytes], where: str) -> bytes:
    data = file.read(MOST_SMALL_BYTES + 1)
    if len(data) > MOST_SMALL_BYTES:
        raise UsageError("it is far too large for what it is", where=where)
    return data


def _sha256(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := file.read(_CHUNK):
        digest.update(block)
    return digest.hexdigest()


def _problem(where: Path | str, problem: str, code: str) -> Problem:
    return Problem(str(where), problem, "do not trust this package: ask for it again", code)
