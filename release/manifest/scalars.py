"""What a written scalar means: times, levels, rates, sizes, codes, dates. Pure text in, exact values out.

Every parser takes the text as it stands in the manifest and raises :class:`ScalarError` with a remedy. A bare number is
read in the unit that the parser is asked for.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from release.model.identifiers import format_isrc, parse_barcode, parse_isrc
from release.units import PROGRAMME_RATES_HZ, round_half_up

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_QUANTITY = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*([^\d\s.,].*)?", re.ASCII | re.DOTALL)
_LONGEST = 32
"""Characters in a number: more is a slip or an attack, never a quantity."""

_TIME_UNITS = {"s": Fraction(1), "sec": Fraction(1), "ms": Fraction(1, 1000), "min": Fraction(60)}
_LEVEL_UNITS = ("LUFS", "LU", "dBTP", "dBFS", "dB")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*", re.ASCII | re.IGNORECASE)
_WORD = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}", re.ASCII | re.IGNORECASE)


class ScalarError(ValueError):
    """A scalar that cannot be read as its field demands.

    Attributes:
        remedy: what to write instead.
        code: short stable word for programs.
    """

    def __init__(self, problem: str, remedy: str = "", code: str = "bad-value") -> None:
        super().__init__(problem)
        self.remedy = remedy
        self.code = code


@dataclass(frozen=True, slots=True)
class TimeValue:
    """A length or position, exact until a format forces a rounding.

    Attributes:
        amount: seconds, or samples when ``in_samples``.
        in_samples: True for ``9724344 samples``: of the source's rate in ``trim``, of the programme's elsewhere.
    """

    amount: Fraction
    in_samples: bool = False

    def seconds(self, rate_hz: int) -> Fraction:
        """Exact seconds; ``rate_hz`` is that of the samples counted."""
        return self.amount / rate_hz if self.in_samples else self.amount

    def to_samples(self, rate_hz: int, *, counted_at_hz: int | None = None) -> int:
        """The nearest sample at ``rate_hz``, halves upwards.

        Args:
            rate_hz: rate of the answer.
            counted_at_hz: rate of the samples that were written, where it is another (a source's own).
        """
        if self.in_samples and counted_at_hz in (None, rate_hz):
            return int(self.amount)
        return round_half_up(self.seconds(counted_at_hz or rate_hz) * rate_hz)

    @property
    def is_negative(self) -> bool:
        """True below zero."""
        return self.amount < 0

    @property
    def is_zero(self) -> bool:
        """True for nothing at all."""
        return self.amount == 0

    def __str__(self) -> str:
        """The shortest way to write it; reading that gives the same value."""
        if self.in_samples:
            return f"{self.amount} samples"
        decimal = _exact_decimal(self.amount)
        if decimal is not None:
            return f"{decimal} s"
        frames = self.amount * 75
        return f"{frames} frames" if frames.denominator == 1 else f"{float(self.amount)} s"


def _exact_decimal(value: Fraction) -> str | None:
    """The value as a finite decimal, or None when it has none."""
    denominator, places = value.denominator, 0
    while denominator % 10 == 0:
        denominator //= 10
        places += 1
    for factor in (2, 5):
        while denominator % factor == 0:
            denominator //= factor
            places += 1
    if denominator != 1:
        return None
    digits = abs(value.numerator) * 10**places // value.denominator
    text = str(digits).rjust(places + 1, "0")
    whole, fraction = (text[:-places], text[-places:].rstrip("0")) if places else (text, "")
    return ("-" if value < 0 else "") + whole + (f".{fraction}" if fraction else "")


def _clean(text: str) -> str:
    """The text without outer blanks and with the typographic minus made plain."""
    return text.strip().replace("\N{MINUS SIGN}", "-")


def _split_quantity(text: str, what: str, example: str) -> tuple[Fraction, str]:
    """Number and unit (empty for a bare number) of ``-14 LUFS``."""
    plain = _clean(text)
    match = _QUANTITY.fullmatch(plain) if len(plain) <= 2 * _LONGEST else None
    if match is None or len(match[1]) > _LONGEST:
        remedy = f"write it like {example}"
        if re.fullmatch(r"[+-]?\d+,\d+(\s*\D.*)?", plain):
            remedy = f"write a point, not a comma: {plain.replace(',', '.', 1)}"
        raise ScalarError(f"{_quote(text)} is not {what}", remedy)
    return Fraction(match[1]), (match[2] or "").strip()


def _quote(text: str) -> str:
    """The text in quotes, cut where it is long."""
    shown = text if len(text) <= 40 else text[:39] + "…"
    return f"'{shown}'" if shown.strip() else "an empty value"


def parse_number(text: str, what: str = "a number") -> float:
    """A plain decimal number.

    Raises:
        ScalarError: for anything else.
    """
    plain = _clean(text)
    if len(plain) > _LONGEST or not _NUMBER.fullmatch(plain):
        raise ScalarError(f"{_quote(text)} is not {what}", "write a plain number like 1.5")
    return float(plain)


def parse_whole(text: str, what: str = "a whole number") -> int:
    """A whole number.

    Raises:
        ScalarError: for anything else.
    """
    plain = _clean(text)
    if len(plain) > _LONGEST or not re.fullmatch(r"[+-]?\d+", plain, re.ASCII):
        raise ScalarError(f"{_quote(text)} is not {what}", "write a whole number like 3")
    return int(plain)


LONGEST_S = 24 * 3600
"""No programme is as long; more is a unit mistaken for another."""
HIGHEST_RATE_HZ = 384_000


def parse_time(text: str) -> TimeValue:
    """A time: ``2 s``, ``250 ms``, ``3:41.250``, ``3:41:18``, ``150 frames``, ``9724344 samples``; bare: seconds.

    Raises:
        ScalarError: saying which part is wrong.
    """
    value = _parse_clock(text) if ":" in text else _parse_quantity(text)
    if abs(value.amount) > LONGEST_S * (HIGHEST_RATE_HZ if value.in_samples else 1):
        raise ScalarError(f"{_quote(text)} is longer than 24 hours", "check the unit; bare numbers are seconds")
    return value


def _parse_quantity(text: str) -> TimeValue:
    """A number with its unit."""
    example = "2 s, 250 ms, 3:41.250, 3:41:18 (min:s:CD frames), 150 frames or 9724344 samples"
    amount, unit = _split_quantity(text, "a time", example)
    if not unit:
        return TimeValue(amount)
    scale = _TIME_UNITS.get(unit.lower())
    if scale is not None:
        return TimeValue(amount * scale)
    if unit.lower() in ("frame", "frames", "sample", "samples"):
        if amount.denominator != 1:
            raise ScalarError(f"{_quote(text)}: {unit} are counted whole", f"write {round_half_up(amount)} {unit}")
        return TimeValue(amount, in_samples=True) if unit.lower().startswith("sample") else TimeValue(amount / 75)
    raise ScalarError(f"{_quote(text)} is not a time: '{unit}' is no unit of time", f"write it like {example}")


def _parse_clock(text: str) -> TimeValue:
    """``m:ss``, ``m:ss.mmm`` or ``m:ss:ff`` with CD frames."""
    plain = _clean(text)
    sign, body = (-1, plain[1:]) if plain.startswith("-") else (1, plain.removeprefix("+"))
    parts = body.split(":")
    whole = all(re.fullmatch(r"\d{1,9}", p, re.ASCII) for p in parts[:2])
    if len(parts) == 3 and whole and re.fullmatch(r"\d{1,2}", parts[2], re.ASCII):
        minutes, seconds, frames = (int(p) for p in parts)
        if frames > 74:
            raise ScalarError(
                f"{_quote(text)} is not a time: CD frames run from 0 to 74",
                f"three parts are min:s:CD frames; hours are written in minutes ({minutes * 60 + seconds}:{frames:02})",
            )
        amount = Fraction(minutes * 60 + seconds) + Fraction(frames, 75)
    elif (
        len(parts) == 2
        and re.fullmatch(r"\d{1,9}", parts[0], re.ASCII)
        and re.fullmatch(r"\d{1,2}(\.\d{0,20})?", parts[1], re.ASCII)
    ):
        seconds = math.floor(Fraction(parts[1]))
        amount = int(parts[0]) * 60 + Fraction(parts[1])
    else:
        raise ScalarError(
            f"{_quote(text)} is not a time",
            "write min:s (3:41), min:s.decimals (3:41.250) or min:s:CD frames (3:41:18)",
        )
    if seconds > 59:
        raise ScalarError(f"{_quote(text)} is not a time: seconds run from 0 to 59", "write more minutes")
    return TimeValue(sign * amount)


def parse_level(text: str, unit: str) -> float:
    """A level in the unit asked for (``LUFS``, ``LU``, ``dBTP``, ``dBFS`` or ``dB``); bare: that unit.

    Raises:
        ScalarError: for another unit, naming the one expected.
    """
    what = f"a level in {unit}"
    amount, written = _split_quantity(text, what, f"-1 {unit}")
    if written and written.lower() != unit.lower():
        number = _clean(text)[: -len(written)].strip()
        known = next((u for u in _LEVEL_UNITS if u.lower() == written.lower()), None)
        said = f"{known} is another unit" if known else f"'{written}' is no unit of level"
        raise ScalarError(f"{_quote(text)} is not {what}: {said}", f"write {number} {unit}", "wrong-unit")
    return float(amount)


def parse_frequency(text: str) -> float:
    """A frequency in Hz: ``110 Hz``, ``1.2 kHz``; bare: Hz.

    Raises:
        ScalarError: for anything else.
    """
    return float(_parse_hz(text, "a frequency", "110 Hz or 1.2 kHz"))


def _parse_hz(text: str, what: str, example: str) -> Fraction:
    amount, unit = _split_quantity(text, what, example)
    scale = {"": 1, "hz": 1, "khz": 1000}.get(unit.lower())
    if scale is None:
        raise ScalarError(
            f"{_quote(text)} is not {what}: '{unit}' is no unit of it", f"write it like {example}", "wrong-unit"
        )
    return amount * scale


def parse_rate(text: str) -> int:
    """A sample rate in Hz: ``44.1 kHz``, ``96 kHz``, ``96000 Hz``; bare: Hz.

    Raises:
        ScalarError: for a rate that no programme can have.
    """
    hz = _parse_hz(text, "a sample rate", "44.1 kHz")
    if hz in PROGRAMME_RATES_HZ:
        return int(hz)
    rates = ", ".join(format_rate(r).removesuffix(" kHz") for r in PROGRAMME_RATES_HZ)
    hint = f"; did you mean {format_rate(int(hz * 1000))}?" if hz * 1000 in PROGRAMME_RATES_HZ else ""
    raise ScalarError(f"{_quote(text)} is not a sample rate of a programme", f"use {rates} kHz{hint}")


def format_rate(hz: int) -> str:
    """``44.1 kHz`` of 44100."""
    return f"{hz / 1000:g} kHz"


def parse_size(text: str) -> int:
    """The diameter of a record in inches: 7, 10 or 12.

    Raises:
        ScalarError: for another.
    """
    amount, unit = _split_quantity(text.replace("″", '"'), "the size of a record", "12 in")
    if unit.lower() not in ("", "in", "inch", "inches", '"') or amount not in (7, 10, 12):
        raise ScalarError(f"{_quote(text)} is not the size of a record", "write 7 in, 10 in or 12 in")
    return int(amount)


def parse_speed(text: str) -> int:
    """The speed of a record: 33 (33 1/3) or 45 rpm.

    Raises:
        ScalarError: for another.
    """
    plain = re.sub(r"\s*rpm$", "", _clean(text).lower())
    speeds = {"33": 33, "33 1/3": 33, "33⅓": 33, "33.3": 33, "33.33": 33, "45": 45}
    if plain not in speeds:
        raise ScalarError(f"{_quote(text)} is not a speed of a record", "write 33 rpm or 45 rpm")
    return speeds[plain]


def parse_tape(text: str) -> int:
    """The minutes of both sides of a cassette: ``C46`` is 46.

    Raises:
        ScalarError: for anything else.
    """
    match = re.fullmatch(r"[Cc]?\s?-?(\d{1,3})", _clean(text), re.ASCII)
    if not match or not 2 <= int(match[1]) <= 120:
        raise ScalarError(f"{_quote(text)} is not a tape", "write C and the minutes of both sides: C46, C60, C90")
    return int(match[1])


def parse_bitrate(text: str) -> int:
    """A bit rate in kb/s: ``320``, ``320 kb/s``; bare: kb/s.

    Raises:
        ScalarError: for anything else.
    """
    amount, unit = _split_quantity(text, "a bit rate", "320")
    if unit.lower() not in ("", "kb/s", "kbps", "kbit/s", "k") or amount.denominator != 1 or amount <= 0:
        raise ScalarError(f"{_quote(text)} is not a bit rate in kb/s", "write it like 320 or 320 kb/s")
    return int(amount)


def parse_ratio(text: str) -> float:
    """A part of one: ``0.5`` or ``50 %``.

    Raises:
        ScalarError: for anything else.
    """
    amount, unit = _split_quantity(text, "a part of one", "0.5 or 50 %")
    if unit not in ("", "%"):
        raise ScalarError(f"{_quote(text)} is not a part of one", "write it like 0.5 or 50 %")
    return float(amount / 100 if unit else amount)


def parse_isrc_text(text: str) -> str:
    """The 12 characters of an ISRC; hyphens and case are forgiven.

    Raises:
        ScalarError: saying what is wrong with it.
    """
    try:
        return parse_isrc(text)
    except ValueError as exc:
        raise ScalarError(f"{_quote(text)} is not an ISRC: {exc}", "write it like GB-LTR-26-00001", "bad-isrc") from exc


def parse_barcode_text(text: str) -> str:
    """A UPC-A or EAN-13 with its check digit verified.

    Raises:
        ScalarError: saying what is wrong, with the right digit.
    """
    try:
        return parse_barcode(text)
    except ValueError as exc:
        remedy = "compare it with the number under the bars"
        if "digits and an EAN-13" in str(exc):
            remedy = "write all 12 or 13 digits, the check digit included"
        raise ScalarError(f"{_quote(text)} is not a barcode: {exc}", remedy, "bad-barcode") from exc


def parse_date(text: str) -> date:
    """A date ``2026-12-04``.

    Raises:
        ScalarError: for another form, or for a day that no calendar has.
    """
    plain = _clean(text)
    match = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", plain, re.ASCII)
    if not match:
        raise ScalarError(f"{_quote(text)} is not a date", "write year-month-day: 2026-12-04", "bad-date")
    try:
        value = date(*(int(part) for part in match.groups()))
    except ValueError as exc:
        raise ScalarError(
            f"{_quote(text)} is not a date: {exc}", "write year-month-day: 2026-12-04", "bad-date"
        ) from exc
    if plain != value.isoformat():
        raise ScalarError(f"{_quote(text)} is not a date", f"write {value.isoformat()}", "bad-date")
    return value


_LANGUAGE_NAMES = {
    "english": "en", "german": "de", "deutsch": "de", "french": "fr", "spanish": "es", "italian": "it", "japanese": "ja",
    "portuguese": "pt", "dutch": "nl", "swedish": "sv", "norwegian": "no", "danish": "da", "finnish": "fi", "polish": "pl",
    "chinese": "zh", "korean": "ko", "russian": "ru", "instrumental": "zxx",
}  # fmt: skip


def parse_language(text: str) -> str:
    """A language tag (BCP 47): ``en``, ``ja``, ``pt-BR``; ``zxx`` for no words at all.

    Raises:
        ScalarError: for anything else.
    """
    plain = _clean(text)
    if not _LANGUAGE.fullmatch(plain) or len(plain) > 35:
        known = _LANGUAGE_NAMES.get(plain.lower())
        remedy = f"did you mean {known}?" if known else "write a code like en, de, ja or pt-BR; zxx for no words"
        raise ScalarError(f"{_quote(text)} is not a language code", remedy)
    head, *rest = plain.split("-")
    return "-".join([head.lower(), *(part.upper() if len(part) == 2 else part for part in rest)])


def parse_switch(text: str) -> bool:
    """``yes`` or ``no`` (also true, false, on, off).

    Raises:
        ScalarError: for anything else.
    """
    value = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}.get(_clean(text).lower())
    if value is None:
        raise ScalarError(f"{_quote(text)} is neither yes nor no", "write true or false")
    return value


def parse_colour(text: str) -> str:
    """``#14508c``: red, green and blue, two hexadecimal digits each, in lower case.

    Raises:
        ScalarError: for anything else.
    """
    if re.fullmatch(r"#[0-9A-Fa-f]{6}", text.strip()):
        return text.strip().lower()
    raise ScalarError(f"'{text}' is no colour", 'write it as "#14508c", in quotes: # begins a comment otherwise')


def parse_word(text: str, what: str) -> str:
    """A word that is safe in file names, keys and reports: letters, digits, ``-`` and ``_``, at most 64.

    Raises:
        ScalarError: for anything else, with a word that would do.
    """
    if _WORD.fullmatch(text):
        return text
    proposal = re.sub(r"[^a-z0-9_-]+", "-", text.lower(), flags=re.ASCII).strip("-_")[:64]
    remedy = "use letters, digits, - and _ only, a letter or digit first" + (f": {proposal}" if proposal else "")
    raise ScalarError(f"{_quote(text)} is not {what}", remedy, "bad-word")


def show_isrc(isrc: str) -> str:
    """An ISRC as people write it."""
    return format_isrc(isrc)
