"""One call for every format: the stages say what they want, this table finds who makes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from release.encode import aac, aiff, alac, flac, mp3, opus
from release.encode.codec import CODECS
from release.errors import InternalError


@dataclass(frozen=True, slots=True)
class EncodeSpec:
    """What one file is to be.

    Attributes:
        format: a key of ``CODECS`` except ``wav``, whose writer is ``release.audio.writer``.
        rate_hz: sample rate.
        n_samples: per channel.
        bit_depth: 16 or 24 for lossless formats, None for lossy.
        bitrate_kbps: for lossy formats, None for lossless or for the default.
        compression: FLAC level.
        channels: 1 or 2.
    """

    format: str
    rate_hz: int
    n_samples: int
    bit_depth: int | None = None
    bitrate_kbps: int | None = None
    compression: int = flac.HIGHEST_LEVEL
    channels: int = 2


_ENCODERS: Mapping[str, Callable[..., None]] = {
    "flac": flac.encode,
    "aiff": aiff.encode,
    "alac": alac.encode,
    "mp3": mp3.encode,
    "aac": aac.encode,
    "opus": opus.encode,
}


def encode(blocks: Iterable[Any], path: Path, spec: EncodeSpec) -> None:
    """Write one file in one pass over its blocks.

    Args:
        blocks: (n, channels) arrays; int32 right-justified for lossless formats, float64 before dither for lossy.
        path: file to write; an older one is replaced.
        spec: what it is to be; the manifest has held it against ``CODECS`` already.

    Raises:
        RenderError: the file cannot be written.
        InternalError: the format has no encoder here, or the audio is not what the specification says.
    """
    codec = CODECS.get(spec.format)
    if codec is None or spec.format not in _ENCODERS:
        raise InternalError(f"there is no encoder for {spec.format}", where=str(path))
    write = partial(
        _ENCODERS[spec.format],
        blocks,
        path,
        rate_hz=spec.rate_hz,
        n_samples=spec.n_samples,
        channels=spec.channels,
    )
    if codec.is_lossy:
        write(bitrate_kbps=spec.bitrate_kbps or codec.default_bitrate_kbps)
    elif spec.format == "flac":
        write(bit_depth=spec.bit_depth, level=spec.compression)
    else:
        write(bit_depth=spec.bit_depth)
