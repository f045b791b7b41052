"""What has to be equal in a DDP set: sizes, times, codes, texts, checksums, and the rules of the disc.

Source: cd.md 2.5 (consistency checks), 2.7 (checksum files).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from release.formats.cdtext_reader import strip_wrapping
from release.formats.ddp.checksum import LIST_NAME, Entries, find_lists, odd_headings
from release.formats.ddp.parse import DdpFinding, ReadPacket, ReadPoint, describe_point
from release.model.disc import LEAD_PAUSE_CD_FRAMES
from release.model.disc_limits import limits
from release.model.finding import Status
from release.units import format_msf

if TYPE_CHECKING:
    from release.formats.ddp.reader import DdpSet, SetFiles

_COMPANION = re.compile(r".*\.(cue|toc|pdf|html?|txt|md5|sha\d+|sfv|log|csv|rtf|docx?|xml|json)", re.IGNORECASE)
"""Papers that lie beside a set and that the map does not name (cd.md 2.1)."""


def is_companion(name: str) -> bool:
    """True for papers and lists, which the map does not name."""
    return bool(_COMPANION.fullmatch(name) or LIST_NAME.fullmatch(name))


def set_findings(
    found: DdpSet | None,
    files: SetFiles,
    stored: Mapping[str, str],
    above: Sequence[tuple[str, Entries]] = (),
) -> tuple[DdpFinding, ...]:
    """Every equation that does not hold.

    Args:
        found: the set as read, or None when no disc could be made of it.
        files: its files.
        stored: MD5 by file name from a record, or empty.
        above: checksum lists of folders above the set, with the entries that speak of it.
    """
    findings = list(_checksums(found, files, stored, above))
    for name in files.strays:
        message = f"{name} is a link to a file outside the folder; whoever gets the folder does not get it"
        findings.append(DdpFinding("link", Status.WARN, name, message))
    if found is not None:
        findings[:0] = [
            *_image(found, files),
            *_map(found, files),
            *_points(found),
            *_codes(found),
            *_text(found),
            *_disc_rules(found, files),
        ]
    return tuple(findings)


def _image(found: DdpSet, files: SetFiles) -> Iterator[DdpFinding]:
    name = found.image_name
    packet = _image_packet(found)
    if name not in files.sizes:
        yield DdpFinding("missing", Status.FAIL, name, f"{name} is missing")
        return
    size, announced = files.sizes[name], found.image_offset_bytes + found.image_cd_frames * 2352
    if packet.length is None or size != announced:
        message = f"the map announces {found.image_cd_frames} CD frames ({announced} bytes), the file has {size} bytes"
        by_points = found.image_offset_bytes + (found.disc.lead_out_cd_frames - found.image_start_cd_frames) * 2352
        if size == by_points:
            message += f", which is what the lead-out at {format_msf(found.disc.lead_out_cd_frames)} asks for"
        code = "map-image-length" if size == by_points else "image-size"
        yield DdpFinding(code, Status.FAIL, "DDPMS" if size == by_points else name, message)
    if packet.storage not in {"7", "0"}:
        message = f"storage mode {packet.storage!r}; whole CD frames are 7 (some writers: 0)"
        yield DdpFinding("storage", Status.FAIL, "DDPMS", message)
    if packet.scrambled not in {"0", "1", " "}:
        yield DdpFinding("scrambled", Status.FAIL, "DDPMS", f"scrambled flag {packet.scrambled!r}")
    if found.image_start_cd_frames == 0 and _has_sound(found, files):
        message = "there is sound before 00:02:00; players and some plants ignore it"
        yield DdpFinding("lead-sound", Status.WARN, name, message)


def _has_sound(found: DdpSet, files: SetFiles) -> bool:
    """True when a sample before 00:02:00 is not zero."""
    head = files.head(found.image_name, found.image_offset_bytes + 150 * 2352)
    return bool(head[found.image_offset_bytes :].strip(b"\0"))


def _first_sound(found: DdpSet, files: SetFiles) -> int | None:
    """A-time of the first sound in the pause of track 1, from 00:02:00 on; None where it is silent."""
    start, first = found.image_start_cd_frames, max(LEAD_PAUSE_CD_FRAMES - found.image_start_cd_frames, 0)
    end = found.disc.tracks[0].start_cd_frames - start
    if found.image_name not in files.sizes or end <= first:
        return None
    head = files.head(found.image_name, found.image_offset_bytes + end * 2352)[
        found.image_offset_bytes + first * 2352 :
    ]
    silent = len(head) - len(head.lstrip(b"\0"))
    return None if silent == len(head) else start + first + silent // 2352


def _image_packet(found: DdpSet) -> ReadPacket:
    return next(packet for packet in found.packets if packet.mode == "DA")


def _map(found: DdpSet, files: SetFiles) -> Iterator[DdpFinding]:
    for packet in found.packets:
        there = files.find(packet.name)
        if packet.stream == "S0" and there is not None and packet.length not in _lengths(packet, there, files):
            message = f"the map announces {packet.length} bytes for {packet.name}, it has {files.sizes[there]}"
            yield DdpFinding("descriptor-size", Status.FAIL, packet.name, message)
        elif packet.stream == "S0" and there is not None and packet.length != files.sizes[there]:
            message = (
                f"the map announces {packet.length} bytes for {packet.name}, the length of its packs; with its wrapping "
                f"the file has {files.sizes[there]}"
            )
            yield DdpFinding("wrapping", Status.WARN, packet.name, message)
        if packet.subcode in {"PQ DESCR", "PQDESCR", "CDTEXT"} and packet.stream != "S0":
            message = f"{packet.name} is stream {packet.stream!r}, descriptors are S0"
            yield DdpFinding("stream", Status.FAIL, "DDPMS", message)
        if packet.stream == "S0" and (packet.mode or packet.storage.strip() or packet.scrambled.strip()):
            message = f"the packet of {packet.name} has image fields"
            yield DdpFinding("not-blank", Status.WARN, "DDPMS", message)
        if packet.track not in {"", "00"}:
            yield DdpFinding("not-blank", Status.WARN, "DDPMS", f"the packet of {packet.name} names a track")
    named = {there for packet in found.packets if (there := files.find(packet.name)) is not None}
    for name in files.sizes:
        if name not in named and name.upper() not in {"DDPID", "DDPMS"} and not is_companion(name):
            message = f"{name} lies in the folder but the map does not name it"
            yield DdpFinding("not-in-map", Status.WARN, name, message)
    for name in files.folders:
        yield DdpFinding("folder", Status.NOTE, name, f"{name} is a folder; a set is flat, and it is not looked into")
    image_name = _image_packet(found).name
    if image_name != found.image_name and found.image_name in files.sizes:
        yield DdpFinding("case", Status.NOTE, image_name, f"{image_name} is spelt {found.image_name} on disk")
    map_file = files.find("DDPMS") or "DDPMS"
    if found.identifier.map_bytes not in {None, files.sizes.get(map_file)}:
        message = f"DDPID gives {found.identifier.map_bytes} bytes for the map (MSL), it has {files.sizes[map_file]}"
        yield DdpFinding("map-length", Status.WARN, "DDPID", message)
    image = _image_packet(found)
    if image.subcode:
        yield DdpFinding("not-blank", Status.WARN, "DDPMS", f"the audio packet has the subcode {image.subcode!r}")
    start = found.disc.tracks[0].start_cd_frames
    if image.pause is None:
        yield DdpFinding("pause", Status.WARN, "DDPMS", "the map does not give the pause before track 1 (PRE2)")
    elif image.pause not in {start, start - found.image_start_cd_frames}:
        message = f"the map gives {image.pause} CD frames before track 1, the PQ descriptor {start}"
        yield DdpFinding("pause", Status.FAIL, "DDPMS", message)
    if image.stream != "D0":
        yield DdpFinding("stream", Status.WARN, "DDPMS", f"the audio is stream {image.stream!r}, usually D0")
    end = found.image_cd_frames + found.image_start_cd_frames
    if found.disc.lead_out_cd_frames != end:
        message = f"the lead-out is at {format_msf(found.disc.lead_out_cd_frames)}, the image ends at {format_msf(end)}"
        yield DdpFinding("lead-out", Status.FAIL, "DDPMS", message)


def _lengths(packet: ReadPacket, there: str, files: SetFiles) -> set[int]:
    """Lengths that the map may announce: the file's, for CD-TEXT also that of its packs alone."""
    if packet.subcode != "CDTEXT" or there not in files.small:
        return {files.sizes[there]}
    return {files.sizes[there], len(strip_wrapping(files.small[there]))}


def _points(found: DdpSet) -> Iterator[DdpFinding]:
    file = next((p.name for p in found.packets if p.subcode in {"PQ DESCR", "PQDESCR"}), "")
    first, *rest = found.points
    if (first.track, first.index, first.at_cd_frames) != ("00", 0, 0):
        yield DdpFinding("lead-in", Status.FAIL, file, f"the first point is {describe_point(first)}, not the lead-in")
    for before, point in zip(found.points, rest, strict=False):
        is_second_lead_out = before.track == point.track == "AA" and before == point
        is_start = before.track == "00" and point.at_cd_frames == 0
        if point.at_cd_frames <= before.at_cd_frames and not is_second_lead_out and not is_start:
            message = f"{describe_point(point)} does not come after {describe_point(before)}"
            yield DdpFinding("order", Status.FAIL, file, message)
        if before.track == "AA" and point.track != "AA":
            yield DdpFinding("order", Status.FAIL, file, f"{describe_point(point)} comes after the lead-out")
    if any(point.track == "00" for point in found.points[1:]):
        yield DdpFinding("lead-in", Status.FAIL, file, "there is more than one lead-in")
    for point in found.points:
        if point.track in {"00", "AA"} and point.control != "01":
            yield DdpFinding(
                "control", Status.WARN, file, f"{describe_point(point)}: control {point.control!r}, not 01"
            )
        if point.track in {"00", "AA"} and point.isrc:
            yield DdpFinding("isrc", Status.FAIL, file, f"{describe_point(point)} has an ISRC")
        if point.track == "AA" and point.index != 1:
            yield DdpFinding("lead-out", Status.FAIL, file, f"the lead-out has index {point.index:02}, not 01")
    lead_outs = [point for point in found.points if point.track == "AA"]
    if len(lead_outs) == 1:
        yield DdpFinding("one-lead-out", Status.NOTE, file, "the lead-out is written once; most writers write it twice")
    elif any(point != lead_outs[0] for point in lead_outs):
        yield DdpFinding(
            "lead-out", Status.FAIL, file, f"the packets of the lead-out differ in {_differing(lead_outs)}"
        )
    elif len(lead_outs) > 2:
        yield DdpFinding("lead-out", Status.FAIL, file, f"the lead-out is written {len(lead_outs)} times")


def _differing(points: Sequence[ReadPoint]) -> str:
    """The fields in which packets that belong together differ, with their values."""
    fields = {
        "index": [f"{p.index:02}" for p in points],
        "time": [format_msf(p.at_cd_frames) for p in points],
        "control byte": [repr(p.control) for p in points],
        "ISRC": [p.isrc or "none" for p in points],
        "EAN": [p.ean or "none" for p in points],
    }
    return ", ".join(f"{name} ({' and '.join(values)})" for name, values in fields.items() if len(set(values)) > 1)


def _codes(found: DdpSet) -> Iterator[DdpFinding]:
    in_points = {point.ean for point in found.points if point.ean}
    in_lead_in = found.points[0].ean if found.points[0].track == "00" else ""
    if found.identifier.ean and not in_points:
        message = f"the EAN {found.identifier.ean} stands only in DDPID; the disc may be pressed without it"
        yield DdpFinding("ean-only-ddpid", Status.WARN, "DDPID", message)
    elif len(in_points | {found.identifier.ean} - {""}) > 1:
        message = (
            f"DDPID has the EAN {found.identifier.ean or 'none'}, the PQ descriptor {', '.join(sorted(in_points))}"
        )
        yield DdpFinding("ean", Status.FAIL, "DDPID", message)
    elif in_points and not found.identifier.ean:
        message = f"the EAN {', '.join(in_points)} stands only in the PQ descriptor, not in DDPID"
        yield DdpFinding("ean-only-pq", Status.WARN, "DDPID", message)
    elif in_points and not in_lead_in:
        yield DdpFinding("ean", Status.WARN, "", "the EAN is not on the lead-in packet")


def _text(found: DdpSet) -> Iterator[DdpFinding]:
    if found.text is None:
        return
    numbers = [track.number for track in found.disc.tracks]
    file = next((packet.name for packet in found.packets if packet.subcode == "CDTEXT"), "CDTEXT.BIN")
    for block in found.text.blocks:
        if (block.first_track, block.last_track) != (numbers[0], numbers[-1]):
            message = (
                f"CD-TEXT block {block.number} is for tracks {block.first_track} to {block.last_track}, the disc has "
                f"{numbers[0]} to {numbers[-1]}"
            )
            yield DdpFinding("text-tracks", Status.FAIL, file, message)
        ean = block.text(0x8E, 0)
        if ean and found.disc.ean and ean.zfill(13) != found.disc.ean:
            yield DdpFinding("text-codes", Status.FAIL, file, f"CD-TEXT has the EAN {ean}, not {found.disc.ean}")
        for track in found.disc.tracks:
            isrc = block.text(0x8E, track.number).replace("-", "")
            if isrc and isrc != track.isrc:
                message = (
                    f"CD-TEXT has the ISRC {isrc} for track {track.number}, the PQ descriptor {track.isrc or 'none'}"
                )
                yield DdpFinding("text-codes", Status.FAIL, file, message)


def _disc_rules(found: DdpSet, files: SetFiles) -> Iterator[DdpFinding]:
    for breach in limits(found.disc):
        if breach.id == "first-pause-long" and (sound := _first_sound(found, files)) is not None:
            message = f"{breach.message}; sound begins there at {format_msf(sound)}"
            yield DdpFinding("disc-hidden-audio", Status.NOTE, "", message)
            continue
        yield DdpFinding(f"disc-{breach.id}", breach.status, "", breach.message, breach.can_be_waived)


def _checksums(
    found: DdpSet | None, files: SetFiles, stored: Mapping[str, str], above: Sequence[tuple[str, Entries]]
) -> Iterator[DdpFinding]:
    beside = find_lists(files.small, set_files(found, files))
    for name, reason in beside.unreadable:
        yield DdpFinding("checksum-list", Status.FAIL, name, reason)
    for name in [*beside.entries, *(name for name, _ in beside.unreadable)]:
        for heading in odd_headings(files.small[name]):
            yield DdpFinding("checksum-list", Status.WARN, name, f"{heading!r} is no known heading of such a list")
    lists = [*beside.entries.items(), *above]
    if stored:
        lists.append(("release.json", tuple((name, "md5", digest.lower()) for name, digest in stored.items())))
    if not lists:
        message = "no checksum file; changes inside texts, codes and sound cannot be found"
        yield DdpFinding("no-checksums", Status.WARN, "", message)
    listed: dict[str, list[tuple[str, str, str]]] = {}
    for source, entries in lists:
        for name, kind, digest in entries:
            there = files.find(name)
            if there is None:
                yield DdpFinding("missing", Status.FAIL, name, f"{source} lists {name}, which is missing")
            else:
                listed.setdefault(there, []).append((source, kind, digest))
    for there, wanted in listed.items():
        digests = files.digests(there, frozenset(kind for _, kind, _ in wanted))
        for source, kind, digest in wanted:
            if digests[kind] != digest and source == there:
                message = "it lists itself, as it was before it was written; no list can hold its own checksum"
                yield DdpFinding("checksum-list-itself", Status.FAIL, there, message)
            elif digests[kind] != digest:
                message = f"its {_KIND_NAMES[kind]} is {digests[kind]}, {source} has {digest}"
                yield DdpFinding("checksum", Status.FAIL, there, message)
    if lists and found is not None:
        yield from _not_listed(sorted(set_files(found, files)), [source for source, _ in lists], listed)


_KIND_NAMES = {"md5": "MD5", "crc32": "CRC-32", "sha1": "SHA-1", "sha256": "SHA-256", "sha512": "SHA-512"}


def _not_listed(
    names: Sequence[str], sources: Sequence[str], listed: Mapping[str, Sequence[tuple[str, str, str]]]
) -> Iterator[DdpFinding]:
    for there in names:
        having = {source for source, _, _ in listed.get(there, ())}
        if not having:
            yield DdpFinding("no-checksum", Status.WARN, there, f"no checksum list has {there}")
            continue
        for source in sources:
            if source not in having:
                message = f"{source} does not list {there}; {', '.join(sorted(having))} does"
                yield DdpFinding("no-checksum", Status.WARN, there, message)


def set_files(found: DdpSet | None, files: SetFiles) -> frozenset[str]:
    """Names on disk of DDPID, DDPMS and all that the map names."""
    names = ("DDPID", "DDPMS", *(packet.name for packet in found.packets)) if found else ("DDPID", "DDPMS")
    return frozenset(there for name in names if (there := files.find(name)) is not None)
