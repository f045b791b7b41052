"""The metadata blocks at the head of a FLAC file, read.

    "fLaC", then blocks: 1 byte (top bit = last block, 7 bits type), 3 bytes length (big-endian), body
    type 0 STREAMINFO (formats/flac.py), 1 PADDING, 4 VORBIS_COMMENT, 6 PICTURE

Source: RFC 9639, section 8.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from release.formats.flac import StreamInfo

STREAMINFO = 0
PADDING = 1
VORBIS_COMMENT = 4
PICTURE = 6


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
    if kind != STREAMINFO:
        raise ValueError("the first metadata block is not STREAMINFO")
    return StreamInfo.from_bytes(body)
