"""CUE and TOC sheets from anyone to the discs that they mean: several files, silence between them, any index.

A sheet beside one file that holds all the sound is read by ``cue.disc_from_cue`` and ``toc_reader.disc_from_toc``; here
stands what other writers may do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from release.formats.cue import CueSheet, CueTrack
from release.formats.sheet_padding import padding_notes
from release.formats.toc_reader import TocPart, TocSheet, TocTrack
from release.model.disc import LEAD_PAUSE_CD_FRAMES, NO_TEXT, Copy, Disc, DiscText, DiscTrack, TextBlock
from release.model.disc_audio import Coding, DiscSource, Piece
from release.units import SAMPLES_PER_CD_FRAME, format_msf

_CODINGS = {"BINARY": Coding.RAW_LITTLE, "MOTOROLA": Coding.RAW_BIG}
CUE_FLAGS = ("DCP", "4CH", "PRE", "SCMS")


class SheetError(ValueError):
    """A sheet means no disc that can be made.

    Attributes:
        line: where it stands; 0 where it is about the whole sheet.
        file: the audio file that it is about, or empty.
        remedy: what would mend it.
    """

    def __init__(self, problem: str, remedy: str, *, line: int = 0, file: str = "") -> None:
        super().__init__(problem)
        self.line = line
        self.file = file
        self.remedy = remedy


def cue_coding(file_type: str) -> Coding:
    """How a file of a CUE sheet holds its samples, by the word behind its name."""
    return _CODINGS.get(file_type, Coding.AUDIO_FILE)


def source_from_cue(
    sheet: CueSheet, n_samples: Mapping[str, int], *, is_image: bool = False, pad: bool = False
) -> DiscSource:
    """The disc that a CUE sheet means. Several files follow each other; PREGAP and POSTGAP are silence between them.

    Args:
        sheet: as parsed.
        n_samples: length of each file by its name in the sheet.
        is_image: the first file begins at A-time 00:00:00, with the two seconds before track 1 (a sheet beside the
            image of a DDP set); else at 00:02:00.
        pad: fill the last CD frame of a file with silence instead of refusing it.

    Raises:
        SheetError: for the first thing that keeps it from being a disc.
    """
    _check_cue(sheet, n_samples, pad=pad)
    origin = 0 if is_image else LEAD_PAUSE_CD_FRAMES
    places, pieces = _lay_out_files(sheet, n_samples, origin)
    end = origin + sum(piece.length for piece in pieces) // SAMPLES_PER_CD_FRAME
    tracks = tuple(_cue_track(track, places) for track in sheet.tracks)
    # A sheet names a performer where it is another than the disc's.
    performer = sheet.texts.performer
    tracks = tuple(
        replace(track, text=replace(track.text, performer=track.text.performer or performer)) for track in tracks
    )
    texts = tuple(track.text for track in tracks)
    disc = Disc(
        tracks=(replace(tracks[0], index00_cd_frames=0), *tracks[1:]),
        lead_out_cd_frames=end,
        ean=sheet.catalog,
        text=sheet.texts,
        text_blocks=_one_block("en", sheet.texts, texts),
    )
    # PREGAP and POSTGAP are whole CD frames: a shorter silence is the rest of a file's last one.
    filled = {n for n, piece in enumerate(pieces) if not piece.file and piece.length < SAMPLES_PER_CD_FRAME}
    return DiscSource(disc, origin, tuple(pieces), tuple(padding_notes(disc, origin, pieces, filled)))


def _one_block(language: str, album: DiscText, tracks: Sequence[DiscText]) -> tuple[TextBlock, ...]:
    """CD-TEXT of a sheet; none where it has no text at all."""
    if all(texts == NO_TEXT for texts in (album, *tracks)):
        return ()
    return (TextBlock(language, album, tuple(tracks)),)


def _check_cue(sheet: CueSheet, n_samples: Mapping[str, int], *, pad: bool) -> None:
    for line, text in sheet.unknown:
        raise SheetError(f"{text!r} is no command of a CUE sheet", "mend the line, or put REM before it", line=line)
    if not sheet.tracks:
        raise SheetError("the sheet has no TRACK", "name its tracks: TRACK 01 AUDIO, then INDEX 01 00:00:00")
    if sheet.catalog and not (len(sheet.catalog) == 13 and sheet.catalog.isascii() and sheet.catalog.isdigit()):
        is_upc = len(sheet.catalog) == 12 and sheet.catalog.isascii() and sheet.catalog.isdigit()
        raise SheetError(
            f"CATALOG {sheet.catalog} is no EAN: that has 13 digits",
            f"a UPC gets a 0 in front: CATALOG 0{sheet.catalog}"
            if is_upc
            else "write the 13 digits, or leave the line out",
            line=sheet.catalog_line,
        )
    names = [file.name for file in sheet.files]
    for name in names:
        if names.count(name) > 1:
            raise SheetError(f"two FILE lines name {name!r}", "write one FILE line, with all its tracks below it")
        rest = n_samples[name] % SAMPLES_PER_CD_FRAME
        if rest and not pad:
            raise SheetError(
                f"{n_samples[name]} samples are no whole number of CD frames (588 each): {rest} are left over",
                f"add {SAMPLES_PER_CD_FRAME - rest} samples of silence at its end, or let --pad do that",
                file=name,
            )
    before = (0, -1)
    for number, track in enumerate(sheet.tracks, start=1):
        _check_cue_track(track, number)
        for (index, file, at), line in zip(track.indexes, track.index_lines, strict=True):
            if (file, at) <= before:
                raise SheetError(
                    f"track {number:02}: index {index:02} at {format_msf(at)} does not come after the point before it",
                    "put the points in the order of time",
                    line=line,
                )
            if at * SAMPLES_PER_CD_FRAME >= n_samples[names[file]]:
                length = format_msf(n_samples[names[file]] // SAMPLES_PER_CD_FRAME)
                raise SheetError(
                    f"track {number:02}: index {index:02} at {format_msf(at)} lies past the end of {names[file]!r}, "
                    f"which is {length} long",
                    "compare the sheet with its audio: one of them is not the other's",
                    line=line,
                )
            before = (file, at)


def _check_cue_track(track: CueTrack, number: int) -> None:
    where = f"track {track.number:02}"
    if track.number != number:
        raise SheetError(
            f"{where} stands where track {number:02} belongs",
            "number the tracks from 01 without holes",
            line=track.line,
        )
    if track.type != "AUDIO":
        raise SheetError(f"{where} is {track.type}, no audio", "only audio discs are read here", line=track.line)
    for flag in track.flags:
        if flag not in CUE_FLAGS or flag == "4CH":
            what = "four-channel sound" if flag == "4CH" else f"the flag {flag!r}"
            raise SheetError(f"{where}: {what} is not known", "use DCP, PRE and SCMS", line=track.line)
    if {"DCP", "SCMS"} <= set(track.flags):
        raise SheetError(f"{where} has the flags DCP and SCMS", "they exclude each other: keep one", line=track.line)
    numbers = [index for index, _, _ in track.indexes]
    if 1 not in numbers:
        raise SheetError(f"{where} has no INDEX 01", "say where it starts: INDEX 01 MM:SS:FF", line=track.line)
    if numbers != list(range(numbers[0], numbers[0] + len(numbers))) or numbers[0] > 1:
        listed = ", ".join(f"{n:02}" for n in numbers)
        raise SheetError(f"{where} has the indexes {listed}", "number them 00 or 01 and up, no hole", line=track.line)


def _lay_out_files(
    sheet: CueSheet, n_samples: Mapping[str, int], origin: int
) -> tuple[dict[tuple[int, int], tuple[int, int]], list[Piece]]:
    """The pieces of a sheet in order, and for each point (file, CD frame) its A-time and the silence put before it."""
    silences = _silences(sheet)
    pieces: list[Piece] = []
    places: dict[tuple[int, int], tuple[int, int]] = {}
    at = origin
    for number, file in enumerate(sheet.files):
        coding = cue_coding(file.type)
        done, end = 0, -(-n_samples[file.name] // SAMPLES_PER_CD_FRAME)
        points = sorted(p for track in sheet.tracks for _, f, p in track.indexes if f == number)
        for point in [*points, end]:
            pieces += _piece(file.name, done, point, coding, n_samples[file.name])
            at += point - done
            done = point
            silence = silences.get((number, point), 0) if point != end else 0
            pieces += _silence(silence)
            at += silence
            places[number, point] = (at, silence)
    pieces += _silence(sheet.tracks[-1].postgap_cd_frames)
    return places, pieces


def _silences(sheet: CueSheet) -> dict[tuple[int, int], int]:
    """Silence that is in no file, by the first point of the track that it comes before."""
    found: dict[tuple[int, int], int] = {}
    postgap = 0
    for track in sheet.tracks:
        _, file, at = track.indexes[0]
        found[file, at] = postgap + track.pregap_cd_frames
        postgap = track.postgap_cd_frames
    return found


def _piece(name: str, start: int, end: int, coding: Coding, n_samples: int) -> Iterator[Piece]:
    """The file between two of its CD frames, and silence where the last of them is not full."""
    if end > start:
        length, first = (end - start) * SAMPLES_PER_CD_FRAME, start * SAMPLES_PER_CD_FRAME
        held = min(length, n_samples - first)
        yield Piece(name, first, held, coding)
        if held < length:
            yield Piece("", 0, length - held)


def _silence(cd_frames: int) -> Iterator[Piece]:
    if cd_frames:
        yield Piece("", 0, cd_frames * SAMPLES_PER_CD_FRAME)


def _cue_track(track: CueTrack, places: Mapping[tuple[int, int], tuple[int, int]]) -> DiscTrack:
    points = {number: places[file, at][0] for number, file, at in track.indexes}
    pause = points.get(0)
    if track.pregap_cd_frames:
        _, file, at = track.indexes[0]
        pause = places[file, at][0] - track.pregap_cd_frames
    copy = Copy.PERMITTED if "DCP" in track.flags else Copy.SCMS if "SCMS" in track.flags else Copy.PROHIBITED
    return DiscTrack(
        number=track.number,
        indexes=tuple(at for number, at in sorted(points.items()) if number),
        index00_cd_frames=pause,
        isrc=track.isrc,
        copy=copy,
        has_pre_emphasis="PRE" in track.flags,
        text=track.texts,
    )


def toc_coding(name: str, *, is_swapped: bool) -> Coding:
    """How a file of a TOC holds its samples: raw files are big-endian for cdrdao, unless SWAP says otherwise."""
    if name.lower().endswith((".wav", ".flac", ".aif", ".aiff", ".mp3", ".ogg")):
        return Coding.AUDIO_FILE
    return Coding.RAW_LITTLE if is_swapped else Coding.RAW_BIG


def source_from_toc(sheet: TocSheet, n_samples: Mapping[str, int], *, pad: bool = False) -> DiscSource:
    """The disc that cdrdao would write of a TOC.

    Args:
        sheet: as parsed.
        n_samples: length of each file by its name in the TOC.
        pad: fill the last CD frame of a track with silence instead of refusing it.

    Raises:
        SheetError: for the first thing that keeps it from being a disc.
    """
    if not sheet.tracks:
        raise SheetError("the TOC has no TRACK", 'name its tracks: TRACK AUDIO, then FILE "name" 0')
    at = LEAD_PAUSE_CD_FRAMES
    tracks: list[DiscTrack] = []
    pieces: list[Piece] = []
    filled: set[int] = set()
    for number, track in enumerate(sheet.tracks, start=1):
        parts = _whole_track([_toc_piece(part, number, track, n_samples) for part in track.parts], number, track, pad)
        end = at + sum(part.length for part in parts) // SAMPLES_PER_CD_FRAME
        tracks.append(_toc_track(track, number, at, _toc_points(track, number, at, end)))
        pieces += parts
        if len(parts) > len(track.parts):
            filled.add(len(pieces) - 1)
        at = end
    disc = Disc(
        tracks=tuple(tracks),
        lead_out_cd_frames=at,
        ean=sheet.catalog,
        text=sheet.texts,
        text_blocks=_toc_blocks(sheet),
    )
    notes = padding_notes(disc, LEAD_PAUSE_CD_FRAMES, pieces, filled)
    return DiscSource(disc, LEAD_PAUSE_CD_FRAMES, tuple(pieces), tuple(notes))


def _whole_track(parts: list[Piece], number: int, track: TocTrack, pad: bool) -> list[Piece]:
    """The pieces of a track, filled up to a whole CD frame as cdrdao does where ``pad`` allows it."""
    length = sum(part.length for part in parts)
    if not length:
        raise SheetError(f"track {number} has no samples", 'name its sound: FILE "name" 0', line=track.line)
    rest = -length % SAMPLES_PER_CD_FRAME
    if rest and not pad:
        raise SheetError(
            f"track {number} has {length} samples, no whole number of CD frames (588 each)",
            f"add {rest} samples of silence at its end, or let --pad do that, as cdrdao does",
            line=track.line,
        )
    return [*parts, Piece("", 0, rest)] if rest else parts


def _toc_points(track: TocTrack, number: int, at: int, end: int) -> list[int]:
    """A-times of index 01 and up; END is one of them, as cdrdao has it."""
    start = at + track.pause_cd_frames
    marks = {start + index for index in track.indexes}
    if track.end_cd_frames is not None and at + track.end_cd_frames < end:
        marks.add(at + track.end_cd_frames)
    points = [start, *sorted(marks)]
    is_sorted = list(track.indexes) == sorted(set(track.indexes))
    if not is_sorted or any(later <= earlier for earlier, later in pairwise(points)) or points[-1] >= end:
        raise SheetError(
            f"track {number}: its START and INDEX times do not lie in order inside its {format_msf(end - at)}",
            "compare them with the lengths of its FILE statements",
            line=track.line,
        )
    return points


def _toc_piece(part: TocPart, number: int, track: TocTrack, n_samples: Mapping[str, int]) -> Piece:
    if not part.file:
        return Piece("", 0, part.length_samples or 0)
    there = n_samples[part.file]
    length = there - part.start_samples if part.length_samples is None else part.length_samples
    if length < 0 or part.start_samples + length > there:
        raise SheetError(
            f"track {number} plays samples {part.start_samples} to {part.start_samples + length} of {part.file!r}, "
            f"which has {there}",
            "compare the TOC with its audio: one of them is not the other's",
            line=track.line,
        )
    coding = toc_coding(part.file, is_swapped=part.is_swapped)
    return Piece(part.file, part.start_samples, length, coding, part.offset_bytes)


def _toc_track(track: TocTrack, number: int, at: int, points: Sequence[int]) -> DiscTrack:
    return DiscTrack(
        number=number,
        indexes=tuple(points),
        index00_cd_frames=0 if number == 1 else at if track.pause_cd_frames else None,
        isrc=track.isrc.replace("-", ""),
        copy=Copy.PERMITTED if track.may_copy else Copy.PROHIBITED,
        has_pre_emphasis=track.has_pre_emphasis,
        text=track.texts,
    )


def _toc_blocks(sheet: TocSheet) -> tuple[TextBlock, ...]:
    """One block for each language of the TOC's map, in its order."""
    blocks: list[TextBlock] = []
    for number, language in sheet.languages or ((0, "en"),):
        album = sheet.block(number)
        tracks = [track.block(number) for track in sheet.tracks]
        isrcs = tuple(track.code("isrc").replace("-", "") for track in tracks)
        codes = (album.genre, album.genre_code, album.code("disc_id"), album.code("upc_ean"), *isrcs)
        if any(block.texts != NO_TEXT for block in (album, *tracks)) or any(codes):
            blocks.append(
                TextBlock(
                    language,
                    album.texts,
                    tuple(track.texts for track in tracks),
                    charset=album.charset if album.charset in {"ascii", "ms-jis"} else "latin-1",
                    disc_id=album.code("disc_id"),
                    genre=album.genre,
                    genre_code=album.genre_code,
                    ean=album.code("upc_ean"),
                    isrcs=isrcs if any(isrcs) else (),
                    copyright=album.copyright,
                )
            )
    return tuple(blocks)
