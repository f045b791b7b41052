"""The types of the manifest's fields: parsers from :mod:`release.manifest.scalars` tied to pydantic and JSON Schema.

Every scalar arrives as text, exactly as written; the field's type decides what it means. Values that are already right
(defaults, values given from Python) pass.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from release.manifest import scalars
from release.manifest.scalars import ScalarError, TimeValue

Json = dict[str, Any]
_MOST_GUESSES, _LONGEST_GUESS, _MOST_LISTED = 300, 80, 40
"""Words compared and characters looked at in a guess, words listed where there is none."""


def fail(problem: str, remedy: str = "", code: str = "bad-value") -> PydanticCustomError:
    """The error that a validator raises; problem and remedy reach the reader unchanged."""
    return PydanticCustomError("manifest", "{problem}", {"problem": problem, "remedy": remedy, "code": code})


@dataclass(frozen=True, slots=True, eq=False)
class Scalar:
    """What a scalar field reads: parser of its text, name for messages, JSON Schema for editors."""

    parse: Callable[[str], Any]
    what: str
    schema: Mapping[str, Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Parse before the field's own type is checked."""
        return core_schema.no_info_before_validator_function(self.read, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> Json:
        """What editors accept: YAML's own numbers and switches included."""
        return dict(self.schema)

    def read(self, value: object) -> object:
        """The value of a written text; values that are no text pass."""
        if isinstance(value, Mapping | list | tuple):
            kind = "a mapping" if isinstance(value, Mapping) else "a list"
            raise fail(f"{self.what} is expected here, not {kind}", "write one value", "wrong-type")
        if value is None:
            raise fail(f"{self.what} is missing", "write it, or leave the whole entry out", "missing")
        if isinstance(value, bool):
            value = "true" if value else "false"
        elif isinstance(value, int | float):
            value = str(value)
        if not isinstance(value, str):
            return value
        try:
            return self.parse(value)
        except ScalarError as exc:
            raise fail(str(exc), exc.remedy, exc.code) from exc


def _within(parse: Callable[[str], float], low: float, high: float, unit: str) -> Callable[[str], float]:
    """The parser with a range; the message names the bound that was passed."""

    def read(text: str) -> float:
        value = parse(text)
        if not low <= value <= high:
            side = f"at least {low:g}" if value < low else f"at most {high:g}"
            raise ScalarError(
                f"{text.strip()} is out of range: {side} {unit}".rstrip(),
                f"use {low:g} to {high:g} {unit}".rstrip(),
                "out-of-range",
            )
        return value

    return read


def _time(text: str, *, least: str) -> TimeValue:
    value = scalars.parse_time(text)
    if value.is_negative and least != "any":
        raise ScalarError(f"{text.strip()} is negative", "write a time of 0 s or more", "negative")
    if value.is_zero and least == "more":
        raise ScalarError("a length of zero does nothing", "leave the key out, or write a longer time", "out-of-range")
    return value


def _line(text: str) -> str:
    """One line of text without control characters."""
    if re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", text):
        raise ScalarError("the text has a line break or a control character in it", "write it on one line")
    return text


def named_text(text: str) -> str:
    """One line of text with something in it."""
    if not text.strip():
        raise ScalarError("the text is empty", "write it out", "missing")
    return _line(text)


def _or_none(parse: Callable[[str], str]) -> Callable[[str], str]:
    """The parser, with an empty text for "there is none"."""
    return lambda text: parse(text) if text.strip() else ""


def path_text(text: str) -> str:
    """A path as written, if it is relative to the manifest."""
    if not text.strip():
        raise ScalarError("the path is empty", "write a path relative to the manifest", "missing")
    if "\x00" in text or "\n" in text:
        raise ScalarError("the path has a line break or a control character in it", "write it on one line")
    if text.startswith(("~", "/")) or re.match(r"[A-Za-z]:[\\/]|\\\\", text):
        raise ScalarError(
            f"'{text}' is not relative to the manifest", "write the path from the manifest's folder", "bad-path"
        )
    return text


def source_id(path: str) -> str:
    """A path as written, as the id of a source: relative to the manifest, with forward slashes."""
    return PurePosixPath(path).as_posix()


def _track_ref(text: str) -> str:
    head, at, version = text.partition("@")
    scalars.parse_word(head, "a track id")
    if at:
        scalars.parse_word(version, "the name of a version")
    return text


def _time_schema(note: str = "") -> Json:
    forms = "2 s, 250 ms, 3:41.250, 3:41:18 (min:s:CD frames), 150 frames, 9724344 samples"
    return {
        "type": ["string", "number"],
        "description": f"A time: {forms}; a bare number is seconds{note}.",
        "examples": ["2 s", "250 ms", "3:41.250"],
    }


def _quantity(unit: str, *examples: str, **more: Any) -> Json:
    return {"type": ["string", "number"], "x-unit": unit, "examples": list(examples), **more}


TEXT_SCHEMA: Json = {"type": ["string", "number", "boolean", "null"]}
"""Any scalar is a text where a text is expected: ``1999``, ``No``, ``null`` are titles."""
NAME_SCHEMA: Json = {"type": ["string", "number", "boolean"]}


def word(what: str) -> Scalar:
    """An id or name: a safe word."""
    return Scalar(lambda text: scalars.parse_word(text, what), what, NAME_SCHEMA)


def level(unit: str, low: float, high: float) -> Scalar:
    """A level in a unit, within a range."""
    parse = _within(lambda text: scalars.parse_level(text, unit), low, high, unit)
    return Scalar(parse, f"a level in {unit}", _quantity(unit, f"-1 {unit}", **{"x-range": [low, high]}))


def whole(low: int, high: int, what: str = "a whole number") -> Scalar:
    """A whole number within a range."""
    parse = _within(lambda text: scalars.parse_whole(text, what), low, high, "")
    return Scalar(parse, what, {"type": ["integer", "string"], "minimum": low, "maximum": high})


def choice(*words: str, **other: str) -> Scalar:
    """One of some words, in any case; ``other`` maps further spellings to them."""

    def parse(text: str) -> str:
        plain = text.strip().lower()
        plain = other.get(plain, plain)
        if plain in words:
            return plain
        raise ScalarError(f"'{text}' is not one of {', '.join(words)}", did_you_mean(text, words), "unknown-value")

    return Scalar(parse, "one of " + ", ".join(words), {"enum": [*words, *_yaml_twins((*words, *other))]})


def _yaml_twins(words: Iterable[str]) -> list[Any]:
    """What YAML readers make of some words: ``no`` may be False, ``16`` a number."""
    twins: list[Any] = []
    for text in words:
        if text in ("no", "yes", "true", "false"):
            twins.append(text in ("yes", "true"))
        elif text.isdigit():
            twins.append(int(text))
    return list(dict.fromkeys(twins))


def did_you_mean(text: str, words: Iterable[str]) -> str:
    """``did you mean x?`` for the nearest of some words, else a list of them (the first dozen)."""
    listed = list(words)
    wanted = text.strip().lower()[:_LONGEST_GUESS]
    likely = listed if len(listed) <= _MOST_GUESSES else sorted(listed, key=lambda w: abs(len(w) - len(wanted)))
    folded = {w.lower(): w for w in likely[:_MOST_GUESSES]}
    near = difflib.get_close_matches(wanted, folded, n=1, cutoff=0.6)
    if near:
        return f"did you mean {folded[near[0]]}?"
    shown = [*listed[:_MOST_LISTED], "…"] if len(listed) > _MOST_LISTED else listed
    return f"use one of {', '.join(shown)}" if listed else ""


Text = Annotated[str, Scalar(_line, "a text", TEXT_SCHEMA)]
NamedText = Annotated[str, Scalar(named_text, "a text", TEXT_SCHEMA)]
LongText = Annotated[str, Scalar(str, "a text", TEXT_SCHEMA)]
PathText = Annotated[str, Scalar(path_text, "a path", NAME_SCHEMA)]
ArtworkPath = Annotated[str, Scalar(_or_none(path_text), "a path", NAME_SCHEMA)]
Colour = Annotated[str, Scalar(_or_none(scalars.parse_colour), "a colour", {"type": "string", "examples": ["#14508c"]})]
TrackRef = Annotated[str, Scalar(_track_ref, "a track id", NAME_SCHEMA)]
AnyTime = Annotated[TimeValue, Scalar(lambda t: _time(t, least="any"), "a time", _time_schema("; may be negative"))]
Time = Annotated[TimeValue, Scalar(lambda t: _time(t, least="zero"), "a time", _time_schema())]
Length = Annotated[TimeValue, Scalar(lambda t: _time(t, least="more"), "a length", _time_schema("; longer than zero"))]
Number = Annotated[float, Scalar(scalars.parse_number, "a number", {"type": ["number", "string"], "examples": [-60]})]
Ratio = Annotated[float, Scalar(_within(scalars.parse_ratio, 0, 1, ""), "a part of one", _quantity("of one", "0.5"))]
Rate = Annotated[int, Scalar(scalars.parse_rate, "a sample rate", _quantity("Hz", "44.1 kHz", "96 kHz"))]
Bitrate = Annotated[int, Scalar(scalars.parse_bitrate, "a bit rate", _quantity("kb/s", "320"))]
Size = Annotated[int, Scalar(scalars.parse_size, "a size", _quantity("in", "12 in"))]
Speed = Annotated[int, Scalar(scalars.parse_speed, "a speed", _quantity("rpm", "33 rpm"))]
Tape = Annotated[int, Scalar(scalars.parse_tape, "a tape", _quantity("min", "C46"))]
IsrcText = Annotated[
    str, Scalar(_or_none(scalars.parse_isrc_text), "an ISRC", {"type": "string", "examples": ["GB-LTR-26-00001"]})
]
Barcode = Annotated[
    str,
    Scalar(
        _or_none(scalars.parse_barcode_text), "a barcode", {"type": ["string", "number"], "examples": ["4006381333931"]}
    ),
]
Date = Annotated[date, Scalar(scalars.parse_date, "a date", {"type": "string", "examples": ["2026-12-04"]})]
_LANGUAGE_SCHEMA: Json = {"type": ["string", "boolean"], "examples": ["en"]}
Language = Annotated[str, Scalar(scalars.parse_language, "a language code", _LANGUAGE_SCHEMA)]
LanguageOrNone = Annotated[str, Scalar(_or_none(scalars.parse_language), "a language code", _LANGUAGE_SCHEMA)]
Switch = Annotated[bool, Scalar(scalars.parse_switch, "yes or no", {"enum": [True, False, "yes", "no", "on", "off"]})]


def also(*schemas: Json) -> Json:
    """Further forms of a field for editors, where a validator reads more than the type says."""
    return {"x-also": list(schemas)}


class ManifestModel(BaseModel):
    """Base of all manifest models: frozen, unknown keys refused, an empty value is a key left out.

    A model with a ``shorthand`` may be written as one scalar, which then is that field (``gap: 2 s``).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    shorthand: ClassVar[str] = ""

    @model_validator(mode="before")
    @classmethod
    def read_mapping(cls, value: object) -> object:
        """Open a shorthand and drop keys that hold nothing."""
        if cls.shorthand and isinstance(value, str | int | float | TimeValue) and not isinstance(value, bool):
            return {cls.shorthand: value}
        if not isinstance(value, Mapping):
            return value
        known = {f.alias or name for name, f in cls.model_fields.items()}
        return {key: item for key, item in value.items() if item is not None or key not in known}
