"""One build at a time, in a project and in an output folder.

The lock is the operating system's: it goes with its process, however that ends. A file beside it says who holds it, for the message only.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from release.errors import LockedError
from release.pipeline.atomic import write_atomic
from release.pipeline.cache import cache_folder
from release.pipeline.canonical import canonical_json, digest_json
from release.pipeline.guarded import read_plain_json, require_own_file, require_plain_folder
from release.pipeline.work import reraise

PROJECT_FOLDER = ".release"
_MOST_HOLDER_BYTES = 1 << 16


@contextmanager
def hold_lock(path: Path, what: str) -> Iterator[None]:
    """Hold a lock file for the length of a block.

    Args:
        path: the lock file; its folder must exist. Links are not followed.
        what: what it guards, for the message.

    Raises:
        LockedError: when another process holds it; names its host and process.
        UsageError: when it is a link, a second name of another file, or no file: opening it would empty what it leads to.
    """
    import filelock

    require_own_file(path, "the lock file")
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
        UsageError: when ``.release`` is a link or a file, or its lock is a link.
    """
    own = folder / PROJECT_FOLDER
    require_plain_folder(own, PROJECT_FOLDER)
    path = own / "lock"
    require_own_file(path, "the lock file")
    try:
        own.mkdir(exist_ok=True)
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
        held_by = read_plain_json(side, _MOST_HOLDER_BYTES)
        return f"another build (process {int(held_by['pid'])} on {str(held_by['host'])[:80]})"
    except (OSError, ValueError, KeyError, TypeError):
        return "another build"
