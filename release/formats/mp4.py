"""MP4 boxes, and the tables of one audio track.

Source: ISO/IEC 14496-12 (boxes, sample tables, edit lists); 14496-1 (descriptors in ``esds``); 14496-3 (the audio
specific configuration); Apple, ALACMagicCookieDescription.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

BOX_HEADER_BYTES = 8
_RATES_HZ = (96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350)
SMPB = re.compile(r"^ ?[0-9A-Fa-f]{8} ([0-9A-Fa-f]{8}) ([0-9A-Fa-f]{8}) ([0-9A-Fa-f]{16})")
"""iTunSMPB: priming, remainder, samples."""


class Mp4Error(ValueError):
    """A box that is not what its type says."""


def iterate_boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[tuple[bytes, int, int]]:
    """Type, first byte and end of the content of each box between two places.

    Raises:
        Mp4Error: when a box reaches past the end.
    """
    at, end = start, len(data) if end is None else end
    while at + BOX_HEADER_BYTES <= end:
        size, kind = struct.unpack_from(">I4s", data, at)
        body = at + BOX_HEADER_BYTES
        if size == 1 and body + 8 <= end:
            (size,) = struct.unpack_from(">Q", data, body)
            body += 8
        elif size == 0:
            size = end - at
        if size < body - at or at + size > end:
            raise Mp4Error(f"box {kind!r} reaches past the box around it")
        yield kind, body, at + size
        at += size


def find_boxes(data: bytes, *path: bytes, start: int = 0, end: int | None = None) -> list[bytes]:
    """Contents of all boxes at a path such as ``trak``, ``mdia``, ``mdhd``."""
    found = [(s, e) for kind, s, e in iterate_boxes(data, start, end) if kind == path[0]]
    if len(path) == 1:
        return [data[s:e] for s, e in found]
    return [content for s, e in found for content in find_boxes(data, *path[1:], start=s, end=e)]


def find_box(data: bytes, *path: bytes) -> bytes:
    """The content of the only box at a path.

    Raises:
        Mp4Error: when there is none, or more than one.
    """
    found = find_boxes(data, *path)
    if len(found) != 1:
        raise Mp4Error(f"{len(found)} boxes {'/'.join(p.decode('latin-1') for p in path)}, one is needed")
    return found[0]


def unpack(layout: str, data: bytes, at: int = 0) -> tuple[int, ...]:
    """Integers out of a box.

    Raises:
        Mp4Error: when the box is too short.
    """
    if at + struct.calcsize(layout) > len(data):
        raise Mp4Error("a box is too short for its fields")
    return struct.unpack_from(layout, data, at)


def table(data: bytes, columns: str) -> list[tuple[int, ...]]:
    """The rows of a full box that counts them first (``stts``, ``stsc``, ``stco``…).

    Raises:
        Mp4Error: when the box has no room for the rows that it counts.
    """
    (count,) = unpack(">I", data, 4)
    row = struct.Struct(f">{columns}")
    if 8 + count * row.size > len(data):
        raise Mp4Error(f"a table counts {count} rows and has no room for them")
    return list(row.iter_unpack(data[8 : 8 + count * row.size]))


def duration_timescale(data: bytes) -> tuple[int, int]:
    """Timescale and duration of ``mvhd`` or ``mdhd``."""
    if data[:1] == b"\x01":
        timescale, duration = unpack(">IQ", data, 20)
    else:
        timescale, duration = unpack(">II", data, 12)
    return timescale, duration


@dataclass(frozen=True, slots=True)
class Edit:
    """One entry of an edit list: duration in the movie's timescale, start in the media's (-1: nothing)."""

    duration: int
    media_time: int


def edit_list(data: bytes) -> tuple[Edit, ...]:
    """The entries of ``elst``."""
    columns = "QqI" if data[:1] == b"\x01" else "IiI"
    return tuple(Edit(row[0], row[1]) for row in table(data, columns))


@dataclass(frozen=True, slots=True)
class AlacCookie:
    """The decoder's configuration in the ``alac`` box."""

    bits: int
    channels: int
    rate_hz: int

    @classmethod
    def from_bytes(cls, data: bytes) -> AlacCookie:
        """Read the box's content: version and flags, then 24 bytes."""
        bits, channels = unpack(">BxxxB", data, 9)
        (rate_hz,) = unpack(">I", data, 24)
        return cls(bits, channels, rate_hz)


@dataclass(frozen=True, slots=True)
class AacConfig:
    """The audio specific configuration: object type 2 is AAC-LC."""

    object_type: int
    rate_hz: int
    channels: int

    @classmethod
    def from_bytes(cls, data: bytes) -> AacConfig:
        """Read the configuration's first bits."""
        bits = int.from_bytes(data[:8].ljust(8, b"\0"), "big")
        width = 64

        def take(count: int) -> int:
            nonlocal width
            width -= count
            return bits >> width & (1 << count) - 1

        object_type = take(5)
        if object_type == 31:
            object_type = 32 + take(6)
        index = take(4)
        rate_hz = take(24) if index == 15 else (_RATES_HZ[index] if index < len(_RATES_HZ) else 0)
        channels = take(4)
        return cls(object_type, rate_hz, 8 if channels == 7 else channels)


def decoder_config(esds: bytes) -> bytes:
    """The decoder specific info inside an ``esds`` box, empty when there is none."""
    at = 4
    for wanted, skip in ((3, 3), (4, 13), (5, 0)):
        if at + 2 > len(esds) or esds[at] != wanted:
            return b""
        at += 1
        size = 0
        for _ in range(4):
            if at >= len(esds):
                return b""
            byte = esds[at]
            at += 1
            size = size << 7 | byte & 0x7F
            if not byte & 0x80:
                break
        if wanted == 5:
            return esds[at : at + size]
        if wanted == 3 and at + 3 <= len(esds):
            flags = esds[at + 2]
            at += 2 * (flags >> 7 & 1) + 2 * (flags >> 5 & 1)
            if flags & 0x40 and at + 3 < len(esds):
                at += 1 + esds[at + 3]
        at += skip
    return b""


def parse_smpb(text: str) -> tuple[int, int, int] | None:
    """Priming, remainder and samples of an iTunSMPB text; None when it is of another form."""
    match = SMPB.match(text)
    if match is None:
        return None
    return int(match[1], 16), int(match[2], 16), int(match[3], 16)


def itunes_text(ilst: bytes, name: bytes) -> str | None:
    """The text of the freeform item ``com.apple.iTunes`` / ``name``."""
    for item in find_boxes(ilst, b"----"):
        if any(content[4:] == name for content in find_boxes(item, b"name")):
            for data in find_boxes(item, b"data"):
                return data[8:].decode("utf-8", "replace")
    return None
