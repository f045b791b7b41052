"""DDPMS: the map of a DDP set, one 128-byte packet for each file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from release.formats.ddp.dialect import HOUSE, Dialect
from release.formats.ddp.record import DdpLimit, decode_record, encode_record, number, text

NAME = "DDPMS"
PACKET_BYTES = 128
LONGEST_FIRST_PAUSE_CD_FRAMES = 9999
"""PRE2 has four digits: 02:13:24 (cd.md 2.3)."""


@dataclass(frozen=True, slots=True)
class MapPacket:
    """One packet of the map. Fields that a plain audio disc never uses are left as spaces.

    Attributes:
        stream: DST, ``S0`` for descriptors and ``D0`` for the image.
        length: DSL, bytes of a descriptor or CD frames of the image.
        start: DSS, first CD frame of the image.
        subcode: SUB, ``PQ DESCR`` or ``CDTEXT``.
        mode: CDM, ``DA``.
        storage: SSM, ``7`` = whole sectors of 2352 bytes.
        scrambled: SCR.
        pause: PRE2, CD frames before index 01 of track 1.
        track: TRK.
        name_width: SIZ, width of the name field.
        name: DSI, file name.

    Source: cd.md 2.3.
    """

    marker: str = text(0, 4)
    stream: str = text(4, 2)
    length: int | None = number(14, 8)
    start: int | None = number(22, 8)
    subcode: str = text(30, 8)
    mode: str = text(38, 2)
    storage: str = text(40, 1)
    scrambled: str = text(41, 1)
    pause: int | None = number(46, 4, fill=" ")
    track: str = text(55, 2)
    name_width: int | None = number(71, 3)
    name: str = text(74, 17)


def text_packet(size_bytes: int, dialect: Dialect = HOUSE) -> MapPacket:
    """The packet of the CD-TEXT file."""
    return MapPacket(
        marker="VVVM", stream="S0", length=size_bytes, subcode="CDTEXT", track="00", name_width=17,
        name=dialect.text_name,
    )  # fmt: skip


def pq_packet(size_bytes: int, dialect: Dialect = HOUSE) -> MapPacket:
    """The packet of the PQ descriptor."""
    return MapPacket(
        marker="VVVM", stream="S0", length=size_bytes, subcode="PQ DESCR", name_width=17, name=dialect.pq_name
    )


def image_packet(n_cd_frames: int, first_pause_cd_frames: int, dialect: Dialect = HOUSE) -> MapPacket:
    """The packet of the audio image.

    Raises:
        DdpLimit: when the pause before track 1 does not fit its four digits.
    """
    if first_pause_cd_frames > LONGEST_FIRST_PAUSE_CD_FRAMES:
        raise DdpLimit(
            f"the pause before track 1 is {first_pause_cd_frames} CD frames; the map of a DDP set has four digits for "
            "it, so it ends at 9999 (02:13:24). Place the hidden audio after the last track instead"
        )
    return MapPacket(
        marker="VVVM", stream="D0", length=n_cd_frames, start=0 if dialect.has_start_sector else None, mode="DA",
        storage="7", scrambled=dialect.scrambled, pause=first_pause_cd_frames, name_width=17, name=dialect.image_name,
    )  # fmt: skip


def encode_ddpms(packets: Iterable[MapPacket], dialect: Dialect = HOUSE) -> bytes:
    """The bytes of DDPMS: packets in the order given."""
    return b"".join(encode_record(packet, PACKET_BYTES, fill=dialect.fill) for packet in packets)


def decode_ddpms(data: bytes) -> tuple[MapPacket, ...]:
    """The packets of DDPMS as this program writes it."""
    return tuple(decode_record(MapPacket, data[at : at + PACKET_BYTES]) for at in range(0, len(data), PACKET_BYTES))
