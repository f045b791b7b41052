"""``release init``: a first manifest for a folder of audio."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path

from release.audio.probe import check_release_source, probe
from release.errors import Problem, ReleaseError, UsageError
from release.manifest.problems import printable
from release.manifest.scaffold import ScaffoldTrack, readable_isrc, scaffold
from release.manifest.schema import json_schemas
from release.pipeline.atomic import write_atomic
from release.tags.source_tags import SourceTags, read_source_tags

MANIFEST_NAME = "project.yaml"
SCHEMA_NAME = "project.schema.json"
AUDIO = frozenset(
    {".wav", ".wave", ".bwf", ".rf64", ".aif", ".aiff", ".aifc", ".flac", ".m4a", ".mp4", ".mp3", ".ogg", ".opus"}
)
PICTURES = (".png", ".jpg", ".jpeg")
_FRONT = re.compile(r"front|cover|folder|artwork|album", re.IGNORECASE)
_LONGEST_TAG = 500
"""Characters; what is longer is no name of anything, and may be more than a manifest can hold."""
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
    tracks, problems, told = _tracks(folder, files)
    if not tracks:
        raise UsageError("there is no audio here that a release can use", where=str(folder), problems=problems or ())
    artwork = _artwork(folder)
    write_atomic(path, scaffold(folder.resolve(), tracks, artwork).encode())
    schema = folder / SCHEMA_NAME
    schema_text = json.dumps(json_schemas()[SCHEMA_NAME], indent=2, ensure_ascii=False) + "\n"
    write_atomic(schema, schema_text.encode())
    notes = (*(f"left out: {_sentence(p)}" for p in problems), *map(_sentence, told))
    return ScaffoldResult(path, (path, schema), notes)


def _sentence(problem: Problem) -> str:
    return f"{problem.where}: {problem.problem}. {problem.remedy}"


def _files(folder: Path) -> list[Path]:
    return [
        p
        for p in folder.rglob("*")
        if p.is_file() and not any(part in _IGNORED or part.startswith(".") for part in p.relative_to(folder).parts)
    ]


def _can_be_written(name: str) -> bool:
    """Whether a manifest can name a file: text of one line, nothing that is no character."""
    return all(c.isprintable() or c == "\u3000" for c in name)


def _tracks(folder: Path, files: list[Path]) -> tuple[list[ScaffoldTrack], list[Problem], list[Problem]]:
    """Tracks of the files, files that are left out, and what is odd about the others."""
    told: list[Problem] = []
    found: list[tuple[tuple[int, int, str], ScaffoldTrack]] = []
    problems: list[Problem] = []
    for file in files:
        name = file.relative_to(folder).as_posix()
        if not _can_be_written(name):
            text = "its name has a line break, a control character or bytes that are no text"
            problems.append(Problem(printable(name), text, "Rename it: no manifest can name it.", "bad-name"))
            continue
        try:
            info = probe(file, name)
            check_release_source(info, name)
        except ReleaseError as exc:
            problems += exc.problems
            continue
        tags, overlong = _fitting_tags(read_source_tags(file), printable(name))
        told += overlong
        if tags.isrc and not readable_isrc(tags.isrc):
            text = f"its tag {tags.isrc[:40]!r} is no ISRC"
            told.append(Problem(printable(name), text, "The track has no isrc: yet; write the right one.", "bad-isrc"))
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
    return [track for _, track in sorted(found, key=lambda f: f[0])], problems, told


def _fitting_tags(tags: SourceTags, name: str) -> tuple[SourceTags, list[Problem]]:
    """The tags without those that are no names of anything, and what is said of these."""
    names = {"title": tags.title, "artist": tags.artist, "album": tags.album, "album artist": tags.album_artist}
    told = [
        Problem(
            name,
            f"its tag for the {word} has {len(text)} characters",
            "It is left out: write what is meant.",
            "long-tag",
        )
        for word, text in names.items()
        if len(text) > _LONGEST_TAG
    ]
    title, artist, album, album_artist = ("" if len(text) > _LONGEST_TAG else text for text in names.values())
    return replace(tags, title=title, artist=artist, album=album, album_artist=album_artist), told


def _leading_number(file: Path) -> int:
    digits = re.match(r"\d{1,3}(?!\d)", file.name)
    return int(digits[0]) if digits else 999


def _artwork(folder: Path) -> str:
    pictures = [p for p in _files(folder) if p.suffix.lower() in PICTURES and _can_be_written(p.as_posix())]
    pictures.sort(key=lambda p: (not _FRONT.search(p.stem), -p.stat().st_size, p.name))
    return pictures[0].relative_to(folder).as_posix() if pictures else ""
