"""How findings quote what people wrote."""

from __future__ import annotations

LONGEST_QUOTE = 120


def quote(text: str) -> str:
    """The text in quotation marks on one line: controls and direction marks made visible, long texts cut."""
    plain = "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in text)
    return f"\u201c{plain if len(plain) <= LONGEST_QUOTE else plain[:LONGEST_QUOTE] + chr(0x2026)}\u201d"
