"""CUE sheets: written in the form that every burner reads, and read back.

Two forms are written (cd.md 5.1):

* ``image``: beside IMAGE.DAT, whose first CD frame is A-time 00:00:00; all times are A-times.
* ``programme``: beside a WAV that leaves out the two seconds before the programme; times are A-time minus 00:02:00, and
  burners put the two seconds in again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from release.formats.sheet_encoding import sheet_encoding
from release.formats.sheet_text import CUE_TEXTS, compare_sheet_texts, sheet_text
from release.model.disc import LEAD_PAUSE_CD_FRAMES, NO_TEXT, Copy, Disc, DiscText, DiscTrack
from release.model.disc_compare import compare_disc, without_cd_text
from release.units import format_msf, parse_msf

CueKind = Literal["image", "programme"]


def format_cue(disc: Disc, file: str, kind: CueKind) -> bytes:
    """A CUE sheet in ISO-8859-1 with CRLF.

    Composer, arranger and message are left out: cdrdao refuses them. What the sheet cannot hold of a text is replaced;
    ``sheet_replacements`` lists that.

    Args:
        disc: the disc.
        file: name of the audio file, in the same folder or relative to the sheet.
        kind: ``image`` for a raw image with the pause before track 1, ``programme`` for a WAV without it.
    """
    return ("\r\n".join(_lines(disc, file, kind)) + "\r\n").encode("latin-1")


def _lines(disc: Disc, file: str, kind: CueKind) -> Iterator[str]:
    origin = 0 if kind == "image" else LEAD_PAUSE_CD_FRAMES
    if disc.ean:
        yield f"CATALOG {disc.ean}"
    yield from _texts(disc.text, "")
    yield f'FILE "{file}" {"BINARY" if kind == "image" else "WAVE"}'
    for track in disc.tracks:
        yield f"  TRACK {track.number:02} AUDIO"
        yield from _texts(track.text, "    ")
        flags = {Copy.PERMITTED: ["DCP"], Copy.SCMS: ["SCMS"], Copy.PROHIBITED: []}[track.copy]
        flags = [*flags, *(["PRE"] if track.has_pre_emphasis else [])]
        if flags:
            yield f"    FLAGS {' '.join(flags)}"
        if track.isrc:
            yield f"    ISRC {track.isrc}"
        pause = track.index00_cd_frames
        if pause is not None:
            # The two seconds that every disc starts with are not in a programme file: only a longer pause shows there.
            pause = max(pause, origin)
            if pause < track.start_cd_frames:
                yield f"    INDEX 00 {format_msf(pause - origin)}"
        for number, at in enumerate(track.indexes, start=1):
            yield f"    INDEX {number:02} {format_msf(at - origin)}"


def _texts(texts: DiscText, indent: str) -> Iterator[str]:
    for command in CUE_TEXTS:
        value = sheet_text(getattr(texts, command))
        if value:
            yield f'{indent}{command.upper()} "{value}"'


class CueError(ValueError):
    """A CUE sheet cannot be read; the message names the line."""


@dataclass(frozen=True, slots=True)
class CueFile:
    """A FILE line: name and type (``BINARY``, ``WAVE``…)."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class CueTrack:
    """A TRACK of a sheet as written.

    Attributes:
        indexes: (index number, place of its FILE in the sheet, CD frames into that file).
        pregap_cd_frames: PREGAP, silence that is not in the file.
        postgap_cd_frames: POSTGAP, the same after the track.
        line: where it stands in the sheet.
        index_lines: where each of its indexes stands.
    """

    number: int
    type: str
    texts: DiscText = NO_TEXT
    flags: tuple[str, ...] = ()
    isrc: str = ""
    indexes: tuple[tuple[int, int, int], ...] = ()
    pregap_cd_frames: int = 0
    postgap_cd_frames: int = 0
    line: int = field(default=0, compare=False)
    index_lines: tuple[int, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class CueSheet:
    """A sheet as written, before it is given a meaning.

    Attributes:
        remarks: REM lines, without the word.
        unknown: (line number, line) that no reader here understands.
        catalog_line: where CATALOG stands.
        noted: lines that were read otherwise than their quotes say, one sentence each.
    """

    files: tuple[CueFile, ...] = ()
    tracks: tuple[CueTrack, ...] = ()
    catalog: str = ""
    texts: DiscText = NO_TEXT
    cd_text_file: str = ""
    remarks: tuple[str, ...] = ()
    unknown: tuple[tuple[int, str], ...] = field(default=())
    noted: tuple[str, ...] = field(default=(), compare=False)
    catalog_line: int = field(default=0, compare=False)


_TEXT_COMMANDS = ("TITLE", "PERFORMER", "SONGWRITER", "COMPOSER", "ARRANGER", "MESSAGE")


_LINE_ENDS = re.compile(r"\r\n|\n|\r")
_END_OF_FILE = "\x1a"
"""Ctrl-Z, which old programs put behind a text."""


def parse_cue(data: bytes) -> CueSheet:
    """A CUE sheet, in the characters that ``sheet_encoding`` finds.

    Raises:
        CueError: when a line has the wrong form, with its number.
    """
    text = data.decode(sheet_encoding(data)).rstrip(_END_OF_FILE)
    sheet = CueSheet()
    for number, raw in enumerate(_LINE_ENDS.split(text), start=1):
        line = raw.strip()
        if line:
            try:
                words, note = _words(line)
                sheet = _take(sheet, words, (number, line))
            except IndexError as exc:
                raise CueError(f"line {number}: {line!r}: a word is missing") from exc
            except ValueError as exc:
                raise CueError(f"line {number}: {line!r}: {exc}") from exc
            if note:
                sheet = replace(sheet, noted=(*sheet.noted, f"line {number}: {line!r}: {note}"))
    return sheet


def _words(line: str) -> tuple[list[str], str]:
    """The words of a line, and what a person should know of the way they were found.

    A text is one word: what stands between its first quote and its last, or the rest of the line where there are none.
    """
    command, *rest = line.split(None, 1)
    text = rest[0] if rest else ""
    if command.upper() in {*_TEXT_COMMANDS, "CDTEXTFILE"} and text:
        value, note = _quoted(text)
        return [command, value], note
    if command.upper() == "FILE" and text:
        if text.startswith('"') and '"' in text[1:]:
            name, _, kind = text[1:].rpartition('"')
            return [command, name, *kind.split()], ""
        name, *words = text.rsplit(None, 1)
        return [command, name, *words], "its name stands without quotes" if " " in name else ""
    return [command, *(word.strip('"') for word in text.split())], ""


def _quoted(text: str) -> tuple[str, str]:
    if not text.startswith('"'):
        return text, "a text without quotes; the rest of the line was taken" if " " in text else ""
    value, quote, behind = text[1:].rpartition('"')
    if not quote:
        return text[1:], "its closing quote is missing; the rest of the line was taken"
    if behind.strip():
        raise ValueError(f"{behind.strip()!r} stands behind the closing quote")
    return value, "quotes inside a text, which cdrdao and flac cannot read; they were kept" if '"' in value else ""


def _take(sheet: CueSheet, words: list[str], line: tuple[int, str]) -> CueSheet:
    """The sheet with one more line."""
    command = words[0].upper()
    if command == "REM":
        return replace(sheet, remarks=(*sheet.remarks, line[1][3:].strip()))
    if command == "FILE":
        return replace(sheet, files=(*sheet.files, CueFile(words[1], words[2].upper() if len(words) > 2 else "")))
    if command == "CATALOG":
        return replace(sheet, catalog=words[1], catalog_line=line[0])
    if command == "CDTEXTFILE":
        return replace(sheet, cd_text_file=words[1])
    if command == "TRACK":
        if not sheet.files:
            raise ValueError("TRACK stands before any FILE")
        return replace(sheet, tracks=(*sheet.tracks, CueTrack(_number(words[1]), words[2].upper(), line=line[0])))
    if command in _TEXT_COMMANDS and not sheet.tracks:
        return replace(sheet, texts=replace(sheet.texts, **{command.lower(): words[1]}))
    if not sheet.tracks:
        return replace(sheet, unknown=(*sheet.unknown, line))
    taken = _take_in_track(sheet.tracks[-1], command, words, len(sheet.files) - 1)
    if command == "INDEX" and taken is not None:
        taken = replace(taken, index_lines=(*taken.index_lines, line[0]))
    if taken is None:
        return replace(sheet, unknown=(*sheet.unknown, line))
    return replace(sheet, tracks=(*sheet.tracks[:-1], taken))


def _take_in_track(track: CueTrack, command: str, words: list[str], file: int) -> CueTrack | None:
    if command in _TEXT_COMMANDS:
        return replace(track, texts=replace(track.texts, **{command.lower(): words[1]}))
    if command == "FLAGS":
        return replace(track, flags=tuple(word.upper() for word in words[1:]))
    if command == "ISRC":
        return replace(track, isrc=words[1].replace("-", "").upper())
    if command == "PREGAP":
        return replace(track, pregap_cd_frames=parse_msf(words[1]))
    if command == "POSTGAP":
        return replace(track, postgap_cd_frames=parse_msf(words[1]))
    if command == "INDEX":
        return replace(track, indexes=(*track.indexes, (_number(words[1]), file, parse_msf(words[2]))))
    return None


def _number(word: str) -> int:
    if not (word.isascii() and word.isdigit() and len(word) <= 3):
        raise ValueError(f"{word!r} is no number")
    return int(word)


def disc_from_cue(sheet: CueSheet, n_cd_frames: int, kind: CueKind) -> Disc:
    """The disc that a sheet with one file speaks of.

    Args:
        sheet: with one FILE, and indexes numbered without gaps.
        n_cd_frames: length of that file, a last part of a CD frame counted whole.
        kind: how the file begins, as in ``format_cue``.

    Raises:
        CueError: when the sheet has several files, silence that is not in the file, or no index 01 on a track.
    """
    if len(sheet.files) != 1:
        raise CueError(f"the sheet has {len(sheet.files)} files; a disc image has one")
    origin = 0 if kind == "image" else LEAD_PAUSE_CD_FRAMES
    tracks = tuple(_disc_track(track, origin) for track in sheet.tracks)
    if not tracks:
        raise CueError("the sheet has no tracks")
    return Disc(
        tracks=(replace(tracks[0], index00_cd_frames=0), *tracks[1:]),
        lead_out_cd_frames=origin + n_cd_frames,
        ean=sheet.catalog,
        text=sheet.texts,
    )


def _disc_track(track: CueTrack, origin: int) -> DiscTrack:
    if track.pregap_cd_frames or track.postgap_cd_frames:
        raise CueError(f"track {track.number}: PREGAP and POSTGAP are silence that is not in the file")
    at = {number: origin + cd_frames for number, _, cd_frames in track.indexes}
    numbers = sorted(number for number in at if number)
    if numbers != list(range(1, len(numbers) + 1)) or not numbers:
        raise CueError(f"track {track.number}: indexes have to run from 01 without gaps")
    copy = Copy.PERMITTED if "DCP" in track.flags else Copy.SCMS if "SCMS" in track.flags else Copy.PROHIBITED
    return DiscTrack(
        number=track.number,
        indexes=tuple(at[number] for number in numbers),
        index00_cd_frames=at.get(0),
        isrc=track.isrc,
        copy=copy,
        has_pre_emphasis="PRE" in track.flags,
        text=track.texts,
    )


def cue_faults(meant: Disc, data: bytes, n_cd_frames: int, kind: CueKind) -> list[str]:
    """Every difference between a disc and the CUE sheet that was written for it; empty when they agree.

    Args:
        meant: the disc.
        data: the sheet as it lies on disk.
        n_cd_frames: length of the audio file beside it.
        kind: as in ``format_cue``.
    """
    try:
        read = disc_from_cue(parse_cue(data), n_cd_frames, kind)
    except CueError as exc:
        return [str(exc)]
    return compare_disc(without_cd_text(meant), read) + compare_sheet_texts(meant, read, CUE_TEXTS)
