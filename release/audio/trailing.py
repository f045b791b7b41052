"""What may stand behind the last chunk of a WAV or AIFF file: known tags, padding, and nothing that could be audio.

A header whose length is too small is the one lie that no reader notices: the rest of the music lies there unread.
"""

from __future__ import annotations

from collections.abc import Callable

from release.audio.layout import FileBytes

PADDING_BYTES = 64 * 1024
"""Zeros that systems with large blocks leave; more of them may be silence that was cut off."""
CRUMB_BYTES = 8
"""Fewer than this are left by writers that count wrong; no track ends in them."""

ID3V1_BYTES = 128
_APE_BYTES = 32


def harmless_rest(file: FileBytes, at: int) -> str | None:
    """What stands from ``at`` to the end of the file, in words; None where it may be audio.

    Known are an ID3v2, APE or ID3v1 tag (in this order, each reaching exactly to the next), a few bytes, and zeros.
    """
    names: list[str] = []
    place = _past(file, at, _id3v2_bytes, "an ID3v2 tag", names)
    place = _past(file, place, _ape_bytes, "an APE tag", names)
    rest = file.size - place
    if rest == ID3V1_BYTES and file.peek(place, 3) == b"TAG":
        names.append("an ID3v1 tag")
        rest = 0
    if 0 < rest < CRUMB_BYTES:
        names.append(f"{rest} loose bytes")
    elif rest and rest <= PADDING_BYTES and not any(file.peek(place, rest)):
        names.append(f"{rest} zero bytes")
    elif rest:
        return None
    return ", ".join(names)


def starts_tag(head: bytes) -> bool:
    """Whether eight bytes start a tag that could be taken for a chunk's header."""
    return head[:3] == b"TAG" or head == b"APETAGEX"


def _past(file: FileBytes, at: int, length: Callable[[bytes], int], name: str, names: list[str]) -> int:
    """The place behind a tag that stands at ``at``, or ``at`` itself."""
    size = length(file.peek(at, _APE_BYTES))
    if not 0 < size <= file.size - at:
        return at
    names.append(name)
    return at + size


def _id3v2_bytes(head: bytes) -> int:
    """Length of an ID3v2 tag with its header and footer. Source: ID3v2.4 structure, section 3.1."""
    if head[:3] != b"ID3" or len(head) < 10 or any(byte & 0x80 for byte in head[6:10]):
        return 0
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte
    return size + (20 if head[5] & 0x10 else 10)


def _ape_bytes(head: bytes) -> int:
    """Length of an APEv2 tag that starts with its header. Source: APEv2 specification, tag header."""
    if head[:8] != b"APETAGEX" or len(head) < _APE_BYTES:
        return 0
    return _APE_BYTES + int.from_bytes(head[12:16], "little")
