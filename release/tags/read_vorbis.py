"""Vorbis comments read back by code of our own, from FLAC blocks and from Ogg pages, into neutral keys.

    comment header: vendor length (32 bits, little-endian), vendor, count, then length and "KEY=value" of each
    Ogg page: "OggS", version, flags, granule (8), serial (4), number (4), CRC (4), segments, lacing values, body
    Opus: page 0 holds OpusHead, the next packet begins with "OpusTags"

Source: Vorbis I specification, section 5; RFC 3533, section 6; RFC 7845, section 5.2; RFC 9639, section 8.8.
"""

from __future__ import annotations

import base64
import hashlib
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from release.formats.flac_metadata import PICTURE, VORBIS_COMMENT, read_blocks

LARGEST_HEADER_BYTES = 64 * 2**20
_KEYS: Mapping[str, str] = {
    "TITLE": "title",
    "SUBTITLE": "subtitle",
    "ARTIST": "artist",
    "ARTISTS": "artists",
    "ALBUM": "album",
    "ALBUMARTIST": "album_artist",
    "DISCSUBTITLE": "disc_subtitle",
    "DATE": "date",
    "ORIGINALDATE": "original_date",
    "GENRE": "genre",
    "LANGUAGE": "language",
    "ISRC": "isrc",
    "BARCODE": "barcode",
    "CATALOGNUMBER": "catalogue_number",
    "LABEL": "label",
    "PRODUCEDNOTICE": "p_line",
    "COPYRIGHT": "c_line",
    "COMPOSER": "composer",
    "LYRICIST": "lyricist",
    "WRITER": "writer",
    "ARRANGER": "arranger",
    "CONDUCTOR": "conductor",
    "REMIXER": "remixer",
    "PRODUCER": "producer",
    "ENGINEER": "engineer",
    "MIXER": "mixer",
    "DJMIXER": "dj_mixer",
    "MASTERING": "mastering",
    "COMPILATION": "compilation",
    "ITUNESADVISORY": "explicit",
    "RELEASETYPE": "release_type",
    "WORK": "work",
    "MOVEMENTNAME": "movement",
    "MOVEMENT": "movement_number",
    "MEDIA": "media",
    "COMMENT": "comment",
    "PERFORMER": "performer",
    "INVOLVEDPEOPLE": "involved",
}
_TWINS = (
    ("VERSION", "SUBTITLE"),
    ("ORGANIZATION", "LABEL"),
    ("TOTALTRACKS", "TRACKTOTAL"),
    ("TOTALDISCS", "DISCTOTAL"),
)
"""Keys that repeat another one for other readers: they must say the same."""
_NUMBERS = (("track", "TRACKNUMBER", "TRACKTOTAL"), ("disc", "DISCNUMBER", "DISCTOTAL"))


def read_flac(path: Path) -> dict[str, tuple[str, ...]]:
    """Neutral fields of a FLAC file.

    Raises:
        ValueError: its blocks are damaged or twin keys disagree.
    """
    fields: dict[str, tuple[str, ...]] = {}
    for kind, body in read_blocks(path):
        if kind == VORBIS_COMMENT:
            fields = _neutral(_comments(body))
        elif kind == PICTURE:
            key, digest = _picture(body)
            fields[key] = (*fields.get(key, ()), digest)
    return fields


def read_opus(path: Path) -> dict[str, tuple[str, ...]]:
    """Neutral fields of an Opus file.

    Raises:
        ValueError: its header packets are damaged or twin keys disagree.
    """
    with path.open("rb") as file:
        packets = _packets(file)
        head, tags = next(packets, b""), next(packets, b"")
    if not head.startswith(b"OpusHead") or not tags.startswith(b"OpusTags"):
        raise ValueError("no Opus headers")
    return _neutral(_comments(tags[8:]))


def _packets(file: BinaryIO) -> Iterator[bytes]:
    """Whole packets, put together over pages."""
    held = b""
    while len(head := file.read(27)) == 27:
        if head[:4] != b"OggS":
            raise ValueError("an Ogg page does not begin where it should")
        lacing = file.read(head[26])
        for value in lacing:
            held += file.read(value)
            if value < 255:
                yield held
                held = b""
            elif len(held) > LARGEST_HEADER_BYTES:
                raise ValueError("a header packet without end")


def _comments(body: bytes) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    try:
        at = 4 + struct.unpack_from("<I", body, 0)[0]
        count = struct.unpack_from("<I", body, at)[0]
        at += 4
        for _ in range(count):
            size = struct.unpack_from("<I", body, at)[0]
            if at + 4 + size > len(body):
                raise ValueError("a comment runs past the end")
            key, equals, value = body[at + 4 : at + 4 + size].decode("utf-8").partition("=")
            if not equals:
                raise ValueError("a comment without =")
            found[key.upper()] = (*found.get(key.upper(), ()), value)
            at += 4 + size
    except struct.error as exc:
        raise ValueError("the comments are cut off") from exc
    return found


def _neutral(raw: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    for twin, key in _TWINS:
        if twin in raw and raw.pop(twin) != raw.get(key):
            raise ValueError(f"{twin} and {key} disagree")
    if "ORIGINALYEAR" in raw and raw.pop("ORIGINALYEAR")[0] != raw.get("ORIGINALDATE", ("",))[0][:4]:
        raise ValueError("ORIGINALYEAR and ORIGINALDATE disagree")
    fields: dict[str, tuple[str, ...]] = {}
    for key, number_key, total_key in _NUMBERS:
        number, total = raw.pop(number_key, ()), raw.pop(total_key, ())
        if number:
            fields[key] = ("/".join((*number, *total)),)
    for encoded in raw.pop("METADATA_BLOCK_PICTURE", ()):
        key, digest = _picture(base64.b64decode(encoded, validate=True))
        fields[key] = (*fields.get(key, ()), digest)
    for name, values in raw.items():
        fields[_KEYS.get(name, f"involved:{name.lower()}")] = values
    return fields


def _picture(body: bytes) -> tuple[str, str]:
    """Key and digest of a FLAC picture block, whose MIME must be that of its bytes."""
    try:
        kind, mime_size = struct.unpack_from(">II", body, 0)
        mime = body[8 : 8 + mime_size].decode("ascii")
        at = 8 + mime_size
        at += 4 + struct.unpack_from(">I", body, at)[0]
        size = struct.unpack_from(">I", body, at + 16)[0]
    except struct.error as exc:
        raise ValueError("the picture block is cut off") from exc
    data = body[at + 20 : at + 20 + size]
    if len(data) != size or mime != ("image/png" if data.startswith(b"\x89PNG") else "image/jpeg"):
        raise ValueError(f"the picture is called {mime}, or is cut off")
    return "artwork" if kind == 3 else f"picture:{kind}", hashlib.sha256(data).hexdigest()
