"""Files of a project as a stranger may have made it: no link is followed, nothing waits, nothing outside is touched.

A project arrives as a clone or an archive, with links, named pipes and hard links where folders and files are looked
for. Whatever is locked, read or written by a name that the program itself chose goes through here.
"""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path, PurePosixPath
from typing import Any

from release.errors import RenderError, UsageError

_REMEDY = "Links are not followed. Look at where it leads, then remove it: the program makes its own."
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def is_plain_folder(path: Path) -> bool:
    """Whether a folder is there, and no link to one."""
    return _is(path, stat.S_ISDIR)


def is_plain_file(path: Path) -> bool:
    """Whether an ordinary file is there, and no link, pipe or device."""
    return _is(path, stat.S_ISREG)


def plain_below(root: Path, relative: str) -> Path | None:
    """An ordinary file below a folder, reached through no link; None where there is none.

    Args:
        root: the folder; may itself have been reached through links.
        relative: a path with forward slashes; one that leads out is None.
    """
    path = root / relative
    return None if leads_away(root, relative) or not is_plain_file(path) else path


def leads_away(root: Path, relative: str) -> bool:
    """Whether a path leads out of a folder, by its words or through a link on its way."""
    parts = PurePosixPath(relative).parts
    if not parts or relative.startswith("/") or ".." in parts or "\0" in relative:
        return True
    return any(root.joinpath(*parts[: n + 1]).is_symlink() for n in range(len(parts)))


def require_plain_folder(path: Path, what: str) -> None:
    """Refuse a folder that is a link or something else; one that is not there is fine.

    Args:
        path: the folder.
        what: what it is, for the message.

    Raises:
        UsageError: saying so.
    """
    if os.path.lexists(path) and not is_plain_folder(path):
        word = "is a link" if path.is_symlink() else "is no folder"
        raise UsageError(f"{what} {word}", where=str(path), remedy=_REMEDY)


def make_plain_folder(path: Path, what: str) -> None:
    """Make a folder where there is none; see ``require_plain_folder``.

    Raises:
        UsageError: when it is a link or something else.
        RenderError: when it cannot be made.
    """
    require_plain_folder(path, what)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise RenderError(f"{what} cannot be made: {exc.strerror}", where=str(path)) from exc


def require_own_file(path: Path, what: str) -> None:
    """Refuse to open for writing what is a link, a second name of another file, or no file; none there is fine.

    Args:
        path: the file.
        what: what it is, for the message.

    Raises:
        UsageError: saying so.
    """
    try:
        facts = path.lstat()
    except OSError:
        return
    if stat.S_ISLNK(facts.st_mode):
        raise UsageError(f"{what} is a link", where=str(path), remedy=_REMEDY)
    if not stat.S_ISREG(facts.st_mode):
        raise UsageError(f"{what} is no ordinary file", where=str(path), remedy=_REMEDY)
    if facts.st_nlink > 1:
        raise UsageError(f"{what} is a second name of another file", where=str(path), remedy=_REMEDY)


def read_plain(path: Path, most_bytes: int) -> bytes:
    """The bytes of an ordinary file of bounded size; never waits at a pipe.

    Raises:
        FileNotFoundError: there is none.
        OSError: it is a link, or cannot be opened.
        ValueError: it is no ordinary file, or larger.
    """
    handle = os.open(path, _FLAGS)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise ValueError("it is no ordinary file")
        data = file.read(most_bytes + 1)
    if len(data) > most_bytes:
        raise ValueError(f"it is larger than {most_bytes >> 20} MiB")
    return data


def read_plain_json(path: Path, most_bytes: int) -> Any:
    """The value of a JSON file, read like ``read_plain``.

    Raises:
        OSError: as there.
        ValueError: as there, and for what is no JSON, or is nested too deeply to be any of ours.
    """
    try:
        return json.loads(read_plain(path, most_bytes))
    except RecursionError as exc:
        raise ValueError("it is nested too deeply") from exc


def _is(path: Path, kind: Any) -> bool:
    try:
        return bool(kind(path.lstat().st_mode))
    except (OSError, ValueError):
        return False
