"""Files that appear whole or not at all."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

_counter = itertools.count()


def unique_suffix() -> str:
    """A word that no other process or thread on this machine uses now; never part of any output."""
    return f"{os.getpid()}-{threading.get_ident():x}-{next(_counter)}"


def write_atomic(path: Path, data: bytes, *, durable: bool = False) -> None:
    """Write a file beside its place and move it there in one step.

    Args:
        path: the file; its folder must exist. A link or a second name of another file there is replaced, never written through.
        data: the whole content.
        durable: wait until it is on the disk, so that it also survives a loss of power.
    """
    with open_atomic(path, durable=durable) as file:
        file.write(data)


@contextmanager
def open_atomic(path: Path, *, durable: bool = False) -> Iterator[BinaryIO]:
    """A file to be written in pieces, which takes its place when the block ends; nothing is left when it fails.

    Args:
        path: as for ``write_atomic``.
        durable: as there.
    """
    temporary = path.with_name(f".{path.name}.{unique_suffix()}.tmp")
    try:
        with temporary.open("xb") as file:
            yield file
            if durable:
                file.flush()
                os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if durable:
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, where the system offers it."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
