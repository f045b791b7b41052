"""ID3v2.4 in UTF-8, for MP3, AIFF and WAV. No ID3v1: thirty Latin-1 characters would say something else."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from release.tags.spelling import ID3_FRAMES, ID3_ROLES, ID3_TXXX
from release.tags.tagset import TagSet

PADDING_BYTES = 2048
"""Room for a later correction without moving the audio; always the same, so that bytes repeat."""
_UTF8 = 3
_FRONT_COVER = 3
_NO_LANGUAGE = "XXX"
"""ID3v2.4 structure, section 4: a language that is not known."""


def id3_tag(tagset: TagSet) -> Any:
    """A mutagen tag with every frame of the set."""
    from mutagen import id3

    tag = id3.ID3()
    values = tagset.fields()
    for key, names in ID3_FRAMES.items():
        for name in names if key in values else ():
            tag.add(getattr(id3, name)(encoding=_UTF8, text=list(values[key])))
    for key, description in ID3_TXXX.items():
        if key in values:
            tag.add(id3.TXXX(encoding=_UTF8, desc=description, text=list(values[key])))
    people, players = _people(values)
    if people:
        tag.add(id3.TIPL(encoding=_UTF8, people=people))
    if players:
        tag.add(id3.TMCL(encoding=_UTF8, people=players))
    if "comment" in values:
        language = tagset.language or _NO_LANGUAGE
        tag.add(id3.COMM(encoding=_UTF8, lang=language, desc="", text=list(values["comment"])))
    if tagset.artwork:
        art = tagset.artwork
        tag.add(id3.APIC(encoding=_UTF8, mime=art.mime, type=_FRONT_COVER, desc="", data=art.data))
    return tag


def _people(values: dict[str, tuple[str, ...]]) -> tuple[list[list[str]], list[list[str]]]:
    """Pairs of role and name for TIPL, and of instrument and name for TMCL."""
    people: list[list[str]] = []
    players: list[list[str]] = []
    for key, names in values.items():
        kind, _, role = key.partition(":")
        if key in ID3_ROLES:
            people += [[ID3_ROLES[key], name] for name in names]
        elif kind == "involved":
            people += [[role, name] for name in names]
        elif kind == "performer":
            players += [[role, name] for name in names]
    return people, players


def id3_bytes(tagset: TagSet) -> bytes:
    """The whole tag as bytes, for the ``id3 `` chunk of a WAV file."""
    buffer = io.BytesIO()
    id3_tag(tagset).save(buffer, v1=0, v2_version=4, padding=_padding)
    return buffer.getvalue()


def write_mp3(path: Path, tagset: TagSet) -> None:
    """Put the tag at the head of an MP3 file, in place of any other."""
    from mutagen.id3 import ID3

    ID3().delete(str(path), delete_v1=True, delete_v2=True)
    id3_tag(tagset).save(str(path), v1=0, v2_version=4, padding=_padding)


def write_aiff(path: Path, tagset: TagSet) -> None:
    """Put the tag into the ``ID3 `` chunk of an AIFF file, after the audio."""
    from mutagen.aiff import AIFF

    file = AIFF(str(path))
    if file.tags is not None:
        file.delete()
        file = AIFF(str(path))
    file.add_tags()
    file.tags.update(id3_tag(tagset))
    file.save(v2_version=4, padding=_padding)


def _padding(_info: object) -> int:
    return PADDING_BYTES
