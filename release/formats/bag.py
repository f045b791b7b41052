"""BagIt: the few text files that make a bag of a folder.

::

    bagit.txt             two lines, version and encoding
    bag-info.txt          labels: Payload-Oxum is bytes.files of data/
    manifest-sha256.txt   "<digest>  data/path", one line for each payload file
    tagmanifest-sha256.txt  the same for every other file but itself

Source: RFC 8493, sections 2.1 to 2.2; line breaks and ``%`` in paths are percent-encoded (2.1.3).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
BAGIT, INFO, FETCH = "bagit.txt", "bag-info.txt", "fetch.txt"
MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
PAYLOAD = "data"
_LINE = re.compile(r"([0-9a-fA-F]{32,128})[ \t]+\*?(.+)")
_DECLARED = re.compile(r"BagIt-Version: (\d+\.\d+)\nTag-File-Character-Encoding: UTF-8\n?")
_LENGTHS = {"md5": 32, "sha1": 40, "sha256": 64, "sha512": 128}
_MANIFEST_NAME = re.compile(r"(tag)?manifest-([a-z0-9]+)\.txt")


def manifest_text(digests: Mapping[str, str]) -> bytes:
    """A manifest, as ``sha256sum -c`` reads it too; paths in order of their bytes."""
    lines = [f"{digest}  {_encode(path)}\n" for path, digest in sorted(digests.items(), key=lambda i: i[0].encode())]
    return "".join(lines).encode()


def info_text(labels: Sequence[tuple[str, str]], n_bytes: int, n_files: int) -> bytes:
    """``bag-info.txt``: labels in order, then the payload's size."""
    lines = [f"{name}: {' '.join(value.split())}\n" for name, value in labels if value.strip()]
    return "".join([*lines, f"Payload-Oxum: {n_bytes}.{n_files}\n"]).encode()


def parse_declaration(data: bytes) -> str:
    """The version of a bag.

    Raises:
        ValueError: when this is no declaration.
    """
    found = _DECLARED.fullmatch(data.decode("utf-8", errors="replace").replace("\r\n", "\n"))
    if found is None:
        raise ValueError("bagit.txt does not declare a bag in UTF-8")
    return found[1]


def parse_manifest(data: bytes, algorithm: str) -> dict[str, str]:
    """Digest by path.

    Raises:
        ValueError: for a line that is none, or a path that stands twice.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(data.decode("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        match = _LINE.fullmatch(line)
        if match is None or len(match[1]) != _LENGTHS[algorithm]:
            raise ValueError(f"line {number} is no {algorithm} and path")
        path = _decode(match[2])
        if path in found:
            raise ValueError(f"line {number} names a file that was named before")
        found[path] = match[1].lower()
    return found


def parse_oxum(data: bytes) -> tuple[int, int] | None:
    """Bytes and files of the payload as ``bag-info.txt`` has them; None where it does not say."""
    for line in data.decode("utf-8", errors="replace").splitlines():
        match = re.fullmatch(r"Payload-Oxum:\s*(\d{1,18})\.(\d{1,9})\s*", line, re.IGNORECASE)
        if match:
            return int(match[1]), int(match[2])
    return None


def manifest_algorithm(name: str) -> tuple[bool, str] | None:
    """Whether a file is a tag manifest, and its algorithm; None for other files and algorithms that are not known."""
    match = _MANIFEST_NAME.fullmatch(name)
    return (match[1] is not None, match[2]) if match and match[2] in _LENGTHS else None


def _encode(path: str) -> str:
    return path.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _decode(path: str) -> str:
    return re.sub(r"%(25|0[Aa]|0[Dd])", lambda m: {"25": "%", "0A": "\n", "0D": "\r"}[m[1].upper()], path)
