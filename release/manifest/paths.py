"""Which files a manifest names, and whether they are there."""

from __future__ import annotations

import difflib
import errno
from collections.abc import Iterator, Mapping
from pathlib import Path

from release.manifest.problems import Faults
from release.manifest.yaml_tree import Loc, Tree

_MOST_GUESSES = 50
_PATH_KEYS = ("source", "fill", "artwork")


def written_paths(data: Tree, loc: Loc = ()) -> Iterator[tuple[Loc, str]]:
    """Every path that is written, with its place: sources, fills of gaps, artwork."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            here = (*loc, key)
            is_shorthand = len(here) == 4 and here[0] == "tracks" and here[2] == "versions"  # {live: mixes/live.wav}
            if isinstance(value, str) and (key in _PATH_KEYS or is_shorthand):
                if _can_hold_path(here):
                    yield here, value
            else:
                yield from written_paths(value, here)
    elif isinstance(data, list):
        for i, item in enumerate(data):
            yield from written_paths(item, (*loc, i))


def _can_hold_path(loc: Loc) -> bool:
    """True where the schema has a path; a text elsewhere may be called ``source`` too."""
    return loc[0] in ("release", "sequence", "tracks", "targets") and "process" not in loc and "translations" not in loc


def check_files(data: Tree, folder: Path, faults: Faults) -> None:
    """Note every written path that leads to no file."""
    for loc, text in written_paths(data):
        path = folder / text
        if text.strip() and "\x00" not in text and not Path(text).is_absolute() and not _is_file(path):
            if _is_folder(path):
                problem, remedy = f"'{text}' is a folder", "name a file in it"
            elif kind := _other_kind(path):
                problem, remedy = f"'{text}' is {kind}, not a file", "name the file itself"
            else:
                problem, remedy = (
                    f"there is no file '{text}'",
                    nearest_name(path) if len(faults.found) < _MOST_GUESSES else "",
                )
                if "\\" in text:
                    remedy = f"write forward slashes: {text.replace(chr(92), '/')}"
            faults.add(loc, problem, remedy or "paths are relative to the manifest", "missing-file")


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that is too long for the file system
        return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _other_kind(path: Path) -> str:
    """What stands there that is neither file nor folder, in words; empty for nothing."""
    try:
        if path.is_symlink():
            is_loop = _is_loop(path)
            return "a link that leads to itself" if is_loop else "a link to what is not there"
        return "a pipe or a device" if path.exists() else ""
    except OSError:
        return ""


def _is_loop(path: Path) -> bool:
    try:
        path.stat()
    except OSError as exc:
        return exc.errno == errno.ELOOP
    return False


def nearest_name(path: Path) -> str:
    """``did you mean x?`` for the file in the same folder that was probably meant; else empty."""
    try:
        by_stem = {p.stem.lower(): p.name for p in sorted(path.parent.iterdir()) if p.is_file()}
    except OSError:
        return ""
    near = difflib.get_close_matches(path.stem.lower(), by_stem, n=1, cutoff=0.7)
    return f"did you mean {by_stem[near[0]]}?" if near else ""
