"""Which files a manifest names, and whether they are there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from release.manifest.fields import did_you_mean
from release.manifest.problems import Faults
from release.manifest.yaml_tree import Loc, Tree

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
        if not text.strip() or "\x00" in text or Path(text).is_absolute():
            continue
        try:
            path = folder / text
            if path.is_file():
                continue
            is_folder = path.is_dir()
        except (OSError, ValueError):
            is_folder = False
        problem = f"'{text}' is a folder" if is_folder else f"there is no file '{text}'"
        faults.add(loc, problem, nearest_name(path) or "paths are relative to the manifest", "missing-file")


def nearest_name(path: Path) -> str:
    """The name in the same folder that was probably meant."""
    try:
        names = sorted(p.name for p in path.parent.iterdir() if p.is_file())
    except OSError:
        return ""
    guess = did_you_mean(path.name, names)
    return guess if guess.startswith("did you mean") else ""
