"""Keeping the cache within its size, and never under a build that runs."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from release.errors import LockedError
from release.pipeline.atomic import unique_suffix
from release.pipeline.cache import FOLDERS, remove_tree
from release.pipeline.work import reraise

_SLACK_S = 2.0
"""Time stamps of files may be this much older than the clock says."""


@dataclass(frozen=True, slots=True)
class CacheSize:
    """What the cache holds.

    Attributes:
        n_entries: stored results.
        n_files: files.
        n_bytes: files and entries together.
    """

    n_entries: int
    n_files: int
    n_bytes: int


@dataclass(frozen=True, slots=True)
class _Found:
    path: Path
    n_bytes: int
    used_at: float


@contextmanager
def running_mark(root: Path) -> Iterator[None]:
    """Mark a build as running, so that what it uses is not evicted by another one."""
    import filelock

    folder = root / "running"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{unique_suffix()}.lock"
    lock = filelock.FileLock(path)
    lock.acquire()
    try:
        os.utime(path)
        yield
    finally:
        lock.release()
        path.unlink(missing_ok=True)


@contextmanager
def cache_in_use(root: Path, cap_bytes: int) -> Iterator[None]:
    """Keep what a build uses from being evicted; bring the cache back to its size at the end.

    Raises:
        RenderError: when the cache cannot be written.
    """
    with ExitStack() as marks:
        try:
            for name in FOLDERS:
                (root / name).mkdir(parents=True, exist_ok=True)
            marks.enter_context(running_mark(root))
        except OSError as exc:
            reraise(exc, "cache")
        try:
            yield
        finally:
            evict(root, cap_bytes)


def measure_cache(root: Path) -> CacheSize:
    """Count and add up what the cache holds."""
    entries, files = list(_scan(root / "entries")), list(_scan(root / "files"))
    return CacheSize(len(entries), len(files), sum(f.n_bytes for f in (*entries, *files)))


def evict(root: Path, cap_bytes: int) -> int:
    """Remove what was used longest ago until the cache is within its cap; returns the bytes removed.

    What a running build used since it began stays, even over the cap.
    """
    running = _running_builds(root)
    _remove_dead_work(root, running)
    oldest_start = running.oldest_start
    files = {f.path.name: f for f in _scan(root / "files")}
    entries = sorted(_scan(root / "entries"), key=lambda e: (e.used_at, e.path.name))
    before = excess = sum(f.n_bytes for f in (*files.values(), *entries))
    if before <= cap_bytes:
        return 0
    users: dict[str, int] = {}
    names = {entry.path: _file_names(entry.path) for entry in entries}
    for used in names.values():
        for name in used:
            users[name] = users.get(name, 0) + 1
    for name in files.keys() - users.keys():
        excess -= _remove_file(files[name], oldest_start)
    for entry in entries:
        if excess <= cap_bytes or entry.used_at >= oldest_start - _SLACK_S:
            break
        entry.path.unlink(missing_ok=True)
        excess -= entry.n_bytes
        for name in names[entry.path]:
            users[name] -= 1
            if users[name] == 0 and name in files:
                excess -= _remove_file(files[name], oldest_start)
    return before - excess


def _scan(folder: Path) -> Iterator[_Found]:
    """Files two levels down; those that vanish meanwhile are passed over."""
    try:
        below = [Path(e.path) for e in os.scandir(folder) if e.is_dir(follow_symlinks=False)]
    except OSError:
        return
    for shard in below:
        try:
            for found in os.scandir(shard):
                stat = found.stat(follow_symlinks=False)
                yield _Found(Path(found.path), stat.st_size, stat.st_mtime)
        except OSError:
            continue


def _file_names(entry: Path) -> list[str]:
    """Names of the files that an entry uses; none for one that cannot be read."""
    try:
        return [f"{sha256}{suffix}" for suffix, sha256, _, _ in json.loads(entry.read_bytes())["files"].values()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []


def _remove_file(found: _Found, oldest_start: float) -> int:
    """Remove a file nobody names, unless a running build may be about to name it."""
    if found.used_at >= oldest_start - _SLACK_S:
        return 0
    found.path.unlink(missing_ok=True)
    return found.n_bytes


@dataclass(frozen=True, slots=True)
class _Running:
    """Builds that run now: when the oldest began (infinity for none), and their process ids as in their marks."""

    oldest_start: float
    process_ids: frozenset[str]


def _running_builds(root: Path) -> _Running:
    """Builds that run now. Marks of dead ones are removed."""
    import filelock

    found: dict[str, float] = {}
    for path in sorted((root / "running").glob("*.lock")):
        try:
            began = path.stat().st_mtime
            lock = filelock.FileLock(path, timeout=0)
            lock.acquire()
        except filelock.Timeout:
            found[path.name] = began
        except OSError:
            continue
        else:
            lock.release()
            path.unlink(missing_ok=True)
    return _Running(min(found.values(), default=float("inf")), frozenset(map(_process_id, found)))


def _process_id(name: str) -> str:
    return name.partition("-")[0]


def _remove_dead_work(root: Path, running: _Running) -> None:
    """Remove folders that file steps of dead builds left."""
    try:
        folders = list(os.scandir(root / "work"))
    except OSError:
        return
    for folder in folders:
        if _process_id(folder.name) not in running.process_ids:
            remove_tree(Path(folder.path))


def clear_cache(root: Path) -> int:
    """Remove everything that the cache holds; returns the bytes of results removed.

    Raises:
        LockedError: when a build is running.
    """
    if _running_builds(root).process_ids:
        raise LockedError("a build is using the cache", where=str(root), remedy="Wait until it has ended, or stop it.")
    n_bytes = measure_cache(root).n_bytes
    for name in (*FOLDERS, "sources", "locks"):
        remove_tree(root / name)
    return n_bytes
