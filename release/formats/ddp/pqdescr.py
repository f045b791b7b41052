"""PQDESCR: where tracks, pauses and indexes lie, 64 bytes for each point."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from release.formats.ddp.dialect import HOUSE, Dialect
from release.formats.ddp.record import DdpLimit, decode_record, encode_record, number, text
from release.model.disc import Copy, Disc, DiscTrack

PACKET_BYTES = 64
LAST_MINUTE = 99


@dataclass(frozen=True, slots=True)
class PqPacket:
    """One point: track and index, the A-time where it starts, flags and codes.

    Source: cd.md 2.4.
    """

    marker: str = text(0, 4)
    track: str = text(4, 2)
    index: int | None = number(6, 2)
    hours: str = text(8, 2)
    minutes: int | None = number(10, 2)
    seconds: int | None = number(12, 2)
    cd_frames: int | None = number(14, 2)
    control: str = text(16, 2)
    isrc: str = text(20, 12)
    ean: str = text(32, 13)


def control_byte(copy: Copy, *, has_pre_emphasis: bool) -> str:
    """CB1: the control nibble as a hexadecimal digit, then ``1``, or ``S`` for SCMS.

    SCMS with pre-emphasis (``1S``) follows the table's logic; only ``0S`` has been seen written.

    Source: cd.md 2.4.
    """
    nibble = (1 if has_pre_emphasis else 0) | (2 if copy is Copy.PERMITTED else 0)
    return f"{nibble:X}{'S' if copy is Copy.SCMS else '1'}"


def pq_packets(disc: Disc, dialect: Dialect = HOUSE) -> tuple[PqPacket, ...]:
    """The points of a disc in order: lead-in, every track's, lead-out.

    The ISRC stands on the first packet of its track, the EAN on the lead-in; lead-in and lead-out carry plain flags.

    Raises:
        DdpLimit: when a time is past 99:59:74.
    """
    packets = [_point("00", 0, 0, "01", dialect, ean=disc.ean)]
    for track in disc.tracks:
        packets.extend(_track_points(track, dialect))
    lead_out = _point("AA", 1, disc.lead_out_cd_frames, "01", dialect)
    return (*packets, *[lead_out] * dialect.lead_outs)


def _track_points(track: DiscTrack, dialect: Dialect) -> Iterator[PqPacket]:
    control = control_byte(track.copy, has_pre_emphasis=track.has_pre_emphasis)
    points = list(enumerate(track.indexes, start=1))
    if track.index00_cd_frames is not None:
        points.insert(0, (0, track.index00_cd_frames))
    for place, (index, at) in enumerate(points):
        has_isrc = place == 0 or (index == 1 and dialect.has_isrc_on_index_01)
        yield _point(f"{track.number:02}", index, at, control, dialect, isrc=track.isrc if has_isrc else "")


def _point(
    track: str, index: int, at_cd_frames: int, control: str, dialect: Dialect, *, isrc: str = "", ean: str = ""
) -> PqPacket:
    minutes, rest = divmod(at_cd_frames, 4500)
    if at_cd_frames < 0 or minutes > LAST_MINUTE:
        raise DdpLimit(f"track {track} index {index:02} is at CD frame {at_cd_frames}; times end at 99:59:74")
    return PqPacket("VVVS", track, index, dialect.hours, minutes, rest // 75, rest % 75, control, isrc, ean)


def encode_pqdescr(packets: Iterable[PqPacket]) -> bytes:
    """The bytes of PQDESCR."""
    return b"".join(encode_record(packet, PACKET_BYTES) for packet in packets)


def decode_pqdescr(data: bytes) -> tuple[PqPacket, ...]:
    """The packets of PQDESCR as this program writes it."""
    return tuple(decode_record(PqPacket, data[at : at + PACKET_BYTES]) for at in range(0, len(data), PACKET_BYTES))
