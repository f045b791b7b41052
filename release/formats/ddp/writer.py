"""From a disc to the control files of a DDP set."""

from __future__ import annotations

from release.formats.cdtext import CdTextError, encode_packs
from release.formats.ddp import ddpid, ddpms, pqdescr
from release.formats.ddp.dialect import HOUSE, Dialect
from release.formats.ddp.record import DdpLimit
from release.model.disc import Disc


def write_control_files(disc: Disc, dialect: Dialect = HOUSE) -> dict[str, bytes]:
    """Every file of the set but the image and the checksums, by name, in the order of checksum lists.

    The order is DDPID, DDPMS, CD-TEXT where the disc has text blocks, PQ descriptor. The image that belongs to them has
    ``disc.image_cd_frames`` times 2352 bytes: 16-bit little-endian stereo from A-time 00:00:00.

    Raises:
        DdpLimit: when the disc does not fit the format.
        CdTextError: when its texts do not fit CD-TEXT.
    """
    if not disc.tracks:
        raise DdpLimit("a disc without tracks cannot be written as a DDP set")
    files: dict[str, bytes] = {
        ddpid.NAME: ddpid.encode_ddpid(ddpid.ddpid_of(disc.ean, disc.catalogue)),
        ddpms.NAME: b"",
    }
    packets = []
    if disc.text_blocks:
        files[dialect.text_name] = encode_packs(disc.text_blocks)
        packets.append(ddpms.text_packet(len(files[dialect.text_name]), dialect))
    files[dialect.pq_name] = pqdescr.encode_pqdescr(pqdescr.pq_packets(disc, dialect))
    packets.append(ddpms.pq_packet(len(files[dialect.pq_name]), dialect))
    packets.append(ddpms.image_packet(disc.image_cd_frames, disc.tracks[0].start_cd_frames, dialect))
    files[ddpms.NAME] = ddpms.encode_ddpms(packets, dialect)
    return files


def refusals(disc: Disc) -> tuple[str, ...]:
    """Why a disc cannot be written as a DDP set, a sentence each; empty when it can. Ask before anything renders."""
    try:
        write_control_files(disc)
    except (DdpLimit, CdTextError) as exc:
        return tuple(str(exc).split("; "))
    return ()
