"""The PQ sheet: what a plant and a client read to know where everything on a disc lies.

``pq_sheet`` makes view records, from which text (here), HTML and PDF (elsewhere) are made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from release.model.disc import LEAD_PAUSE_CD_FRAMES, Copy, Disc, DiscTrack
from release.model.disc_hidden import NOTHING_HIDDEN, HiddenParts, HiddenSound
from release.model.identifiers import format_isrc
from release.units import format_msf

WIDTH = 100


@dataclass(frozen=True, slots=True)
class PqRow:
    """One point of the disc, ready to print.

    Attributes:
        track: ``01`` to ``99``, ``AA`` for the lead-out.
        index: ``00`` pause, ``01`` start, ``02``… further indexes.
        kind: ``pause``, ``start``, ``index`` or ``lead-out``.
        title: on the start of a track; on a pause or an index, that of the hidden track which begins there.
        performer: on the start of a track, where it differs from the disc's.
        at: A-time ``MM:SS:FF``.
        length: from here to the next point of the disc, ``MM:SS:FF``; empty at the lead-out.
        track_length: on the start of a track: to the start of the next one, its pause included.
        isrc: with hyphens, on the start of a track.
        flags: ``copy prohibited``, ``copy permitted``, ``SCMS``, with ``pre-emphasis`` where it is set; on the start.
        at_cd_frames: the A-time as a number.
        length_cd_frames: the length as a number.
    """

    track: str
    index: str
    kind: str
    title: str
    performer: str
    at: str
    length: str
    track_length: str
    isrc: str
    flags: str
    at_cd_frames: int
    length_cd_frames: int


@dataclass(frozen=True, slots=True)
class PqHeader:
    """What a sheet says of a disc beside its points.

    Attributes:
        which: ``Disc 1 of 2``, or empty.
        catalogue: of the release; the master's own name is printed beside it where it is another.
        date: ``2026-02-20``, or empty.
        mastering: (role, name) of who mastered it.
        audio: sample rate and word length.
        cd_text: languages on the disc, or ``none``.
        digests: (what, MD5) of the image and of the set's list.
    """

    which: str = ""
    catalogue: str = ""
    date: str = ""
    mastering: tuple[tuple[str, str], ...] = ()
    audio: str = ""
    cd_text: str = ""
    digests: tuple[tuple[str, str], ...] = ()


_NO_HEADER = PqHeader()


@dataclass(frozen=True, slots=True)
class PqSheet:
    """The PQ sheet of one disc.

    Attributes:
        title: of the disc.
        performer: of the disc.
        release_title: of the whole release where the disc has its own title, else empty.
        label: record company, or empty.
        catalogue: catalogue number, or empty.
        ean: 13 digits, or empty.
        source: what the times were read from (``DDP image, read back``).
        first_start: A-time of index 01 of track 1.
        lead_out: A-time of the lead-out.
        programme_length: from index 01 of track 1 to the lead-out.
        rows: every point in order.
        notes: sentences to print below (hidden audio, a long first pause).
        header: what else is said of the disc.
    """

    title: str
    performer: str
    release_title: str
    label: str
    catalogue: str
    ean: str
    source: str
    n_tracks: int
    first_start: str
    lead_out: str
    programme_length: str
    rows: tuple[PqRow, ...]
    notes: tuple[str, ...]
    header: PqHeader = _NO_HEADER

    @property
    def above(self) -> tuple[tuple[str, str], ...]:
        """(label, value) of everything above the table that comes before the length, empty values left out."""
        catalogue = self.header.catalogue or self.catalogue
        pairs = (
            ("Disc", self.header.which),
            ("Label", self.label),
            ("Catalogue number", catalogue),
            ("Master id", self.catalogue if self.catalogue != catalogue else ""),
            ("UPC/EAN", self.ean or "none"),
            ("Date", self.header.date),
            *((role[:1].upper() + role[1:], name) for role, name in self.header.mastering),
            ("Source", self.source),
            ("Audio", self.header.audio),
            ("CD-TEXT", self.header.cd_text),
        )
        return tuple((label, value) for label, value in pairs if value)


def pq_sheet(
    disc: Disc,
    *,
    label: str = "",
    release_title: str = "",
    source: str = "",
    hidden: HiddenParts | None = None,
    header: PqHeader = _NO_HEADER,
) -> PqSheet:
    """The PQ sheet of a disc; make it from the disc that was read back.

    Args:
        disc: its points, codes and texts.
        label: record company.
        release_title: of the whole release.
        source: what the times were read from.
        hidden: what plays beside the numbered tracks; None where nobody knows (a disc from elsewhere).
        header: what else is to be said above the points.
    """
    first = disc.tracks[0].start_cd_frames
    return PqSheet(
        title=disc.text.title,
        performer=disc.text.performer,
        release_title="" if release_title == disc.text.title else release_title,
        label=label,
        catalogue=disc.catalogue,
        ean=disc.ean,
        source=source,
        n_tracks=len(disc.tracks),
        first_start=format_msf(first),
        lead_out=format_msf(disc.lead_out_cd_frames),
        programme_length=format_msf(disc.lead_out_cd_frames - first),
        rows=tuple(_rows(disc, hidden or NOTHING_HIDDEN)),
        notes=tuple(_notes(disc, hidden)),
        header=header,
    )


def cd_text_words(disc: Disc) -> str:
    """Languages of the CD-TEXT on a disc, each with its character set, or ``none``."""
    sets = {"latin-1": "ISO-8859-1", "ascii": "ASCII", "ms-jis": "MS-JIS"}
    return ", ".join(f"{block.language} ({sets[block.charset]})" for block in disc.text_blocks) or "none"


def _rows(disc: Disc, hidden: HiddenParts) -> Iterator[PqRow]:
    points = [point for track in disc.tracks for point in _points(track)]
    points.append((None, 1, disc.lead_out_cd_frames))
    for (track, index, at), (_, _, following) in pairwise([*points, (None, 1, disc.lead_out_cd_frames)]):
        is_start = track is not None and index == 1
        kind = "lead-out" if track is None else {0: "pause", 1: "start"}.get(index, "index")
        performer = track.text.performer if track and is_start else ""
        track_end = disc.track_end_cd_frames(track.number) if track else at
        yield PqRow(
            track=f"{track.number:02}" if track else "AA",
            index=f"{index:02}",
            kind=kind,
            title=_row_title(track, index, hidden) if track else "",
            performer="" if performer == disc.text.performer else performer,
            at=format_msf(at),
            length=format_msf(following - at) if track else "",
            track_length=format_msf(track_end - at) if is_start else "",
            isrc=format_isrc(track.isrc) if track and is_start and track.isrc else "",
            flags=_flags(track) if track and is_start else "",
            at_cd_frames=at,
            length_cd_frames=following - at,
        )


def _row_title(track: DiscTrack, index: int, hidden: HiddenParts) -> str:
    """Title of a track at its start, of hidden tracks where a pause or an index holds them."""
    if index == 1:
        return track.text.title
    titles = [f"{h.title} (hidden)" for h in hidden.tracks if (h.track, h.index) == (track.number, index)]
    if index == 0 and not titles and track.number in hidden.pauses_with_sound:
        return "with sound"
    return " / ".join(titles)


def _points(track: DiscTrack) -> Iterator[tuple[DiscTrack | None, int, int]]:
    if track.index00_cd_frames is not None:
        yield track, 0, track.index00_cd_frames
    for number, at in enumerate(track.indexes, start=1):
        yield track, number, at


def _flags(track: DiscTrack) -> str:
    copy = {Copy.PROHIBITED: "copy prohibited", Copy.PERMITTED: "copy permitted", Copy.SCMS: "SCMS"}[track.copy]
    return f"{copy}, pre-emphasis" if track.has_pre_emphasis else copy


def _notes(disc: Disc, hidden: HiddenParts | None) -> Iterator[str]:
    start = disc.tracks[0].start_cd_frames
    if start > LEAD_PAUSE_CD_FRAMES:
        sound = None if hidden is None else hidden.first_sound_cd_frames
        tail = "" if sound is None else f"; sound begins in it at {format_msf(sound)} and belongs to the programme"
        yield f"The pause before track 1 lasts {format_msf(start)}{'; it is silent' if hidden and not tail else tail}."
    for item in hidden.tracks if hidden else ():
        yield _hidden_note(item)
    without = [str(track.number) for track in disc.tracks if not track.isrc]
    if without:
        yield f"No ISRC on {'track' if len(without) == 1 else 'tracks'} {', '.join(without)}."


def _hidden_note(item: HiddenSound) -> str:
    name = f"\u201c{item.title}\u201d" + (f" by {item.artist}" if item.artist else "")
    length = format_msf(item.end_cd_frames - item.at_cd_frames)
    place = "the pause before track 1" if item.is_in_first_pause else f"track {item.track}"
    mark = "" if item.is_in_first_pause else ", with no index of its own"
    mark = f", marked by index {item.index:02}" if item.index else mark
    return f"Hidden track {name}: in {place} from {format_msf(item.at_cd_frames)}, {length} long{mark}."


def format_pq_text(sheet: PqSheet) -> str:
    """The PQ sheet as plain text, at most 100 columns, LF."""
    return "\n".join(line.rstrip() for line in _text_lines(sheet)) + "\n"


def _text_lines(sheet: PqSheet) -> Iterator[str]:
    yield "PQ SHEET"
    yield "=" * WIDTH
    pairs = (
        ("Release", sheet.release_title),
        ("Title", sheet.title),
        ("Artist", sheet.performer),
        *sheet.above,
        ("Tracks", str(sheet.n_tracks)),
        ("Programme length", f"{sheet.programme_length}  (index 01 of track 1 to the lead-out)"),
        ("Lead-out", sheet.lead_out),
        *sheet.header.digests,
    )
    width = max(len(name) for name, _ in pairs)
    for name, value in pairs:
        if value:
            yield f"{name:<{width + 1}} {_cut(value, WIDTH - width - 2)}"
    yield ""
    yield "Times are MM:SS:FF (75 CD frames a second), absolute: the pause before track 1 starts at 00:00:00."
    yield ""
    yield f"{'Tr':<3}{'Ix':<4}{'Start':<10}{'Length':<10}{'Track':<10}{'ISRC':<17}{'Title':<28}{'Flags'}"
    yield "-" * WIDTH
    for row in sheet.rows:
        yield from _row_lines(row)
    yield "-" * WIDTH
    for note in sheet.notes:
        yield from _wrapped(note)


def _row_lines(row: PqRow) -> Iterator[str]:
    title = row.title if row.kind == "start" else f"({row.kind}) {row.title}".rstrip()
    if row.performer:
        title = f"{title} - {row.performer}"
    pieces = _split(title, 27)
    flags = _split(row.flags, 18)
    for place in range(max(len(pieces), len(flags))):
        piece = pieces[place] if place < len(pieces) else ""
        flag = flags[place] if place < len(flags) else ""
        head = (
            f"{row.track:<3}{row.index:<4}{row.at:<10}{row.length:<10}{row.track_length:<10}{row.isrc:<17}"
            if place == 0
            else " " * 54
        )
        yield f"{head}{piece:<28}{flag}"


def _split(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` characters, broken at spaces; a longer word is cut."""
    lines = [""]
    for word in text.split():
        rest = word
        while len(rest) > width:
            lines.append(rest[:width])
            rest = rest[width:]
        if len(lines[-1]) + len(rest) + 1 <= width:
            lines[-1] = f"{lines[-1]} {rest}".strip()
        else:
            lines.append(rest)
    return [line for line in lines if line] or [""]


def _wrapped(text: str) -> list[str]:
    return _split(text, WIDTH)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 3]}..."
