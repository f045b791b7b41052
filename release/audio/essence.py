"""The encoded audio inside a file, apart from tags: compared, it proves that tagging touched no sound.

A file whose essence equals that of a file that was decoded and compared needs no decoding of its own.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import BinaryIO

from release.errors import VerificationError

_CHUNK = 1 << 20


def same_essence(path: Path, other: Path, format: str) -> bool:  # noqa: A002
    """Whether two files hold the same encoded audio, byte for byte, whatever their tags.

    Args:
        path: file to read.
        other: file to hold it against.
        format: the manifest's word for the format of both.

    Raises:
        VerificationError: when the audio cannot be found in the first.
    """
    with path.open("rb") as file, other.open("rb") as known:
        parts = _told(_PARTS[format](file), path)
        return all(a == b for a, b in zip_longest(parts, _told(_PARTS[format](known), other)))


def _told(parts: Iterator[bytes], path: Path) -> Iterator[bytes]:
    try:
        yield from parts
    except (struct.error, ValueError, EOFError) as exc:
        raise VerificationError(f"no audio was found in it: {exc}", where=str(path)) from exc


def _rest(file: BinaryIO, count: int | None = None) -> Iterator[bytes]:
    while count is None or count > 0:
        data = file.read(_CHUNK if count is None else min(_CHUNK, count))
        if not data:
            return
        yield data
        if count is not None:
            count -= len(data)


def _flac(file: BinaryIO) -> Iterator[bytes]:
    """Frames after the metadata blocks (RFC 9639, section 8)."""
    if file.read(4) != b"fLaC":
        raise ValueError("not a FLAC stream")
    last = False
    while not last:
        head = file.read(4)
        last = bool(head[0] & 0x80)
        size = int.from_bytes(head[1:], "big")
        if head[0] & 0x7F == 0:
            yield file.read(size)  # STREAMINFO belongs to the audio
        else:
            file.seek(size, 1)
    yield from _rest(file)


def _mp3(file: BinaryIO) -> Iterator[bytes]:
    """Everything after an ID3v2 tag (ID3v2.4.0 structure, section 3.1)."""
    head = file.read(10)
    if head[:3] == b"ID3":
        size = sum(byte << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
        file.seek(10 + size)
    else:
        file.seek(0)
    yield from _rest(file)


def _mp4(file: BinaryIO) -> Iterator[bytes]:
    """Contents of the media data boxes (ISO/IEC 14496-12, clause 8.1.1)."""
    found = False
    while head := file.read(8):
        size, kind = struct.unpack(">I4s", head)
        body = struct.unpack(">Q", file.read(8))[0] - 16 if size == 1 else size - 8
        if kind == b"mdat":
            found = True
            yield from _rest(file, body)
        else:
            file.seek(body, 1)
    if not found:
        raise ValueError("no media data box")


def _opus(file: BinaryIO) -> Iterator[bytes]:
    """Identification header, then page payloads with their granule positions after the comment header (RFC 7845)."""
    packets_done = 0
    while head := file.read(27):
        if head[:4] != b"OggS":
            raise ValueError("not an Ogg page")
        lacing = file.read(head[26])
        payload = file.read(sum(lacing))
        if packets_done == 0:
            yield payload
        elif packets_done >= 2:
            yield head[6:14]
            yield payload
        if packets_done < 2:
            packets_done += sum(1 for n in lacing if n < 255)


def _iff(kind: bytes, order: str) -> Callable[[BinaryIO], Iterator[bytes]]:
    def parts(file: BinaryIO) -> Iterator[bytes]:
        file.seek(12)
        while head := file.read(8):
            name, size = struct.unpack(f"{order}4sI", head)
            if name == kind:
                yield from _rest(file, None if size == 0xFFFFFFFF else size)
                return
            file.seek(size + size % 2, 1)
        raise ValueError(f"no {kind.decode()} chunk")

    return parts


_PARTS: Mapping[str, Callable[[BinaryIO], Iterator[bytes]]] = {
    "flac": _flac,
    "mp3": _mp3,
    "aac": _mp4,
    "alac": _mp4,
    "opus": _opus,
    "aiff": _iff(b"SSND", ">"),
    "wav": _iff(b"data", "<"),
}
