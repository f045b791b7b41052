"""Checksum lists that travel with a DDP set: CHECKSUM.MD5 and CHECKSUM.TXT.

They are not part of DDP and not in the map, but plants expect one (cd.md 2.7).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

MD5_NAME = "CHECKSUM.MD5"
CRC_NAME = "CHECKSUM.TXT"
CRC_HEADING = "[CRC32 Checksum]"

LIST_NAME = re.compile(r".*CHECKSUM.*\.(MD5|TXT)|.*\.MD5", re.IGNORECASE)
"""Names of lists that writers leave beside a set (cd.md 2.7)."""
_LINE_ENDS = re.compile(r"\r\n|\n|\r")
_HEADING = re.compile(r"\[.*\]")
_MD5_LINE = re.compile(r"\\?([0-9a-fA-F]{32}) [ *](.+)")
_CRC_LINE = re.compile(r"(.+?)\s*=\s*([0-9a-fA-F]{8})")


def format_md5_list(digests: Iterable[tuple[str, str]]) -> bytes:
    """CHECKSUM.MD5 of (file name, MD5 in hexadecimal) pairs; ``md5sum -c`` reads it."""
    return "".join(f"{digest.lower()} *{name}\n" for name, digest in digests).encode("ascii")


def format_crc_list(crcs: Iterable[tuple[str, int]]) -> bytes:
    """CHECKSUM.TXT of (file name, CRC-32 as in zlib) pairs."""
    lines = "".join(f"{name}={crc:08X}\n" for name, crc in crcs)
    return f"{CRC_HEADING}\n{lines}".encode("ascii")


def parse_checksum_list(data: bytes) -> tuple[tuple[str, str, str], ...]:
    """(file name, ``md5`` or ``crc32``, lower-case hexadecimal) of every line of either list, whatever its line ends.

    Raises:
        ValueError: when a line is of neither form, the last one is not ended, or there is none.
    """
    *lines, rest = _LINE_ENDS.split(data.decode("latin-1"))
    entries: list[tuple[str, str, str]] = []
    for line_number, line in enumerate(lines, start=1):
        stripped = line.strip(" \t")
        if not stripped or stripped[0] in ";#" or _HEADING.fullmatch(stripped):
            continue
        if found := _MD5_LINE.fullmatch(stripped):
            entries.append((found[2], "md5", found[1].lower()))
        elif found := _CRC_LINE.fullmatch(stripped):
            entries.append((found[1], "crc32", found[2].lower()))
        else:
            raise ValueError(f"line {line_number} is no checksum: {stripped[:60]!r}")
    if rest.strip():
        raise ValueError(f"its last line is not ended; the list may be cut: {rest.strip()[:60]!r}")
    if not entries:
        raise ValueError("it lists no file")
    return tuple(entries)


def odd_headings(data: bytes) -> tuple[str, ...]:
    """Lines in brackets that are not the one heading known of such lists."""
    lines = (line.strip(" \t") for line in _LINE_ENDS.split(data.decode("latin-1")))
    return tuple(line for line in lines if _HEADING.fullmatch(line) and line != CRC_HEADING)


def covered_files(small: Mapping[str, bytes]) -> frozenset[str]:
    """Names, in capitals, of all files that the readable lists among these have a checksum of."""
    covered: set[str] = set()
    for name, data in small.items():
        if LIST_NAME.fullmatch(name):
            try:
                covered |= {listed.upper() for listed, _, _ in parse_checksum_list(data)}
            except ValueError:
                continue
    return frozenset(covered)
