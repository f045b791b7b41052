"""Cover pictures as tags carry them: the bytes as they are, and the few facts that a FLAC picture block names."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass

from release.errors import RenderError

_PNG_SAMPLES_PER_PIXEL = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""By colour type. Source: PNG (ISO/IEC 15948), clause 11.2.2."""
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of a frame header (SOF). Source: ITU-T T.81, table B.1."""


@dataclass(frozen=True, slots=True)
class Artwork:
    """A front cover.

    Attributes:
        data: the file, byte for byte.
        mime: ``image/png`` or ``image/jpeg``.
        width_px: as its header says.
        height_px: as its header says.
        depth_bits: per pixel, all channels.
    """

    data: bytes
    mime: str
    width_px: int
    height_px: int
    depth_bits: int

    @property
    def sha256(self) -> str:
        """Digest of the bytes, which comparisons use."""
        return hashlib.sha256(self.data).hexdigest()


def artwork_from_bytes(data: bytes, where: str = "artwork") -> Artwork:
    """The picture in a PNG or JPEG file; only its header is looked at.

    Raises:
        RenderError: it is neither, or its header is damaged.
    """
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            return _png(data)
        if data.startswith(b"\xff\xd8\xff"):
            return _jpeg(data)
    except (struct.error, IndexError, KeyError) as exc:
        raise RenderError("the picture's header is damaged", where=where, remedy="export it again") from exc
    raise RenderError("the picture is neither PNG nor JPEG", where=where, remedy="export it as PNG or JPEG")


def _png(data: bytes) -> Artwork:
    if data[12:16] != b"IHDR":
        raise KeyError("IHDR")
    width, height, bits, colour = struct.unpack_from(">IIBB", data, 16)
    return Artwork(data, "image/png", width, height, bits * _PNG_SAMPLES_PER_PIXEL[colour])


def _jpeg(data: bytes) -> Artwork:
    at = 2
    while True:
        if data[at] != 0xFF:
            raise KeyError("marker")
        marker = data[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
        elif marker in _JPEG_FRAMES:
            bits, height, width, components = struct.unpack_from(">BHHB", data, at + 4)
            return Artwork(data, "image/jpeg", width, height, bits * components)
        else:
            at += 2 + int(struct.unpack_from(">H", data, at + 2)[0])
