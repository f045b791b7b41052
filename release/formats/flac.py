"""FLAC's STREAMINFO block and frame headers.

Source: RFC 9639, sections 8.2 (STREAMINFO) and 9.1 (frame header).
"""

from __future__ import annotations

from dataclasses import dataclass

STREAMINFO_BYTES = 34
MAX_HEADER_BYTES = 16
_BLOCK_SIZES = {1: 192, **{n: 576 << (n - 2) for n in range(2, 6)}, **{n: 256 << (n - 8) for n in range(8, 16)}}
_RATES_HZ = (0, 88_200, 176_400, 192_000, 8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000)
_BITS = (0, 8, 12, -1, 16, 20, 24, 32)


@dataclass(frozen=True, slots=True)
class StreamInfo:
    """STREAMINFO: ``n_samples`` 0 means unknown, an ``md5`` of zeros means not computed."""

    min_block: int
    max_block: int
    min_frame_bytes: int
    max_frame_bytes: int
    rate_hz: int
    channels: int
    bits: int
    n_samples: int
    md5: bytes

    @property
    def has_md5(self) -> bool:
        """Whether the encoder stored a digest of the audio."""
        return any(self.md5)

    def to_bytes(self) -> bytes:
        """The 34 bytes of the block."""
        packed = self.rate_hz << 44 | (self.channels - 1) << 41 | (self.bits - 1) << 36 | self.n_samples
        sizes = (
            (self.min_block, 2),
            (self.max_block, 2),
            (self.min_frame_bytes, 3),
            (self.max_frame_bytes, 3),
            (packed, 8),
        )
        return b"".join(value.to_bytes(width, "big") for value, width in sizes) + self.md5

    @classmethod
    def from_bytes(cls, data: bytes) -> StreamInfo:
        """Read the block.

        Raises:
            ValueError: when it has not 34 bytes.
        """
        if len(data) != STREAMINFO_BYTES:
            raise ValueError(f"STREAMINFO has {len(data)} bytes and needs {STREAMINFO_BYTES}")
        packed = int.from_bytes(data[10:18], "big")
        return cls(
            min_block=int.from_bytes(data[0:2], "big"),
            max_block=int.from_bytes(data[2:4], "big"),
            min_frame_bytes=int.from_bytes(data[4:7], "big"),
            max_frame_bytes=int.from_bytes(data[7:10], "big"),
            rate_hz=packed >> 44,
            channels=(packed >> 41 & 7) + 1,
            bits=(packed >> 36 & 31) + 1,
            n_samples=packed & (1 << 36) - 1,
            md5=data[18:34],
        )


@dataclass(frozen=True, slots=True)
class FrameHeader:
    """What a frame says of its place. ``number`` counts frames, or samples when the block size varies."""

    has_variable_blocks: bool
    number: int
    block_size: int

    def end_sample(self, fixed_block: int) -> int:
        """The sample after the frame's last one; ``fixed_block`` is the stream's block size."""
        return (self.number if self.has_variable_blocks else self.number * fixed_block) + self.block_size


def parse_frame_header(data: bytes, stream: StreamInfo) -> FrameHeader | None:
    """The header at the start of ``data`` when there is a sound one that agrees with the stream, else None."""
    if len(data) < 6 or data[0] != 0xFF or data[1] & 0xFE != 0xF8:
        return None
    block_code, rate_code = data[2] >> 4, data[2] & 15
    channel_code, bits_code = data[3] >> 4, data[3] >> 1 & 7
    channels = channel_code + 1 if channel_code < 8 else 2
    if block_code == 0 or rate_code == 15 or channel_code > 10 or data[3] & 1 or channels != stream.channels:
        return None
    if _BITS[bits_code] not in (0, stream.bits) or (rate_code < 12 and _RATES_HZ[rate_code] not in (0, stream.rate_hz)):
        return None
    coded = _parse_coded_number(data[4:11])
    if coded is None:
        return None
    number, at = coded[0], 4 + coded[1]
    size_bytes = {6: 1, 7: 2}.get(block_code, 0)
    block_size = _BLOCK_SIZES.get(block_code, 0) or int.from_bytes(data[at : at + size_bytes], "big") + 1
    at += size_bytes + {12: 1, 13: 2, 14: 2}.get(rate_code, 0)
    if len(data) <= at or crc8(data[:at]) != data[at]:
        return None
    return FrameHeader(bool(data[1] & 1), number, block_size)


def _parse_coded_number(data: bytes) -> tuple[int, int] | None:
    """The UTF-8-like number of up to 36 bits, and how many bytes it takes."""
    first = data[0]
    if first < 0x80:
        return first, 1
    length = 8 - (~first & 0xFF).bit_length()
    if not 2 <= length <= 7 or len(data) < length:
        return None
    number = first & (0x7F >> length)
    for byte in data[1:length]:
        if byte & 0xC0 != 0x80:
            return None
        number = number << 6 | byte & 0x3F
    return number, length


def _table(polynomial: int, width: int) -> tuple[int, ...]:
    top = 1 << (width - 1)
    mask = (1 << width) - 1
    table = []
    for index in range(256):
        value = index << (width - 8)
        for _ in range(8):
            value = (value << 1 ^ polynomial if value & top else value << 1) & mask
        table.append(value)
    return tuple(table)


_CRC8 = _table(0x07, 8)
_CRC16 = _table(0x8005, 16)


def crc8(data: bytes) -> int:
    """CRC of a frame header: polynomial x^8 + x^2 + x + 1, start 0 (RFC 9639, 9.1.8)."""
    value = 0
    for byte in data:
        value = _CRC8[value ^ byte]
    return value


def crc16(data: bytes) -> int:
    """CRC of a whole frame: polynomial x^16 + x^15 + x^2 + 1, start 0 (RFC 9639, 9.3)."""
    value = 0
    for byte in data:
        value = (value << 8 & 0xFFFF) ^ _CRC16[value >> 8 ^ byte]
    return value
