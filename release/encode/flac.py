"""FLAC by libFLAC, through soundfile: level 8, MD5 of the audio in STREAMINFO, the same bytes every time.

libsndfile is handed integers at the top of 32-bit words; floats it would round by a rule of its own
(dependencies.md 2.2).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from release.encode.blocks import IntBlock
from release.encode.sndfile import write_pcm

HIGHEST_LEVEL = 8


def encode(
    blocks: Iterable[IntBlock],
    path: Path,
    *,
    rate_hz: int,
    bit_depth: int,
    n_samples: int,
    level: int = HIGHEST_LEVEL,
    channels: int = 2,
) -> None:
    """Write a FLAC file that decodes to exactly these integers.

    Args:
        blocks: (n, channels) int32, right-justified values of ``bit_depth`` bits.
        path: file to write; an older one is replaced.
        rate_hz: sample rate.
        bit_depth: 16 or 24.
        n_samples: per channel, all blocks together.
        level: 0 (fast) to 8 (small).
        channels: 1 or 2.

    Raises:
        RenderError: the file cannot be written.
    """
    write_pcm(
        blocks,
        path,
        container="FLAC",
        rate_hz=rate_hz,
        bit_depth=bit_depth,
        n_samples=n_samples,
        channels=channels,
        compression=level / HIGHEST_LEVEL,
    )
