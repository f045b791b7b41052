"""AAC-LC in an MP4 (iTunes) container, by FFmpeg's native encoder.

The edit list holds delay and exact length: with ``movie_timescale`` at the sample rate its units are samples, not
milliseconds. The tag step adds ``iTunSMPB`` for players that read that instead (delivery.md 3.2).

FFmpeg turns every frame down whose input peaks above -0.45 dBFS ("clip avoidance"; up to 0.65 dB on a loud master, and
it cannot be switched off). So the music is encoded at half its level and the frames' own level field is raised
by as much (docs/decisions/0022-aac-level-in-the-frame.md): decoders give back exactly what went in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from release.encode.blocks import FloatBlock
from release.encode.libav import AvSpec, write_audio
from release.errors import RenderError

_FAITHFUL_KBPS = 192
_LEVEL = 0.5
_LEVEL_STEPS = 4
"""Of a quarter of a power of two: 2^(4/4) = 1 / 0.5, exactly."""


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
    write_audio(
        (block * _LEVEL for block in blocks),
        path,
        spec,
        rate_hz=rate_hz,
        n_samples=n_samples,
        channels=channels,
        rewrite=_level_raiser(rate_hz, path),
    )


def _level_raiser(rate_hz: int, path: Path) -> Callable[[bytes], bytes]:
    """What gives a frame its level back."""
    from release.dsp.kernels.aac_gain import shift_gain
    from release.dsp.kernels.aac_tables import band_widths, code_tables

    long_widths, short_widths = band_widths(rate_hz)
    counts, signs = code_tables()

    def raise_level(packet: bytes) -> bytes:
        frame = np.frombuffer(packet, np.uint8).copy()
        fault = shift_gain(frame, _LEVEL_STEPS, long_widths, short_widths, counts, signs)
        if fault:
            raise RenderError(f"an AAC frame of this FFmpeg cannot be read (reason {fault})", where=str(path))
        return frame.tobytes()

    return raise_level
