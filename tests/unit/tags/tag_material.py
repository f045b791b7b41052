"""A release with everything in it, covers made by hand, and encoded files to write into."""

from __future__ import annotations

import shutil
import struct
import subprocess
import zlib
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from release.encode.encoder import EncodeSpec, encode
from release.model.metadata import Artist, Credit, ReleaseInfo, TrackInfo, Work, Writer
from release.tags import TagSet, artwork_from_bytes, id3_bytes, tagset_for

FORMATS = {"flac": "flac", "opus": "opus", "mp3": "mp3", "aiff": "aiff", "alac": "m4a", "aac": "m4a"}

RELEASE = ReleaseInfo(
    title="Night Ferry",
    artist="The Harbour Lights",
    type="album",
    compilation=True,
    label="Lowtide Records",
    catalogue_number="LTR014",
    barcode="4006381333931",
    release_date=date(2026, 12, 4),
    original_release_date=date(2025, 1, 2),
    genre="Indie Folk",
    language="en",
    p_line="2026 Lowtide Records",
    c_line="2026 Lowtide Publishing",
    credits=(Credit("mastering engineer", "Jo Marsh"), Credit("photographer", "P. Hoto")),
)
TRACK = TrackInfo(
    key="tide",
    title="Tide",
    artist="The Harbour Lights feat. Ana Reis",
    title_version="Live",
    isrc="GBLTR2600002",
    explicit="yes",
    artists=(Artist("The Harbour Lights"), Artist("Ana Reis", "featured")),
    writers=(
        Writer("Jo Hale", "composer"),
        Writer("Kim Bo", "composer"),
        Writer("Li Rich", "lyricist"),
        Writer("Sam Song", "songwriter"),
        Writer("Ari Range", "arranger"),
    ),
    credits=(Credit("producer", "Ida Berg"), Credit("guitar", "Gus Tar"), Credit("Assistant Engineer", "Asa Ng")),
    message="Recorded at sea",
    work=Work("Sea Suite", "Jo Hale", 2, "Tide"),
)


def needs(program: str, package: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"needs {program} (Debian package {package})")


def run(*arguments: object) -> str:
    done = subprocess.run([str(argument) for argument in arguments], capture_output=True, check=True, timeout=60)
    return done.stdout.decode()


def make_png(width: int = 3, height: int = 2) -> bytes:
    rows = b"".join(b"\0" + bytes([200, 30, 40]) * width for _ in range(height))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def make_jpeg_head(width: int = 640, height: int = 480) -> bytes:
    """Enough of a JPEG for its header to be read: SOI, APP0, SOF0."""
    app0 = b"\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
    return b"\xff\xd8" + app0 + b"\xff\xc0\x00\x11\x08" + struct.pack(">HHB", height, width, 3) + bytes(9) + b"\xff\xd9"


def full_set(**changes: object) -> TagSet:
    art = artwork_from_bytes(make_png())
    return tagset_for(RELEASE, TRACK, 2, 4, 1, 2, "Disc one", art) if not changes else TagSet(**changes)  # type: ignore[arg-type]


def encode_plain(folder: Path, name: str) -> Path:
    """Half a second of a tone without tags."""
    rate_hz = 48_000 if name == "opus" else 44_100
    tone = np.repeat(0.3 * np.sin(np.arange(rate_hz // 2) * 0.05)[:, None], 2, axis=1)
    path = folder / f"plain-{name}.{FORMATS[name]}"
    is_lossy = name in ("mp3", "aac", "opus")
    samples = tone if is_lossy else np.rint(tone * 2**15).astype(np.int32)
    encode([samples], path, EncodeSpec(name, rate_hz, len(tone), bit_depth=None if is_lossy else 16))
    return path


def write_wav(path: Path, tagset: TagSet) -> Path:
    """A WAV with an ``id3 `` chunk, put together by hand."""
    tag = id3_bytes(tagset)
    chunks = (
        (b"fmt ", struct.pack("<HHIIHH", 1, 2, 44_100, 176_400, 4, 16)),
        (b"data", bytes(400)),
        (b"id3 ", tag),
    )
    body = b"".join(name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for name, data in chunks)
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body) + 4) + b"WAVE" + body)
    return path
