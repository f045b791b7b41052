"""CD_TEXT of a cdrdao TOC: what it says in each language, in the characters of its block."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from release.formats.cdtext_reader import TEXT_NAMES
from release.formats.cdtext_tables import LANGUAGES
from release.formats.toc_tokens import TocError, Token, Tokens, text_of
from release.model.disc import NO_TEXT, DiscText

_CODECS = {"latin-1": "latin-1", "ascii": "latin-1", "ms-jis": "cp932", "korean": "cp949", "mandarin": "gb18030"}
_CHARSETS = {0x00: "latin-1", 0x01: "ascii", 0x80: "ms-jis", 0x81: "korean", 0x82: "mandarin"}
_KEYWORDS = {
    "ENCODING_ISO_8859_1": "latin-1",
    "ENCODING_ASCII": "ascii",
    "ENCODING_MS_JIS": "ms-jis",
    "ENCODING_KOREAN": "korean",
    "ENCODING_MANDARIN": "mandarin",
}
_CODES = ("disc_id", "upc_ean", "isrc")
_KINDS = {*TEXT_NAMES, *_CODES, "genre", "size_info"}
_OTHER_KINDS = {"toc_info1", "toc_info2", "closed", *(f"reserved{n}" for n in range(1, 5))}


@dataclass(frozen=True, slots=True)
class TocText:
    """What a LANGUAGE block says of the disc or of a track.

    Attributes:
        number: in LANGUAGE_MAP.
        charset: ``latin-1``, ``ascii``, ``ms-jis``, ``korean`` or ``mandarin``.
        codes: DISC_ID, UPC_EAN and ISRC as (name in lower case, text).
        genre: text behind the code.
        genre_code: None for none.
        copyright: byte of SIZE_INFO.
        left_out: entries that are not read.
    """

    number: int
    texts: DiscText = NO_TEXT
    charset: str = "latin-1"
    codes: tuple[tuple[str, str], ...] = ()
    genre: str = ""
    genre_code: int | None = None
    copyright: int = 0
    left_out: tuple[str, ...] = ()

    def code(self, name: str) -> str:
        """DISC_ID, UPC_EAN or ISRC; empty where there is none."""
        return dict(self.codes).get(name, "")


@dataclass(frozen=True, slots=True)
class TocTexts:
    """A CD_TEXT block: LANGUAGE_MAP and every LANGUAGE."""

    languages: tuple[tuple[int, str], ...]
    blocks: tuple[TocText, ...]


def read_texts(tokens: Tokens, charsets: Mapping[int, str]) -> TocTexts:
    """The block behind the word CD_TEXT.

    Args:
        tokens: of the TOC.
        charsets: of each language as the disc's block has it; a track's block does not repeat it.

    Raises:
        TocError: when it is not understood, or bytes are none of their character set; with the line.
    """
    tokens.expect("{")
    languages: tuple[tuple[int, str], ...] = ()
    read: list[_Raw] = []
    while (word := tokens.next()) != "}":
        if word == "LANGUAGE_MAP":
            languages = tuple(_language_map(tokens))
        elif word == "LANGUAGE":
            read.append(_raw(tokens))
        else:
            raise TocError(f"line {tokens.line}: {word!r} is not understood in CD_TEXT")
    named = dict(languages)
    return TocTexts(languages, tuple(_decoded(raw, named.get(raw.number, ""), charsets) for raw in read))


@dataclass(slots=True)
class _Raw:
    """A LANGUAGE block before its characters are known."""

    number: int
    entries: dict[str, Token]
    keyword: str = ""


def _raw(tokens: Tokens) -> _Raw:
    raw = _Raw(_count(tokens, "LANGUAGE"), {})
    tokens.expect("{")
    while (word := tokens.next()) != "}":
        if word in _KEYWORDS:
            raw.keyword = _KEYWORDS[word]
            continue
        kind = word.lower()
        if kind not in _KINDS | _OTHER_KINDS:
            raise TocError(f"line {tokens.line}: {word!r} is no entry of CD-TEXT")
        raw.entries[kind] = _value(tokens, word)
    return raw


def _count(tokens: Tokens, what: str) -> int:
    word = tokens.next()
    if not (word.isascii() and word.isdecimal()):
        raise TocError(f"line {tokens.line}: {what} {word!r} is no number")
    return int(word)


def _value(tokens: Tokens, what: str) -> Token:
    """A string, or bytes in braces: ``{ 66, 228, 110, 100, 0 }``."""
    token = tokens.take()
    if token.is_string or token.text != "{":
        return token
    values = bytearray()
    while (word := tokens.next()) != "}":
        for number in word.split(","):
            if number and not (number.isascii() and number.isdecimal() and int(number) <= 0xFF):
                raise TocError(f"line {tokens.line}: {what} {{ … {number!r} … }}: bytes are numbers from 0 to 255")
            values += bytes((int(number),)) if number else b""
    return Token(bytes(values).decode("ascii", "surrogateescape"), token.line)


def _decoded(raw: _Raw, language: str, charsets: Mapping[int, str]) -> TocText:
    sizes = _bytes(raw.entries.get("size_info"))
    charset = charsets.get(raw.number, "")
    if not charset:
        default = "ms-jis" if language == "ja" else "latin-1"
        charset = raw.keyword or (_CHARSETS.get(sizes[0], "latin-1") if sizes else default)
    genre = _bytes(raw.entries.get("genre"))
    is_text = "genre" in raw.entries and raw.entries["genre"].is_string
    code = int.from_bytes(genre[:2], "big") if genre and not is_text else None
    return TocText(
        number=raw.number,
        texts=DiscText(**{name: _text(raw, name, _CODECS[charset], charset) for name in TEXT_NAMES}),
        charset=charset,
        codes=tuple((name, _text(raw, name, "latin-1", "ISO-8859-1")) for name in _CODES if name in raw.entries),
        genre=(genre if is_text else genre[2:]).split(b"\0")[0].decode("latin-1"),
        genre_code=code,
        copyright=sizes[3] if len(sizes) > 3 else 0,
        left_out=tuple(kind.upper() for kind in raw.entries if kind in _OTHER_KINDS),
    )


def _bytes(token: Token | None) -> bytes:
    return token.text.encode("latin-1", "surrogateescape") if token else b""


def _text(raw: _Raw, name: str, codec: str, charset: str) -> str:
    token = raw.entries.get(name)
    if token is None:
        return ""
    try:
        return text_of(token, codec).rstrip("\0")
    except UnicodeDecodeError as exc:
        raise TocError(f"line {token.line}: {name.upper()} has bytes that are no text in {charset}") from exc


def _language_map(tokens: Tokens) -> Iterator[tuple[int, str]]:
    """Entries ``0 : EN`` or ``0 : 9``; cdrdao knows one name, English."""
    tokens.expect("{")
    names = {code: language for language, code in LANGUAGES.items()}
    while (word := tokens.next()) != "}":
        number, _, rest = word.partition(":")
        code = rest
        if not rest:
            code = tokens.next() if ":" in word else tokens.next().lstrip(":") or tokens.next()
        if not (number.isdecimal() and int(number) < 8):
            raise TocError(f"line {tokens.line}: LANGUAGE_MAP has {number!r}; its blocks are numbered 0 to 7")
        is_byte = code.isascii() and code.isdecimal() and int(code) <= 0xFF
        if not is_byte and code.upper() != "EN":
            raise TocError(
                f"line {tokens.line}: LANGUAGE_MAP has the language {code!r}; write EN or a code of 0 to 255"
            )
        byte = int(code) if is_byte else LANGUAGES["en"]
        yield int(number), names.get(byte) or f"code-{byte:02x}"
