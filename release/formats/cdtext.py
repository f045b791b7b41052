"""CD-TEXT: texts of a disc to packs of 18 bytes. ``cdtext_reader`` reads them with code of its own.

What a character set cannot hold is an error with a proposal, never a silent change: ``text_problems`` lists all of it
before anything is written.
"""

from __future__ import annotations

import binascii
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from release.formats.cdtext_tables import (
    CHARSETS,
    CODES,
    DISC_ID,
    GENRE,
    GENRE_NOT_DEFINED,
    GENRES,
    LANGUAGES,
    MOST_BLOCKS,
    MOST_PACKS,
    PROPOSALS,
    SIZE_INFO,
    TEXT_FIELDS,
)
from release.model.disc import TextBlock

PAYLOAD_BYTES = 12
SIZE_PACKS = 3


class CdTextError(ValueError):
    """The texts cannot be written as CD-TEXT; the message says which and why."""


@dataclass(frozen=True, slots=True)
class TextProblem:
    """One text that cannot be written as it stands.

    Attributes:
        code: ``unencodable``, ``overflow``, ``language``, ``blocks`` or ``tracks``.
        message: one sentence.
        language: of the block.
        track: number of the track; 0 for the disc, None when the whole block is meant.
        field: ``title``, ``performer``…
        text: as it stands.
        proposal: the text with every such character replaced.
    """

    code: str
    message: str
    language: str = ""
    track: int | None = None
    field: str = ""
    text: str = ""
    proposal: str = ""


def unencodable(text: str, charset: str = "latin-1") -> list[tuple[str, str]]:
    """Characters of a text that a character set cannot hold, each with a proposed replacement (which may be empty).

    Args:
        text: compared in NFC, the form in which texts are written.
        charset: ``latin-1``, ``ascii`` or ``ms-jis`` (whose blocks hold two-byte characters only).
    """
    normal = unicodedata.normalize("NFC", text)
    return [(char, propose(char, charset)) for char in dict.fromkeys(normal) if not _fits(char, charset)]


def propose(char: str, charset: str = "latin-1") -> str:
    """The nearest text to a character that a character set holds; empty when there is none."""
    if charset == "ms-jis":
        composed = unicodedata.normalize("NFKC", char)
        if not all(_fits(part, charset) for part in composed):
            composed = "".join(map(_wide, PROPOSALS.get(char, unicodedata.normalize("NFKD", char))))
        return "".join(part for part in composed if _fits(part, charset))
    plain = PROPOSALS.get(char, unicodedata.normalize("NFKD", char))
    return "".join(part for part in plain if _fits(part, charset))


def replace_unencodable(text: str, charset: str = "latin-1") -> str:
    """The text with every proposal taken; the caller reports the change."""
    normal = unicodedata.normalize("NFC", text)
    taken = [char if _fits(char, charset) else propose(char, charset) for char in normal]
    replaced = "".join(taken)
    # Where a letter went away between two blanks, one of them goes with it.
    return _BLANKS.sub(r"\1", replaced).strip(" \u3000") if "" in taken else replaced


_BLANKS = re.compile("([ \u3000])[ \u3000]+")


def _wide(char: str) -> str:
    """The letter in its form of two bytes where it is plain ASCII."""
    return "\u3000" if char == " " else chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char


def _fits(char: str, charset: str) -> bool:
    if charset == "ms-jis":
        try:
            return len(char.encode("cp932")) == 2
        except UnicodeEncodeError:
            return False
    code = ord(char)
    return 0x20 <= code <= 0x7E or (charset == "latin-1" and 0xA0 <= code <= 0xFF)


def pack_crc(data: bytes) -> bytes:
    """CRC of the first 16 bytes of a pack: polynomial 0x1021, initial value 0, inverted, big-endian (cd.md 4.1)."""
    return (binascii.crc_hqx(data, 0) ^ 0xFFFF).to_bytes(2, "big")


def text_problems(blocks: Sequence[TextBlock]) -> tuple[TextProblem, ...]:
    """Everything that keeps these blocks from being written, in the order of the disc."""
    problems = [problem for block in blocks for problem in _block_problems(block)]
    if len(blocks) > MOST_BLOCKS:
        problems.append(TextProblem("blocks", f"{len(blocks)} languages; CD-TEXT has room for {MOST_BLOCKS}"))
    return tuple(problems)


def _block_problems(block: TextBlock) -> Iterator[TextProblem]:
    if _language_byte(block.language) is None:
        yield TextProblem("language", f"CD-TEXT has no code for the language {block.language!r}", block.language)
    if not 1 <= len(block.tracks) <= 99:
        yield TextProblem("tracks", f"CD-TEXT for {len(block.tracks)} tracks; it takes 1 to 99", block.language)
    clean = True
    for track, field, text, charset in _texts(block):
        found = unencodable(text, charset)
        if found:
            clean = False
            listed = ", ".join(f"{char!r} ({unicodedata.name(char, 'no name')})" for char, _ in found[:5])
            listed += f" and {len(found) - 5} more" if len(found) > 5 else ""
            lost = "".join(char for char, proposal in found if not proposal)
            yield TextProblem(
                "unencodable",
                f"{field} of {_owner(track)}: CD-TEXT in {charset} cannot hold {listed}"
                + (f"; for {_shown(lost)} there is nothing near, they would be left out" if lost else ""),
                block.language,
                track,
                field,
                text,
                replace_unencodable(text, charset),
            )
    if clean and (count := pack_count(block)) > MOST_PACKS:
        track, field, text, _ = max(_texts(block), key=lambda entry: len(entry[2]))
        yield TextProblem(
            "overflow",
            f"the texts in {block.language or 'the main language'} need {count - SIZE_PACKS} CD-TEXT packs; one "
            f"language has {MOST_PACKS - SIZE_PACKS} ({(MOST_PACKS - SIZE_PACKS) * PAYLOAD_BYTES} bytes); the longest is "
            f"the {field} of {_owner(track)}, with {len(text)} characters",
            block.language,
            track,
            field,
            text,
        )


def _shown(chars: str) -> str:
    return ", ".join(map(repr, chars[:5])) + (f" and {len(chars) - 5} more" if len(chars) > 5 else "")


def _owner(track: int) -> str:
    return f"track {track}" if track else "the disc"


def _texts(block: TextBlock) -> Iterator[tuple[int, str, str, str]]:
    """(track, field, text, charset) of every text of a block; track 0 is the disc."""
    for track, texts in enumerate((block.album, *block.tracks)):
        for field in TEXT_FIELDS.values():
            yield track, field, getattr(texts, field), block.charset
    yield 0, "disc_id", block.disc_id, "ascii"
    yield 0, "genre", block.genre, "ascii"
    yield 0, "ean", block.ean, "ascii"
    for track, isrc in enumerate(block.isrcs, start=1):
        yield track, "isrc", isrc, "ascii"


def has_code(language: str) -> bool:
    """True for a language (``de``, ``pt-BR``) that CD-TEXT has a code for."""
    return bool(language) and _language_byte(language) is not None


def _language_byte(language: str) -> int | None:
    if language.startswith("code-"):
        return int(language[5:], 16)
    return LANGUAGES.get(language.partition("-")[0].lower())


@dataclass(frozen=True, slots=True)
class _Run:
    """All strings of one pack type, each ended by its NUL: (track, bytes)."""

    type: int
    strings: tuple[tuple[int, bytes], ...]
    is_wide: bool = False

    @property
    def packs(self) -> int:
        return -(-sum(len(data) for _, data in self.strings) // PAYLOAD_BYTES)


def pack_count(block: TextBlock) -> int:
    """Packs that a block takes at the least, size packs counted: repeated texts written as TAB when that is needed."""
    return SIZE_PACKS + sum(run.packs for run in _fitting_runs(block))


def encode_packs(blocks: Sequence[TextBlock]) -> bytes:
    """The packs of all blocks, as they stand in CDTEXT.BIN.

    Texts are written in full; a text that repeats the previous track's becomes a TAB only when the block would not fit
    otherwise.

    Raises:
        CdTextError: when a text cannot be encoded, a block overflows or a language has no code.

    Source: cd.md section 4; golden packs of cue2ddp 1.1 and libburn in the tests.
    """
    problems = text_problems(blocks)
    if problems:
        raise CdTextError("; ".join(problem.message for problem in problems))
    runs = [_fitting_runs(block) for block in blocks]
    lasts = [sum(run.packs for run in of_block) + SIZE_PACKS - 1 for of_block in runs]
    languages = [_language_byte(block.language) or 0 for block in blocks]
    data = b""
    for number, (block, of_block) in enumerate(zip(blocks, runs, strict=True)):
        packs = [pack for run in of_block for pack in _payloads(run)]
        packs.extend(_size_payloads(block, of_block, lasts, languages))
        for sequence, (kind, track, position, payload) in enumerate(packs):
            is_wide = kind in TEXT_FIELDS and block.charset == "ms-jis"
            head = bytes((kind, track, sequence, is_wide << 7 | number << 4 | position))
            data += head + payload + pack_crc(head + payload)
    return data


def _fitting_runs(block: TextBlock) -> list[_Run]:
    full = _runs(block, repeat_as_tab=False)
    if sum(run.packs for run in full) + SIZE_PACKS <= MOST_PACKS:
        return full
    return _runs(block, repeat_as_tab=True)


def _runs(block: TextBlock, *, repeat_as_tab: bool) -> list[_Run]:
    """What each pack type carries, types in ascending order; a type without any text is left out."""
    runs = []
    codec, end, tab = ("cp932", b"\0\0", b"\t\t") if block.charset == "ms-jis" else ("latin-1", b"\0", b"\t")
    for kind, field in TEXT_FIELDS.items():
        texts = [unicodedata.normalize("NFC", getattr(of, field)) for of in (block.album, *block.tracks)]
        if not any(texts):
            continue
        strings = []
        for track, text in enumerate(texts):
            is_repeat = repeat_as_tab and track >= 2 and text == texts[track - 1] and bool(text)
            strings.append((track, (tab if is_repeat else text.encode(codec)) + end))
        runs.append(_Run(kind, tuple(strings), is_wide=block.charset == "ms-jis"))
    if block.disc_id:
        runs.append(_Run(DISC_ID, ((0, block.disc_id.encode("ascii") + b"\0"),)))
    if block.genre or block.genre_code is not None:
        code = genre_code(block.genre) if block.genre_code is None else block.genre_code
        runs.append(_Run(GENRE, ((0, code.to_bytes(2, "big") + block.genre.encode("ascii") + b"\0"),)))
    if block.ean or any(block.isrcs):
        codes = (block.ean, *(block.isrcs or ("",) * len(block.tracks)))
        runs.append(_Run(CODES, tuple((track, code.encode("ascii") + b"\0") for track, code in enumerate(codes))))
    return runs


def genre_code(genre: str) -> int:
    """The code of a genre by its name; ``not defined`` when the table has no such name."""
    names = [name.casefold() for name in GENRES]
    return names.index(genre.casefold()) if genre and genre.casefold() in names else GENRE_NOT_DEFINED


def _payloads(run: _Run) -> Iterator[tuple[int, int, int, bytes]]:
    """(type, track, position, payload) of each pack of a run.

    Track and position speak of the string that owns the first payload byte; a pack that begins at the NUL of a string
    still belongs to it (cd.md 4.3).
    """
    width = 2 if run.is_wide else 1
    owners = [(track, place // width) for track, data in run.strings for place in range(len(data))]
    data = b"".join(data for _, data in run.strings)
    for at in range(0, len(data), PAYLOAD_BYTES):
        track, position = owners[at]
        yield run.type, track, min(position, 15), data[at : at + PAYLOAD_BYTES].ljust(PAYLOAD_BYTES, b"\0")


def _size_payloads(
    block: TextBlock, runs: list[_Run], lasts: list[int], languages: list[int]
) -> Iterator[tuple[int, int, int, bytes]]:
    """The three packs 0x8F (cd.md 4.4)."""
    counts = bytearray(16)
    for run in runs:
        counts[run.type - 0x80] = run.packs
    counts[SIZE_INFO - 0x80] = SIZE_PACKS
    head = bytes((CHARSETS[block.charset], 1, len(block.tracks), block.copyright))
    data = head + bytes(counts) + bytes(lasts).ljust(8, b"\0") + bytes(languages).ljust(8, b"\0")
    for place in range(SIZE_PACKS):
        yield SIZE_INFO, place, 0, data[place * PAYLOAD_BYTES : (place + 1) * PAYLOAD_BYTES]
