"""cdrdao TOC files read back, in code that shares nothing with their writer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from release.formats.cdtext_reader import TEXT_NAMES
from release.formats.cdtext_tables import LANGUAGES
from release.formats.sheet_text import compare_sheet_texts
from release.model.disc import LEAD_PAUSE_CD_FRAMES, NO_TEXT, Copy, Disc, DiscText, DiscTrack
from release.model.disc_compare import compare_disc, without_cd_text
from release.units import SAMPLES_PER_CD_FRAME, parse_msf


class TocError(ValueError):
    """A TOC cannot be read; the message names the line."""


@dataclass(frozen=True, slots=True)
class TocPart:
    """A piece of a track's audio: a FILE with its place, or silence where ``file`` is empty.

    Attributes:
        start_samples: first sample in the file.
        length_samples: None for all that is left of the file.
        is_swapped: SWAP stands behind the name.
        offset_bytes: bytes of the file before sample 0 (``#``).
    """

    file: str
    start_samples: int
    length_samples: int | None
    is_swapped: bool = False
    offset_bytes: int = 0


@dataclass(frozen=True, slots=True)
class TocTrack:
    """A TRACK as written.

    Attributes:
        parts: its audio in order, the pause first.
        pause_cd_frames: START, or PREGAP.
        indexes: index 02 and up, from index 01.
        texts: of the first language.
        texts_by_language: (number in LANGUAGE_MAP, texts) of every language.
        line: where it stands in the file.
    """

    mode: str
    may_copy: bool = False
    has_pre_emphasis: bool = False
    isrc: str = ""
    texts: DiscText = NO_TEXT
    parts: tuple[TocPart, ...] = ()
    pause_cd_frames: int = 0
    indexes: tuple[int, ...] = ()
    texts_by_language: tuple[tuple[int, DiscText], ...] = ()
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class TocSheet:
    """A TOC as written.

    Attributes:
        languages: LANGUAGE_MAP: (number, ISO 639 code, or ``code-7f`` for a byte without one).
        texts_by_language: texts of the disc, as in ``TocTrack``.
        left_out: CD-TEXT entries that are not read (``DISC_ID``, ``SIZE_INFO``…).
    """

    catalog: str = ""
    texts: DiscText = NO_TEXT
    tracks: tuple[TocTrack, ...] = field(default=())
    languages: tuple[tuple[int, str], ...] = ()
    texts_by_language: tuple[tuple[int, DiscText], ...] = ()
    left_out: tuple[str, ...] = ()


_TOKEN = re.compile(r'//[^\n]*|"((?:[^"\\]|\\.)*)"|([{}])|([^\s{}":]+:[0-9:]+|[^\s{}":]+|:)', re.DOTALL)
_ESCAPE = re.compile(r"\\([0-7]{3}|.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    line: int
    is_string: bool = False


class _Tokens:
    """Words of a TOC, one after the other, with the line for messages."""

    def __init__(self, data: bytes) -> None:
        self._tokens = list(_tokens(data.decode("latin-1")))
        self._at = 0

    @property
    def line(self) -> int:
        return self._tokens[min(self._at, len(self._tokens)) - 1].line if self._at and self._tokens else 1

    def peek(self) -> str:
        token = self._tokens[self._at] if self._at < len(self._tokens) else None
        return "" if token is None or token.is_string else token.text

    def next(self) -> str:
        if self._at >= len(self._tokens):
            raise TocError(f"line {self.line}: the file ends inside a statement")
        self._at += 1
        return self._tokens[self._at - 1].text

    @property
    def is_string(self) -> bool:
        """True where the word that was taken last stood in quotes."""
        return self._at > 0 and self._tokens[self._at - 1].is_string

    def expect(self, word: str) -> None:
        found = self.next()
        if found != word:
            raise TocError(f"line {self.line}: {word!r} expected, {found!r} found")

    @property
    def is_done(self) -> bool:
        return self._at >= len(self._tokens)


def _tokens(text: str) -> Iterator[_Token]:
    for found in _TOKEN.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        if found[1] is not None:
            yield _Token(_ESCAPE.sub(_unescape, found[1]), line, is_string=True)
        elif not found[0].startswith("//"):
            yield _Token(found[0], line)


def _unescape(found: re.Match[str]) -> str:
    return chr(int(found[1], 8)) if len(found[1]) == 3 else found[1]


def parse_toc(data: bytes) -> TocSheet:
    """A TOC of an audio disc.

    Raises:
        TocError: when a statement is not understood, with its line.
    """
    tokens = _Tokens(data)
    sheet = TocSheet()
    while not tokens.is_done:
        word = tokens.next()
        try:
            sheet = _take(sheet, word, tokens)
        except TocError:
            raise
        except ValueError as exc:
            raise TocError(f"line {tokens.line}: {exc}") from exc
    return sheet


def _take(sheet: TocSheet, word: str, tokens: _Tokens) -> TocSheet:
    if word in {"CD_DA", "CD_ROM", "CD_ROM_XA"}:
        return sheet
    if word == "CATALOG":
        return replace(sheet, catalog=tokens.next())
    if word == "TRACK":
        mode = tokens.next()
        return replace(sheet, tracks=(*sheet.tracks, TocTrack(mode, line=tokens.line)))
    if word == "CD_TEXT" and not sheet.tracks:
        found = _texts(tokens)
        left_out = tuple(dict.fromkeys(found.left_out))
        return replace(
            sheet, texts=found.first, texts_by_language=found.texts, languages=found.languages, left_out=left_out
        )
    if not sheet.tracks:
        raise TocError(f"line {tokens.line}: {word!r} stands before any TRACK")
    return replace(sheet, tracks=(*sheet.tracks[:-1], _take_in_track(sheet.tracks[-1], word, tokens)))


def _take_in_track(track: TocTrack, word: str, tokens: _Tokens) -> TocTrack:
    if word == "NO":
        what = tokens.next()
        return replace(track, may_copy=False) if what == "COPY" else replace(track, has_pre_emphasis=False)
    if word == "COPY":
        return replace(track, may_copy=True)
    if word == "PRE_EMPHASIS":
        return replace(track, has_pre_emphasis=True)
    if word == "TWO_CHANNEL_AUDIO":
        return track
    if word == "ISRC":
        return replace(track, isrc=tokens.next())
    if word == "CD_TEXT":
        found = _texts(tokens)
        return replace(track, texts=found.first, texts_by_language=found.texts)
    if word in {"FILE", "AUDIOFILE"}:
        return replace(track, parts=(*track.parts, _file(tokens)))
    if word in {"SILENCE", "PREGAP"}:
        length = _samples(tokens.next())
        pause = length // SAMPLES_PER_CD_FRAME if word == "PREGAP" else track.pause_cd_frames
        return replace(track, parts=(*track.parts, TocPart("", 0, length)), pause_cd_frames=pause)
    if word == "START":
        so_far = sum(part.length_samples or 0 for part in track.parts) // SAMPLES_PER_CD_FRAME
        is_time = tokens.peek()[:1].isdigit()
        return replace(track, pause_cd_frames=parse_msf(tokens.next()) if is_time else so_far)
    if word == "INDEX":
        return replace(track, indexes=(*track.indexes, parse_msf(tokens.next())))
    raise TocError(f"line {tokens.line}: {word!r} is not understood")


def _file(tokens: _Tokens) -> TocPart:
    name = tokens.next()
    is_swapped = tokens.peek() == "SWAP"
    if is_swapped:
        tokens.next()
    offset = int(tokens.next()[1:]) if tokens.peek().startswith("#") else 0
    start = _samples(tokens.next())
    length = _samples(tokens.next()) if tokens.peek()[:1].isdigit() else None
    return TocPart(name, start, length, is_swapped, offset)


def _samples(text: str) -> int:
    """Samples of a time: ``MM:SS:FF``, or a bare count of samples."""
    return parse_msf(text) * SAMPLES_PER_CD_FRAME if ":" in text else int(text)


@dataclass(frozen=True, slots=True)
class _Texts:
    """A CD_TEXT block."""

    languages: tuple[tuple[int, str], ...]
    texts: tuple[tuple[int, DiscText], ...]
    left_out: tuple[str, ...]

    @property
    def first(self) -> DiscText:
        return self.texts[0][1] if self.texts else NO_TEXT


def _texts(tokens: _Tokens) -> _Texts:
    tokens.expect("{")
    languages: tuple[tuple[int, str], ...] = ()
    texts: list[tuple[int, DiscText]] = []
    left_out: list[str] = []
    while (word := tokens.next()) != "}":
        if word == "LANGUAGE_MAP":
            languages = tuple(_language_map(tokens))
        elif word == "LANGUAGE":
            number = int(tokens.next())
            tokens.expect("{")
            found: dict[str, str] = {}
            while (kind := tokens.next()) != "}":
                found[kind.lower()] = _text_value(tokens)
            texts.append((number, DiscText(**{name: found.get(name, "") for name in TEXT_NAMES})))
            left_out += [name.upper() for name, value in found.items() if name not in TEXT_NAMES and value]
        else:
            raise TocError(f"line {tokens.line}: {word!r} is not understood in CD_TEXT")
    return _Texts(languages, tuple(texts), tuple(left_out))


def _language_map(tokens: _Tokens) -> Iterator[tuple[int, str]]:
    """Entries ``0 : EN`` or ``0 : 9``; cdrdao knows one name, English."""
    tokens.expect("{")
    names = {code: language for language, code in LANGUAGES.items()}
    while (word := tokens.next()) != "}":
        number, _, rest = word.partition(":")
        code = rest
        if not rest:
            code = tokens.next() if ":" in word else tokens.next().lstrip(":") or tokens.next()
        byte = LANGUAGES["en"] if code.upper() == "EN" else int(code)
        yield int(number), names.get(byte) or f"code-{byte:02x}"


def _text_value(tokens: _Tokens) -> str:
    """A string, or bytes in braces as cdrdao writes what is no text."""
    value = tokens.next()
    if tokens.is_string or value != "{":
        return value
    return " ".join(iter(tokens.next, "}"))


def disc_from_toc(sheet: TocSheet, kind: Literal["image", "programme"]) -> Disc:
    """The disc that cdrdao would write of a TOC over one file without gaps in it.

    Args:
        sheet: each track one FILE statement, each beginning where the one before it ends.
        kind: ``image`` for a file that starts at A-time 00:00:00, ``programme`` for one that starts at 00:02:00.

    Raises:
        TocError: when the statements are not one continuous file.
    """
    origin = 0 if kind == "image" else LEAD_PAUSE_CD_FRAMES
    at = LEAD_PAUSE_CD_FRAMES
    tracks: list[DiscTrack] = []
    for number, track in enumerate(sheet.tracks, start=1):
        part = track.parts[0] if len(track.parts) == 1 else None
        if (
            part is None
            or part.length_samples is None
            or origin * SAMPLES_PER_CD_FRAME + part.start_samples != (at * SAMPLES_PER_CD_FRAME)
        ):
            raise TocError(f"track {number} does not begin in the file where the one before it ends")
        start = at + track.pause_cd_frames
        pause = 0 if number == 1 else at if track.pause_cd_frames else None
        tracks.append(
            DiscTrack(
                number=number,
                indexes=(start, *(start + index for index in track.indexes)),
                index00_cd_frames=pause,
                isrc=track.isrc,
                copy=Copy.PERMITTED if track.may_copy else Copy.PROHIBITED,
                has_pre_emphasis=track.has_pre_emphasis,
                text=track.texts,
            )
        )
        at += part.length_samples // SAMPLES_PER_CD_FRAME
    if not tracks:
        raise TocError("the TOC has no tracks")
    return Disc(tuple(tracks), at, ean=sheet.catalog, text=sheet.texts)


def toc_faults(meant: Disc, data: bytes, kind: Literal["image", "programme"]) -> list[str]:
    """Every difference between a disc and the TOC that was written for it; empty when they agree.

    A TOC has no word for SCMS; such a track reads back as prohibited.
    """
    try:
        sheet = parse_toc(data)
        read = disc_from_toc(sheet, kind)
    except TocError as exc:
        return [str(exc)]
    tracks = tuple(replace(t, copy=Copy.PROHIBITED) if t.copy is Copy.SCMS else t for t in meant.tracks)
    faults = compare_disc(replace(without_cd_text(meant), tracks=tracks), read)
    blocks = [block for block in meant.text_blocks if block.charset != "ms-jis"]
    written = [(n, block.language) for n, block in enumerate(blocks)]
    if list(sheet.languages) != written:
        faults.append(f"languages: {written!r} were meant, {list(sheet.languages)!r} were read")
    for n, block in enumerate(blocks):
        named = tuple(replace(t, text=texts) for t, texts in zip(meant.tracks, block.tracks, strict=False))
        in_block = replace(meant, text=block.album, tracks=named)
        found = tuple(
            replace(track, text=dict(of.texts_by_language).get(n, NO_TEXT))
            for track, of in zip(read.tracks, sheet.tracks, strict=True)
        )
        in_toc = replace(read, text=dict(sheet.texts_by_language).get(n, NO_TEXT), tracks=found)
        faults += compare_sheet_texts(in_block, in_toc, TEXT_NAMES, keeps_quotes=True)
    return faults
