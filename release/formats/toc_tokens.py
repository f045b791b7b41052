"""Words of a cdrdao TOC, with the line of each for messages; strings keep the bytes that they were escaped from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from release.formats.sheet_encoding import sheet_encoding


class TocError(ValueError):
    """A TOC cannot be read; the message names the line."""


_TOKEN = re.compile(r'//[^\n]*|"((?:[^"\\]|\\.)*)"|([{}])|([^\s{}":]+:[0-9:]+|[^\s{}":]+|:)', re.DOTALL)
_ESCAPE = re.compile(r"\\([0-7]{3}|.)", re.DOTALL)
_BYTE = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a string.

    Attributes:
        text: bytes outside ASCII whose character set is not known yet stand as in ``surrogateescape``.
    """

    text: str
    line: int
    is_string: bool = False


class Tokens:
    """Words of a TOC, one after the other."""

    def __init__(self, data: bytes) -> None:
        encoding = sheet_encoding(data)
        is_unicode = encoding in {"utf-8", "utf-8-sig"}
        self._tokens = list(_tokens(data.decode(encoding) if is_unicode else data.decode("ascii", "surrogateescape")))
        self._at = 0

    @property
    def line(self) -> int:
        """Line of the word that was taken last."""
        return self._tokens[min(self._at, len(self._tokens)) - 1].line if self._at and self._tokens else 1

    def peek(self) -> str:
        """The next word; empty where a string or the end follows."""
        token = self._tokens[self._at] if self._at < len(self._tokens) else None
        return "" if token is None or token.is_string else token.text

    def next(self) -> str:
        """The next word or string, bytes outside ASCII as ISO-8859-1."""
        return _BYTE.sub(lambda found: chr(ord(found[0]) - 0xDC00), self.take().text)

    def take(self) -> Token:
        """The next word or string as it stands."""
        if self._at >= len(self._tokens):
            raise TocError(f"line {self.line}: the file ends inside a statement")
        self._at += 1
        return self._tokens[self._at - 1]

    def expect(self, word: str) -> None:
        """Take one word that must be this one."""
        found = self.next()
        if found != word:
            raise TocError(f"line {self.line}: {word!r} expected, {found!r} found")

    @property
    def is_done(self) -> bool:
        """True at the end of the file."""
        return self._at >= len(self._tokens)


def _tokens(text: str) -> Iterator[Token]:
    line, counted = 1, 0
    for found in _TOKEN.finditer(text):
        line += text.count("\n", counted, found.start())
        counted = found.start()
        if found[1] is not None:
            yield Token(_ESCAPE.sub(_unescape, found[1]), line, is_string=True)
        elif not found[0].startswith("//"):
            yield Token(found[0], line)


def _unescape(found: re.Match[str]) -> str:
    if len(found[1]) != 3:
        return found[1]
    code = int(found[1], 8) & 0xFF
    return chr(code) if code < 0x80 else chr(0xDC00 + code)


def text_of(token: Token, codec: str) -> str:
    """A string in the characters of its CD-TEXT block; letters of a TOC in UTF-8 stand for themselves.

    Raises:
        UnicodeDecodeError: when its bytes are none of that character set.
    """
    if all(char.isascii() or _BYTE.match(char) for char in token.text):
        return token.text.encode("ascii", "surrogateescape").decode(codec)
    return _BYTE.sub(lambda found: bytes((ord(found[0]) - 0xDC00,)).decode(codec), token.text)
