"""The few tags of a client's file that a first manifest can use; whatever container they come in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_KEYS: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "TIT2", "\xa9nam"),
    "artist": ("artist", "TPE1", "\xa9ART"),
    "album": ("album", "TALB", "\xa9alb"),
    "album_artist": ("albumartist", "TPE2", "aART"),
    "isrc": ("isrc", "TSRC", "----:com.apple.iTunes:ISRC"),
    "number": ("tracknumber", "TRCK", "trkn"),
    "disc": ("discnumber", "TPOS", "disk"),
}


@dataclass(frozen=True, slots=True)
class SourceTags:
    """Empty where the file says nothing; numbers 0."""

    title: str = ""
    artist: str = ""
    album: str = ""
    album_artist: str = ""
    isrc: str = ""
    number: int = 0
    disc: int = 0


def read_source_tags(path: Path) -> SourceTags:
    """Tags of a source; a file without any, or with damaged ones, has none."""
    import mutagen

    try:
        file = mutagen.File(path)
    except (mutagen.MutagenError, OSError, ValueError):
        return SourceTags()
    tags = getattr(file, "tags", None)
    if tags is None:
        return SourceTags()
    texts = {name: _first(tags, keys) for name, keys in _KEYS.items()}
    return SourceTags(
        title=texts["title"],
        artist=texts["artist"],
        album=texts["album"],
        album_artist=texts["album_artist"],
        isrc=texts["isrc"],
        number=_number(texts["number"]),
        disc=_number(texts["disc"]),
    )


def _first(tags: Any, keys: tuple[str, ...]) -> str:
    for key in keys:
        try:
            value = tags[key]
        except (KeyError, ValueError, TypeError):
            continue
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, tuple) and value:
            value = value[0]
        if isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
        return str(value).strip().replace("\x00", "; ")
    return ""


def _number(text: str) -> int:
    digits = text.partition("/")[0].strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 4 else 0
