"""Bytes of DDP control files to what they say, in any known dialect; the offsets here are the reader's own.

Nothing raises: what cannot be read becomes a finding, and the field stays empty. This module shares no field table with
the writer, because it is the proof of what was written.

Source: cd.md 2.2 to 2.6.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from release.model.finding import Status
from release.units import format_msf

MOST_OF_A_KIND = 8
"""Findings of one kind in one file that are told singly."""

_NOT_PRINTABLE = re.compile(rb"[^\x20-\x7e]")


@dataclass(frozen=True, slots=True)
class DdpFinding:
    """One thing to say about a set.

    Attributes:
        code: short stable word.
        status: FAIL for a set that is wrong, WARN for one that a plant may ask about, NOTE for dialect.
        file: name of the file in the set, empty for the whole set.
        message: one sentence.
        can_be_waived: a limit of plants that the disc goes past, not a fault of the set.
    """

    code: str
    status: Status
    file: str
    message: str
    can_be_waived: bool = False

    @property
    def is_error(self) -> bool:
        """True where the set is damaged, contradicts itself or can be no disc; False for limits of plants."""
        return self.status.rank >= Status.FAIL.rank and not self.can_be_waived

    def __str__(self) -> str:
        return f"{self.file}: {self.message}" if self.file else self.message


@dataclass(frozen=True, slots=True)
class ReadIdentifier:
    """What DDPID says."""

    level: str
    ean: str
    master_id: str
    type: str
    user_text: str = ""
    map_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class ReadPacket:
    """What one packet of DDPMS says; numbers are None where the field is blank or unreadable."""

    stream: str
    length: int | None
    start: int | None
    subcode: str
    mode: str
    storage: str
    scrambled: str
    pause: int | None
    track: str
    name: str
    offset_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class ReadPoint:
    """What one packet of the PQ descriptor says; ``track`` is ``00`` at the lead-in and ``AA`` at the lead-out."""

    track: str
    index: int
    at_cd_frames: int
    control: str
    isrc: str
    ean: str


class Notes:
    """Findings as they come up while one file is read."""

    def __init__(self, file: str, into: list[DdpFinding]) -> None:
        self.file = file
        self._into = into

    @property
    def has_failed(self) -> bool:
        """True when something of this file could not be read."""
        return any(f.file == self.file and f.status is Status.FAIL for f in self._into)

    def fail(self, code: str, message: str) -> None:
        """The file is wrong."""
        self._into.append(DdpFinding(code, Status.FAIL, self.file, message))

    def warn(self, code: str, message: str) -> None:
        """A plant may ask about it."""
        self._into.append(DdpFinding(code, Status.WARN, self.file, message))

    def note(self, code: str, message: str) -> None:
        """Another writer's way."""
        self._into.append(DdpFinding(code, Status.NOTE, self.file, message))

    def text(self, data: bytes, what: str) -> str:
        """Printable ASCII; NUL counts as space."""
        if b"\0" in data:
            self.warn("nul", f"{what} has NUL bytes where spaces belong")
            data = data.replace(b"\0", b" ")
        if _NOT_PRINTABLE.search(data):
            self.fail("not-ascii", f"{what} has bytes that are no printable ASCII")
        return data.decode("latin-1")

    def number(self, text: str, what: str) -> int | None:
        """A decimal number with leading zeros or spaces; None when blank."""
        digits = text.strip(" ")
        if not digits:
            return None
        if not (digits.isdecimal()):
            self.fail("not-a-number", f"{what} is {text!r}, which is no number")
            return None
        if text[-1] == " ":
            self.warn("alignment", f"{what} is {text!r}; numbers stand at the right")
        return int(digits)

    def blank(self, text: str, at: int, end: int, what: str) -> None:
        """A part that an audio disc leaves empty."""
        if text[at:end].strip(" "):
            self.warn(
                "not-blank", f"{what} (bytes {at}-{end - 1}) holds {text[at:end]!r}, an audio disc leaves it blank"
            )


def parse_ddpid(data: bytes, notes: Notes) -> ReadIdentifier | None:
    """What DDPID says, or None when it is not readable as one."""
    if len(data) != 128:
        notes.fail("size", f"DDPID has {len(data)} bytes, it needs 128")
    if len(data) < 88:
        return None
    text = notes.text(data, "DDPID").ljust(128)
    level = text[:8].strip()
    if level not in {"DDP 2.00", "DDP 1.01", "DDP 1.00"}:
        notes.fail("level", f"level {level!r}; DDP 2.00, 1.01 and 1.00 are read here")
    ean = _read_ean(text[8:21].strip(" "), notes)
    notes.blank(text, 21, 29, "MSS")
    if text[29:37].strip():
        notes.note("map-length", f"MSL holds {text[29:37]!r}; most writers leave it blank")
    map_bytes = notes.number(text[29:37], "MSL")
    notes.blank(text, 37, 38, "MED")
    master_id = text[38:86].rstrip()
    if level.startswith("DDP 1"):
        return ReadIdentifier(level, ean, master_id, "CD", _user_text(text, ((86, 88),), notes), map_bytes)
    kind = text[87:89].strip()
    if kind != "CD":
        notes.fail("type", f"type {kind!r}; an audio disc has CD")
    if text[86] == "O":
        notes.note("book", "BK holds 'O' (a disc with data in a second session); Red Book discs leave it blank")
    else:
        notes.blank(text, 86, 87, "BK")
    notes.blank(text, 89, 93, "side and layer")
    return ReadIdentifier(level, ean, master_id, kind, _user_text(text, ((93, 95), (94, 96)), notes), map_bytes)


def _read_ean(text: str, notes: Notes) -> str:
    if text and not (text.isdecimal() and len(text) in {12, 13}):
        notes.fail("ean", f"the code {text!r} is no UPC or EAN")
        return text
    if len(text) == 12:
        notes.note("upc-12", f"the UPC {text} is written with 12 digits; a disc carries 13, with a leading 0")
        return text.zfill(13)
    return text


def _user_text(text: str, places: tuple[tuple[int, int], ...], notes: Notes) -> str:
    """User text by its length field; writers disagree on where that stands, so each place is tried."""
    if not text[places[0][0] :].strip():
        return ""
    for size_at, text_at in places:
        digits = text[size_at : size_at + 2].strip()
        if digits.isdecimal() and not text[text_at + int(digits) :].strip():
            return text[text_at : text_at + int(digits)]
    rest = text[places[0][0] :].strip()
    notes.warn("user-text", f"the user text {rest!r} does not fit its length field")
    return rest


def parse_ddpms(data: bytes, level: str, notes: Notes) -> tuple[ReadPacket, ...]:
    """The packets of the map that can be read."""
    if len(data) % 128 or not data:
        notes.fail("size", f"DDPMS has {len(data)} bytes, no whole number of 128-byte packets")
    packets = []
    for number, at in enumerate(range(0, len(data) - 127, 128), start=1):
        text = notes.text(data[at : at + 128], f"packet {number}")
        if text[:4] != "VVVM":
            notes.fail("marker", f"packet {number} starts with {text[:4]!r}, not VVVM")
            continue
        packets.append(_packet(text, number, level, notes))
    return tuple(packets)


def _packet(text: str, number: int, level: str, notes: Notes) -> ReadPacket:
    def at(start: int, end: int, what: str) -> int | None:
        return notes.number(text[start:end], f"packet {number}, {what}")

    for start, end, what in ((6, 14, "DSP"), (42, 46, "PRE1"), (50, 54, "PST"), (54, 55, "MED"), (57, 59, "IDX"), (59, 71, "ISRC")):  # fmt: skip
        notes.blank(text, start, end, f"packet {number}, {what}")
    has_new_fields = not level.startswith("DDP 1")
    tail = ((91, 92, "NEW"), (92, 96, "PRE1NXT"), (96, 104, "PAUSEADD"), (113, 128, "padding"))
    for start, end, what in tail if has_new_fields else ((91, 128, "padding"),):
        notes.blank(text, start, end, f"packet {number}, {what}")
    width = at(71, 74, "SIZ")
    if width is not None and not 1 <= width <= 17:
        notes.fail("name-width", f"packet {number}: the file name cannot be {width} characters wide")
        width = 17
    if width != 17:
        notes.warn("name-width", f"packet {number} has {width} as the width of the file name, writers put 17")
    name = text[74 : 74 + (width or 17)].rstrip(" ")
    if text[74 + (width or 17) : 91].strip():
        notes.warn("name-width", f"packet {number}: the file name runs past its width of {width}")
        name = text[74:91].rstrip(" ")
    return ReadPacket(
        stream=text[4:6],
        length=at(14, 22, "DSL"),
        start=at(22, 30, "DSS"),
        subcode=text[30:38].strip(" "),
        mode=text[38:40].strip(" "),
        storage=text[40],
        scrambled=text[41],
        pause=at(46, 50, "PRE2"),
        track=text[55:57].strip(" "),
        name=name,
        offset_bytes=at(104, 113, "OFS") if has_new_fields else None,
    )


def parse_pq(data: bytes, notes: Notes) -> tuple[ReadPoint, ...]:
    """The points of a PQ descriptor that can be read."""
    if len(data) % 64 or not data:
        notes.fail("size", f"{len(data)} bytes are no whole number of 64-byte packets")
    return tuple(_points(data, notes))


def _points(data: bytes, notes: Notes) -> Iterator[ReadPoint]:
    for number, at in enumerate(range(0, len(data) - 63, 64), start=1):
        where = f"packet {number}"
        text = notes.text(data[at : at + 64], where)
        if text[:4] != "VVVS":
            notes.fail("marker", f"{where} starts with {text[:4]!r}, not VVVS")
            continue
        track, index = text[4:6], text[6:8]
        if not (track == "AA" or track.isdecimal()) or not index.isdecimal():
            notes.fail("point", f"{where} speaks of track {track!r} index {index!r}")
            continue
        time = _time(text[8:16], where, notes)
        if time is None:
            continue
        notes.blank(text, 18, 20, f"{where}, CB2")
        notes.blank(text, 45, 64, f"{where}, TXT")
        control = text[16:18]
        ean = _read_ean(text[32:45].strip(" "), notes)
        yield ReadPoint(track, int(index), time, control, text[20:32].strip(" "), ean)


def _time(text: str, where: str, notes: Notes) -> int | None:
    """A-time of HH MM SS FF, the hours blank or written."""
    fields = [text[at : at + 2] for at in range(0, 8, 2)]
    if not fields[0].strip():
        fields[0] = "00"
    if not all(field.isdecimal() for field in fields):
        notes.fail("time", f"{where}: {text!r} is no time")
        return None
    hours, minutes, seconds, cd_frames = map(int, fields)
    if seconds > 59 or cd_frames > 74:
        notes.fail("time", f"{where}: {minutes:02}:{seconds:02}:{cd_frames:02} is no time; they end at 59 and 74")
        return None
    if hours:
        notes.warn("hours", f"{where} counts hours; minutes run past 59 instead")
    return ((hours * 60 + minutes) * 60 + seconds) * 75 + cd_frames


def bounded(findings: Sequence[DdpFinding]) -> tuple[DdpFinding, ...]:
    """The findings, of each kind in one file the first ``MOST_OF_A_KIND``; the last of these says how many more there are."""
    counts = Counter((f.code, f.file, f.status) for f in findings)
    seen: Counter[tuple[str, str, Status]] = Counter()
    kept = []
    for finding in findings:
        kind = (finding.code, finding.file, finding.status)
        seen[kind] += 1
        more = counts[kind] - MOST_OF_A_KIND
        if seen[kind] < MOST_OF_A_KIND or (seen[kind] == MOST_OF_A_KIND and more <= 0):
            kept.append(finding)
        elif seen[kind] == MOST_OF_A_KIND:
            kept.append(replace(finding, message=f"{finding.message}; and {more} more of this kind"))
    return tuple(kept)


def describe_point(point: ReadPoint) -> str:
    """``02/01 at 00:10:00`` for messages."""
    return f"{point.track}/{point.index:02} at {format_msf(point.at_cd_frames)}"
