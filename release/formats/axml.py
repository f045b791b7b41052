"""The ``axml`` chunk with an ISRC: a little EBU Core document.

Source: EBU Tech 3352 (the shape is that of three independent public writers; the text of the standard was not seen).
"""

from __future__ import annotations

import re

from release.formats.riff import Chunk

_DOCUMENT = """\
<?xml version="1.0" encoding="UTF-8"?>
<ebucore:ebuCoreMain xmlns:dc="http://purl.org/dc/elements/1.1/" \
xmlns:ebucore="urn:ebu:metadata-schema:ebuCore_2012">
  <ebucore:coreMetadata>
    <ebucore:identifier typeLabel="GUID" typeDefinition="Globally Unique Identifier" formatLabel="ISRC" \
formatDefinition="International Standard Recording Code" \
formatLink="http://www.ebu.ch/metadata/cs/ebu_IdentifierTypeCodeCS.xml#3.7">
      <dc:identifier>ISRC:{isrc}</dc:identifier>
    </ebucore:identifier>
  </ebucore:coreMetadata>
</ebucore:ebuCoreMain>
"""

_COMPACT = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}")
_FOUND = re.compile(r"ISRC[:\s]*([A-Z]{2}[A-Z0-9]{3}[0-9]{7})(?![0-9A-Z])")


def axml_chunk(isrc: str) -> Chunk:
    """The chunk that says a file's ISRC; of even length, since some readers lose their way after a pad byte.

    Args:
        isrc: twelve characters, or with hyphens.

    Raises:
        ValueError: when it is no ISRC.
    """
    compact = isrc.replace("-", "")
    if not _COMPACT.fullmatch(compact):
        raise ValueError(f"not an ISRC: {isrc!r}")
    data = _DOCUMENT.format(isrc=compact).encode()
    return Chunk(b"axml", data + b"\n" * (len(data) & 1))


def read_isrc(data: bytes) -> str | None:
    """The ISRC in an ``axml`` chunk of any writer, as twelve characters; None when there is none."""
    found = _FOUND.search(data.decode("utf-8", "replace").replace("-", ""))
    return found[1] if found else None
