"""MP4 boxes of a deliverable: how long its audio is, where it starts, and where the tags are.

    moov
    ├── mvhd                    movie timescale
    ├── trak
    │   ├── edts / elst         media_time = delay, segment_duration = length in the movie timescale
    │   └── mdia
    │       ├── mdhd            media timescale (= sample rate)
    │       └── minf / stbl / stts   packets and what each lasts
    └── udta / meta / ilst      iTunes tags

Nothing here is shared with the library that writes the files.

Source: ISO/IEC 14496-12 (box structure, clauses 4.2, 8.2.2, 8.4.2, 8.6.1.2, 8.6.6); Apple QuickTime File Format,
user data and metadata atoms.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

AAC_FRAME_SAMPLES = 1024
"""ISO/IEC 14496-3, AAC-LC."""
LARGEST_MOOV_BYTES = 256 * 2**20
"""A moov box beyond this is no album track's."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box: its four-letter name and its content."""

    name: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Mp4Length:
    """How long an MP4 audio track is, and where in its packets it starts.

    Attributes:
        rate_hz: media timescale.
        packets: how many; FFmpeg states the last one short in ``stts``, so their number is what can be relied on.
        delay_samples: before the first one that is heard.
        n_samples: heard, by the edit list; without one, all after the delay.
        is_exact: True when the edit list counts in samples (movie timescale = media timescale).
    """

    rate_hz: int
    packets: int
    delay_samples: int
    n_samples: int
    is_exact: bool

    @property
    def aac_padding_samples(self) -> int:
        """Decoded after the last sample that is heard, when every packet is an AAC-LC frame."""
        return self.packets * AAC_FRAME_SAMPLES - self.delay_samples - self.n_samples


def parse_boxes(data: bytes) -> Iterator[Box]:
    """The boxes that lie side by side in a body.

    Raises:
        ValueError: a size runs past the end.
    """
    at = 0
    while at + 8 <= len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        head = 8
        if size == 1 and at + 16 <= len(data):
            size, head = struct.unpack_from(">Q", data, at + 8)[0], 16
        elif size == 0:
            size = len(data) - at
        if size < head or at + size > len(data):
            raise ValueError(f"box {name!r} of {size} bytes runs past the end")
        yield Box(name.decode("latin-1"), data[at + head : at + size])
        at += size


def find_box(data: bytes, *names: str) -> bytes | None:
    """The body of the first box at this path, or None.

    ``meta`` is a full box: its four bytes of version and flags are passed over.
    """
    for name in names:
        found = next((box.body for box in parse_boxes(data) if box.name == name), None)
        if found is None:
            return None
        data = found[4:] if name == "meta" else found
    return data


def read_moov(path: Path) -> bytes:
    """The body of the ``moov`` box, without reading the audio.

    Raises:
        ValueError: there is none, or the file is no MP4.
    """
    with path.open("rb") as file:
        for name, size in _top_level(file):
            if name == "moov":
                if size > LARGEST_MOOV_BYTES:
                    raise ValueError(f"a moov box of {size} bytes")
                return file.read(size)
            file.seek(size, 1)
    raise ValueError("no moov box")


def _top_level(file: BinaryIO) -> Iterator[tuple[str, int]]:
    end = file.seek(0, 2)
    file.seek(0)
    while file.tell() + 8 <= end:
        size, name = struct.unpack(">I4s", file.read(8))
        head = 8
        if size == 1:
            size, head = struct.unpack(">Q", file.read(8))[0], 16
        elif size == 0:
            size = end - file.tell() + 8
        if size < head or file.tell() - head + size > end:
            raise ValueError(f"box {name!r} of {size} bytes runs past the end of the file")
        after = file.tell() + size - head
        yield name.decode("latin-1"), size - head
        file.seek(after)


def read_length(path: Path) -> Mp4Length:
    """Length and delay of the first track.

    Raises:
        ValueError: a box that says so is missing or damaged.
    """
    return parse_length(read_moov(path))


def parse_length(moov: bytes) -> Mp4Length:
    """Length and delay of the first track in the body of a ``moov`` box.

    Raises:
        ValueError: a box that says so is missing or damaged.
    """
    mvhd, mdhd = find_box(moov, "mvhd"), find_box(moov, "trak", "mdia", "mdhd")
    stts = find_box(moov, "trak", "mdia", "minf", "stbl", "stts")
    if mvhd is None or mdhd is None or stts is None:
        raise ValueError("mvhd, mdhd or stts is missing")
    movie_scale, rate_hz = _timescale(mvhd), _timescale(mdhd)
    runs = list(struct.iter_unpack(">II", stts[8:]))
    packets, total = sum(count for count, _ in runs), sum(count * delta for count, delta in runs)
    elst = find_box(moov, "trak", "edts", "elst")
    duration, delay = _edit(elst) if elst else (0, 0)
    if not duration:
        return Mp4Length(rate_hz, packets, delay, total - delay, is_exact=True)
    n_samples = (duration * rate_hz + movie_scale // 2) // movie_scale
    return Mp4Length(rate_hz, packets, delay, n_samples, is_exact=movie_scale == rate_hz)


def _timescale(body: bytes) -> int:
    # Version 1 has 64-bit times before the timescale, version 0 32-bit ones.
    return int(struct.unpack_from(">I", body, 20 if body[0] == 1 else 12)[0])


def _edit(body: bytes) -> tuple[int, int]:
    """Duration and media time of the first edit that shows media."""
    entry = struct.Struct(">QqI" if body[0] == 1 else ">IiI")
    count = struct.unpack_from(">I", body, 4)[0]
    for i in range(count):
        duration, media_time, _rate = entry.unpack_from(body, 8 + i * entry.size)
        if media_time >= 0:
            return duration, media_time
    return 0, 0
