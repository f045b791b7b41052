"""RIFF and IFF chunks: a four-byte id, a size, the data, and a pad byte after odd data.

RIFF (WAV) stores sizes little-endian, IFF (AIFF) big-endian; everything else is equal. The pad byte is not counted
in the chunk's own size, but in that of the form around it.

Source: Microsoft/IBM Multimedia Programming Interface 1.0 (1991), chapter 2; EA IFF 85.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

ByteOrder = Literal["<", ">"]
"""``<`` for RIFF, ``>`` for IFF."""

HEADER_BYTES = 8
UINT32_MAX = 0xFFFF_FFFF


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk: its id and its data, without header and pad byte.

    Raises:
        ValueError: when the id is not four bytes, or the data do not fit a 32-bit size.
    """

    id: bytes
    data: bytes

    def __post_init__(self) -> None:
        if len(self.id) != 4:
            raise ValueError(f"a chunk id has four bytes: {self.id!r}")
        if len(self.data) > UINT32_MAX:
            raise ValueError(f"chunk {self.id!r} is longer than 4 GiB")

    def to_bytes(self, order: ByteOrder = "<") -> bytes:
        """Header, data, and the pad byte when the data are odd."""
        return chunk_header(self.id, len(self.data), order) + self.data + bytes(len(self.data) & 1)

    @property
    def stored_bytes(self) -> int:
        """Bytes that the chunk takes in a file, header and pad byte counted."""
        return HEADER_BYTES + padded(len(self.data))


def padded(size: int) -> int:
    """The size with its pad byte."""
    return size + (size & 1)


def chunk_header(chunk_id: bytes, size: int, order: ByteOrder = "<") -> bytes:
    """The eight bytes before a chunk's data."""
    return chunk_id + struct.pack(f"{order}I", size)


def parse_header(data: bytes, order: ByteOrder = "<") -> tuple[bytes, int]:
    """Id and size out of the eight bytes before a chunk's data."""
    (size,) = struct.unpack_from(f"{order}I", data, 4)
    return data[:4], size


def is_chunk_id(data: bytes) -> bool:
    """Whether four bytes can be a chunk id: printable ASCII."""
    return len(data) == 4 and all(0x20 <= byte <= 0x7E for byte in data)


def chunks_to_bytes(chunks: Iterable[Chunk], order: ByteOrder = "<") -> bytes:
    """All chunks, one after the other."""
    return b"".join(chunk.to_bytes(order) for chunk in chunks)


def parse_chunks(data: bytes, order: ByteOrder = "<") -> tuple[Chunk, ...]:
    """The chunks that fill ``data``; a last pad byte may be missing, as many writers leave it out.

    Raises:
        ValueError: when a chunk promises more bytes than there are, or bytes remain that are no chunk.
    """
    chunks: list[Chunk] = []
    at = 0
    while at < len(data):
        if at + HEADER_BYTES > len(data):
            raise ValueError(f"{len(data) - at} bytes at {at} are no chunk")
        chunk_id, size = parse_header(data[at : at + HEADER_BYTES], order)
        start = at + HEADER_BYTES
        if start + size > len(data):
            raise ValueError(f"chunk {chunk_id!r} at {at} promises {size} bytes and has {len(data) - start}")
        chunks.append(Chunk(chunk_id, data[start : start + size]))
        at = start + padded(size)
    return tuple(chunks)
