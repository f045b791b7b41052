"""``release init``: a first manifest for a folder of audio."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from release.audio.probe import check_release_source, probe
from release.errors import Problem, ReleaseError, UsageError
from release.manifest.scaffold import ScaffoldTrack, scaffold
from release.manifest.schema import json_schemas
from release.pipeline.atomic import write_atomic
from release.tags.source_tags import read_source_tags

MANIFEST_NAME = "project.yaml"
SCHEMA_NAME = "project.schema.json"
AUDIO = frozenset(
    {".wav", ".wave", ".bwf", ".rf64", ".aif", ".aiff", ".aifc", ".flac", ".m4a", ".mp4", ".mp3", ".ogg", ".opus"}
)
PICTURES = (".png", ".jpg", ".jpeg")
_FRONT = re.compile(r"front|cover|folder|artwork|album", re.IGNORECASE)
_IGNORED = frozenset({"build", ".release"})


@dataclass(frozen=True, slots=True)
class ScaffoldResult:
    """What ``init`` wrote."""

    path: Path
    written: tuple[Path, ...]
    notes: tuple[str, ...]


def scaffold_folder(folder: Path) -> ScaffoldResult:
    """Write a commented manifest, with the schema beside it for editors.

    Raises:
        UsageError: when there is no such folder, a manifest is there already, or no audio that a release can use.
    """
    if not folder.is_dir():
        raise UsageError("there is no such folder", where=str(folder), remedy="name a folder with audio files")
    path = folder / MANIFEST_NAME
    if path.exists():
        raise UsageError("there is a manifest already", where=str(path), remedy="edit it, or move it away first")
    files = sorted(p for p in _files(folder) if p.suffix.lower() in AUDIO)
    tracks, problems = _tracks(folder, files)
    if not tracks:
        raise UsageError("there is no audio here that a release can use", where=str(folder), problems=problems or ())
    artwork = _artwork(folder)
    write_atomic(path, scaffold(folder.resolve(), tracks, artwork).encode())
    schema = folder / SCHEMA_NAME
    schema_text = json.dumps(json_schemas()[SCHEMA_NAME], indent=2, ensure_ascii=False) + "\n"
    write_atomic(schema, schema_text.encode())
    notes = tuple(f"left out: {p}" for p in problems)
    return ScaffoldResult(path, (path, schema), notes)


def _files(folder: Path) -> list[Path]:
    return [
        p
        for p in folder.rglob("*")
        if p.is_file() and not any(part in _IGNORED or part.startswith(".") for part in p.relative_to(folder).parts)
    ]


def _tracks(folder: Path, files: list[Path]) -> tuple[list[ScaffoldTrack], list[Problem]]:
    found: list[tuple[tuple[int, int, str], ScaffoldTrack]] = []
    problems: list[Problem] = []
    for file in files:
        name = file.relative_to(folder).as_posix()
        try:
            info = probe(file, name)
            check_release_source(info, name)
        except ReleaseError as exc:
            problems += exc.problems
            continue
        tags = read_source_tags(file)
        track = ScaffoldTrack(
            path=name,
            title=tags.title,
            artist=tags.artist,
            isrc=tags.isrc,
            album=tags.album,
            album_artist=tags.album_artist,
            sample_rate_hz=info.sample_rate_hz,
        )
        found.append(((tags.disc or 1, tags.number or _leading_number(file), name), track))
    return [track for _, track in sorted(found, key=lambda f: f[0])], problems


def _leading_number(file: Path) -> int:
    digits = re.match(r"\d{1,3}(?!\d)", file.name)
    return int(digits[0]) if digits else 999


def _artwork(folder: Path) -> str:
    pictures = [p for p in _files(folder) if p.suffix.lower() in PICTURES]
    pictures.sort(key=lambda p: (not _FRONT.search(p.stem), -p.stat().st_size, p.name))
    return pictures[0].relative_to(folder).as_posix() if pictures else ""
