"""The journal of a publication: what is to be swapped, so that any later command can finish or undo it.

While the journal exists, every entry of the output folder is in one of three states, told apart by what exists::

    before      output/x old          staging/x new
    between     aside/x old           staging/x new
    after       aside/x old           output/x new

``finish`` moves all of them forward and replaces the record, which is the commit; ``undo`` moves them back. Both can be stopped after any operation
and begun again, in either direction.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from release.pipeline.atomic import sync_folder, write_atomic
from release.pipeline.canonical import Json, canonical_json
from release.pipeline.guarded import is_plain_folder, read_plain, read_plain_json

_FORMAT = 2
_NAME = re.compile(r"[^/\\\0]+")
_ENTRY = re.compile(r"[\w-]{1,64}")
"""What a build puts in place: folders, called like a target, and the report."""
_MOST_BYTES, _MOST_RECORD_BYTES = 1 << 20, 256 << 20


class FileOps:
    """The operations that change the disk while publishing; tests stop after each of them."""

    def rename(self, source: Path, target: Path) -> None:
        """Move a file, folder or link within one file system; links are moved, not followed."""
        source.rename(target)

    def replace(self, source: Path, target: Path) -> None:
        """Put a file in the place of another in one step."""
        source.replace(target)

    def mkdir(self, folder: Path) -> None:
        """Make a folder where there is none."""
        folder.mkdir(exist_ok=True)

    def write(self, path: Path, data: bytes) -> None:
        """Write a whole file durably, or not at all."""
        write_atomic(path, data, durable=True)

    def unlink(self, path: Path) -> None:
        """Remove a file."""
        path.unlink(missing_ok=True)

    def remove_tree(self, folder: Path) -> None:
        """Remove a folder of ours without following links."""
        if folder.is_symlink():
            folder.unlink()
        elif folder.exists():
            shutil.rmtree(folder)


@dataclass(frozen=True, slots=True)
class Swap:
    """One entry of the output folder.

    Attributes:
        name: a single path component.
        had_old: the output folder had one before.
        has_new: the build brings one; False removes the old one.
    """

    name: str
    had_old: bool
    has_new: bool


@dataclass(frozen=True, slots=True)
class Journal:
    """A publication under way.

    Attributes:
        staging: name of the folder with the new entries, beside the journal.
        aside: name of the folder that takes the old ones.
        swaps: all entries but the record.
        record: name of the record, which comes last.
        record_sha256: digest of the new record.
        had_output: the output folder existed before.
        mark: number of the staging folder in its file system: a journal that was copied or cloned names another one.
    """

    staging: str
    aside: str
    swaps: tuple[Swap, ...]
    record: str
    record_sha256: str
    had_output: bool
    mark: int

    def to_bytes(self) -> bytes:
        """As written to the disk."""
        swaps: Json = [[s.name, s.had_old, s.has_new] for s in self.swaps]
        return canonical_json(
            {
                "format": _FORMAT,
                "staging": self.staging,
                "aside": self.aside,
                "swaps": swaps,
                "record": self.record,
                "record_sha256": self.record_sha256,
                "had_output": self.had_output,
                "mark": self.mark,
            }
        )


def read_journal(path: Path) -> Journal | None:
    """The journal of a publication that was stopped, or None.

    Raises:
        ValueError: when there is one that this program did not write.
    """
    try:
        raw: Any = read_plain_json(path, _MOST_BYTES)
    except FileNotFoundError:
        return None
    try:
        if raw["format"] != _FORMAT:
            raise ValueError("another format")
        swaps = tuple(Swap(_entry(n), bool(o), bool(w)) for n, o, w in raw["swaps"])
        names = (_plain(raw["staging"]), _plain(raw["aside"]), _plain(raw["record"]))
        digest, mark = str(raw["record_sha256"]), raw["mark"]
        if not isinstance(mark, int):
            raise TypeError("no number of a folder")
        return Journal(names[0], names[1], swaps, names[2], digest, bool(raw["had_output"]), mark)
    except (KeyError, TypeError) as exc:
        raise ValueError("not a journal") from exc


def _plain(name: Any) -> str:
    """A single path component; a journal may lie in a project that came from elsewhere."""
    if not isinstance(name, str) or not _NAME.fullmatch(name) or name in (".", ".."):
        raise ValueError(f"not a plain name: {name!r}")
    return name


def _entry(name: Any) -> str:
    """The name of an entry as builds make it, so that no journal moves anything else about."""
    if not _ENTRY.fullmatch(_plain(name)):
        raise ValueError(f"no build makes an entry of this name: {name!r}")
    return str(name)


@dataclass(frozen=True, slots=True)
class Publication:
    """A journal with the folders it speaks of.

    Attributes:
        journal: what is swapped.
        path: where the journal lies.
        output: the output folder.
        ops: the operations.
    """

    journal: Journal
    path: Path
    output: Path
    ops: FileOps

    @property
    def staging(self) -> Path:
        """Where the new entries come from."""
        return self.path.parent / self.journal.staging

    @property
    def aside(self) -> Path:
        """Where the old entries go."""
        return self.path.parent / self.journal.aside

    def refusal(self) -> str:
        """Why nothing may be moved; empty when the folders are real ones, and the ones that the journal was written for.

        A journal may come with a project from elsewhere, and so may links of these names: what is moved into a linked
        folder, or out of one, is written or taken outside.
        """
        for folder in (self.output, self.staging, self.aside):
            if os.path.lexists(folder) and not is_plain_folder(folder):
                return f"{folder.name} is no folder of its own"
        if not is_plain_folder(self.staging) or self.staging.lstat().st_ino != self.journal.mark:
            return f"it was written for another {self.journal.staging}: it was copied, or came with the project"
        new = [self.staging / swap.name for swap in self.journal.swaps if swap.has_new]
        linked = next((path for path in new if os.path.lexists(path) and not is_plain_folder(path)), None)
        return f"{linked.name} of the new build is no folder" if linked is not None else ""

    @property
    def is_committed(self) -> bool:
        """Whether the new record is in place."""
        name = self.journal.record
        if os.path.lexists(self.staging / name):
            return False
        try:
            data = read_plain(self.output / name, _MOST_RECORD_BYTES)
        except (OSError, ValueError):
            return False
        return hashlib.sha256(data).hexdigest() == self.journal.record_sha256

    def finish(self) -> None:
        """Bring every entry to its new state; the record last."""
        if not self.is_committed:
            self.ops.mkdir(self.output)
            self.ops.mkdir(self.aside)
            for swap in self.journal.swaps:
                self._forward(swap)
            sync_folder(self.output)
            self.ops.replace(self.staging / self.journal.record, self.output / self.journal.record)
            sync_folder(self.output)
        self._clean()

    def undo(self) -> None:
        """Bring every entry back to its old state; only before the commit."""
        self.ops.mkdir(self.staging)
        for swap in reversed(self.journal.swaps):
            self._backward(swap)
        if not self.journal.had_output and self.output.is_dir() and not any(self.output.iterdir()):
            self.output.rmdir()
        self._clean()

    def _forward(self, swap: Swap) -> None:
        current, new, old = self.output / swap.name, self.staging / swap.name, self.aside / swap.name
        if swap.had_old and not os.path.lexists(old):
            self.ops.rename(current, old)
        if swap.has_new and os.path.lexists(new):
            self.ops.rename(new, current)

    def _backward(self, swap: Swap) -> None:
        current, new, old = self.output / swap.name, self.staging / swap.name, self.aside / swap.name
        has_old_aside = os.path.lexists(old)
        is_swapped = swap.has_new and os.path.lexists(current) and (has_old_aside or not swap.had_old)
        if is_swapped and not os.path.lexists(new):
            self.ops.rename(current, new)
        if has_old_aside:
            self.ops.rename(old, current)

    def _clean(self) -> None:
        # The journal goes first: without it the folders are leftovers that the next build removes.
        self.ops.unlink(self.path)
        self.ops.remove_tree(self.aside)
        self.ops.remove_tree(self.staging)
