"""What is written otherwise in the set that we would make of a disc than in the set that the disc was read from."""

from __future__ import annotations

from collections.abc import Iterator

from release.formats.ddp.checksum import CRC_NAME, MD5_NAME
from release.formats.ddp.parse import Notes, ReadIdentifier, ReadPacket, ReadPoint, parse_ddpid, parse_ddpms, parse_pq
from release.formats.ddp.reader import DdpSet, SetFiles
from release.formats.ddp.writer import write_control_files
from release.model.disc import Disc

_PQ = ("PQ DESCR", "PQDESCR")
_PACKET_WORDS = {
    "name": "file name",
    "start": "start sector (DSS)",
    "storage": "storage mode (SSM)",
    "scrambled": "scrambled flag (SCR)",
    "pause": "pause before track 1 (PRE2)",
    "track": "track (TRK)",
    "offset_bytes": "offset in the file (OFS)",
    "stream": "stream (DST)",
    "subcode": "subcode (SUB)",
}


def set_differences(found: DdpSet, files: SetFiles, disc: Disc) -> tuple[str, ...]:
    """Every place where the control files of ``disc``, as we write them, differ from those that were read.

    Empty when all of them are byte for byte the same. Times, codes, flags and texts of the discs themselves are not
    compared here; ``compare_disc`` does that.

    Args:
        found: the set that was read.
        files: its files.
        disc: what would be written now.
    """
    ours = write_control_files(disc)
    theirs = {name: there for name in ("DDPID", "DDPMS") if (there := files.find(name)) is not None}
    for packet in found.packets:
        role = "PQDESCR" if packet.subcode in _PQ else "CDTEXT.BIN" if packet.subcode == "CDTEXT" else ""
        there = files.find(packet.name)
        if role and there is not None:
            theirs[role] = there
    listed: list[str] = []
    for role, data in ours.items():
        old = files.small.get(theirs.get(role, ""))
        if old is None:
            listed.append(f"{role}: the set that was read has none in its map")
        elif old != data:
            words = list(_WAYS[role](old, data)) if role in _WAYS else []
            listed += [f"{role}: {text}" for text in words or [_OTHERWISE[role]]]
    listed += [f"{role}: it would not be written" for role in theirs if role not in ours]
    written = {*ours, found.image_name, MD5_NAME, CRC_NAME, *theirs.values()}
    if found.image_name != "IMAGE.DAT":
        listed.append(f"{found.image_name}: we call the image IMAGE.DAT")
    listed += [f"{name}: a file beside the set, it is not carried over" for name in files.sizes if name not in written]
    return tuple(listed)


_OTHERWISE = {
    "DDPID": "fields that say nothing of a disc are filled otherwise",
    "DDPMS": "numbers are padded otherwise, or other fields are left blank",
    "PQDESCR": "fields that say nothing of a disc are filled otherwise",
    "CDTEXT.BIN": "the texts lie in other packs, or the file has another wrapping",
}


def _silent() -> Notes:
    return Notes("", [])


def _identifier(old: bytes, new: bytes) -> Iterator[str]:
    theirs, ours = parse_ddpid(old, _silent()), parse_ddpid(new, _silent())
    assert isinstance(theirs, ReadIdentifier)
    assert isinstance(ours, ReadIdentifier)
    if theirs.level != ours.level:
        yield f"level {theirs.level}, we write {ours.level}"
    if theirs.master_id != ours.master_id:
        yield f"master id {theirs.master_id!r}, we write {ours.master_id!r}"
    if theirs.ean != ours.ean or old[8:21] != new[8:21]:
        yield f"EAN {old[8:21].decode('latin-1').strip()!r}, we write {ours.ean!r}"
    if theirs.user_text:
        yield f"user text {theirs.user_text!r}, we write none"
    if old[29:37].strip():
        yield f"map length (MSL) {old[29:37].decode('latin-1').strip()}, we leave it blank"
    if old[86:87].strip() and theirs.level == ours.level:
        yield f"book (BK) {old[86:87].decode('latin-1')!r}, we leave it blank"


def _map(old: bytes, new: bytes) -> Iterator[str]:
    theirs, ours = parse_ddpms(old, "DDP 2.00", _silent()), parse_ddpms(new, "DDP 2.00", _silent())
    for packet in theirs:
        other = next((p for p in ours if _role(p) == _role(packet)), None)
        if other is None:
            continue
        for name, words in _PACKET_WORDS.items():
            was, is_now = getattr(packet, name), getattr(other, name)
            if was != is_now:
                yield f"{_role(packet)} packet: {words} {_shown(was)}, we write {_shown(is_now)}"
    if [_role(p) for p in theirs] != [r for r in map(_role, ours) if r in set(map(_role, theirs))]:
        yield f"packets in the order {', '.join(map(_role, theirs))}"


def _role(packet: ReadPacket) -> str:
    return "PQ" if packet.subcode in _PQ else "CD-TEXT" if packet.subcode == "CDTEXT" else "audio"


def _shown(value: object) -> str:
    return "blank" if value in (None, "", " ") else repr(value) if isinstance(value, str) else str(value)


def _points(old: bytes, new: bytes) -> Iterator[str]:
    theirs, ours = parse_pq(old, _silent()), parse_pq(new, _silent())
    was, is_now = (sum(point.track == "AA" for point in points) for points in (theirs, ours))
    if was != is_now:
        yield f"lead-out written {_times(was)}, we write it {_times(is_now)}"
    if _isrc_places(theirs) != _isrc_places(ours):
        yield "ISRCs stand on other packets; we write them on the first of each track"
    if [bool(p.ean) for p in theirs if p.track != "AA"] != [bool(p.ean) for p in ours if p.track != "AA"]:
        yield "the EAN stands on other packets; we write it on the lead-in"
    if old[8:10] != new[8:10]:
        yield f"hours written as {old[8:10].decode('latin-1')!r}, we leave them blank"


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _isrc_places(points: tuple[ReadPoint, ...]) -> set[tuple[str, int]]:
    return {(point.track, point.index) for point in points if point.isrc}


_WAYS = {"DDPID": _identifier, "DDPMS": _map, "PQDESCR": _points}
