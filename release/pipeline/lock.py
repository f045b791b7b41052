"""One build at a time, in a project and in an output folder.

The lock is the operating system's: it goes with its process, however that ends. A file beside it says who holds it, for the message only.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from release.errors import LockedError, UsageError
from release.pipeline.atomic import write_atomic
from release.pipeline.cache import cache_folder
from release.pipeline.canonical import canonical_json, digest_json
from release.pipeline.work import reraise

PROJECT_FOLDER = ".release"


@contextmanager
def hold_lock(path: Path, what: str) -> Iterator[None]:
    """Hold a lock file for the length of a block.

    Args:
        path: the lock file; its folder must exist. Links are not followed.
        what: what it guards, for the message.

    Raises:
        LockedError: when another process holds it; names its host and process.
    """
    import filelock

    lock = filelock.FileLock(path, timeout=0)
    side = path.with_name(f"{path.name}.json")
    try:
        lock.acquire()
    except filelock.Timeout as exc:
        raise LockedError(
            f"{_holder(side)} is using {what}",
            where=str(path.parent),
            remedy="Wait until it has ended, or stop it. A lock goes with its process: nothing has to be deleted by hand.",
        ) from exc
    except OSError as exc:
        reraise(exc, what)
    try:
        _write_holder(side)
        yield
    finally:
        side.unlink(missing_ok=True)
        lock.release()


@contextmanager
def hold_project(folder: Path) -> Iterator[None]:
    """Hold a project: ``.release/lock`` in its folder, or in the user's cache where that folder is read-only.

    Raises:
        LockedError: when another build holds it.
        UsageError: when ``.release`` is a link or a file.
    """
    own = folder / PROJECT_FOLDER
    if own.is_symlink() or (own.exists() and not own.is_dir()):
        raise UsageError(
            f"{PROJECT_FOLDER} is not a folder", where=str(own), remedy="Remove it: the program makes its own."
        )
    try:
        own.mkdir(exist_ok=True)
        path = own / "lock"
        path.touch()
    except OSError:
        path = cache_folder() / "locks" / f"{digest_json(str(folder.resolve()))}.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
    with hold_lock(path, f"the project {folder.name or folder}"):
        yield


def _write_holder(side: Path) -> None:
    try:
        write_atomic(side, canonical_json({"host": platform.node(), "pid": os.getpid()}))
    except OSError:
        return  # only the message loses by it


def _holder(side: Path) -> str:
    try:
        held_by = json.loads(side.read_bytes())
        return f"another build (process {int(held_by['pid'])} on {str(held_by['host'])[:80]})"
    except (OSError, ValueError, KeyError, TypeError):
        return "another build"
