"""cdrdao TOC files read back, in code that shares nothing with their writer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from release.formats.cdtext_reader import TEXT_NAMES
from release.formats.sheet_text import compare_sheet_texts
from release.formats.toc_text import TocText, read_texts
from release.formats.toc_tokens import TocError, Tokens
from release.model.disc import LEAD_PAUSE_CD_FRAMES, NO_TEXT, Copy, Disc, DiscText, DiscTrack
from release.model.disc_compare import compare_disc, without_cd_text
from release.units import SAMPLES_PER_CD_FRAME, parse_msf


@dataclass(frozen=True, slots=True)
class TocPart:
    """A piece of a track's audio: a FILE with its place, or silence where ``file`` is empty.

    Attributes:
        start_samples: first sample in the file.
        length_samples: None or 0 for all that is left of the file.
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
        end_cd_frames: END, from the first sample of the track; cdrdao makes an index of it. None for none.
        blocks: texts of every language.
        line: where it stands in the file.
    """

    mode: str
    may_copy: bool = False
    has_pre_emphasis: bool = False
    isrc: str = ""
    parts: tuple[TocPart, ...] = ()
    pause_cd_frames: int = 0
    indexes: tuple[int, ...] = ()
    end_cd_frames: int | None = None
    blocks: tuple[TocText, ...] = ()
    line: int = field(default=0, compare=False)

    @property
    def texts(self) -> DiscText:
        """Texts of the first language."""
        return self.blocks[0].texts if self.blocks else NO_TEXT

    def block(self, number: int) -> TocText:
        """What it says in one language."""
        return next((block for block in self.blocks if block.number == number), TocText(number))


@dataclass(frozen=True, slots=True)
class TocSheet:
    """A TOC as written.

    Attributes:
        languages: LANGUAGE_MAP: (number, ISO 639 code, or ``code-7f`` for a byte without one).
        blocks: texts of the disc, of every language.
        left_out: CD-TEXT entries that are not read (``CLOSED``, ``TOC_INFO1``…).
    """

    catalog: str = ""
    tracks: tuple[TocTrack, ...] = field(default=())
    languages: tuple[tuple[int, str], ...] = ()
    blocks: tuple[TocText, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def texts(self) -> DiscText:
        """Texts of the first language."""
        return self.blocks[0].texts if self.blocks else NO_TEXT

    def block(self, number: int) -> TocText:
        """What it says of the disc in one language."""
        return next((block for block in self.blocks if block.number == number), TocText(number))


def parse_toc(data: bytes) -> TocSheet:
    """A TOC of an audio disc.

    Raises:
        TocError: when a statement is not understood, with its line.
    """
    tokens = Tokens(data)
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


def _take(sheet: TocSheet, word: str, tokens: Tokens) -> TocSheet:
    if word in {"CD_DA", "CD_ROM", "CD_ROM_XA"}:
        return sheet
    if word == "CATALOG":
        return replace(sheet, catalog=tokens.next())
    if word == "TRACK":
        mode = tokens.next()
        if mode != "AUDIO":
            raise TocError(
                f"line {tokens.line}: track {len(sheet.tracks) + 1} is {mode}, no audio; only audio discs are read"
            )
        return replace(sheet, tracks=(*sheet.tracks, TocTrack(mode, line=tokens.line)))
    if word == "CD_TEXT" and not sheet.tracks:
        found = read_texts(tokens, {})
        return _with_left_out(replace(sheet, languages=found.languages, blocks=found.blocks), found.blocks)
    if not sheet.tracks:
        raise TocError(f"line {tokens.line}: {word!r} stands before any TRACK")
    if word == "CD_TEXT":
        blocks = read_texts(tokens, {block.number: block.charset for block in sheet.blocks}).blocks
        sheet = _with_left_out(sheet, blocks)
        return replace(sheet, tracks=(*sheet.tracks[:-1], replace(sheet.tracks[-1], blocks=blocks)))
    return replace(sheet, tracks=(*sheet.tracks[:-1], _take_in_track(sheet.tracks[-1], word, tokens)))


def _with_left_out(sheet: TocSheet, blocks: tuple[TocText, ...]) -> TocSheet:
    names = (*sheet.left_out, *(name for block in blocks for name in block.left_out))
    return replace(sheet, left_out=tuple(dict.fromkeys(names)))


def _take_in_track(track: TocTrack, word: str, tokens: Tokens) -> TocTrack:
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
    if word == "FOUR_CHANNEL_AUDIO":
        raise TocError(f"line {tokens.line}: four-channel sound; only audio discs of two channels are read")
    if word in {"DATAFILE", "ZERO"}:
        raise TocError(f"line {tokens.line}: {word} belongs to a data track; only audio discs are read")
    if word in {"FILE", "AUDIOFILE"}:
        return replace(track, parts=(*track.parts, _file(tokens)))
    if word in {"SILENCE", "PREGAP"}:
        length = _samples(tokens.next())
        pause = length // SAMPLES_PER_CD_FRAME if word == "PREGAP" else track.pause_cd_frames
        return replace(track, parts=(*track.parts, TocPart("", 0, length)), pause_cd_frames=pause)
    if word in {"START", "END"}:
        so_far = -(-sum(part.length_samples or 0 for part in track.parts) // SAMPLES_PER_CD_FRAME)
        at = parse_msf(tokens.next()) if tokens.peek()[:1].isdigit() else so_far
        return replace(track, pause_cd_frames=at) if word == "START" else replace(track, end_cd_frames=at)
    if word == "INDEX":
        return replace(track, indexes=(*track.indexes, parse_msf(tokens.next())))
    raise TocError(f"line {tokens.line}: {word!r} is not understood")


def _file(tokens: Tokens) -> TocPart:
    name = tokens.next()
    is_swapped = tokens.peek() == "SWAP"
    if is_swapped:
        tokens.next()
    offset = int(tokens.next()[1:]) if tokens.peek().startswith("#") else 0
    start = _samples(tokens.next())
    length = (_samples(tokens.next()) or None) if tokens.peek()[:1].isdigit() else None
    return TocPart(name, start, length, is_swapped, offset)


def _samples(text: str) -> int:
    """Samples of a time: ``MM:SS:FF``, or a bare count of samples."""
    return parse_msf(text) * SAMPLES_PER_CD_FRAME if ":" in text else int(text)


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
            replace(track, text=of.block(n).texts) for track, of in zip(read.tracks, sheet.tracks, strict=True)
        )
        in_toc = replace(read, text=sheet.block(n).texts, tracks=found)
        faults += compare_sheet_texts(in_block, in_toc, TEXT_NAMES, keeps_quotes=True)
    return faults
