"""Tags into a file of any format, always the whole set, always the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from release.errors import InternalError, RenderError
from release.tags.spelling import INFO_IDS
from release.tags.tagset import TagSet
from release.tags.write_id3 import id3_bytes, write_aiff, write_mp3
from release.tags.write_mp4 import write_mp4
from release.tags.write_vorbis import write_flac, write_opus

__all__ = ["id3_bytes", "info_pairs", "write_tags"]

_WRITERS: Mapping[str, Callable[[Path, TagSet], None]] = {
    "flac": write_flac,
    "opus": write_opus,
    "mp3": write_mp3,
    "aiff": write_aiff,
    "alac": partial(write_mp4, has_delay=False),
    "aac": partial(write_mp4, has_delay=True),
}


def write_tags(path: Path, format: str, tagset: TagSet) -> None:  # noqa: A002
    """Write every tag of the set into a file that has just been encoded or copied; others in it are removed.

    Args:
        path: file to change.
        format: the manifest's word. WAV is not here: its chunks are written with the audio, from ``id3_bytes``
            and ``info_pairs``.
        tagset: what to say.

    Raises:
        RenderError: the file cannot be changed, or cannot hold the set.
    """
    import mutagen

    if format not in _WRITERS:
        raise InternalError(f"{format} has no tag writer", where=str(path))
    try:
        _WRITERS[format](path, tagset)
    except (mutagen.MutagenError, OSError) as exc:
        raise RenderError(f"its tags were not written: {exc}", where=str(path)) from exc


def info_pairs(tagset: TagSet) -> tuple[tuple[str, str], ...]:
    """``(id, text)`` for a WAV LIST/INFO chunk, several names joined by a semicolon."""
    values = tagset.fields()
    pairs = {name: "; ".join(values[key]) for key, name in INFO_IDS.items() if key in values}
    if "ITRK" in pairs:
        pairs["ITRK"] = pairs["ITRK"].partition("/")[0]
    return tuple(pairs.items())
