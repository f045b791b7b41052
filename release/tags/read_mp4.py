"""iTunes atoms read back by code of our own, into neutral keys.

    ilst / <name> / data: type (4: 1 UTF-8, 13 JPEG, 14 PNG, 21 integer, 0 by the name), locale (4), value
    ilst / "----": mean ("com.apple.iTunes"), name, one data per value
    trkn, disk: 2 reserved bytes, number (2), total (2)

Source: Apple QuickTime File Format, metadata item atoms; delivery.md 1.1 and 3.2.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path

from release.formats.mp4_length import find_box, parse_boxes, parse_length, read_moov

_ATOMS: Mapping[str, str] = {
    "©nam": "title",
    "©ART": "artist",
    "©alb": "album",
    "aART": "album_artist",
    "©day": "date",
    "©gen": "genre",
    "cprt": "c_line",
    "©wrt": "composer",
    "©wrk": "work",
    "©mvn": "movement",
    "©mvi": "movement_number",
    "©cmt": "comment",
    "trkn": "track",
    "disk": "disc",
    "rtng": "explicit",
    "cpil": "compilation",
    "pgap": "gapless",
    "shwm": "show_movement",
    "covr": "artwork",
}
_FREEFORM: Mapping[str, str] = {
    "SUBTITLE": "subtitle",
    "ARTISTS": "artists",
    "LYRICIST": "lyricist",
    "writer": "writer",
    "CONDUCTOR": "conductor",
    "REMIXER": "remixer",
    "arranger": "arranger",
    "PRODUCER": "producer",
    "ENGINEER": "engineer",
    "MIXER": "mixer",
    "DJMIXER": "dj_mixer",
    "MASTERING": "mastering",
    "LABEL": "label",
    "CATALOGNUMBER": "catalogue_number",
    "BARCODE": "barcode",
    "ISRC": "isrc",
    "PRODUCEDNOTICE": "p_line",
    "originaldate": "original_date",
    "LANGUAGE": "language",
    "DISCSUBTITLE": "disc_subtitle",
    "MEDIA": "media",
    "MusicBrainz Album Type": "release_type",
    "INVOLVEDPEOPLE": "involved",
    "iTunSMPB": "gapless_text",
}
_UTF8, _JPEG, _PNG = 1, 13, 14
_SMPB = re.compile(r" 00000000 ([0-9A-F]{8}) ([0-9A-F]{8}) ([0-9A-F]{16})( 00000000){8}")


def read_mp4(path: Path) -> dict[str, tuple[str, ...]]:
    """Neutral fields of an MP4 file.

    ``pgap`` must be set. ``iTunSMPB``, where there is one, must say the same as the edit list; both then need no key.

    Raises:
        ValueError: its boxes are damaged, or the gapless notes are not right.
    """
    moov = read_moov(path)
    ilst = find_box(moov, "udta", "meta", "ilst")
    fields: dict[str, tuple[str, ...]] = {}
    for key, value in _items(ilst or b""):
        fields[key] = (*fields.get(key, ()), value)
    if fields.pop("gapless", ()) != ("1",):
        raise ValueError("pgap is not set")
    if fields.pop("show_movement", None) not in (None, ("1",)):
        raise ValueError("shwm is not 1")
    smpb = fields.pop("gapless_text", None)
    length = parse_length(moov)
    if smpb is None and length.delay_samples:
        raise ValueError("there is a delay and no iTunSMPB")
    if smpb is not None:
        _check_gapless(smpb[0], (length.delay_samples, length.aac_padding_samples, length.n_samples))
    return fields


def _check_gapless(text: str, by_edit_list: tuple[int, int, int]) -> None:
    match = _SMPB.fullmatch(text)
    stated = tuple(int(group, 16) for group in match.groups()[:3]) if match else ()
    if stated != by_edit_list:
        raise ValueError(f"iTunSMPB says {stated} (delay, padding, samples), the edit list {by_edit_list}")


def _items(ilst: bytes) -> Iterator[tuple[str, str]]:
    for item in parse_boxes(ilst):
        parts = list(parse_boxes(item.body))
        if item.name == "----":
            name = next(part.body[4:].decode("utf-8") for part in parts if part.name == "name")
            key = _FREEFORM.get(name, f"involved:{name}")
        else:
            key = _ATOMS.get(item.name, item.name)
        yield from ((key, _value(item.name, part.body)) for part in parts if part.name == "data")


def _value(atom: str, body: bytes) -> str:
    kind, data = struct.unpack_from(">I", body)[0], body[8:]
    if atom in ("trkn", "disk"):
        number, total = struct.unpack_from(">HH", data, 2)
        return f"{number}/{total}" if total else str(number)
    if atom == "covr":
        if kind != (_PNG if data.startswith(b"\x89PNG") else _JPEG):
            raise ValueError(f"the picture is of type {kind}")
        return hashlib.sha256(data).hexdigest()
    if kind == _UTF8:
        return data.decode("utf-8")
    return str(int.from_bytes(data, "big", signed=True))
