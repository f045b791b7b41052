"""The one adapter to soundfile (libsndfile) as a writer of integers."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import cast

from release.encode.blocks import IntBlock, counted, left_justified
from release.errors import RenderError


def write_pcm(
    blocks: Iterable[IntBlock],
    path: Path,
    *,
    container: str,
    rate_hz: int,
    bit_depth: int,
    n_samples: int,
    channels: int,
    compression: float | None = None,
) -> None:
    """Write right-justified integers of 16 or 24 bits, bit for bit.

    Args:
        blocks: (n, channels) int32.
        path: file to write.
        container: libsndfile's word, ``FLAC`` or ``AIFF``.
        rate_hz: sample rate.
        bit_depth: 16 or 24.
        n_samples: per channel, all blocks together.
        channels: 1 or 2.
        compression: 0 to 1, of FLAC.

    Raises:
        RenderError: libsndfile or the file system refused.
    """
    import soundfile

    options = {} if compression is None else {"compression_level": compression}
    try:
        with soundfile.SoundFile(
            path,
            "w",
            samplerate=rate_hz,
            channels=channels,
            format=container,
            subtype=f"PCM_{bit_depth}",
            **options,
        ) as file:
            for block in counted(blocks, path, n_samples=n_samples, channels=channels):
                file.write(left_justified(cast("IntBlock", block), bit_depth))
    except (soundfile.SoundFileError, OSError) as exc:
        raise RenderError(f"{container} was not written: {exc}", where=str(path)) from exc
