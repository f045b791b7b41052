"""Tags read back by other code than wrote them, and held against what was meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from release.errors import VerificationError
from release.tags.read_id3 import read_aiff, read_mp3, read_wav
from release.tags.read_mp4 import read_mp4
from release.tags.read_vorbis import read_flac, read_opus
from release.tags.tagset import TagSet

_READERS: Mapping[str, Callable[[Path], dict[str, tuple[str, ...]]]] = {
    "flac": read_flac,
    "opus": read_opus,
    "mp3": read_mp3,
    "aiff": read_aiff,
    "wav": read_wav,
    "alac": read_mp4,
    "aac": read_mp4,
}
_LONGEST_SHOWN = 60


def read_back(path: Path, format: str) -> dict[str, tuple[str, ...]]:  # noqa: A002
    """Every tag of a file under neutral keys (``TagSet.fields``), artwork as its SHA-256.

    Args:
        path: file to read.
        format: the manifest's word; ``wav`` reads its ``id3 `` chunk.

    Raises:
        VerificationError: the tags cannot be read, or say two different things.
    """
    try:
        return _READERS[format](path)
    except (ValueError, IndexError, OSError) as exc:
        raise VerificationError(f"its tags do not read back: {exc}", where=str(path)) from exc


def compare(path: Path, format: str, tagset: TagSet) -> tuple[str, ...]:  # noqa: A002
    """What the file says otherwise than meant, one sentence each; empty when all is right.

    Raises:
        VerificationError: the tags cannot be read, or say two different things.
    """
    meant, found = expected(format, tagset), read_back(path, format)
    return tuple(
        f"{key} should be {_shown(meant.get(key))} and is {_shown(found.get(key))}"
        for key in sorted(meant.keys() | found.keys())
        if meant.get(key) != found.get(key)
    )


def expected(format: str, tagset: TagSet) -> dict[str, tuple[str, ...]]:  # noqa: A002
    """What ``read_back`` gives when all is right: the set as far as this format carries it."""
    fields: dict[str, tuple[str, ...]] = {}
    for key, values in tagset.fields().items():
        for value in values:
            carried = _carried(format, key, value)
            if carried:
                fields[carried[0]] = (*fields.get(carried[0], ()), carried[1])
    return fields


def _carried(format: str, key: str, value: str) -> tuple[str, str] | None:  # noqa: A002
    kind, _, role = key.partition(":")
    if not role or format in ("mp3", "aiff", "wav"):
        return key, value
    if format in ("alac", "aac"):
        if kind == "performer":
            return None
        if re.fullmatch(r"[A-Za-z&/ -]+", role):
            return f"involved:{role.lower()}", value
        return "involved", f"{value} ({role})"
    if kind == "performer":
        return "performer", f"{value} ({role})"
    squeezed = re.sub(r"[\s_-]+", "", role)
    if re.fullmatch(r"[A-Za-z&/]+", squeezed):
        return f"involved:{squeezed.lower()}", value
    return "involved", f"{value} ({role})"


def _shown(values: tuple[str, ...] | None) -> str:
    if values is None:
        return "absent"
    text = "; ".join(values)
    return repr(text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…")
