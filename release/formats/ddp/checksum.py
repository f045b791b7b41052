"""Checksum lists that travel with a DDP set: CHECKSUM.MD5 and CHECKSUM.TXT, and whatever other programs call theirs.

They are not part of DDP and not in the map, but plants expect one (cd.md 2.7).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MD5_NAME = "CHECKSUM.MD5"
CRC_NAME = "CHECKSUM.TXT"
CRC_HEADING = "[CRC32 Checksum]"

LIST_NAME = re.compile(
    r".*CHECKSUM.*\.(MD5|TXT|SHA\d*)|.*\.(MD5|SHA1|SHA256|SHA512|SFV)|(.*[-_.])?(MD5|SHA1|SHA256|SHA512)(SUMS?)?(\.TXT)?",
    re.IGNORECASE,
)
"""Names of lists that writers leave beside a set (cd.md 2.7); a file of such a name has to be a list."""
LONGEST_LIST_BYTES = 1 << 18
_BOM = b"\xef\xbb\xbf"
_LINE_ENDS = re.compile(r"\r\n|\n|\r")
_HEADING = re.compile(r"\[.*\]")
_KINDS = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}
_DIGEST = r"[0-9a-fA-F]{128}|[0-9a-fA-F]{64}|[0-9a-fA-F]{40}|[0-9a-fA-F]{32}"
_SUM_LINE = re.compile(rf"\\?({_DIGEST}) [ *](.+)")
_TAG_LINE = re.compile(rf"(MD5|SHA1|SHA256|SHA512) \((.+)\) = ({_DIGEST})")
_CRC_LINE = re.compile(r"(.+?)(?:\s*=\s*|\s+)([0-9a-fA-F]{8})")

Entries = tuple[tuple[str, str, str], ...]
"""(file name, ``md5``, ``sha1``, ``sha256``, ``sha512`` or ``crc32``, lower-case hexadecimal) of every line of a list."""


def format_md5_list(digests: Iterable[tuple[str, str]]) -> bytes:
    """CHECKSUM.MD5 of (file name, MD5 in hexadecimal) pairs; ``md5sum -c`` reads it."""
    return "".join(f"{digest.lower()} *{name}\n" for name, digest in digests).encode("ascii")


def format_crc_list(crcs: Iterable[tuple[str, int]]) -> bytes:
    """CHECKSUM.TXT of (file name, CRC-32 as in zlib) pairs."""
    lines = "".join(f"{name}={crc:08X}\n" for name, crc in crcs)
    return f"{CRC_HEADING}\n{lines}".encode("ascii")


def parse_checksum_list(data: bytes) -> Entries:
    """Every line of a list of md5sum, sha256sum and their like (also ``--tag``), or of CRC-32, whatever its line ends.

    Raises:
        ValueError: when a line is of no such form, the last one is not ended, or there is none.
    """
    *lines, rest = _LINE_ENDS.split(_text(data))
    entries: list[tuple[str, str, str]] = []
    for line_number, line in enumerate(lines, start=1):
        stripped = line.strip(" \t")
        if not stripped or stripped[0] in ";#" or _HEADING.fullmatch(stripped):
            continue
        entry = _entry(stripped)
        if entry is None:
            raise ValueError(f"line {line_number} is no checksum: {stripped[:60]!r}")
        entries.append(entry)
    if rest.strip():
        raise ValueError(f"its last line is not ended; the list may be cut: {rest.strip()[:60]!r}")
    if not entries:
        raise ValueError("it lists no file")
    return tuple(entries)


def _text(data: bytes) -> str:
    return data.removeprefix(_BOM).decode("latin-1")


def _entry(line: str) -> tuple[str, str, str] | None:
    if found := _SUM_LINE.fullmatch(line):
        return found[2], _KINDS[len(found[1])], found[1].lower()
    if found := _TAG_LINE.fullmatch(line):
        kind = _KINDS[len(found[3])]
        return (found[2], kind, found[3].lower()) if kind == found[1].lower() else None
    if found := _CRC_LINE.fullmatch(line):
        return found[1], "crc32", found[2].lower()
    return None


def _in_one_folder(entries: Entries) -> Entries:
    """Names without the folder that all of them share: ``./DDPID``, or ``ddp/DDPID`` of a list written one folder up."""
    folders = {name.replace("\\", "/").rpartition("/")[0] for name, _, _ in entries}
    if len(folders) > 1 or folders == {""}:
        return tuple((name.removeprefix("./"), kind, digest) for name, kind, digest in entries)
    return tuple((name.replace("\\", "/").rpartition("/")[2], kind, digest) for name, kind, digest in entries)


@dataclass(frozen=True, slots=True)
class ChecksumLists:
    """The lists of a folder.

    Attributes:
        entries: of each list by its file name.
        unreadable: (file name, why) of files that ought to be lists by their names.
    """

    entries: Mapping[str, Entries]
    unreadable: tuple[tuple[str, str], ...]


def find_lists(small: Mapping[str, bytes], control: frozenset[str] = frozenset()) -> ChecksumLists:
    """Every checksum list among these files: by its name, or because all its lines are checksums of files that are here.

    Args:
        small: content by file name.
        control: names of the set's own files, which are no lists.
    """
    entries: dict[str, Entries] = {}
    unreadable: list[tuple[str, str]] = []
    there = {name.upper() for name in small} | {name.upper() for name in control}
    for name, data in sorted(small.items()):
        is_named = LIST_NAME.fullmatch(name) is not None
        if name in control or (not is_named and len(data) > LONGEST_LIST_BYTES):
            continue
        try:
            found = _in_one_folder(parse_checksum_list(data))
        except ValueError as exc:
            if is_named:
                unreadable.append((name, str(exc)))
            continue
        if is_named or any(listed.upper() in there for listed, _, _ in found):
            entries[name] = found
    return ChecksumLists(entries, tuple(unreadable))


def odd_headings(data: bytes) -> tuple[str, ...]:
    """Lines in brackets that are not the one heading known of such lists."""
    lines = (line.strip(" \t") for line in _LINE_ENDS.split(_text(data)))
    return tuple(line for line in lines if _HEADING.fullmatch(line) and line != CRC_HEADING)


def covered_files(small: Mapping[str, bytes]) -> frozenset[str]:
    """Names, in capitals, of all files that the readable lists among these have a checksum of."""
    lists = find_lists(small).entries.values()
    return frozenset(listed.upper() for entries in lists for listed, _, _ in entries)
