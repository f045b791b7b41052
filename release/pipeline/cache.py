"""Results that were already made, in the user's cache folder; never in a project.

::

    <cache>/entries/ab/<key>.json     what a step left: fact, names and checksums of its files
    <cache>/files/ab/<sha256>.<ext>   the files, by content, read-only
    <cache>/work/…                    folders of file steps that are running
    <cache>/running/<pid>….lock       one per running build: keeps its entries from being evicted
    <cache>/state/…                   what each project's last run was made from (for "what changed")

Entries carry their own digest and files are hashed again before use: a torn, damaged or edited one counts as missing. Several processes may use the folder at once.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from release.pipeline.atomic import unique_suffix, write_atomic
from release.pipeline.canonical import canonical_json, digest_json
from release.pipeline.checksum import copy_file, hash_file, sha256_file
from release.pipeline.keys import content_digest
from release.pipeline.step import StoredFile

FORMAT = 1
DEFAULT_CAP_BYTES = 20 * 1000**3
FOLDERS = ("entries", "files", "work", "running", "state")
CACHE_VARIABLE = "RELEASE_CACHE"
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")


def cache_folder() -> Path:
    """Where the cache lies: ``$RELEASE_CACHE``, or the user's cache folder."""
    named = os.environ.get(CACHE_VARIABLE)
    if named:
        return Path(named).expanduser().absolute()
    import platformdirs

    return platformdirs.user_cache_path("release-audio", appauthor=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """A stored result.

    Attributes:
        key: what it is stored under.
        stage: name of the stage that made it.
        fact: its JSON.
        files: its files by name.
        digest: digest of fact and file contents, which is what consumers depend on.
    """

    key: str
    stage: str
    fact: Any
    files: Mapping[str, StoredFile]
    digest: str


class Cache:
    """The store of results. Safe to use from several threads and processes."""

    def __init__(self, root: Path | None = None, cap_bytes: int = DEFAULT_CAP_BYTES) -> None:
        self.root = cache_folder() if root is None else root
        self.cap_bytes = cap_bytes

    def prepare(self) -> None:
        """Make the folders; raises OSError where that cannot be."""
        for name in FOLDERS:
            (self.root / name).mkdir(parents=True, exist_ok=True)

    def entry_path(self, key: str) -> Path:
        """Where the entry of a key lies."""
        return self.root / "entries" / key[:2] / f"{key}.json"

    def file_path(self, sha256: str, suffix: str = "") -> Path:
        """Where a file of a content lies."""
        return self.root / "files" / sha256[:2] / f"{sha256}{suffix}"

    def lookup(self, key: str, *, touch: bool = True) -> Entry | None:
        """The result stored under a key, or None; sizes of its files are checked here, their content by ``is_intact``."""
        path = self.entry_path(key)
        entry = self._read(path, key)
        if entry is None:
            return None
        for stored in entry.files.values():
            try:
                if stored.path.stat().st_size != stored.n_bytes:
                    return None
            except OSError:
                return None
        if touch:
            _touch(path)
        return entry

    def is_intact(self, stored: StoredFile, check: Callable[[], None] | None = None) -> bool:
        """Read a stored file and hold it against its SHA-256."""
        try:
            return sha256_file(stored.path, check) == stored.sha256
        except OSError:
            return False

    def work_folder(self) -> Path:
        """A new folder for a file step, on the cache's file system so that storing is a rename."""
        folder = self.root / "work" / unique_suffix()
        folder.mkdir(parents=True)
        return folder

    def store(
        self,
        key: str,
        stage: str,
        fact: Any,
        files: Mapping[str, Path],
        check: Callable[[], None] | None = None,
        *,
        hashed: Mapping[str, StoredFile] | None = None,
    ) -> Entry:
        """Keep a result: files are hashed once and moved (they must not be needed where they were).

        Args:
            key: what it is stored under.
            stage: name of the stage that made it.
            fact: its JSON.
            files: its files by name.
            check: called once per block that is hashed; may raise to stop.
            hashed: checksums of files that were hashed while they were written.
        """
        known = hashed or {}
        stored = {name: self._keep(path, check, known.get(name)) for name, path in sorted(files.items())}
        entry = Entry(key, stage, fact, stored, content_digest(fact, stored))
        body = {
            "format": FORMAT,
            "key": key,
            "stage": stage,
            "fact": fact,
            "files": {n: [s.path.suffix, s.sha256, s.md5, s.n_bytes] for n, s in stored.items()},
        }
        path = self.entry_path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, canonical_json({**body, "digest": digest_json(body)}))
        return entry

    def drop(self, key: str) -> None:
        """Forget an entry and its files, so that nothing damaged is kept; files that others share are made again by them."""
        entry = self._read(self.entry_path(key), key)
        for stored in entry.files.values() if entry is not None else ():
            stored.path.unlink(missing_ok=True)
        self.entry_path(key).unlink(missing_ok=True)

    def _keep(self, path: Path, check: Callable[[], None] | None, known: StoredFile | None) -> StoredFile:
        if path.is_symlink() or not path.is_file():
            raise ValueError(f"a stage named {path.name}, which is no plain file")
        if known is not None and known.n_bytes != path.stat().st_size:
            raise ValueError(f"{path.name} has another size than what was hashed while it was written")
        hashed = hash_file(path, check) if known is None else known
        suffix = path.suffix if _SUFFIX.fullmatch(path.suffix) else ""
        place = self.file_path(hashed.sha256, suffix)
        place.parent.mkdir(parents=True, exist_ok=True)
        # The new copy replaces an old one of the same name: that one may have been damaged since.
        path.chmod(0o444)
        try:
            path.replace(place)
        except OSError:
            temporary = place.with_name(f".{place.name}.{unique_suffix()}.tmp")
            copy_file(path, temporary)
            temporary.chmod(0o444)
            temporary.replace(place)
            path.unlink()
        return replace(hashed, path=place)

    def _read(self, path: Path, key: str) -> Entry | None:
        """The entry of a file, or None for anything torn, foreign or edited."""
        try:
            body = json.loads(path.read_bytes())
            digest = body.pop("digest")
            if digest_json(body) != digest or body["format"] != FORMAT or body["key"] != key:
                return None
            files = {
                name: StoredFile(self.file_path(sha256, suffix), sha256, md5, n_bytes)
                for name, (suffix, sha256, md5, n_bytes) in body["files"].items()
            }
            return Entry(key, body["stage"], body["fact"], files, content_digest(body["fact"], files))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None


def _touch(path: Path) -> None:
    """Mark as used now: the cap removes what was used longest ago."""
    try:
        os.utime(path)
    except OSError:
        return


def remove_tree(path: Path) -> None:
    """Remove a folder of ours without following links; what cannot be removed is left for ``clean``."""
    shutil.rmtree(path, ignore_errors=True)
