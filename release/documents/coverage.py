"""Which characters a folder of fonts can show, read from the fonts' ``cmap`` tables.

Typst draws a box for a missing glyph without a word; this tells beforehand, so that it becomes a finding.

Source: ISO/IEC 14496-22 (OpenType), table ``cmap``, formats 4 and 12.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

FONT_SUFFIXES = (".ttf", ".otf", ".ttc")


def missing_texts(data: object, folders: Sequence[Path], also: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Texts with a character that none of the fonts has and that is not among ``also``, each once, in the order found."""
    covered = _covered(tuple(folders)) | {ord(c) for c in also}
    found: dict[str, None] = {}
    for text in _texts(data):
        if any(ord(c) not in covered and _is_drawn(c) for c in text):
            found.setdefault(text)
    return tuple(found)


def _is_drawn(character: str) -> bool:
    """False for controls, formats and variation selectors, which leave no mark of their own."""
    return (
        unicodedata.category(character) not in {"Cc", "Cf", "Zs", "Zl", "Zp"} and not 0xFE00 <= ord(character) <= 0xFE0F
    )


def _texts(data: object) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from _texts(value)
    elif isinstance(data, (list, tuple)):
        for value in data:
            yield from _texts(value)


def is_font(font: bytes) -> bool:
    """True for bytes whose ``cmap`` can be read."""
    try:
        return bool(_characters(font))
    except (struct.error, IndexError, ValueError):
        return False


@cache
def _covered(folders: tuple[Path, ...]) -> frozenset[int]:
    covered: set[int] = set()
    for folder in folders:
        for path in sorted(folder.iterdir()):
            if path.suffix.lower() in FONT_SUFFIXES:
                covered |= _characters(path.read_bytes())
    return frozenset(covered)


def _characters(font: bytes) -> set[int]:
    """Code points of all ``cmap`` subtables of one font file, collections included."""
    starts = [0]
    if font[:4] == b"ttcf":
        starts = list(struct.unpack_from(f">{struct.unpack_from('>I', font, 8)[0]}I", font, 12))
    found: set[int] = set()
    for start in starts:
        for i in range(struct.unpack_from(">H", font, start + 4)[0]):
            tag, _, offset, _ = struct.unpack_from(">4sIII", font, start + 12 + 16 * i)
            if tag == b"cmap":
                found |= _cmap(font, offset)
    return found


def _cmap(font: bytes, table: int) -> set[int]:
    found: set[int] = set()
    for i in range(struct.unpack_from(">H", font, table + 2)[0]):
        offset = table + struct.unpack_from(">HHI", font, table + 4 + 8 * i)[2]
        kind = struct.unpack_from(">H", font, offset)[0]
        if kind == 4:
            found |= _format_4(font, offset)
        elif kind == 12:
            for group in range(struct.unpack_from(">I", font, offset + 12)[0]):
                first, last, _ = struct.unpack_from(">III", font, offset + 16 + 12 * group)
                found.update(range(first, last + 1))
    return found


def _format_4(font: bytes, offset: int) -> set[int]:
    count = struct.unpack_from(">H", font, offset + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", font, offset + 14)
    starts = struct.unpack_from(f">{count}H", font, offset + 16 + 2 * count)
    return {c for first, last in zip(starts, ends, strict=True) for c in range(first, last + 1) if c != 0xFFFF}
