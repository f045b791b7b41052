"""The metadata blocks at the head of a FLAC file, read.

    "fLaC", then blocks: 1 byte (top bit = last block, 7 bits type), 3 bytes length (big-endian), body
    type 0 STREAMINFO: ... 18 bytes: 20 bits rate, 3 bits channels-1, 5 bits depth-1, 36 bits samples, then MD5

Source: RFC 9639, sections 8.1 and 8.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

STREAMINFO = 0
VORBIS_COMMENT = 4
PICTURE = 6


@dataclass(frozen=True, slots=True)
class StreamInfo:
    """STREAMINFO's account of the audio; ``md5`` is hexadecimal, zeros when the encoder did not set it."""

    rate_hz: int
    channels: int
    bit_depth: int
    n_samples: int
    md5: str


def read_blocks(path: Path) -> Iterator[tuple[int, bytes]]:
    """Type and body of every metadata block, in the order of the file.

    Raises:
        ValueError: no FLAC, or a block is cut off.
    """
    with path.open("rb") as file:
        if file.read(4) != b"fLaC":
            raise ValueError("not a FLAC file")
        is_last = False
        while not is_last:
            head = file.read(4)
            if len(head) < 4:
                raise ValueError("a metadata block is cut off")
            is_last, size = bool(head[0] & 0x80), int.from_bytes(head[1:], "big")
            body = file.read(size)
            if len(body) < size:
                raise ValueError("a metadata block is cut off")
            yield head[0] & 0x7F, body


def read_stream_info(path: Path) -> StreamInfo:
    """The STREAMINFO block, which comes first.

    Raises:
        ValueError: no FLAC, or its first block is another.
    """
    kind, body = next(read_blocks(path))
    if kind != STREAMINFO or len(body) < 34:
        raise ValueError("the first metadata block is not STREAMINFO")
    packed = int.from_bytes(body[10:18], "big")
    return StreamInfo(
        rate_hz=packed >> 44,
        channels=(packed >> 41 & 7) + 1,
        bit_depth=(packed >> 36 & 31) + 1,
        n_samples=packed & (1 << 36) - 1,
        md5=body[18:34].hex(),
    )
