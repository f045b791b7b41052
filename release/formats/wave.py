"""The ``fmt `` and ``ds64`` chunks of WAV, RF64 and BW64.

Source: Microsoft, "Multiple channel audio data and WAVE files" (WAVE_FORMAT_EXTENSIBLE); EBU Tech 3306 (RF64);
ITU-R BS.2088 (BW64).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from release.formats.riff import Chunk

TAG_PCM = 1
TAG_FLOAT = 3
TAG_EXTENSIBLE = 0xFFFE

GUID_TAIL = bytes.fromhex("0000 0000 1000 8000 00aa 0038 9b71")
"""KSDATAFORMAT_SUBTYPE_*: two bytes of format tag, then these fourteen."""

TAG_NAMES = {
    0x0002: "Microsoft ADPCM",
    0x0006: "A-law",
    0x0007: "µ-law",
    0x0011: "IMA ADPCM",
    0x0031: "GSM 6.10",
    0x0050: "MPEG layer 2",
    0x0055: "MP3",
    0x0092: "Dolby AC-3",
    0x00FF: "AAC",
    0x0161: "Windows Media Audio",
}
"""Tags that are met in WAV files and hold no linear samples."""


@dataclass(frozen=True, slots=True)
class WaveFormat:
    """The ``fmt `` chunk. ``bits`` is the container's word as written; ``valid_bits`` only when extensible."""

    tag: int
    channels: int
    rate_hz: int
    byte_rate: int
    block_align: int
    bits: int
    valid_bits: int | None = None
    channel_mask: int = 0
    subformat: bytes = b""

    @property
    def sample_tag(self) -> int:
        """The tag that says how samples are coded: that of the subformat when extensible, -1 for a foreign GUID."""
        if self.tag != TAG_EXTENSIBLE:
            return self.tag
        return int.from_bytes(self.subformat[:2], "little") if self.subformat[2:] == GUID_TAIL else -1

    def to_bytes(self) -> bytes:
        """16 bytes, or 40 when extensible."""
        head = struct.pack(
            "<HHIIHH", self.tag, self.channels, self.rate_hz, self.byte_rate, self.block_align, self.bits
        )
        if self.tag != TAG_EXTENSIBLE:
            return head
        return head + struct.pack("<HHI", 22, self.valid_bits or 0, self.channel_mask) + self.subformat

    @classmethod
    def from_bytes(cls, data: bytes) -> WaveFormat:
        """Read a ``fmt `` chunk of 14 (old), 16, 18 or 40 bytes.

        Raises:
            ValueError: when it is too short for what its tag says.
        """
        if len(data) < 16:
            raise ValueError(f"the fmt chunk has {len(data)} bytes and needs 16")
        tag, channels, rate_hz, byte_rate, block_align, bits = struct.unpack_from("<HHIIHH", data)
        if tag != TAG_EXTENSIBLE:
            return cls(tag, channels, rate_hz, byte_rate, block_align, bits)
        if len(data) < 40:
            raise ValueError(f"the extensible fmt chunk has {len(data)} bytes and needs 40")
        valid_bits, mask = struct.unpack_from("<HI", data, 18)
        return cls(tag, channels, rate_hz, byte_rate, block_align, bits, valid_bits, mask, data[24:40])


def plain_format(rate_hz: int, channels: int, bits: int, *, is_float: bool = False) -> WaveFormat:
    """The 16-byte format of packed integer or float samples."""
    align = channels * bits // 8
    return WaveFormat(TAG_FLOAT if is_float else TAG_PCM, channels, rate_hz, rate_hz * align, align, bits)


@dataclass(frozen=True, slots=True)
class Ds64:
    """The ``ds64`` chunk: 64-bit sizes for an RF64 or BW64 file.

    Attributes:
        riff_bytes: what the RIFF size would be.
        data_bytes: size of the data chunk.
        sample_count: samples per channel; 0 when unused (BW64 calls it a dummy).
        table: sizes of further chunks past 4 GiB.
    """

    riff_bytes: int
    data_bytes: int
    sample_count: int
    table: tuple[tuple[bytes, int], ...] = ()

    def to_chunk(self) -> Chunk:
        """The chunk, 28 bytes and 12 for each entry of the table."""
        head = struct.pack("<QQQI", self.riff_bytes, self.data_bytes, self.sample_count, len(self.table))
        return Chunk(b"ds64", head + b"".join(entry_id + struct.pack("<Q", size) for entry_id, size in self.table))

    @classmethod
    def from_bytes(cls, data: bytes) -> Ds64:
        """Read the chunk's data.

        Raises:
            ValueError: when it is shorter than its own table says.
        """
        if len(data) < 28:
            raise ValueError(f"the ds64 chunk has {len(data)} bytes and needs 28")
        riff_bytes, data_bytes, sample_count, entries = struct.unpack_from("<QQQI", data)
        if len(data) < 28 + 12 * entries:
            raise ValueError(f"the ds64 chunk lists {entries} sizes and has no room for them")
        starts = range(28, 28 + 12 * entries, 12)
        table = tuple((data[at : at + 4], int.from_bytes(data[at + 4 : at + 12], "little")) for at in starts)
        return cls(riff_bytes, data_bytes, sample_count, table)
