"""ID3v2.4 read back by code of our own, frame by frame, into neutral keys.

    header  "ID3", version 04 00, flags, size (4 x 7 bits), then frames:
    frame   id (4), size (4 x 7 bits), flags (2), body
    text    encoding byte (0 Latin-1, 1 UTF-16 with mark, 2 UTF-16BE, 3 UTF-8), values split by NUL

Source: ID3 tag version 2.4.0, main structure (sections 3, 4) and native frames.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

_ENCODINGS = ("latin-1", "utf-16", "utf-16-be", "utf-8")
_TEXT: Mapping[str, str] = {
    "TIT2": "title",
    "TIT3": "subtitle",
    "TPE1": "artist",
    "TALB": "album",
    "TPE2": "album_artist",
    "TRCK": "track",
    "TPOS": "disc",
    "TSST": "disc_subtitle",
    "TDRC": "date",
    "TDRL": "release_time",
    "TDOR": "original_date",
    "TCON": "genre",
    "TLAN": "language",
    "TSRC": "isrc",
    "TPUB": "label",
    "TPRO": "produced_notice",
    "TCOP": "c_line",
    "TCOM": "composer",
    "TEXT": "lyricist",
    "TPE3": "conductor",
    "TPE4": "remixer",
    "TCMP": "compilation",
    "TIT1": "grouping",
    "MVNM": "movement",
    "MVIN": "movement_number",
    "TMED": "media",
}
_USER_TEXT: Mapping[str, str] = {
    "ARTISTS": "artists",
    "Writer": "writer",
    "CATALOGNUMBER": "catalogue_number",
    "BARCODE": "barcode",
    "PRODUCEDNOTICE": "p_line",
    "ITUNESADVISORY": "explicit",
    "MusicBrainz Album Type": "release_type",
    "WORK": "work",
}
_INVOLVEMENT: Mapping[str, str] = {
    "arranger": "arranger",
    "producer": "producer",
    "engineer": "engineer",
    "mix": "mixer",
    "DJ-mix": "dj_mixer",
    "mastering": "mastering",
}
_TWINS = (("release_time", "date"), ("produced_notice", "p_line"), ("grouping", "work"))
"""Frames that repeat another one: they must say the same, and then need no key of their own."""


def read_mp3(path: Path) -> dict[str, tuple[str, ...]]:
    """Neutral fields of the tag at the head of an MP3 file.

    Raises:
        ValueError: there is no ID3v2.4 tag, it is damaged, or an old ID3v1 tag says something beside it.
    """
    with path.open("rb") as file:
        head = file.read(10)
        fields = parse_id3(head + file.read(_size(head)))
        if file.seek(0, 2) >= 128:
            file.seek(-128, 2)
            if file.read(3) == b"TAG":
                raise ValueError("an ID3v1 tag stands at the end")
    return fields


def read_aiff(path: Path) -> dict[str, tuple[str, ...]]:
    """Neutral fields of the ``ID3 `` chunk of an AIFF file.

    Raises:
        ValueError: there is no such chunk, or it is damaged.
    """
    with path.open("rb") as file:
        return parse_id3(_chunk(file, b"FORM", ">"))


def read_wav(path: Path) -> dict[str, tuple[str, ...]]:
    """Neutral fields of the ``id3 `` chunk of a WAV or RF64 file.

    Raises:
        ValueError: there is no such chunk, or it is damaged.
    """
    with path.open("rb") as file:
        return parse_id3(_chunk(file, b"RIFF", "<"))


def _chunk(file: BinaryIO, form: bytes, order: str) -> bytes:
    """The tag's chunk; sizes in the byte order given, RF64's data size from ``ds64``."""
    head = file.read(12)
    if head[:4] not in (form, b"RF64"):
        raise ValueError(f"not a {form.decode()} file")
    data_bytes = 0
    while len(prefix := file.read(8)) == 8:
        name, size = struct.unpack(f"{order}4sI", prefix)
        if name == b"ds64":
            body = file.read(size)
            data_bytes = struct.unpack_from("<Q", body, 8)[0]
            continue
        if name.upper() == b"ID3 ":
            return file.read(size)
        length = data_bytes if name == b"data" and size == 0xFFFFFFFF else size
        file.seek(length + length % 2, 1)
    raise ValueError("no id3 chunk")


def _syncsafe(four: bytes) -> int:
    if len(four) < 4 or any(byte & 0x80 for byte in four):
        raise ValueError("a size with its top bits set")
    return four[0] << 21 | four[1] << 14 | four[2] << 7 | four[3]


def _size(head: bytes) -> int:
    if head[:5] != b"ID3\x04\x00" or head[5] != 0:
        raise ValueError("no plain ID3v2.4 tag")
    return _syncsafe(head[6:10])


def _frames(tag: bytes) -> Iterator[tuple[str, bytes]]:
    end = 10 + _size(tag)
    if end > len(tag):
        raise ValueError("the tag is cut off")
    at = 10
    while at + 10 <= end and tag[at]:
        size = _syncsafe(tag[at + 4 : at + 8])
        if tag[at + 8 : at + 10] != b"\0\0" or at + 10 + size > end:
            raise ValueError("a frame with flags, or cut off")
        yield tag[at : at + 4].decode("latin-1"), tag[at + 10 : at + 10 + size]
        at += 10 + size
    if any(tag[at:end]):
        raise ValueError("something stands in the padding")


def parse_id3(tag: bytes) -> dict[str, tuple[str, ...]]:
    """Neutral fields of a whole tag; unknown frames come under their own names.

    Raises:
        ValueError: it is no ID3v2.4 tag, or it is damaged, or twin frames disagree.
    """
    fields: dict[str, tuple[str, ...]] = {}
    for name, body in _frames(tag):
        for key, value in _PARSERS.get(name, _text_frame)(name, body):
            fields[key] = (*fields.get(key, ()), value)
    for twin, key in _TWINS:
        if twin in fields and fields.pop(twin) != fields.get(key):
            raise ValueError(f"{twin} and {key} disagree")
    return fields


Pairs = Iterator[tuple[str, str]]


def _text(body: bytes, start: int = 1) -> list[str]:
    values = body[start:].decode(_ENCODINGS[body[0]]).split("\0")
    return values[:-1] if len(values) > 1 and not values[-1] else values  # a terminating NUL is no value


def _text_frame(name: str, body: bytes) -> Pairs:
    key = _TEXT.get(name, name)
    if not name.startswith(("T", "MV")):
        yield key, hashlib.sha256(body).hexdigest()
        return
    yield from ((key, value) for value in _text(body))


def _user_text(_name: str, body: bytes) -> Pairs:
    description, *values = _text(body)
    yield from ((_USER_TEXT.get(description, f"TXXX:{description}"), value) for value in values)


def _involved(_name: str, body: bytes) -> Pairs:
    yield from ((_INVOLVEMENT.get(role, f"involved:{role}"), person) for role, person in _pairs(body))


def _players(_name: str, body: bytes) -> Pairs:
    yield from ((f"performer:{role}", person) for role, person in _pairs(body))


def _pairs(body: bytes) -> Iterator[tuple[str, str]]:
    texts = _text(body)
    return zip(texts[::2], texts[1::2], strict=True)


def _comment(_name: str, body: bytes) -> Pairs:
    # Encoding, three letters of language, description, NUL, text.
    description, *values = _text(body, 4)
    key = f"COMM:{description}" if description else "comment"
    yield from ((key, value) for value in values)


def _picture(_name: str, body: bytes) -> Pairs:
    mime_end = body.index(0, 1)
    kind, text_end = body[mime_end + 1], body.index(0, mime_end + 2)
    key = "artwork" if kind == 3 else f"APIC:{kind}"
    data = body[text_end + 1 :]
    stated = body[1:mime_end].decode("latin-1")
    if stated != _picture_type(data):
        raise ValueError(f"the picture is called {stated}")
    yield key, hashlib.sha256(data).hexdigest()


def _picture_type(data: bytes) -> str:
    return "image/png" if data.startswith(b"\x89PNG") else "image/jpeg"


_PARSERS: Mapping[str, Callable[[str, bytes], Pairs]] = {
    "TXXX": _user_text,
    "TIPL": _involved,
    "TMCL": _players,
    "COMM": _comment,
    "APIC": _picture,
}
