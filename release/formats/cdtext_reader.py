"""CD-TEXT packs back to texts, in code that shares nothing with the encoder but the code tables of languages.

Reads what writers are known to leave: a trailing NUL, a 4-byte header, TAB for a repeated text, several blocks, missing
size packs. Damage becomes a note; nothing raises.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from release.formats.cdtext_tables import LANGUAGES
from release.model.disc import DiscText, TextBlock


@dataclass(frozen=True, slots=True)
class TextNote:
    """Something wrong with a CD-TEXT file.

    Attributes:
        code: ``size``, ``crc``, ``type``, ``sequence``, ``flags``, ``count``, ``size-info``, ``tracks``, ``charset``.
        message: one sentence.
        pack: number of the pack from 0, or None for the file.
    """

    code: str
    message: str
    pack: int | None = None


@dataclass(frozen=True, slots=True)
class ReadBlock:
    """One block as its packs have it.

    Attributes:
        number: 0 to 7.
        language_code: byte from the size packs; 0 without them.
        charset_code: byte from the size packs.
        first_track: from the size packs, 1 without them.
        last_track: from the size packs, or the last track that a text speaks of.
        copyright: byte from the size packs.
        texts: pack type to texts by track, 0 for the disc.
        genre_code: from pack 0x87, or None.
    """

    number: int
    language_code: int = 0
    charset_code: int = 0
    first_track: int = 1
    last_track: int = 0
    copyright: int = 0
    texts: Mapping[int, Mapping[int, str]] = field(default_factory=dict)
    genre_code: int | None = None

    def text(self, pack_type: int, track: int) -> str:
        """One text, empty when there is none."""
        return self.texts.get(pack_type, {}).get(track, "")


@dataclass(frozen=True, slots=True)
class CdText:
    """What a CD-TEXT file says, and what is wrong with it."""

    blocks: tuple[ReadBlock, ...]
    notes: tuple[TextNote, ...]
    pack_count: int


def strip_wrapping(data: bytes) -> bytes:
    """The packs alone: without a trailing NUL or the 4-byte header that other programs write."""
    if len(data) % 18 == 1 and data[-1] == 0:
        return data[:-1]
    if len(data) % 18 == 4 and data[:4] == (len(data) - 2).to_bytes(2, "big") + b"\0\0":
        return data[4:]
    return data


@lru_cache(maxsize=4096)
def crc_of_pack(pack: bytes) -> int:
    """CRC-16 of bytes 0 to 15, bit by bit, as a plant's machine computes it."""
    register = 0
    for byte in pack[:16]:
        for bit in range(7, -1, -1):
            carry = (register >> 15) ^ (byte >> bit & 1)
            register = (register << 1) & 0xFFFF
            if carry:
                register ^= 0x1021
    return register ^ 0xFFFF


def decode_packs(data: bytes) -> CdText:
    """Every text of a CD-TEXT file, with notes on what is wrong. Never raises."""
    notes: list[TextNote] = []
    body = strip_wrapping(data)
    if len(body) % 18 or not body:
        notes.append(TextNote("size", f"{len(data)} bytes are no whole number of 18-byte packs"))
    packs = [body[at : at + 18] for at in range(0, len(body) - 17, 18)]
    by_block: dict[int, list[bytes]] = {}
    for number, pack in enumerate(packs):
        if crc_of_pack(pack) != int.from_bytes(pack[16:], "big"):
            notes.append(TextNote("crc", f"pack {number}: its CRC does not fit its bytes", number))
        if not 0x80 <= pack[0] <= 0x8F:
            notes.append(TextNote("type", f"pack {number}: type 0x{pack[0]:02x} does not exist", number))
            continue
        of_block = by_block.setdefault(pack[3] >> 4 & 7, [])
        if len(of_block) == 256:
            block = pack[3] >> 4 & 7
            notes.append(
                TextNote("size", f"block {block} has more than 256 packs, the most that it can number", number)
            )
        if pack[2] != len(of_block) & 0xFF:
            notes.append(TextNote("sequence", f"pack {number}: sequence {pack[2]}, expected {len(of_block)}", number))
        if pack[1] & 0x80:
            notes.append(TextNote("flags", f"pack {number}: its extension flag is set", number))
        of_block.append(pack)
    blocks = tuple(_block(number, of_block, notes) for number, of_block in sorted(by_block.items()))
    _check_sizes(by_block, notes)
    return CdText(blocks, tuple(notes), len(packs))


def _size_bytes(packs: Sequence[bytes]) -> bytes | None:
    parts = {pack[1]: pack[4:16] for pack in packs if pack[0] == 0x8F}
    return b"".join(parts[n] for n in range(3)) if {0, 1, 2} <= parts.keys() else None


def _block(number: int, packs: Sequence[bytes], notes: list[TextNote]) -> ReadBlock:
    info = _size_bytes(packs)
    if info is None:
        notes.append(TextNote("size-info", f"block {number} has no complete size packs (0x8F)"))
        info = bytes(36)
    first = info[1] or 1
    texts: dict[int, dict[int, str]] = {}
    genre_code = None
    for kind in dict.fromkeys(pack[0] for pack in packs):
        of_kind = [pack for pack in packs if pack[0] == kind]
        payload = b"".join(pack[4:16] for pack in of_kind)
        if kind == 0x87:
            genre_code = int.from_bytes(payload[:2], "big")
            texts[kind] = {0: payload[2:].split(b"\0")[0].decode("latin-1")}
        elif kind in {*range(0x80, 0x87), 0x8D, 0x8E}:
            is_wide = bool(of_kind[0][3] & 0x80)
            charset = info[0] if kind <= 0x85 or kind == 0x8D else 0
            texts[kind] = _strings(of_kind, payload, first, is_wide=is_wide, charset=charset, notes=notes)
    last = info[2] or max((track for of in texts.values() for track in of), default=0)
    return ReadBlock(number, info[28 + number], info[0], first, last, info[3], texts, genre_code)


def _strings(
    packs: Sequence[bytes], payload: bytes, first: int, *, is_wide: bool, charset: int, notes: list[TextNote]
) -> dict[int, str]:
    """Texts by track of one pack type. The first pack says whose text comes first; TAB repeats the text before."""
    codec = {0x80: "cp932", 0x00: "latin-1", 0x01: "ascii"}.get(charset, "latin-1")
    if charset not in {0x00, 0x01, 0x80}:
        notes.append(TextNote("charset", f"character set 0x{charset:02x} is not known; read as ISO-8859-1"))
    step, tab = (2, b"\t\t") if is_wide else (1, b"\t")
    found: dict[int, str] = {}
    track, start, previous = packs[0][1] & 0x7F, 0, ""
    for at in range(0, len(payload) - step + 1, step):
        if payload[at : at + step] != bytes(step):
            continue
        raw = payload[start:at]
        owner = packs[start // 12][1] & 0x7F
        if start % 12 == 0 and raw and owner != track:
            notes.append(
                TextNote("tracks", f"type 0x{packs[0][0]:02x}: a text stands for track {track}, its pack says {owner}")
            )
        text = previous if raw == tab else raw.decode(codec, "replace")
        if raw or track not in found:
            found[track] = text
        previous = text
        start = at + step
        track = first if track == 0 else track + 1
        if not payload[start:].strip(b"\0") and all(pack[1] & 0x7F <= track for pack in packs):
            # Only padding is left: texts that would follow are empty.
            break
    if payload[start:].strip(b"\0"):
        notes.append(TextNote("size", f"type 0x{packs[0][0]:02x}: the last text has no end"))
        found[track] = payload[start:].rstrip(b"\0").decode(codec, "replace")
    return found


def _check_sizes(by_block: Mapping[int, Sequence[bytes]], notes: list[TextNote]) -> None:
    """Hold the counts of every block's size packs against the packs that are there."""
    lasts = {number: len(packs) - 1 for number, packs in by_block.items()}
    for number, packs in by_block.items():
        info = _size_bytes(packs)
        if info is None:
            continue
        for kind in range(0x80, 0x90):
            there = sum(pack[0] == kind for pack in packs)
            if info[4 + kind - 0x80] != there:
                counted = info[4 + kind - 0x80]
                message = f"block {number} announces {counted} packs of type 0x{kind:02x} and has {there}"
                notes.append(TextNote("count", message))
        for other in range(8):
            expected = lasts.get(other, 0)
            if info[20 + other] not in {expected, expected & 0xFF}:
                message = f"block {number} puts the last pack of block {other} at {info[20 + other]}, it is {expected}"
                notes.append(TextNote("count", message))


TEXT_NAMES = ("title", "performer", "songwriter", "composer", "arranger", "message")


def to_text_block(block: ReadBlock) -> TextBlock:
    """The block as the disc model has it."""
    names = {code: language for language, code in LANGUAGES.items()}
    tracks = range(block.first_track, block.last_track + 1)

    def texts(track: int) -> DiscText:
        return DiscText(*(block.text(0x80 + place, track) for place in range(len(TEXT_NAMES))))

    isrcs = tuple(block.text(0x8E, track) for track in tracks)
    return TextBlock(
        language=names.get(block.language_code, f"code-{block.language_code:02x}"),
        album=texts(0),
        tracks=tuple(texts(track) for track in tracks),
        charset={0x01: "ascii", 0x80: "ms-jis"}.get(block.charset_code, "latin-1"),
        disc_id=block.text(0x86, 0),
        genre=block.text(0x87, 0),
        genre_code=block.genre_code,
        ean=block.text(0x8E, 0),
        isrcs=isrcs if any(isrcs) else (),
        copyright=block.copyright,
    )
