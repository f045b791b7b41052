"""A DDP set from anyone: what it says, and whether it holds together.

``read_ddp`` gives the disc that a plant would press from it, ``check_ddp`` everything that is wrong with the set. Both
work on damaged sets; neither shares code with the writer.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from pathlib import Path

from release.errors import Problem, VerificationError
from release.formats.cdtext_reader import CdText, decode_packs, to_text_block
from release.formats.ddp.equations import set_findings
from release.formats.ddp.parse import (
    DdpFinding,
    Notes,
    ReadIdentifier,
    ReadPacket,
    ReadPoint,
    describe_point,
    parse_ddpid,
    parse_ddpms,
    parse_pq,
)
from release.model.disc import NO_TEXT, Copy, Disc, DiscText, DiscTrack, TextBlock
from release.model.finding import Status

CONTROL_FILE_LIMIT_BYTES = 2 << 20
"""A PQ descriptor of 99 tracks with 99 indexes has 0.6 MB; what is larger is not read as a control file."""
_BLOCK_BYTES = 1 << 20
_HEAD_BYTES = 150 * 2352


@dataclass(frozen=True, slots=True)
class SetFiles:
    """The files of a folder as the reader needs them.

    Attributes:
        sizes: bytes of every file, by name.
        small: content of every file up to ``CONTROL_FILE_LIMIT_BYTES``.
        head: the first ``n`` bytes of a file.
        digests: of a file, those of ``md5``, ``sha256``… and ``crc32`` that are asked for, in hexadecimal; one pass.
        strays: names that are links to files outside the folder.
        folders: names of folders inside the folder.
    """

    sizes: Mapping[str, int]
    small: Mapping[str, bytes]
    head: Callable[[str, int], bytes]
    digests: Callable[[str, frozenset[str]], Mapping[str, str]]
    strays: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()

    def find(self, name: str) -> str | None:
        """The file of this name as it is spelt on disk, whatever its case; None when there is none."""
        if name in self.sizes:
            return name
        return next((there for there in sorted(self.sizes) if there.upper() == name.upper()), None)


@dataclass(frozen=True, slots=True)
class DdpSet:
    """A DDP set as it was read.

    Attributes:
        identifier: DDPID.
        packets: DDPMS.
        points: the PQ descriptor.
        disc: the disc that these make.
        image_name: file name of the audio.
        image_cd_frames: its length as the map gives it.
        image_start_cd_frames: A-time of its first CD frame (DSS).
        image_offset_bytes: bytes before the first CD frame (OFS).
        text: CD-TEXT as read, or None.
        folder: where the set lies, or None.
    """

    identifier: ReadIdentifier
    packets: tuple[ReadPacket, ...]
    points: tuple[ReadPoint, ...]
    disc: Disc
    image_name: str
    image_cd_frames: int
    image_start_cd_frames: int = 0
    image_offset_bytes: int = 0
    text: CdText | None = None
    folder: Path | None = field(default=None, compare=False)

    @property
    def pq_name(self) -> str:
        """File name of the PQ descriptor, as the map has it."""
        return next(packet.name for packet in self.packets if packet.subcode in {"PQ DESCR", "PQDESCR"})

    @property
    def image_path(self) -> Path:
        """Path of the audio image."""
        return (self.folder or Path()) / self.image_name

    def track_range(self, number: int, *, with_pause: bool = True) -> tuple[int, int]:
        """First CD frame of a track in the image file, and one past its last.

        Args:
            number: 1 and up.
            with_pause: count the pause before the next track to this one, as a file cut does.
        """
        track = self.disc.tracks[number - 1]
        end = self.disc.track_end_cd_frames(number, with_pause=with_pause)
        return track.start_cd_frames - self.image_start_cd_frames, end - self.image_start_cd_frames

    def track_byte_range(self, number: int, *, with_pause: bool = True) -> tuple[int, int]:
        """The same in bytes of the image file."""
        start, end = self.track_range(number, with_pause=with_pause)
        return self.image_offset_bytes + start * 2352, self.image_offset_bytes + end * 2352


def open_set(folder: Path) -> SetFiles:
    """The files of a folder, links followed."""
    paths = {path.name: path for path in sorted(folder.iterdir()) if path.is_file()} if folder.is_dir() else {}
    sizes = {name: path.stat().st_size for name, path in paths.items()}
    small = {name: path.read_bytes() for name, path in paths.items() if sizes[name] <= CONTROL_FILE_LIMIT_BYTES}

    def head(name: str, n_bytes: int) -> bytes:
        with paths[name].open("rb") as file:
            return file.read(n_bytes)

    @cache
    def digests(name: str, kinds: frozenset[str]) -> Mapping[str, str]:
        hashes = {kind: hashlib.new(kind, usedforsecurity=False) for kind in kinds - {"crc32"}}
        crc = 0
        with paths[name].open("rb") as file:
            while block := file.read(_BLOCK_BYTES):
                for hashed in hashes.values():
                    hashed.update(block)
                if "crc32" in kinds:
                    crc = zlib.crc32(block, crc)
        return {kind: f"{crc:08x}" if kind == "crc32" else hashes[kind].hexdigest() for kind in kinds}

    root = folder.resolve()
    strays = tuple(name for name, path in paths.items() if not path.resolve().is_relative_to(root))
    folders = tuple(path.name for path in sorted(folder.iterdir()) if path.is_dir()) if folder.is_dir() else ()
    return SetFiles(sizes, small, head, digests, strays, folders)


def read_ddp(folder: Path) -> DdpSet:
    """The set in a folder.

    Raises:
        VerificationError: when no disc can be made of it, with every reason.
    """
    found, findings = inspect_set(open_set(folder), folder)
    if found is None:
        problems = [Problem(str(folder / f.file), f.message, "", f.code) for f in findings if f.status is Status.FAIL]
        raise VerificationError(f"{folder} holds no readable DDP set", where=str(folder), problems=problems)
    return found


def check_ddp(folder: Path, stored: Mapping[str, str] | None = None) -> tuple[DdpFinding, ...]:
    """Everything there is to say about the set in a folder; never raises on damage.

    Args:
        folder: with DDPID and DDPMS.
        stored: MD5 in hexadecimal by file name from a record of the set; checked beside the set's own checksum files.
    """
    files = open_set(folder)
    found, findings = inspect_set(files, folder)
    return (*findings, *set_findings(found, files, stored or {}))


def inspect_set(files: SetFiles, folder: Path | None = None) -> tuple[DdpSet | None, tuple[DdpFinding, ...]]:
    """The set that these files make, or None, with the findings of reading it."""
    findings: list[DdpFinding] = []
    return _inspect(files, folder, findings), tuple(findings)


def _inspect(files: SetFiles, folder: Path | None, findings: list[DdpFinding]) -> DdpSet | None:
    id_data = _control_file(files, "DDPID", findings)
    map_data = _control_file(files, "DDPMS", findings)
    if id_data is None or map_data is None:
        return None
    identifier = parse_ddpid(id_data, Notes("DDPID", findings))
    map_notes = Notes("DDPMS", findings)
    packets = parse_ddpms(map_data, identifier.level if identifier else "", map_notes)
    image = _only([p for p in packets if p.stream[:1] == "D" and p.mode == "DA"], "audio", map_notes)
    pq = _only([p for p in packets if p.subcode in {"PQ DESCR", "PQDESCR"}], "PQ", map_notes)
    text = _text_packet(packets, map_notes)
    for packet in packets:
        if packet not in (image, pq, text):
            map_notes.fail("stream", f"stream {packet.stream!r} {packet.subcode or packet.mode!r} is not supported")
    if identifier is None or image is None or pq is None:
        return None
    if not is_safe_name(image.name):
        map_notes.fail("name", f"{image.name!r} is no file name")
        return None
    pq_data = _control_file(files, pq.name, findings)
    if pq_data is None:
        return None
    points = parse_pq(pq_data, Notes(pq.name, findings))
    cd_text = _read_text(files, text, findings)
    disc = _disc(identifier, points, cd_text, Notes(pq.name, findings))
    if disc is None:
        return None
    return DdpSet(
        identifier=identifier,
        packets=packets,
        points=points,
        disc=disc,
        image_name=files.find(image.name) or image.name,
        image_cd_frames=image.length or 0,
        image_start_cd_frames=image.start or 0,
        image_offset_bytes=image.offset_bytes or 0,
        text=cd_text,
        folder=folder,
    )


def is_safe_name(name: str) -> bool:
    """True for a name that can only be a file of the same folder."""
    return bool(name) and name not in {".", ".."} and not any(char in "/\\:" or char < " " for char in name)


def _control_file(files: SetFiles, name: str, findings: list[DdpFinding]) -> bytes | None:
    notes = Notes(name, findings)
    if not is_safe_name(name):
        notes.fail("name", f"{name!r} is no file name")
        return None
    there = files.find(name)
    if there is None:
        notes.fail("missing", f"{name} is missing")
        return None
    if there not in files.small:
        notes.fail("size", f"{name} has {files.sizes[there]} bytes, too many for a control file")
        return None
    if there != name:
        notes.note("case", f"{name} is spelt {there} on disk")
    return files.small[there]


def _only(packets: list[ReadPacket], what: str, notes: Notes) -> ReadPacket | None:
    if not packets:
        notes.fail(f"no-{what.lower()}", f"the map has no {what} packet")
        return None
    if len(packets) > 1:
        notes.fail(f"several-{what.lower()}", f"the map has {len(packets)} {what} packets; a plain disc has one")
    return packets[0]


def _text_packet(packets: tuple[ReadPacket, ...], notes: Notes) -> ReadPacket | None:
    texts = [packet for packet in packets if packet.subcode == "CDTEXT"]
    return _only(texts, "CD-TEXT", notes) if texts else None


def _read_text(files: SetFiles, packet: ReadPacket | None, findings: list[DdpFinding]) -> CdText | None:
    """CD-TEXT from the file in the map, or from a CDTEXT.BIN that lies beside a set without one."""
    name = packet.name if packet else "CDTEXT.BIN"
    if packet is None and files.find(name) is None:
        return None
    data = _control_file(files, name, findings)
    if data is None:
        return None
    text = decode_packs(data)
    notes = Notes(name, findings)
    for note in text.notes:
        notes.fail(f"text-{note.code}", note.message)
    return text


def _disc(identifier: ReadIdentifier, points: tuple[ReadPoint, ...], text: CdText | None, notes: Notes) -> Disc | None:
    program = [point for point in points if point.track not in {"00", "AA"}]
    lead_outs = [point for point in points if point.track == "AA"]
    if not program or not lead_outs:
        notes.fail("points", f"{len(program)} points in tracks and {len(lead_outs)} lead-outs make no disc")
        return None
    lead_in = [point for point in points if point.track == "00"]
    has_unread = notes.has_failed  # a hole in the numbers is then the packet that was not read
    blocks = tuple(to_text_block(block) for block in text.blocks) if text else ()
    tracks = [
        _track(int(number), list(of_track), blocks, notes, has_unread=has_unread)
        for number, of_track in groupby(program, key=lambda point: point.track)
    ]
    if not all(track.indexes for track in tracks):
        return None
    return Disc(
        tracks=tuple(tracks),
        lead_out_cd_frames=lead_outs[0].at_cd_frames,
        ean=identifier.ean or next((point.ean for point in lead_in if point.ean), ""),
        catalogue=identifier.master_id,
        text=blocks[0].album if blocks else NO_TEXT,
        text_blocks=blocks,
        programme_start_cd_frames=min(tracks[0].start_cd_frames, 150),
    )


def _track(
    number: int, points: list[ReadPoint], blocks: tuple[TextBlock, ...], notes: Notes, *, has_unread: bool
) -> DiscTrack:
    indexes = [point.index for point in points]
    is_hole = indexes != list(range(indexes[0], indexes[0] + len(indexes))) or indexes[0] > 1 or 1 not in indexes
    if is_hole and not has_unread:
        listed = ", ".join(f"{n:02}" for n in indexes)
        notes.fail("index", f"track {number:02} has the indexes {listed}; they run from 00 or 01 without a hole")
    isrcs = list(dict.fromkeys(point.isrc for point in points if point.isrc))
    if len(isrcs) > 1:
        notes.fail("isrc", f"track {number:02} has two ISRCs: {', '.join(isrcs)}")
    if len({point.control for point in points}) > 1:
        notes.fail("flags", f"the flags of track {number:02} change from point to point")
    flags = [_flags(point, notes) for point in points]
    copy, has_pre_emphasis = flags[0]
    texts = blocks[0].tracks[number - 1] if blocks and number <= len(blocks[0].tracks) else DiscText()
    return DiscTrack(
        number=number,
        indexes=tuple(point.at_cd_frames for point in points if point.index),
        index00_cd_frames=next((point.at_cd_frames for point in points if point.index == 0), None),
        isrc=isrcs[0] if isrcs else "",
        copy=copy,
        has_pre_emphasis=has_pre_emphasis,
        text=texts,
    )


def _flags(point: ReadPoint, notes: Notes) -> tuple[Copy, bool]:
    known = {
        "01": (Copy.PROHIBITED, False),
        "11": (Copy.PROHIBITED, True),
        "21": (Copy.PERMITTED, False),
        "31": (Copy.PERMITTED, True),
        "0S": (Copy.SCMS, False),
        "1S": (Copy.SCMS, True),
    }
    if point.control not in known:
        is_wide = point.control[0] in "89AB" and point.control[1] in "1S"
        what = "means four-channel sound, which no player has" if is_wide else "is none that DDP knows"
        notes.fail("control", f"{describe_point(point)}: control byte {point.control!r} {what}")
    return known.get(point.control, (Copy.PROHIBITED, False))
