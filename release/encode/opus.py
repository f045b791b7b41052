"""Opus in Ogg, by libopus through PyAV. Always 48 kHz: the target's audio is resampled once, before, by ours."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from release.encode.blocks import FloatBlock
from release.encode.libav import AvSpec, write_audio

RATE_HZ = 48_000


def encode(
    blocks: Iterable[FloatBlock],
    path: Path,
    *,
    bitrate_kbps: int,
    n_samples: int,
    channels: int = 2,
    rate_hz: int = RATE_HZ,
) -> None:
    """Write an Opus file of audio at 48 kHz; samples above full scale go in as they are.

    Args:
        blocks: (n, channels) float64 before dither, full scale ±1.0.
        path: file to write; an older one is replaced.
        bitrate_kbps: mean bit rate of all channels together (libopus's variable rate).
        n_samples: per channel, all blocks together.
        channels: 1 or 2.
        rate_hz: 48 kHz, or the call is wrong.

    Raises:
        RenderError: the file cannot be written.
    """
    spec = AvSpec(
        container="opus",
        codec="libopus",
        sample_format="flt",
        bitrate_kbps=bitrate_kbps,
        codec_options={"application": "audio", "vbr": "on"},
        container_options={"serial_offset": "1"},  # bit-exact alone gives serial 0, which some tools mistrust
    )
    write_audio(blocks, path, spec, rate_hz=rate_hz, n_samples=n_samples, channels=channels)
