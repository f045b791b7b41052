"""Codes of CD-TEXT: pack types, languages, genres, character sets.

Source: cd.md 4.2 and 4.6; languages as libburn's ``cdtext.txt`` lists them after EBU Tech 3264 appendix 3; genres as
Apple's DiscRecording headers and libcdio 2.1.0 list them (libburn differs from 0x1A on).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

TITLE, PERFORMER, SONGWRITER, COMPOSER, ARRANGER, MESSAGE = range(0x80, 0x86)
DISC_ID = 0x86
GENRE = 0x87
CODES = 0x8E
SIZE_INFO = 0x8F

TEXT_FIELDS: Mapping[int, str] = MappingProxyType(
    {
        TITLE: "title",
        PERFORMER: "performer",
        SONGWRITER: "songwriter",
        COMPOSER: "composer",
        ARRANGER: "arranger",
        MESSAGE: "message",
    }
)
"""Pack type to the field of ``DiscText`` that it carries."""

CHARSETS: Mapping[str, int] = MappingProxyType({"latin-1": 0x00, "ascii": 0x01, "ms-jis": 0x80})

LANGUAGES: Mapping[str, int] = MappingProxyType(
    {
        "": 0x00, "und": 0x00, "sq": 0x01, "br": 0x02, "ca": 0x03, "hr": 0x04, "cy": 0x05, "cs": 0x06, "da": 0x07, "de": 0x08,
        "en": 0x09, "es": 0x0A, "eo": 0x0B, "et": 0x0C, "eu": 0x0D, "fo": 0x0E, "fr": 0x0F, "fy": 0x10, "ga": 0x11,
        "gd": 0x12, "gl": 0x13, "is": 0x14, "it": 0x15, "se": 0x16, "la": 0x17, "lv": 0x18, "lb": 0x19, "lt": 0x1A,
        "hu": 0x1B, "mt": 0x1C, "nl": 0x1D, "no": 0x1E, "oc": 0x1F, "pl": 0x20, "pt": 0x21, "ro": 0x22, "rm": 0x23,
        "sr": 0x24, "sk": 0x25, "sl": 0x26, "fi": 0x27, "sv": 0x28, "tr": 0x29, "vls": 0x2A, "wa": 0x2B, "uk": 0x49,
        "ru": 0x56, "ko": 0x65, "ja": 0x69, "he": 0x6C, "el": 0x70, "zh": 0x75, "bg": 0x77, "ar": 0x7E,
    }
)  # fmt: skip
"""ISO 639 code to language byte; ``und`` is a block that does not say its language."""

GENRES: tuple[str, ...] = (
    "", "Not defined", "Adult Contemporary", "Alternative Rock", "Children's Music", "Classical",
    "Contemporary Christian", "Country", "Dance", "Easy Listening", "Erotic", "Folk", "Gospel", "Hip Hop", "Jazz",
    "Latin", "Musical", "New Age", "Opera", "Operetta", "Pop", "Rap", "Reggae", "Rock", "Rhythm & Blues",
    "Sound Effects", "Soundtrack", "Spoken Word", "World Music",
)  # fmt: skip
"""Genre names by code."""

GENRE_NOT_DEFINED = 0x01

MOST_BLOCKS = 8
MOST_PACKS = 255
"""Of one block, the three size packs counted (cd.md 4.5)."""

PROPOSALS: Mapping[str, str] = MappingProxyType(
    {
        "ß": "ss", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "¡": "!",
        "¿": "?", "«": '"', "»": '"', "©": "(C)", "®": "(R)",
        "‘": "'", "’": "'", "‚": ",", "‛": "'", "“": '"', "”": '"', "„": '"', "‟": '"', "′": "'", "″": '"',
        "‹": "<", "›": ">", "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "•": "·",
        "…": "...", "€": "EUR", "™": "(TM)", "℗": "(P)", "№": "No.", "Œ": "OE", "œ": "oe", "Ł": "L", "ł": "l",
        "Đ": "D", "đ": "d", "Ħ": "H", "ħ": "h", "ı": "i", "Ĳ": "IJ", "ĳ": "ij", "ŋ": "ng", "Ŋ": "NG", "ſ": "s",
        "ẞ": "SS", "♯": "#", "♭": "b", "\t": " ", "\n": " ", "\r": " ", "\u200b": "", "\ufeff": "",
    }
)  # fmt: skip
"""Replacements proposed for characters that a single-byte block cannot hold."""
