"""Plain text for terminals and pipes: tables that fit, and titles that cannot do harm."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence

WIDTH = 80
_MIN_COLUMN = 8
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """Text without what could steer a terminal (escape sequences, direction overrides)."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def display_width(text: str) -> int:
    """Columns that a text takes: wide characters take two, combining ones none."""
    return sum(
        0
        if unicodedata.combining(c) or unicodedata.category(c) == "Cf"
        else 1 + (unicodedata.east_asian_width(c) in "WF")
        for c in text
    )


def shorten(text: str, width: int) -> str:
    """The text, cut with an ellipsis where it is wider."""
    if display_width(text) <= width:
        return text
    kept = ""
    for character in text:
        if display_width(kept + character) > width - 1:
            break
        kept += character
    return kept + "…"


def table(
    headers: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = (), width: int = WIDTH
) -> list[str]:
    """Lines of a table no wider than the terminal; the widest columns give way first.

    Args:
        headers: one per column.
        rows: cells as text.
        right: columns that are set flush right (numbers).
        width: of the terminal.
    """
    cells = [[printable(c).replace("\n", " ") for c in row] for row in (headers, *rows)]
    widths = [max(display_width(row[n]) for row in cells) for n in range(len(headers))]
    while sum(widths) + 2 * (len(widths) - 1) > width and max(widths) > _MIN_COLUMN:
        widths[widths.index(max(widths))] -= 1
    lines = []
    for n, row in enumerate(cells):
        line = "  ".join(_pad(shorten(c, widths[k]), widths[k], flush_right=k in right) for k, c in enumerate(row))
        lines.append(line.rstrip())
        if n == 0:
            lines.append("  ".join("-" * w for w in widths))
    return lines


def _pad(text: str, width: int, *, flush_right: bool) -> str:
    space = " " * (width - display_width(text))
    return space + text if flush_right else text + space


def wrap(text: str, *, indent: str = "", width: int = WIDTH) -> list[str]:
    """Lines of a paragraph, each with an indent; long words are kept whole, so that paths can be copied."""
    return textwrap.wrap(
        printable(text),
        width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [indent.rstrip()]


def hanging(text: str, *, indent: int, width: int = WIDTH, mark: str = "") -> list[str]:
    """Lines of a paragraph whose first line begins at the edge and whose others are set in; line breaks are folded.

    Whoever wrote a part of the text cannot make a line of it look like one of ours, however long it is.

    Args:
        text: the paragraph.
        indent: columns by which further lines are set in.
        width: of the terminal.
        mark: what further lines begin with behind the indent, where somebody else speaks.
    """
    return textwrap.wrap(
        printable(text),
        width,
        subsequent_indent=" " * indent + mark,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [""]


def bullets(texts: Iterable[str], *, width: int = WIDTH) -> list[str]:
    """Paragraphs as a list with dashes."""
    wrapped = [wrap(text, indent="    ", width=width) for text in texts]
    return [line for head, *rest in wrapped for line in (f"  - {head.strip()}", *rest)]


def number(value: float | None, decimals: int = 1) -> str:
    """A measured value; a dash where it was not measurable."""
    return "-" if value is None else f"{round(value, decimals) + 0.0:.{decimals}f}"


def byte_count(n_bytes: int) -> str:
    """``1.2 GB``."""
    value = float(n_bytes)
    for unit in ("B", "kB", "MB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"


def duration(seconds: float) -> str:
    """``45 s``, ``3 min``, ``1 h 20 min``: as exact as a guess deserves."""
    whole = max(round(seconds), 0)
    if whole < 90:
        return f"{whole} s"
    minutes = round(whole / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def plural(count: int, noun: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
