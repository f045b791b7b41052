"""A lossy file in the clothes of a lossless one: encoded by ffmpeg's encoders, decoded, and written as PCM."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import numpy as np

from faults.fault import Fault, Host, Planted, alone, part_of

MOST_RATE_HZ = 48_000
"""Above it MP3 encoders convert the rate first."""


def through(codec: str, ending: str):
    """A planter of one encoder."""

    def plant(host: Host, kbps: float, rng: np.random.Generator) -> Planted | None:
        if host.rate_hz > MOST_RATE_HZ:
            return None
        part = part_of(host, rng)
        raw = ["-f", "f64le", "-ar", str(host.rate_hz), "-ac", str(part.shape[1])]
        with tempfile.TemporaryDirectory() as folder:
            coded = str(Path(folder) / f"coded.{ending}")
            encode = [*raw, "-i", "-", "-c:a", codec, "-b:a", f"{kbps:g}k", coded]
            _ffmpeg(encode, np.ascontiguousarray(part).tobytes())
            back = _ffmpeg(["-i", coded, *raw, "-"])
        return alone(np.frombuffer(back).reshape(-1, part.shape[1]).copy())

    return plant


def _ffmpeg(arguments: list[str], data: bytes | None = None) -> bytes:
    command = ["ffmpeg", "-nostdin"] if data is None else ["ffmpeg"]
    done = subprocess.run([*command, "-v", "error", *arguments], input=data, capture_output=True, check=True)
    return done.stdout


CODES = frozenset({"suspected"})
WHY = "nobody hears it surely; it is relevant, since at this rate an encoder takes the top octave's end away for good"
MP3 = Fault(
    "lossy origin MP3", "audio/lossy-source", CODES, through("libmp3lame", "mp3"), (256.0, 192.0, 128.0),
    "kb/s (LAME)", 128.0, WHY,
)  # fmt: skip
AAC = Fault(
    "lossy origin AAC", "audio/lossy-source", CODES, through("aac", "m4a"), (256.0, 192.0, 128.0),
    "kb/s (the encoder of ffmpeg)", 128.0, WHY,
)  # fmt: skip
