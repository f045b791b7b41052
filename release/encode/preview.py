"""Sound for a page that people listen to before they approve: Opus in WebM, small, seekable to the sample.

It is a preview, never a deliverable of its own: a quick setting of the encoder, and as many bits as the page's budget
leaves. WebM because every browser of today plays it and seeks in it exactly (Ogg needed Safari 18.4).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from release.encode.blocks import FloatBlock
from release.encode.libav import AvSpec, write_audio

RATE_HZ = 48_000
PAGE_BUDGET_BYTES = 60_000_000
"""Most that the sound may take in a page, as base64: what a browser still opens in a second or two."""
BITRATES_KBPS = (96, 80, 64, 48)
_BASE64 = 4 / 3


def preview_bitrate_kbps(seconds: float) -> int:
    """The highest bit rate with which this much sound stays within the page's budget; 79 minutes get 64 kb/s."""
    fitting = [kbps for kbps in BITRATES_KBPS if seconds * kbps * 125 * _BASE64 <= PAGE_BUDGET_BYTES]
    return max(fitting, default=BITRATES_KBPS[-1])


def encode_preview(blocks: Iterable[FloatBlock], path: Path, *, bitrate_kbps: int, n_samples: int) -> None:
    """Write a WebM file of stereo audio at 48 kHz.

    Args:
        blocks: (n, 2) float64, full scale ±1.0.
        path: file to write; an older one is replaced.
        bitrate_kbps: mean of both channels together.
        n_samples: per channel, all blocks together.

    Raises:
        RenderError: the file cannot be written.
    """
    spec = AvSpec(
        container="webm",
        codec="libopus",
        sample_format="flt",
        bitrate_kbps=bitrate_kbps,
        # Level 5 takes two thirds of the time of level 10; nobody judges the sound by a preview.
        codec_options={"application": "audio", "vbr": "on", "compression_level": "5"},
    )
    write_audio(blocks, path, spec, rate_hz=RATE_HZ, n_samples=n_samples, channels=2)
