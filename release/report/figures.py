"""How numbers are printed in every document: one place, so that HTML, PDF and text cannot differ."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

NOT_MEASURABLE = "–"
"""Printed where a number does not exist (silence, too short); the documents explain the dash."""

STATUS_WORDS = {"pass": "Pass", "note": "Note", "warn": "Warning", "fail": "Failure", "error": "Check error"}
STATUS_PLURALS = {"pass": "passes", "note": "notes", "warn": "warnings", "fail": "failures", "error": "check errors"}
STATUS_ORDER = ("error", "fail", "warn", "note")

KIND_ORDER = ("streaming", "download", "cd", "vinyl", "cassette")

LOSSY_FORMATS = ("mp3", "aac", "opus", "vorbis")


def level(value: float | None, decimals: int = 1) -> str:
    """A level with a true minus sign; never minus zero; the dash when not measurable."""
    if value is None:
        return NOT_MEASURABLE
    text = f"{value:.{decimals}f}"
    return text.replace("-", "−") if float(text) else f"{0:.{decimals}f}"


def gain(value: float | None) -> str:
    """A gain with its sign, two decimals: ``+1.25``, ``−0.50``, ``0.00``."""
    if value is None:
        return NOT_MEASURABLE
    text = f"{value:+.2f}"
    return text.replace("-", "−") if float(text) else "0.00"


def clock(samples: int, rate_hz: int) -> str:
    """``m:ss.mmm`` of a position, rounded to the millisecond."""
    milliseconds = (samples * 1000 * 2 + rate_hz) // (2 * rate_hz)
    sign, milliseconds = ("−", -milliseconds) if milliseconds < 0 else ("", milliseconds)
    return f"{sign}{milliseconds // 60_000}:{milliseconds // 1000 % 60:02}.{milliseconds % 1000:03}"


def clock_seconds(seconds: float) -> str:
    """``m:ss.mmm`` of seconds."""
    return clock(round(seconds * 1_000_000), 1_000_000)


def duration(samples: int, rate_hz: int) -> str:
    """``m:ss``, hours where there are any."""
    seconds = (samples * 2 + rate_hz) // (2 * rate_hz)
    if seconds >= 3600:
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{seconds // 60}:{seconds % 60:02}"


def rate(rate_hz: int | None) -> str:
    """``44.1 kHz``; the dash for none."""
    return NOT_MEASURABLE if rate_hz is None else f"{rate_hz / 1000:g} kHz"


def size(n_bytes: int) -> str:
    """Bytes in the largest unit that leaves at least one: ``23.4 MB`` (decimal)."""
    for unit, divisor in (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000)):
        if n_bytes >= divisor:
            return f"{n_bytes / divisor:.1f} {unit}"
    return f"{n_bytes} bytes"


def isrc(code: str | None) -> str:
    """``GB-LTR-26-00001``; empty when there is none."""
    if not code or len(code) != 12:
        return code or ""
    return f"{code[:2]}-{code[2:5]}-{code[5:7]}-{code[7:]}"


def groups(digest: str, width: int = 16) -> tuple[str, ...]:
    """A digest in pieces, so that lines may break between them and nowhere else."""
    return tuple(digest[i : i + width] for i in range(0, len(digest), width))


def count(amount: int, one: str, many: str = "") -> str:
    """``1 track``, ``2 tracks``."""
    return f"{amount} {one if amount == 1 else (many or one + 's')}"


def sentence(pieces: Sequence[str]) -> str:
    """``a, b and c``."""
    return " and ".join(filter(None, [", ".join(pieces[:-1]), pieces[-1]])) if pieces else ""


def visible(text: Any) -> str:
    """User text for print: line ends are spaces, control and direction-changing characters made visible."""
    plain = str(text).replace("\r\n", " ").replace("\n", " ").replace("\t", " ")
    return "".join("\ufffd" if unicodedata.category(c) in {"Cc", "Cs"} or c in _NOT_TEXT else c for c in plain)


def name(text: Any, limit: int = 160) -> str:
    """A title or name for print: as :func:`visible`, and cut where no table could hold it; the files carry it whole."""
    shown = visible(text)
    return shown if len(shown) <= limit else f"{shown[:limit]}… ({len(shown)} characters)"


def prose(text: Any) -> str:
    """A sentence for print: as :func:`visible`, and a hyphen before a number becomes a minus sign; cut at 1500 characters."""
    return name(_NEGATIVE.sub("−", visible(text)), 1500)


def isolated(text: str) -> str:
    """A name amid other words: one that is written from right to left is kept from turning its surroundings round.

    Source: Unicode Standard Annex 9, explicit directional isolates; as :func:`visible` leaves no isolate of the user's own
    standing, these are always closed.
    """
    is_turned = any(unicodedata.bidirectional(c) in {"R", "AL", "AN"} for c in text)
    return f"\u2068{text}\u2069" if is_turned else text


_NEGATIVE = re.compile(r"(?<![^\s(])-(?=\d)")

# Overrides and isolates of writing direction, and the two code points that XML forbids.
_NOT_TEXT = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffe\uffff")
