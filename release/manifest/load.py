"""From a file to a :class:`LoadedManifest`: what was written, in types, with its places; or every problem at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from release.errors import ManifestError, Problem
from release.manifest.paths import check_files
from release.manifest.problems import MOST_FAULTS, Fault, Faults, Places, printable
from release.manifest.targets import Project
from release.manifest.validate import validate
from release.manifest.yaml_tree import MOST_BYTES, Loc, Position, YamlError, parse_yaml


@dataclass(frozen=True, slots=True)
class LoadedManifest:
    """A manifest that holds together in itself.

    Attributes:
        project: what was written, in types.
        path: the file.
        folder: its folder, from which paths are counted.
        digest: SHA-256 of what was written, comments and layout apart.
        positions: line and column (from 1) by path of keys and list positions.
    """

    project: Project
    path: Path
    folder: Path
    digest: str
    positions: Mapping[Loc, Position]
    places: Places

    def where(self, *loc: str | int) -> str:
        """``project.yaml:13:11`` of a path, or of the nearest thing around it."""
        return self.places.where(loc)

    def problem(self, loc: Loc, problem: str, remedy: str = "", code: str = "error") -> Problem:
        """A problem at a path, in the words and with the place that the loader's own have."""
        return self.places.problems([Fault(loc, problem, remedy, code)])[0][1]


def load_manifest(path: Path, *, files_must_exist: bool = True) -> LoadedManifest:
    """Read and validate a manifest.

    Args:
        path: the file.
        files_must_exist: report sources, fills and artwork that are not there, among all else.

    Raises:
        ManifestError: with every problem, in the order of the file.
    """
    return parse_manifest(_read(path), path, files_must_exist=files_must_exist)


def parse_manifest(text: str, path: Path, *, files_must_exist: bool = False) -> LoadedManifest:
    """Validate the text of a manifest that stands, or will stand, at ``path``.

    Raises:
        ManifestError: with every problem, in the order of the file.
    """
    name = path.name
    try:
        document = parse_yaml(text)
    except YamlError as exc:
        line, column = exc.position or (0, 0)
        where = f"{name}:{line}:{column}" if line else name
        raise _error(name, [Problem(where, printable(exc.problem), exc.remedy, exc.code)]) from exc
    places = Places(name, document.data, document.values, document.keys)
    project, faults = validate(document.data)
    if files_must_exist:
        missing = Faults()
        check_files(document.data, path.parent, missing)
        faults += missing.found
    found = places.problems(faults)
    found += [
        (p, Problem(f"{name}:{p[0]}:{p[1]}", printable(q.problem), q.remedy, q.code)) for p, q in document.problems
    ]
    if found or project is None:
        listed = [problem for _, problem in sorted(found, key=lambda pair: pair[0])]
        if len(listed) > MOST_FAULTS:
            rest = Problem(name, f"and {len(listed) - MOST_FAULTS} more problems", "mend those above first", "more")
            listed = [*listed[:MOST_FAULTS], rest]
        raise _error(name, listed)
    canonical = json.dumps(document.data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    return LoadedManifest(project, path, path.parent, digest, document.values, places)


def _error(name: str, problems: list[Problem]) -> ManifestError:
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    return ManifestError(f"{count} in {name}", problems=problems)


def _read(path: Path) -> str:
    """The text of the file.

    Raises:
        ManifestError: not there, not readable, too large or not UTF-8.
    """
    where = path.name or str(path)
    try:
        if path.is_dir():
            inside = path / "project.yaml"
            remedy = f"name the file: {inside}" if inside.is_file() else f"release init {path} writes a first manifest"
            raise ManifestError("this is a folder, not a manifest", where=where, remedy=remedy)
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise ManifestError(
            "there is no such file",
            where=str(path),
            remedy="check the path; release init FOLDER writes a first manifest",
        ) from None
    except OSError as exc:
        raise ManifestError(
            f"the file cannot be read: {exc.strerror}", where=where, remedy="check its permissions"
        ) from exc
    if len(data) > MOST_BYTES:
        raise ManifestError(
            f"the file is larger than {MOST_BYTES // 2**20} MiB",
            where=where,
            remedy="this is no manifest: name the project.yaml",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = data.count(b"\n", 0, exc.start) + 1
        raise ManifestError("the file is not UTF-8 text", where=f"{where}:{line}", remedy="save it as UTF-8") from exc
