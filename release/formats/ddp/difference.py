"""What is written otherwise in the set that we would make of a disc than in the set that the disc was read from."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from release.formats.cdtext_reader import decode_packs, strip_wrapping
from release.formats.ddp.checksum import CRC_NAME, MD5_NAME
from release.formats.ddp.parse import Notes, ReadIdentifier, ReadPacket, ReadPoint, parse_ddpid, parse_ddpms, parse_pq
from release.formats.ddp.reader import DdpSet, SetFiles
from release.formats.ddp.writer import write_control_files
from release.model.disc import Disc

_PQ = ("PQ DESCR", "PQDESCR")
_PACKET_WORDS = {
    "name": "file name",
    "length": "length (DSL)",
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
    "CDTEXT.BIN": "the same texts lie in other packs",
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
    if theirs.level == ours.level and not theirs.user_text:
        yield from _other_bytes("DDPID", old, new, {(0, 21), (29, 37), (38, 87)})
    if old[86:87].strip() and theirs.level == ours.level:
        yield f"book (BK) {old[86:87].decode('latin-1')!r}, we leave it blank"


def _map(old: bytes, new: bytes) -> Iterator[str]:
    theirs, ours = parse_ddpms(old, "DDP 2.00", _silent()), parse_ddpms(new, "DDP 2.00", _silent())
    for number, packet in enumerate(theirs):
        other = next((p for p in ours if _role(p) == _role(packet)), None)
        if other is None:
            continue
        told = {_FIELDS[name] for name in _PACKET_WORDS if getattr(packet, name) != getattr(other, name)}
        for name, words in _PACKET_WORDS.items():
            was, is_now = getattr(packet, name), getattr(other, name)
            if was != is_now:
                yield f"{_role(packet)} packet: {words} {_shown(was)}, we write {_shown(is_now)}"
        place = ours.index(other)
        was_raw, now_raw = old[number * 128 :][:128], new[place * 128 :][:128]
        padded = [
            name
            for name, span in _NUMBERS.items()
            if span not in told and was_raw[slice(*span)] != now_raw[slice(*span)]
        ]
        if padded:
            yield f"{_role(packet)} packet: {', '.join(padded)} padded with other characters than ours"
        yield from _other_bytes(f"{_role(packet)} packet", was_raw, now_raw, {*told, *_NUMBERS.values()})
    if [_role(p) for p in theirs] != [r for r in map(_role, ours) if r in set(map(_role, theirs))]:
        yield f"packets in the order {', '.join(map(_role, theirs))}"


_FIELDS = {
    "name": (74, 91),
    "length": (14, 22),
    "start": (22, 30),
    "storage": (40, 41),
    "scrambled": (41, 42),
    "pause": (46, 50),
    "track": (55, 57),
    "offset_bytes": (104, 113),
    "stream": (4, 6),
    "subcode": (30, 38),
}
_NUMBERS = {"DSL": (14, 22), "DSS": (22, 30), "PRE2": (46, 50), "SIZ": (71, 74), "OFS": (104, 113)}


def _other_bytes(where: str, old: bytes, new: bytes, told: Collection[tuple[int, int]]) -> Iterator[str]:
    """Bytes that differ in a record and that nothing else has told."""
    known = {at for span in told for at in range(*span)}
    places = [at for at, (was, is_now) in enumerate(zip(old, new, strict=False)) if was != is_now and at not in known]
    if places:
        first, end = places[0], places[-1] + 1
        was_text, now_text = (data[first:end].decode("latin-1") for data in (old, new))
        yield f"{where}: bytes {first} to {end - 1} hold {was_text!r}, we write {now_text!r}"


def _role(packet: ReadPacket) -> str:
    return "PQ" if packet.subcode in _PQ else "CD-TEXT" if packet.subcode == "CDTEXT" else "audio"


def _shown(value: object) -> str:
    return "blank" if value in (None, "", " ") else repr(value) if isinstance(value, str) else str(value)


def _points(old: bytes, new: bytes) -> Iterator[str]:
    theirs, ours = parse_pq(old, _silent()), parse_pq(new, _silent())
    was, is_now = (sum(point.track == "AA" for point in points) for points in (theirs, ours))
    if was != is_now:
        yield f"lead-out written {_times(was)}, we write it {_times(is_now)}"
    coded = {point.track for point in ours if point.isrc}
    if {p for p in _isrc_places(theirs) if p[0] in coded} != _isrc_places(ours):
        yield "ISRCs stand on other packets; we write them on the first of each track"
    with_ean, ours_with_ean = ({(p.track, p.index) for p in points if p.ean} for points in (theirs, ours))
    if with_ean and ours_with_ean and with_ean != ours_with_ean:
        yield "the EAN stands on other packets; we write it on the lead-in"
    if ours_with_ean and not with_ean:
        yield f"no packet has an EAN; we write {next(p.ean for p in ours if p.ean)} on the lead-in"
    if old[8:10] != new[8:10]:
        yield f"hours written as {old[8:10].decode('latin-1')!r}, we leave them blank"
    places = {(p.track, p.index): number for number, p in enumerate(ours)}
    for number, point in enumerate(theirs):
        if (point.track, point.index) in places:
            place = places[point.track, point.index]
            old_raw, new_raw = old[number * 64 :][:64], new[place * 64 :][:64]
            yield from _other_bytes(f"{point.track}/{point.index:02}", old_raw, new_raw, {(8, 16), (16, 18), (20, 45)})


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _isrc_places(points: tuple[ReadPoint, ...]) -> set[tuple[str, int]]:
    return {(point.track, point.index) for point in points if point.isrc}


_PACK_NAMES = {
    0x86: "catalogue number",
    0x87: "genre",
    0x88: "table of contents",
    0x89: "second table of contents",
    0x8A: "reserved",
    0x8B: "reserved",
    0x8C: "reserved",
    0x8D: "closed information",
    0x8E: "EAN and ISRCs",
}


def _cd_text(old: bytes, new: bytes) -> Iterator[str]:
    body, ours = strip_wrapping(old), _packs_by_kind(new)
    if body != old:
        what = "a trailing NUL" if len(old) == len(body) + 1 else "a header of 4 bytes"
        yield f"the file has {what}, we write the packs alone"
    theirs = _packs_by_kind(body)
    closed = {block.number: block.text(0x8D, 0) for block in decode_packs(old).blocks}
    for (block, kind), packs in theirs.items():
        if (block, kind) not in ours:
            text = f" {closed[block]!r}" if kind == 0x8D and closed.get(block) else ""
            name = _PACK_NAMES.get(kind, "texts")
            yield f"block {block}: {name}{text} (pack type 0x{kind:02X}) is not carried over"
        elif kind != 0x8F and (b"\t\0" in packs) != (b"\t\0" in ours[block, kind]):
            yield f"block {block}: repeated texts of pack type 0x{kind:02X} are written as TAB in one of the two"
        elif kind == 0x86 and packs != ours[block, kind]:
            was, is_now = (text.rstrip(b"\0").decode("latin-1") for text in (packs, ours[block, kind]))
            if was != is_now:
                yield f"block {block}: catalogue number (pack type 0x86) {was!r}, we write {is_now!r}"
    for block, kind in ours:
        if (block, kind) not in theirs:
            yield f"block {block}: pack type 0x{kind:02X} is new"


def _packs_by_kind(body: bytes) -> dict[tuple[int, int], bytes]:
    """Payload of every pack type of every block."""
    found: dict[tuple[int, int], bytes] = {}
    for at in range(0, len(body) - 17, 18):
        key = (body[at + 3] >> 4 & 7, body[at])
        found[key] = found.get(key, b"") + body[at + 4 : at + 16]
    return found


_WAYS = {"DDPID": _identifier, "DDPMS": _map, "PQDESCR": _points, "CDTEXT.BIN": _cd_text}
