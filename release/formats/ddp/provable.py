"""What a DDP set cannot prove by itself: fields that stand once, where another legal value would go unnoticed.

A checksum file or a record proves them. Everything else in the control files is held by an equation, a CRC, a fixed
value or an order (``equations``); the damage tests hold this list against every byte of several sets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from release.formats.ddp.checksum import covered_files
from release.formats.ddp.parse import ReadPoint
from release.formats.ddp.reader import DdpSet, SetFiles

_PQ_BYTES = 64
_MAP_BYTES = 128


@dataclass(frozen=True, slots=True)
class Unproven:
    """A field, or many of one kind, that nothing holds.

    Attributes:
        file: name in the set.
        what: the fields, in words.
        spans: their bytes in the file, as (first, one past the last); empty for all of the file.
    """

    file: str
    what: str
    spans: tuple[tuple[int, int], ...] = ()

    def __str__(self) -> str:
        return f"{self.file}: {self.what}"


def unproven(found: DdpSet, files: SetFiles, recorded: frozenset[str] = frozenset()) -> tuple[Unproven, ...]:
    """The fields of a readable set that neither it nor a checksum file proves.

    Args:
        found: the set.
        files: its files.
        recorded: files that a record has the checksums of.
    """
    covered = covered_files(files.small) | {name.upper() for name in recorded}
    everything = (*_identifier(found), *_map(found), *_points(found), Unproven(found.image_name, "every sample"))
    return tuple(field for field in everything if field.file.upper() not in covered)


def _identifier(found: DdpSet) -> Iterator[Unproven]:
    is_old = found.identifier.level.startswith("DDP 1")
    if is_old:
        yield Unproven("DDPID", "the level (1.00 or 1.01)", ((7, 8),))
    if found.identifier.master_id:
        yield Unproven("DDPID", f"the master id {found.identifier.master_id!r}", ((38, 86),))
    else:
        yield Unproven("DDPID", "that there is no master id", ((38, 86),))
    if found.identifier.user_text:
        start = 86 if is_old else 93
        yield Unproven("DDPID", f"the user text {found.identifier.user_text!r}", ((start, 128),))


def _map(found: DdpSet) -> Iterator[Unproven]:
    place = next(n for n, packet in enumerate(found.packets) if packet.mode == "DA")
    at = place * _MAP_BYTES
    yield Unproven("DDPMS", "how the image is stored (SSM 7 or 0, SCR 0 or 1)", ((at + 40, at + 42),))


def _points(found: DdpSet) -> Iterator[Unproven]:
    file = found.pq_name
    places = [(n * _PQ_BYTES, point) for n, point in enumerate(found.points)]
    program = [(at, point) for at, point in places if point.track not in {"00", "AA"}]
    free = [(at, p) for at, p in program if (p.track, p.index) not in {("01", 0), ("01", 1)}]
    if free:
        listed = _shortened([f"{p.track}/{p.index:02}" for _, p in free])
        what = f"the times of {listed} (only their order, and that tracks are not too short)"
        yield Unproven(file, what, tuple((at + 10, at + 16) for at, _ in free))
    tracks = [(number, list(group)) for number, group in groupby(program, key=lambda entry: entry[1].track)]
    alone = [(number, points[0][0]) for number, points in tracks if len(points) == 1]
    if alone:
        listed = _shortened([number for number, _ in alone])
        what = f"the flags of {_tracks(alone)} {listed}, on one point only"
        yield Unproven(file, what, tuple((at + 16, at + 18) for _, at in alone))
    coded = [(number, at) for number, points in tracks for at in _codes_that_stand_alone(found, points)]
    if coded:
        listed = _shortened([number for number, _ in coded])
        yield Unproven(file, f"the ISRC of {_tracks(coded)} {listed}", tuple((at + 20, at + 32) for _, at in coded))


def _codes_that_stand_alone(found: DdpSet, points: list[tuple[int, ReadPoint]]) -> list[int]:
    """Places of a track's ISRC, where it stands once and CD-TEXT does not have it."""
    places = [at for at, point in points if point.isrc]
    number = int(points[0][1].track)
    in_text = found.text is not None and any(block.text(0x8E, number) for block in found.text.blocks)
    return [] if in_text or len(places) > 1 else places


def _tracks(listed: list[tuple[str, int]]) -> str:
    return "track" if len(listed) == 1 else "tracks"


def _shortened(words: list[str]) -> str:
    return ", ".join(words if len(words) <= 12 else [*words[:6], f"… ({len(words)} in all)"])
