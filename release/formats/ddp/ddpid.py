"""DDPID: the 128-byte identifier of a DDP 2.00 set."""

from __future__ import annotations

from dataclasses import dataclass

from release.formats.ddp.record import decode_record, encode_record, text

NAME = "DDPID"
SIZE_BYTES = 128
LEVEL = "DDP 2.00"


@dataclass(frozen=True, slots=True)
class Identifier:
    """Fields of DDPID that a CD-DA master uses; all others are spaces.

    User text is never written: writers disagree on where it stands (cd.md 2.2).

    Source: cd.md 2.2 (offsets confirmed against recorded output of cue2ddp 1.1).
    """

    level: str = text(0, 8)
    ean: str = text(8, 13)
    master_id: str = text(38, 48)
    type: str = text(87, 2)


def encode_ddpid(identifier: Identifier) -> bytes:
    """The 128 bytes of DDPID."""
    return encode_record(identifier, SIZE_BYTES)


def decode_ddpid(data: bytes) -> Identifier:
    """The fields of DDPID as this program writes it."""
    return decode_record(Identifier, data)


def ddpid_of(ean: str, master_id: str) -> Identifier:
    """The identifier of an audio disc; EAN as 13 digits or empty."""
    return Identifier(level=LEVEL, ean=ean, master_id=master_id, type="CD")
