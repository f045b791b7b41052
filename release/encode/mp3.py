"""MP3 at constant bit rate by LAME, from float, with the Info header that makes it gapless.

LAME comes with pedalboard and is called directly (``lame.py``). Where a build of pedalboard hides it, PyAV's LAME
does the same work three times slower; ``encoder_name`` says which one it is, because the bytes differ.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import cast

from release.encode.blocks import FloatBlock, counted
from release.encode.lame import LameRefusal, lame_encoder, library, version
from release.encode.libav import AvSpec, write_audio
from release.errors import RenderError

_BLOCK_SAMPLES = 1 << 16


def encoder_name() -> str:
    """Who makes the MP3s here, for keys and records."""
    return f"pedalboard {version()}" if library() else "PyAV libmp3lame"


def encode(
    blocks: Iterable[FloatBlock],
    path: Path,
    *,
    rate_hz: int,
    bitrate_kbps: int,
    n_samples: int,
    channels: int = 2,
) -> None:
    """Write an MP3 file; samples above full scale go in as they are.

    Args:
        blocks: (n, channels) float64 before dither, full scale ±1.0.
        path: file to write; an older one is replaced.
        rate_hz: 32, 44.1 or 48 kHz.
        bitrate_kbps: constant.
        n_samples: per channel, all blocks together.
        channels: 1 or 2.

    Raises:
        RenderError: the file cannot be written.
    """
    lame = library()
    if lame is None:
        spec = AvSpec("mp3", "libmp3lame", "fltp", bitrate_kbps, container_options={"id3v2_version": "0"})
        write_audio(blocks, path, spec, rate_hz=rate_hz, n_samples=n_samples, channels=channels)
        return
    try:
        with lame_encoder(lame, rate_hz, channels, bitrate_kbps) as encoder, path.open("wb") as file:
            for block in counted(blocks, path, n_samples=n_samples, channels=channels):
                for start in range(0, len(block), _BLOCK_SAMPLES):
                    file.write(encoder.encode(cast("FloatBlock", block[start : start + _BLOCK_SAMPLES])))
            file.write(encoder.flush())
            file.seek(0)
            file.write(encoder.tag_frame())
    except (LameRefusal, OSError) as exc:
        raise RenderError(f"MP3 was not written: {exc}", where=str(path)) from exc
