"""Assembles a build beside the output folder and puts it in place whole, or not at all.

Working names, beside the output folder ``build`` (inside it, where it is a file system of its own or its parent cannot be written)::

    .build.lock               held for the whole build
    .build.staging-<pid>/     the new build
    .build.scratch-<pid>/     scratch files
    .build.old-<pid>/         what the new build replaces, while it does
    .build.journal            exists while publishing; any later command finishes it
"""

from __future__ import annotations

import glob
import hashlib
import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from release.errors import LockedError, RenderError, UsageError
from release.pipeline.atomic import sync_folder
from release.pipeline.cache import remove_tree
from release.pipeline.guarded import read_plain_json
from release.pipeline.journal import FileOps, Journal, Publication, Swap, read_journal
from release.pipeline.lock import hold_lock
from release.pipeline.work import as_release_error, reraise

_INSIDE = ".release."
_MOST_RECORD_BYTES = 256 << 20
_ABANDON = "Look at the output folder and the folders beside it; when they are as you want them, delete the journal."


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where a build is assembled; held by one process.

    Attributes:
        output: the output folder; may not exist yet.
        staging: the new build, top-level entries as they will be in the output folder.
        scratch: for scratch files, on the same file system.
        record_name: the file that makes an output folder ours, and whose replacement is the commit.
        record: the record of the build that is in place, as JSON; None for none.
    """

    output: Path
    staging: Path
    scratch: Path
    record_name: str
    record: Any

    @property
    def prefix(self) -> Path:
        """What all working names begin with."""
        return self.staging.with_name(self.staging.name.partition("staging-")[0])


@contextmanager
def open_workspace(
    output: Path, *, record_name: str = "release.json", tool_name: str = "release-audio"
) -> Iterator[Workspace]:
    """Hold an output folder for a build: lock it, finish what was left, make room.

    Args:
        output: the output folder; it must be empty, or carry a record of this program, or not exist.
        record_name: name of the record.
        tool_name: what stands in the record under ``tool.name``.

    Raises:
        UsageError: when the folder is a link, a file, or somebody else's.
        LockedError: when another build holds it.
        RenderError: when it cannot be written.
    """
    output = check_output(output, record_name=record_name, tool_name=tool_name)
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        prefix = _prefix(output)
    except OSError as exc:
        reraise(exc, str(output))
    with hold_lock(_work_path(prefix, "lock"), f"the output folder {output.name}"):
        _recover(output, prefix, record_name)
        _remove_leftovers(prefix)
        staging, scratch = (_work_path(prefix, f"{name}-{os.getpid()}") for name in ("staging", "scratch"))
        try:
            staging.mkdir()
            scratch.mkdir()
            yield Workspace(output, staging, scratch, record_name, _read_record(output / record_name))
        except OSError as exc:
            reraise(exc, str(output))
        finally:
            remove_tree(scratch)
            if _is_quiet(_work_path(prefix, "journal")):
                remove_tree(staging)


def check_output(output: Path, *, record_name: str = "release.json", tool_name: str = "release-audio") -> Path:
    """The output folder with its parents resolved, if a build may go there.

    Raises:
        UsageError: when it is a link, a file, or holds something that this program did not make.
    """
    output = _resolved(output)
    refuse_linked_output(output)
    if output.exists() and not output.is_dir():
        raise UsageError("the output is a file", where=str(output), remedy="Name a folder with --output.")
    if not output.is_dir():
        return output
    others = [entry.name for entry in os.scandir(output) if not entry.name.startswith(_INSIDE)]
    record = _read_record(output / record_name)
    if others and not _is_ours(record, tool_name) and not os.path.lexists(_work_path(_prefix(output), "journal")):
        raise UsageError(
            f"the output folder holds other things ({', '.join(sorted(others)[:3])}) and no record of a build",
            where=str(output),
            remedy="Name an empty folder with --output; nothing that is not a former build is ever replaced.",
        )
    return output


def refuse_linked_output(output: Path) -> None:
    """Refuse a build folder that is a link: a project from elsewhere may bring one along that leads anywhere.

    Raises:
        UsageError: saying which folder to name.
    """
    if output.is_symlink():
        raise UsageError(
            "the output folder is a link, and links are not followed",
            where=str(output),
            remedy=f"Name the folder itself: --output {output.resolve()}",
        )


def publish(
    workspace: Workspace,
    entries: Sequence[str],
    *,
    remove: Collection[str] = (),
    owned: Collection[str] = (),
    ops: FileOps | None = None,
) -> None:
    """Put the staged build in the place of the old one; the record last, which is the commit.

    Args:
        workspace: held by ``open_workspace``; its staging folder holds every entry and the record.
        entries: top-level names to put in place, in order.
        remove: top-level names of the old build that the new one no longer has.
        owned: top-level names that the old build made; nothing else is replaced or removed.
        ops: file operations, for tests.

    Raises:
        UsageError: when an entry is in the way of somebody else's file.
        RenderError: when the disk is full or refuses; the old build is in place again.
    """
    output, staging, name = workspace.output, workspace.staging, workspace.record_name
    swaps = _swaps(workspace, entries, remove, owned)
    data = (staging / name).read_bytes()
    aside = workspace.prefix.name + f"old-{os.getpid()}"
    mark = staging.lstat().st_ino
    journal = Journal(staging.name, aside, swaps, name, hashlib.sha256(data).hexdigest(), output.exists(), mark)
    ops = ops or FileOps()
    publication = Publication(journal, _work_path(workspace.prefix, "journal"), output, ops)
    try:
        _sync_tree(staging)
        ops.write(publication.path, journal.to_bytes())
        publication.finish()
    except OSError as exc:
        if not publication.is_committed:
            _undo(publication, exc)
            raise _publishing_failed(exc, output) from exc
        # The new build is in place; what could not be removed is removed by the next build.


def recover_output(output: Path, ops: FileOps | None = None, *, record_name: str = "release.json") -> bool:
    """Finish a publication that was stopped, if there is one and nobody else is at it.

    Every command that reads a build folder calls this first. Returns whether something was finished.

    Raises:
        RenderError: when the journal is not ours, or speaks of links; nothing is moved then.
    """
    output = _resolved(output)
    prefix = _prefix(output)
    if _is_quiet(_work_path(prefix, "journal")):
        return False
    try:
        with hold_lock(_work_path(prefix, "lock"), f"the output folder {output.name}"):
            done = _recover(output, prefix, record_name, ops)
            _remove_leftovers(prefix)
            return done
    except LockedError:
        return False


def _resolved(output: Path) -> Path:
    """The folder with the links of its parents followed, but not its own."""
    output = output.absolute()
    return output.resolve() if output.name == ".." else output.parent.resolve() / output.name


def _is_quiet(journal: Path) -> bool:
    """Whether no publication is under way."""
    return not os.path.lexists(journal)


def _swaps(
    workspace: Workspace, entries: Sequence[str], remove: Collection[str], owned: Collection[str]
) -> tuple[Swap, ...]:
    swaps = []
    for name in (*entries, *sorted(set(remove) - set(entries))):
        had_old = os.path.lexists(workspace.output / name)
        if had_old and name not in owned:
            raise UsageError(
                f"{name} in the output folder is not of a former build",
                where=str(workspace.output / name),
                remedy="Move it away, or name another folder with --output.",
            )
        swaps.append(Swap(name, had_old, name in entries))
    return tuple(swaps)


def _prefix(output: Path) -> Path:
    """Where working names go: beside the output folder, or inside it where a rename from beside cannot work."""
    parent = output.parent
    if output.is_dir() and (output.stat().st_dev != parent.stat().st_dev or not os.access(parent, os.W_OK | os.X_OK)):
        return output / _INSIDE
    return parent / f".{output.name}."


def _work_path(prefix: Path, name: str) -> Path:
    return prefix.with_name(prefix.name + name)


def _remove_leftovers(prefix: Path) -> None:
    """Remove what dead builds left; the lock is held, so no living one has any."""
    for kind in ("staging", "scratch", "old"):
        for path in sorted(prefix.parent.glob(f"{glob.escape(prefix.name)}{kind}-*")):
            if path.is_symlink():
                path.unlink()
            else:
                remove_tree(path)


def _recover(output: Path, prefix: Path, record_name: str, ops: FileOps | None = None) -> bool:
    path = _work_path(prefix, "journal")
    try:
        journal = read_journal(path)
    except (ValueError, OSError) as exc:
        raise RenderError(
            "the journal of a former build cannot be read",
            where=str(path),
            remedy=_ABANDON,
        ) from exc
    if journal is None:
        return False
    names = {f"{prefix.name}staging-": journal.staging, f"{prefix.name}old-": journal.aside}
    if journal.record != record_name or not all(name.startswith(head) for head, name in names.items()):
        raise RenderError("the journal of a former build names other folders", where=str(path), remedy="Delete it.")
    publication = Publication(journal, path, output, ops or FileOps())
    if refusal := publication.refusal():
        raise RenderError(f"the journal of a former build is not followed: {refusal}", where=str(path), remedy=_ABANDON)
    try:
        publication.finish()
    except OSError as exc:
        _undo(publication, exc)
    return True


def _undo(publication: Publication, cause: OSError) -> None:
    """Put the old build back; the journal stays when even that cannot be done, and the next command tries again."""
    try:
        publication.undo()
    except OSError as exc:
        raise RenderError(
            f"the output folder is half replaced and cannot be put back now: {exc.strerror}",
            where=str(publication.output),
            remedy="Make the folder writable or free some space; the next command finishes it. Delete nothing beside it.",
        ) from cause


def _publishing_failed(error: OSError, output: Path) -> BaseException:
    known = as_release_error(error, str(output))
    if known is not error:
        return known
    return RenderError(
        f"the build could not be put in place: {error.strerror or error}",
        where=str(output),
        remedy="Check the folder; the last build is untouched.",
    )


def _read_record(path: Path) -> Any:
    with suppress(OSError, ValueError):
        return read_plain_json(path, _MOST_RECORD_BYTES)
    return None


def _is_ours(record: Any, tool_name: str) -> bool:
    tool = record.get("tool") if isinstance(record, dict) else None
    return isinstance(tool, dict) and tool.get("name") == tool_name


def _sync_tree(folder: Path) -> None:
    """Make everything below a folder durable, so that the journal never speaks of files that a loss of power took."""
    for place, _, names in os.walk(folder):
        for name in names:
            handle = os.open(Path(place) / name, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        sync_folder(Path(place))
