"""AAC-LC in an MP4 (iTunes) container, by FFmpeg's native encoder.

The edit list holds delay and exact length: with ``movie_timescale`` at the sample rate its units are samples, not
milliseconds. The tag step adds ``iTunSMPB`` for players that read that instead (delivery.md 3.2). Above -0.4 dBFS this
encoder quantises more coarsely, to keep decoded peaks down; a ceiling of -1 dBTP keeps clear of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from release.encode.blocks import FloatBlock
from release.encode.libav import AvSpec, write_audio

_FAITHFUL_KBPS = 192


def encode(
    blocks: Iterable[FloatBlock],
    path: Path,
    *,
    rate_hz: int,
    bitrate_kbps: int,
    n_samples: int,
    channels: int = 2,
) -> None:
    """Write an AAC file; samples above full scale go in as they are.

    Args:
        blocks: (n, channels) float64 before dither, full scale ±1.0.
        path: file to write; an older one is replaced.
        rate_hz: 32, 44.1, 48, 88.2 or 96 kHz.
        bitrate_kbps: of all channels together.
        n_samples: per channel, all blocks together.
        channels: 1 or 2.

    Raises:
        RenderError: the file cannot be written.
    """
    # At high rates there are bits for every coefficient: noise for music (PNS) and one channel for two (intensity
    # stereo) would only move the result away from the master (3 dB more error on music at 256 kb/s).
    faithful = {"aac_pns": "0", "aac_is": "0"} if bitrate_kbps >= _FAITHFUL_KBPS else {}
    spec = AvSpec(
        container="ipod",
        codec="aac",
        sample_format="fltp",
        bitrate_kbps=bitrate_kbps,
        codec_options=faithful,
        container_options={"movflags": "faststart", "movie_timescale": str(rate_hz)},
    )
    write_audio(blocks, path, spec, rate_hz=rate_hz, n_samples=n_samples, channels=channels)
