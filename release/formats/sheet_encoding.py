"""In which characters a CUE sheet or a TOC was written: sheets do not say, so their bytes are looked at."""

from __future__ import annotations

import codecs
import re

_PAIR = rb"(?:[\x81-\x9f\xe0-\xfc][\x40-\x7e\x80-\xfc])"
_LONE_PAIR = re.compile(rb"(?<![\x80-\xff])" + _PAIR + rb"(?![\x80-\xff])")
_PAIRS = re.compile(_PAIR)
_C1 = re.compile(rb"[\x80-\x9f]")

ENCODING_NAMES = {"utf-8": "UTF-8", "cp1252": "Windows-1252", "cp932": "Shift-JIS"}
"""Encodings that a person is told of; ASCII and ISO-8859-1 are what sheets are meant to have."""


def sheet_encoding(data: bytes) -> str:
    """The Python codec of a sheet: ``ascii``, ``utf-8``, ``utf-8-sig``, ``cp932``, ``cp1252`` or ``latin-1``.

    Text of a single-byte set that is valid UTF-8 by chance is next to unknown. Shift-JIS is told from Western text by
    its letters of two bytes, which follow each other there and stand alone among plain letters in the other.
    """
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig" if _decodes(data, "utf-8-sig") else "latin-1"
    if data.isascii():
        return "ascii"
    if _decodes(data, "utf-8"):
        return "utf-8"
    if _C1.search(data) is None:
        return "latin-1"
    pairs, alone = len(_PAIRS.findall(data)), len(_LONE_PAIR.findall(data))
    if 2 * alone < pairs and _decodes(data, "cp932"):
        return "cp932"
    return "cp1252" if _decodes(data, "cp1252") else "latin-1"


def _decodes(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return False
    return True
