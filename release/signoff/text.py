"""Texts that people sign, and texts that arrive from strangers: nothing in them may look like something else."""

from __future__ import annotations

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

_JOINERS = "\u200c\u200d"
"""Zero-width joiners: Persian and Indic words and emoji need them; alone at an end they are only there to deceive."""
_MARKS = "\u200e\u200f\u061c"
"""Direction marks: right-to-left sentences need them; they turn no other text round."""
_BREAKS = "\n\t"
_BAD = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_SHORT = 200
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def is_tricky(character: str, allowed: str = _JOINERS) -> bool:
    """Whether a character can hide, steer a terminal or turn text round."""
    return character not in allowed and unicodedata.category(character) in _BAD


def check_line(text: str) -> str:
    """One line that reads as it is: normalised (NFC), no control, direction or invisible characters, no blanks around it.

    Raises:
        ValueError: naming the character.
    """
    text = unicodedata.normalize("NFC", text)
    for character in text:
        if is_tricky(character):
            name = unicodedata.name(character, f"U+{ord(character):04X}")
            raise ValueError(f"it has an invisible or steering character in it: {name}")
    if text != text.strip() or text[:1] in tuple(_JOINERS) or text[-1:] in tuple(_JOINERS):
        raise ValueError("it begins or ends with a blank")
    return text


def check_paragraphs(text: str) -> str:
    """Lines of text without control or direction-override characters; line breaks, tabs and direction marks may stand.

    Raises:
        ValueError: naming the character.
    """
    text = unicodedata.normalize("NFC", text)
    for character in text:
        if is_tricky(character, _JOINERS + _MARKS + _BREAKS):
            name = unicodedata.name(character, f"U+{ord(character):04X}")
            raise ValueError(f"it has an invisible or steering character in it: {name}")
    return text


def clean_paragraphs(value: object) -> object:
    """Text of a stranger with every steering character shown as U+FFFD: a comment is not thrown away for one."""
    if not isinstance(value, str):
        return value
    allowed = _JOINERS + _MARKS + _BREAKS
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(REPLACEMENT if is_tricky(c, allowed) else c for c in text)


def clean_line(value: object) -> object:
    """One line of a stranger's text, cleaned like paragraphs; line breaks become blanks."""
    value = clean_paragraphs(value)
    if not isinstance(value, str):
        return value
    return "".join(REPLACEMENT if is_tricky(c) else c for c in " ".join(value.split()))


def shorten_line(value: object) -> object:
    """One line of text that is there for people alone, cleaned and cut to 200 characters: whatever it is, it stops nobody."""
    value = clean_line(value)
    if not isinstance(value, str) or len(value) <= _SHORT:
        return value
    return value[: _SHORT - 1].rstrip() + "…"


Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(check_line)]
Line = Annotated[str, Field(max_length=500), AfterValidator(check_line)]
Paragraphs = Annotated[str, Field(max_length=10_000), AfterValidator(check_paragraphs)]
ForeignLine = Annotated[str, BeforeValidator(clean_line), Field(max_length=200)]
Shown = Annotated[str, BeforeValidator(shorten_line)]
ForeignParagraphs = Annotated[str, BeforeValidator(clean_paragraphs), Field(max_length=10_000)]
