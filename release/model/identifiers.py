"""ISRC and EAN: parse, check, print. delivery.md section 4 names the sources."""

from __future__ import annotations

import re

ISRC_PATTERN = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}")


def parse_isrc(text: str) -> str:
    """The 12-character form of an ISRC; hyphens, spaces, case and a leading ``ISRC`` are forgiven.

    Raises:
        ValueError: saying what is wrong with it.

    Source: ISO 3901:2019.
    """
    plain = re.sub(r"[\s-]", "", text).upper()
    plain = plain.removeprefix("ISRC")
    if len(plain) != 12:
        raise ValueError(f"an ISRC has 12 characters, this one has {len(plain)}")
    if not ISRC_PATTERN.fullmatch(plain):
        raise ValueError("an ISRC is two letters, three letters or digits, and seven digits (AA-6Q7-20-00047)")
    return plain


def format_isrc(isrc: str) -> str:
    """An ISRC as it is printed: ``AA-6Q7-20-00047``."""
    return f"{isrc[:2]}-{isrc[2:5]}-{isrc[5:7]}-{isrc[7:]}"


def check_digit(payload: str) -> int:
    """GS1 check digit: weights 3, 1, 3, 1… from the right."""
    total = sum(int(digit) * (3, 1)[i % 2] for i, digit in enumerate(reversed(payload)))
    return (10 - total % 10) % 10


def parse_barcode(text: str) -> str:
    """A UPC-A or EAN-13 as written, without spaces and hyphens, its check digit verified.

    Raises:
        ValueError: saying what is wrong, with the digit that would be right.
    """
    plain = re.sub(r"[\s-]", "", text)
    if not (plain.isascii() and plain.isdigit()):
        raise ValueError("a barcode has digits only")
    if len(plain) not in (12, 13):
        raise ValueError(f"a UPC-A has 12 digits and an EAN-13 has 13, this one has {len(plain)}")
    if not plain.strip("0"):
        raise ValueError("a barcode of zeros names nothing")
    right = check_digit(plain[:-1])
    if int(plain[-1]) != right:
        raise ValueError(f"the check digit is {plain[-1]}, it should be {right} ({plain[:-1]}{right})")
    return plain


def to_ean13(barcode: str) -> str:
    """The 13-digit form that a disc carries: a UPC-A gets a leading zero."""
    return barcode.zfill(13)
