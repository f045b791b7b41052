"""Ways in which writers of DDP sets differ where the format leaves them free."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dialect:
    """The free choices of a writer. The defaults are what this program writes.

    Attributes:
        fill: before the digits of lengths and sizes in the map: ``0`` or a space.
        has_start_sector: write zeros into DSS of the audio packet, else leave it blank.
        scrambled: the SCR flag of the audio packet.
        hours: the HRS field of PQ packets, blank or ``00``.
        has_isrc_on_index_01: repeat an ISRC on index 01 when the track has an index 00.
        lead_outs: how often the lead-out packet is written.
        pq_name: file name of the PQ descriptor.
        text_name: file name of the CD-TEXT packs.
        image_name: file name of the audio.
    """

    fill: str = "0"
    has_start_sector: bool = True
    scrambled: str = "0"
    hours: str = ""
    has_isrc_on_index_01: bool = False
    lead_outs: int = 2
    pq_name: str = "PQDESCR"
    text_name: str = "CDTEXT.BIN"
    image_name: str = "IMAGE.DAT"


HOUSE = Dialect()
"""cd.md section 2, the bold recommendations."""

CUE2DDP = Dialect(fill=" ", has_start_sector=False, scrambled="1", pq_name="SD")
"""Output of cue2ddp 1.1 as recorded in public (cd.md 3.4); the tests hold our tables against it."""
