"""ALAC in an MP4 (iTunes) container, by FFmpeg's encoder; verified by decoding, as all lossless files are."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from release.encode.blocks import IntBlock, left_justified
from release.encode.libav import AvSpec, write_audio


def encode(
    blocks: Iterable[IntBlock],
    path: Path,
    *,
    rate_hz: int,
    bit_depth: int,
    n_samples: int,
    channels: int = 2,
) -> None:
    """Write an ALAC file that decodes to exactly these integers.

    Args:
        blocks: (n, channels) int32, right-justified values of ``bit_depth`` bits.
        path: file to write; an older one is replaced.
        rate_hz: sample rate.
        bit_depth: 16 or 24.
        n_samples: per channel, all blocks together.
        channels: 1 or 2.

    Raises:
        RenderError: the file cannot be written.
    """
    spec = AvSpec(
        container="ipod",
        codec="alac",
        sample_format="s16p" if bit_depth == 16 else "s32p",
        container_options={"movflags": "faststart", "movie_timescale": str(rate_hz)},
    )
    # The 24-bit form takes its samples at the top of 32-bit words and notes 24 in the magic cookie.
    ready = blocks if bit_depth == 16 else (left_justified(block, bit_depth) for block in blocks)
    write_audio(ready, path, spec, rate_hz=rate_hz, n_samples=n_samples, channels=channels)
