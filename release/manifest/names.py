"""File names from a pattern: ``{number:02} {title}``. Listed fields and a width, nothing else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from release.manifest.scalars import ScalarError

NAME_FIELDS = ("disc", "number", "title", "artist", "isrc", "barcode", "catalogue_number")
DEFAULT_NAMES = "{number:02} {title}"
LONGEST_NAME_BYTES = 120
_NUMBERS = ("disc", "number")
_PIECE = re.compile(r"\{([^{}]*)\}|([^{}]+)|([{}])")
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]')
_COLON = re.compile(r"(?<=\S):(?=\s)")
"""Between a title and its second part: a dash reads as the colon did."""
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE)
"""Names that Windows keeps for devices, with any extension (Microsoft, Naming Files, Paths, and Namespaces)."""


def parse_template(template: str) -> tuple[tuple[str, int] | str, ...]:
    """The pieces of a pattern: literal text, or a field with its width (0 for none).

    Raises:
        ScalarError: for an unknown field, a bad width, a lone brace, or a pattern that names all tracks alike.
    """
    pieces: list[tuple[str, int] | str] = []
    for match in _PIECE.finditer(template):
        inside, literal, brace = match.groups()
        if brace:
            raise ScalarError(f"the pattern '{template}' has a lone {brace}", "write fields like {title}", "bad-names")
        pieces.append(literal if inside is None else _parse_field(inside))
    fields = {piece[0] for piece in pieces if isinstance(piece, tuple)}
    if not fields & {"number", "title", "isrc"}:
        raise ScalarError(
            f"the pattern '{template}' gives all tracks one name", "put {number}, {title} or {isrc} in it", "bad-names"
        )
    return tuple(pieces)


def _parse_field(inside: str) -> tuple[str, int]:
    name, colon, width = inside.partition(":")
    if name not in NAME_FIELDS:
        raise ScalarError(f"file names have no field '{name}'", f"use {', '.join(NAME_FIELDS)}", "bad-names")
    if not colon:
        return name, 0
    match = re.fullmatch(r"0?([1-9])", width, re.ASCII)
    if not match or name not in _NUMBERS:
        raise ScalarError(
            f"'{{{inside}}}' is no field with a width", "a width is for disc and number: {number:02}", "bad-names"
        )
    return name, int(match[1])


def check_template(template: str) -> None:
    """Raise unless the pattern can name files.

    Raises:
        ScalarError: saying what is wrong with it.
    """
    literal = "".join(piece for piece in parse_template(template) if isinstance(piece, str))
    found = _FORBIDDEN.search(literal)
    if found:
        raise ScalarError(
            f"file names cannot hold {found[0]!r}", "leave it out; folders are made by target and format", "bad-names"
        )


def fill_template(template: str, fields: Mapping[str, str | int]) -> str:
    """What a pattern says of one track, as written: not yet a safe file name.

    Args:
        template: a pattern that ``check_template`` accepts.
        fields: values by field; a field that is left out or empty leaves nothing.
    """
    parts = []
    for piece in parse_template(template):
        if isinstance(piece, str):
            parts.append(piece)
        else:
            value = fields.get(piece[0], "")
            parts.append(str(value).zfill(piece[1]) if piece[1] and value != "" else str(value))
    return "".join(parts)


def format_name(template: str, fields: Mapping[str, str | int]) -> str:
    """The file name (without extension) that a pattern gives for one track, safe on every file system."""
    return safe_name(fill_template(template, fields))


def safe_name(text: str) -> str:
    """Text as a file name: NFC, no separators or control characters, no reserved name, at most 120 bytes.

    Characters that some file system forbids become ``-``; leading dots and trailing dots and blanks go.
    """
    plain = unicodedata.normalize("NFC", text)
    plain = _COLON.sub(" -", plain)
    plain = _FORBIDDEN.sub(lambda m: "" if ord(m[0]) > 0x7E or ord(m[0]) < 0x20 else "-", plain)
    plain = re.sub(r"\s+", " ", plain).strip().lstrip(". ")
    plain = _cut(plain, LONGEST_NAME_BYTES).rstrip(". ")
    if _RESERVED.fullmatch(plain):
        plain = _cut(f"{plain.partition('.')[0]}_{plain[len(plain.partition('.')[0]) :]}", LONGEST_NAME_BYTES)
    return plain or "untitled"


def is_reserved(name: str) -> bool:
    """True for names that Windows keeps for devices."""
    return _RESERVED.fullmatch(name) is not None


def _cut(text: str, most_bytes: int) -> str:
    """The longest beginning that fits in so many bytes of UTF-8, without a torn character."""
    return text.encode("utf-8")[:most_bytes].decode("utf-8", errors="ignore")
