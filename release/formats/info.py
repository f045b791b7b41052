"""The ``LIST`` chunk of type ``INFO``: short texts under four-letter ids.

Texts end with a NUL. The character set is not said anywhere in the file; most readers take UTF-8, old ones a Windows
code page, so plain ASCII is read alike by all. The id ``ISRC`` means *source* here, not the recording code.
Source: Microsoft/IBM Multimedia Programming Interface 1.0, chapter 2 (INFO list).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from release.formats.riff import Chunk, chunks_to_bytes, parse_chunks

LIST_TYPE = b"INFO"

TITLE = "INAM"
ARTIST = "IART"
ALBUM = "IPRD"
COMMENT = "ICMT"
COPYRIGHT = "ICOP"
DATE = "ICRD"
GENRE = "IGNR"
TRACK_NUMBER = "ITRK"
ENGINEER = "IENG"
COMPOSER = "IMUS"
LANGUAGE = "ILNG"
SOFTWARE = "ISFT"


@dataclass(frozen=True, slots=True)
class InfoList:
    """Texts under their ids, in the order of the file.

    Raises:
        ValueError: when an id is not four ASCII characters, or a text holds a NUL.
    """

    entries: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        for entry_id, text in self.entries:
            if len(entry_id) != 4 or not entry_id.isascii():
                raise ValueError(f"an INFO id has four ASCII characters: {entry_id!r}")
            if "\0" in text:
                raise ValueError(f"the text of {entry_id} holds a NUL")

    def to_chunk(self) -> Chunk:
        """The chunk, texts in UTF-8."""
        chunks = (Chunk(entry_id.encode("ascii"), text.encode() + b"\0") for entry_id, text in self.entries)
        return Chunk(b"LIST", LIST_TYPE + chunks_to_bytes(chunks))

    @classmethod
    def from_bytes(cls, data: bytes) -> InfoList:
        """Read a LIST chunk's data; texts that are no UTF-8 are taken as Windows-1252.

        Raises:
            ValueError: when it is no INFO list, or damaged.
        """
        if data[:4] != LIST_TYPE:
            raise ValueError(f"a LIST of type {data[:4]!r} is no INFO list")
        return cls(tuple((chunk.id.decode("latin-1"), _text(chunk.data)) for chunk in parse_chunks(data[4:])))

    def get(self, entry_id: str) -> str | None:
        """The first text under an id."""
        return next((text for key, text in self.entries if key == entry_id), None)


def info_chunk(entries: Iterable[tuple[str, str]]) -> Chunk:
    """The chunk of some texts under their ids; empty texts are left out."""
    return InfoList(tuple((entry_id, text) for entry_id, text in entries if text)).to_chunk()


def _text(raw: bytes) -> str:
    raw = raw.split(b"\0", 1)[0]
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")
