"""Fixed-width ASCII records: fields declared once, turned into bytes and back.

Every DDP record is text of a fixed length. What is not used is spaces, never NUL; text stands left, numbers right.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

Record = TypeVar("Record")


class DdpLimit(ValueError):  # noqa: N818 - named for what it says
    """The disc cannot be written as a DDP set; the message says why."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a field stands, and how numbers in it are filled up.

    Attributes:
        offset: first byte.
        width: bytes.
        is_number: right-aligned decimal; None is written as spaces.
        fill: character before the number's digits; empty leaves the choice to the dialect.
    """

    offset: int
    width: int
    is_number: bool = False
    fill: str = ""


def text(offset: int, width: int) -> Any:
    """Declare a text field: left-aligned, empty by default."""
    return field(default="", metadata={"slot": Slot(offset, width)})


def number(offset: int, width: int, *, fill: str = "") -> Any:
    """Declare a number field: right-aligned, None (spaces) by default."""
    return field(default=None, metadata={"slot": Slot(offset, width, is_number=True, fill=fill)})


def encode_record(record: Any, size: int, *, fill: str = "0") -> bytes:
    """The bytes of a record whose fields were declared with ``text`` and ``number``.

    Args:
        record: a dataclass instance.
        size: bytes of the whole record.
        fill: what stands before numbers whose field has no fill of its own.

    Raises:
        DdpLimit: when a value does not fit its field or is not printable ASCII.
    """
    data = bytearray(b" " * size)
    for item in fields(record):
        slot: Slot = item.metadata["slot"]
        value = getattr(record, item.name)
        if slot.is_number:
            written = "" if value is None else str(value).rjust(slot.width, slot.fill or fill)
        else:
            written = value.ljust(slot.width)
        if len(written) > slot.width:
            raise DdpLimit(f"{item.name} has {slot.width} characters in a DDP set; {value!r} does not fit")
        if not (written.isascii() and (written.isprintable() or not written)):
            raise DdpLimit(f"{item.name} takes printable ASCII only in a DDP set, not {value!r}")
        if written:
            data[slot.offset : slot.offset + slot.width] = written.encode("ascii")
    return bytes(data)


def decode_record(kind: type[Record], data: bytes) -> Record:
    """The record that ``encode_record`` made these bytes of; padding is stripped.

    Raises:
        ValueError: when a number field holds something else, or the bytes are not ASCII.
    """
    values: dict[str, str | int | None] = {}
    for item in fields(kind):  # type: ignore[arg-type]
        slot: Slot = item.metadata["slot"]
        read = data[slot.offset : slot.offset + slot.width].decode("ascii")
        if slot.is_number:
            values[item.name] = int(read) if read.strip() else None
        else:
            values[item.name] = read.rstrip(" ")
    return kind(**values)
