"""Vorbis comments, for FLAC (with a PICTURE block) and Opus (picture in base64)."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

from release.errors import RenderError
from release.tags.artwork import Artwork
from release.tags.spelling import VORBIS_KEYS, VORBIS_NUMBERS
from release.tags.tagset import TagSet

PADDING_BYTES = 4096
"""Room for a later correction without moving the audio; always the same, so that bytes repeat."""
LARGEST_BLOCK_BYTES = 2**24 - 1
"""FLAC metadata blocks have a 24-bit length. Source: RFC 9639, section 8.1."""
_FRONT_COVER = 3


def comments(tagset: TagSet) -> list[tuple[str, str]]:
    """``(KEY, value)`` of every comment but the picture, in a fixed order."""
    found: list[tuple[str, str]] = []
    for key, values in tagset.fields().items():
        if key in VORBIS_NUMBERS:
            number_key, total_keys = VORBIS_NUMBERS[key]
            number, _, total = values[0].partition("/")
            found.append((number_key, number))
            found += [(total_key, total) for total_key in total_keys if total]
        elif key in VORBIS_KEYS:
            found += [(name, value) for name in VORBIS_KEYS[key] for value in values]
        elif key != "artwork":
            found += [_credit(key, name) for name in values]
        if key == "original_date":
            found.append(("ORIGINALYEAR", values[0][:4]))
    return found


def _credit(key: str, name: str) -> tuple[str, str]:
    """``PERFORMER=Name (instrument)`` for players; for the studio the role is the key, where it can be one."""
    kind, _, role = key.partition(":")
    if kind == "performer":
        return "PERFORMER", f"{name} ({role})"
    own_key = re.sub(r"[\s_-]+", "", role).upper()
    # Keys are ASCII without "="; a role that is none, or that would spell another tag, goes into the value.
    if re.fullmatch(r"[A-Z&/]+", own_key) and own_key not in _TAKEN:
        return own_key, name
    return "INVOLVEDPEOPLE", f"{name} ({role})"


_TAKEN = frozenset(name for names in VORBIS_KEYS.values() for name in names) | {
    "PERFORMER",
    "INVOLVEDPEOPLE",
    "ORIGINALYEAR",
    "ENCODER",
}


def _picture(art: Artwork) -> Any:
    from mutagen.flac import Picture

    picture = Picture()
    picture.type, picture.mime, picture.data = _FRONT_COVER, art.mime, art.data
    picture.width, picture.height, picture.depth = art.width_px, art.height_px, art.depth_bits
    return picture


def write_flac(path: Path, tagset: TagSet) -> None:
    """Put comments, then the picture, then padding into a FLAC file, in place of any other.

    Raises:
        RenderError: the picture or the comments are larger than a FLAC block can be.
    """
    from mutagen.flac import FLAC

    file = FLAC(str(path))
    if file.tags is None:
        file.add_tags()
    file.tags.clear()
    file.tags.extend(comments(tagset))
    file.clear_pictures()
    picture_bytes = b""
    if tagset.artwork:
        picture = _picture(tagset.artwork)
        picture_bytes = picture.write()
        file.add_picture(picture)
    for part, what in ((picture_bytes, "picture"), (file.tags.write(), "text")):
        if len(part) > LARGEST_BLOCK_BYTES:
            raise RenderError(
                f"{len(part)} bytes of {what} do not fit a FLAC file, whose blocks end at 16 MiB",
                where=str(path),
                remedy="use a smaller picture" if what == "picture" else "shorten the longest text",
            )
    file.save(deleteid3=True, padding=lambda _info: PADDING_BYTES)


def write_opus(path: Path, tagset: TagSet) -> None:
    """Put comments and picture into the comment header of an Opus file, in place of any other."""
    from mutagen.oggopus import OggOpus

    file = OggOpus(str(path))
    file.tags.clear()
    file.tags.extend(comments(tagset))
    if tagset.artwork:
        block = base64.b64encode(_picture(tagset.artwork).write()).decode("ascii")
        file.tags.append(("METADATA_BLOCK_PICTURE", block))
    file.save(padding=lambda _info: PADDING_BYTES)
