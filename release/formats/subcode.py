"""The Q sub-channel: 12 bytes of each CD frame that the plant makes from the PQ descriptor; used for checks.

Source: cd.md 1.4; the CRC was verified against the value that DiscImageCreator and psx-spx give.
"""

from __future__ import annotations

import binascii

LEAD_OUT_TRACK = 0xAA


def _bcd(value: int) -> int:
    if not 0 <= value <= 99:
        raise ValueError(f"{value} has no two BCD digits")
    return value // 10 << 4 | value % 10


def _bcd_msf(cd_frames: int) -> bytes:
    return bytes((_bcd(cd_frames // 4500), _bcd(cd_frames // 75 % 60), _bcd(cd_frames % 75)))


def _with_crc(data: bytes) -> bytes:
    return data + (binascii.crc_hqx(data, 0) ^ 0xFFFF).to_bytes(2, "big")


def q_position(track: int, index: int, relative_cd_frames: int, a_time_cd_frames: int, *, control: int = 0) -> bytes:
    """Mode 1: where this CD frame lies.

    Args:
        track: 1 to 99, or ``LEAD_OUT_TRACK``.
        index: 0 to 99.
        relative_cd_frames: from index 01 of the track; in a pause what is left of it.
        a_time_cd_frames: absolute.
        control: bit 0 pre-emphasis, bit 1 copy permitted, bit 2 data.
    """
    number = track if track == LEAD_OUT_TRACK else _bcd(track)
    head = bytes((control << 4 | 1, number, _bcd(index)))
    return _with_crc(head + _bcd_msf(relative_cd_frames) + b"\0" + _bcd_msf(a_time_cd_frames))


def q_mcn(ean: str, cd_frame: int, *, control: int = 0) -> bytes:
    """Mode 2: the EAN, with the last two digits of the running time."""
    digits = bytes.fromhex(f"{ean:0<13}000")
    return _with_crc(bytes((control << 4 | 2,)) + digits + bytes((_bcd(cd_frame),)))


def q_isrc(isrc: str, cd_frame: int, *, control: int = 0) -> bytes:
    """Mode 3: the ISRC; five characters of six bits, seven digits of four."""
    bits = 0
    for char in isrc[:5]:
        bits = bits << 6 | (ord(char) - 0x30)
    bits <<= 2
    for char in isrc[5:]:
        bits = bits << 4 | int(char)
    data = (bits << 4).to_bytes(8, "big")
    return _with_crc(bytes((control << 4 | 3,)) + data + bytes((_bcd(cd_frame),)))
