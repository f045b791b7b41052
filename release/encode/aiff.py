"""AIFF by libsndfile: plain AIFF (not AIFF-C), big-endian integers, no time stamp in it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from release.encode.blocks import IntBlock
from release.encode.sndfile import write_pcm
from release.errors import RenderError

LARGEST_BYTES = 2**32 - 1 - 2**24
"""FORM has a 32-bit size; 16 MiB of it are kept free for the ID3 chunk. Source: AIFF 1.3, section 2."""


def encode(
    blocks: Iterable[IntBlock],
    path: Path,
    *,
    rate_hz: int,
    bit_depth: int,
    n_samples: int,
    channels: int = 2,
) -> None:
    """Write an AIFF file of exactly these integers.

    Args:
        blocks: (n, channels) int32, right-justified values of ``bit_depth`` bits.
        path: file to write; an older one is replaced.
        rate_hz: sample rate.
        bit_depth: 16 or 24.
        n_samples: per channel, all blocks together.
        channels: 1 or 2.

    Raises:
        RenderError: the file cannot be written, or would be larger than AIFF can say.
    """
    size = n_samples * channels * bit_depth // 8
    if size > LARGEST_BYTES:
        raise RenderError(
            f"{size} bytes of audio do not fit an AIFF file, which ends at 4 GiB",
            where=str(path),
            remedy="deliver wav (RF64 past 4 GiB) or flac for programmes of this length",
        )
    write_pcm(
        blocks, path, container="AIFF", rate_hz=rate_hz, bit_depth=bit_depth, n_samples=n_samples, channels=channels
    )
