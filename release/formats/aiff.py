"""The ``COMM`` and ``SSND`` chunks of AIFF and AIFC, and their 80-bit sample rate.

Source: Apple, Audio Interchange File Format 1.3 (1989) and AIFF-C draft (1991).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from fractions import Fraction

from release.formats.riff import Chunk

EXTENDED_BIAS = 16383
AIFC_VERSION_1 = 0xA280_5140
"""The only time stamp that the ``FVER`` chunk of an AIFC may hold."""


def encode_extended(value: int) -> bytes:
    """A whole number of 0 to 2^64 - 1 as 80-bit IEEE 754 extended, big-endian."""
    if value == 0:
        return bytes(10)
    exponent = value.bit_length() - 1
    return struct.pack(">HQ", EXTENDED_BIAS + exponent, value << (63 - exponent))


def decode_extended(data: bytes) -> Fraction | None:
    """The exact value of an 80-bit extended; None for infinity, NaN and magnitudes that no rate has."""
    sign_exponent, mantissa = struct.unpack(">HQ", data)
    exponent = (sign_exponent & 0x7FFF) - EXTENDED_BIAS
    if mantissa == 0:
        return Fraction(0)
    if not -64 <= exponent <= 64:
        return None
    value = Fraction(mantissa * 2 ** max(exponent - 63, 0), 2 ** max(63 - exponent, 0))
    return -value if sign_exponent & 0x8000 else value


@dataclass(frozen=True, slots=True)
class Comm:
    """The ``COMM`` chunk. ``compression`` is None in AIFF; in AIFC four bytes such as ``NONE`` or ``sowt``."""

    channels: int
    n_samples: int
    bits: int
    rate: bytes
    compression: bytes | None = None
    compression_name: bytes = b""

    @property
    def rate_hz(self) -> Fraction | None:
        """The sample rate; None when the ten bytes hold no sensible number."""
        return decode_extended(self.rate)

    def to_chunk(self) -> Chunk:
        """The chunk; the compression's name is a Pascal string padded to an even length."""
        head = struct.pack(">HIH", self.channels, self.n_samples, self.bits) + self.rate
        if self.compression is None:
            return Chunk(b"COMM", head)
        name = bytes([len(self.compression_name)]) + self.compression_name
        return Chunk(b"COMM", head + self.compression + name + bytes(len(name) & 1))

    @classmethod
    def from_bytes(cls, data: bytes, *, is_aifc: bool) -> Comm:
        """Read the chunk's data.

        Raises:
            ValueError: when it is too short.
        """
        need = 22 if is_aifc else 18
        if len(data) < need:
            raise ValueError(f"the COMM chunk has {len(data)} bytes and needs {need}")
        channels, n_samples, bits = struct.unpack_from(">HIH", data)
        if not is_aifc:
            return cls(channels, n_samples, bits, data[8:18])
        length = data[22] if len(data) > 22 else 0
        return cls(channels, n_samples, bits, data[8:18], data[18:22], data[23 : 23 + length])


def plain_comm(rate_hz: int, channels: int, bits: int, n_samples: int) -> Comm:
    """The ``COMM`` of an AIFF with big-endian integer samples."""
    return Comm(channels, n_samples, bits, encode_extended(rate_hz))
