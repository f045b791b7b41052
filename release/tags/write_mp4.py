"""iTunes atoms, for AAC and ALAC, with the gapless note that Apple's players read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from release.errors import RenderError
from release.formats.mp4_length import Mp4Length, read_length
from release.tags.spelling import MP4_ATOMS, MP4_FREEFORM, MP4_NUMBERS
from release.tags.tagset import TagSet

PADDING_BYTES = 4096
"""A ``free`` box for later corrections; always the same, so that bytes repeat."""
_ROLE_NAME = re.compile(r"[A-Za-z&/ -]+")
_OWNER = "----:com.apple.iTunes:"


def write_mp4(path: Path, tagset: TagSet, *, has_delay: bool) -> None:
    """Put all atoms into an MP4 file, in place of any other.

    Args:
        path: AAC or ALAC file.
        tagset: what to say.
        has_delay: True for AAC: ``iTunSMPB`` is taken from the edit list.

    Raises:
        RenderError: the edit list does not say exactly where the music starts and ends.
    """
    from mutagen.mp4 import MP4

    file = MP4(str(path))
    if file.tags is None:
        file.add_tags()
    file.tags.clear()
    file.tags.update(_atoms(tagset))
    file.tags["pgap"] = True
    if has_delay:
        file.tags[_OWNER + "iTunSMPB"] = [_freeform(gapless_text(_exact_length(path)))]
    file.save(padding=lambda _info: PADDING_BYTES)


def gapless_text(length: Mp4Length) -> str:
    """The value of ``iTunSMPB``: delay, padding and count in hexadecimal (delivery.md 3.2)."""
    groups = [
        "00000000",
        f"{length.delay_samples:08X}",
        f"{length.aac_padding_samples:08X}",
        f"{length.n_samples:016X}",
    ]
    return " " + " ".join(groups + ["00000000"] * 8)


def _exact_length(path: Path) -> Mp4Length:
    try:
        length = read_length(path)
    except ValueError as exc:
        raise RenderError(f"its length cannot be read: {exc}", where=str(path)) from exc
    if not length.is_exact or length.aac_padding_samples < 0:
        raise RenderError("its edit list does not count in samples", where=str(path))
    return length


def _atoms(tagset: TagSet) -> dict[str, Any]:
    from mutagen.mp4 import MP4Cover

    values = tagset.fields()
    atoms: dict[str, Any] = {name: list(values[key]) for key, name in MP4_ATOMS.items() if key in values}
    for key, name in MP4_FREEFORM.items():
        if key in values:
            atoms[_OWNER + name] = [_freeform(value) for value in values[key]]
    for key in values:
        kind, _, role = key.partition(":")
        if kind == "involved":
            # The name of an atom is ASCII; a role that is not goes into the value. Two spellings share an atom.
            name = role.lower() if _ROLE_NAME.fullmatch(role) else "INVOLVEDPEOPLE"
            texts = values[key] if _ROLE_NAME.fullmatch(role) else (f"{value} ({role})" for value in values[key])
            atoms.setdefault(_OWNER + name, []).extend(map(_freeform, texts))
    for key, name in MP4_NUMBERS.items():
        if key in values:
            number, _, total = values[key][0].partition("/")
            atoms[name] = [(int(number), int(total or 0))]
    if "explicit" in values:
        atoms["rtng"] = [int(values["explicit"][0])]
    if "compilation" in values:
        atoms["cpil"] = True
    if "work" in values:
        atoms["shwm"] = [1]
    if "movement_number" in values:
        atoms["©mvi"] = [int(values["movement_number"][0])]
    if tagset.artwork:
        kind_of = MP4Cover.FORMAT_PNG if tagset.artwork.mime == "image/png" else MP4Cover.FORMAT_JPEG
        atoms["covr"] = [MP4Cover(tagset.artwork.data, imageformat=kind_of)]
    return atoms


def _freeform(text: str) -> Any:
    from mutagen.mp4 import AtomDataType, MP4FreeForm

    return MP4FreeForm(text.encode("utf-8"), AtomDataType.UTF8)
