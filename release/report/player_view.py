"""The player page of a disc: where everything on it starts, as it was read back, and what the page says of its sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from release.formats.pq import PqRow, PqSheet
from release.model.disc import LEAD_PAUSE_CD_FRAMES
from release.report import figures as fig
from release.report.qc_report import Fact
from release.units import CD_FRAMES_PER_SECOND, format_msf, parse_msf

WIDTH, HEIGHT = 1200, 96
JOIN_LEAD_S, JOIN_SOUND_S = 6.0, 3.0
"""A join is heard from six seconds before a start, and from three before the pause where that is earlier."""
LABEL_PERCENT, NARROW_LABEL_PERCENT = 2.4, 6.5
"""Room that a number of two digits takes above the picture, on a wide page and on a phone."""


@dataclass(frozen=True, slots=True)
class PlayerPoint:
    """One place to go to.

    Attributes:
        track: number.
        index: 0 for a pause.
        at_s: seconds on the page, whose first moment is A-time 00:02:00.
        label: what a screen reader says and the page shows.
        at: A-time.
    """

    track: int
    index: int
    at_s: float
    label: str
    at: str


@dataclass(frozen=True, slots=True)
class PlayerTrack:
    """A track with all its points.

    Attributes:
        number: two digits.
        points: pause, start and further indexes, in order.
        pause: length of the pause before it, with unit; empty for none.
        key: the key that starts it, of those that take one press.
        join_s: from where the way into it is heard; 0 for none.
        lead_s: whole seconds from there to its start.
    """

    number: str
    title: str
    performer: str
    isrc: str
    flags: str
    at: str
    length: str
    pause: str
    key: str
    join_s: float
    lead_s: int
    start: PlayerPoint
    points: tuple[PlayerPoint, ...]


@dataclass(frozen=True, slots=True)
class PlayerTick:
    """A line of the picture: where a track starts.

    Attributes:
        left: percent of the whole.
        room: ``wide`` where its number is printed on wide pages only, ``none`` where nowhere, ``any`` else.
    """

    number: str
    left: float
    room: str


@dataclass(frozen=True, slots=True)
class PlayerView:
    """The page.

    Attributes:
        which: ``Disc 1 of 2``, or empty.
        seconds: length of the sound.
        emphasised: ``track 2`` or ``tracks 2, 3`` with pre-emphasis, or empty.
        outline: SVG path of the waveform in a box of ``WIDTH`` by ``HEIGHT``.
        pauses: (left, width) of every pause, in the units of the box.
        image: SHA-256 of the image that the sound was made from.
        data: what the script needs.
        script_digest: of the script, for the page's own policy.
        sound: the mark that the sound stands for until the page is written.
    """

    title: str
    artist: str
    document: str
    language: str
    which: str
    facts: tuple[Fact, ...]
    tracks: tuple[PlayerTrack, ...]
    ticks: tuple[PlayerTick, ...]
    pauses: tuple[tuple[float, float], ...]
    outline: str
    seconds: float
    sound_words: str
    emphasised: str
    image: tuple[str, ...]
    data: dict[str, object]
    script_digest: str
    sound: str


def player_view(
    sheet: PqSheet,
    *,
    outline: Sequence[int],
    bitrate_kbps: int,
    sound_bytes: int,
    image_sha256: str,
    which: str,
    script_digest: str,
    sound: str,
) -> PlayerView:
    """The view record of a disc's player.

    Args:
        sheet: PQ sheet of the disc as it was read back.
        outline: peaks of the whole sound in thousandths, one for each column.
        bitrate_kbps: of the preview.
        sound_bytes: of the preview.
        image_sha256: of the image that it was made from.
        which: ``Disc 1 of 2``, or empty.
        script_digest: SHA-256 of the page's script in base64.
        sound: the mark to write in place of the sound.
    """
    tracks = _tracks(sheet)
    seconds = _page_s(sheet.rows[-1].at_cd_frames)
    points = [point for track in tracks for point in track.points]
    bitrate = f"Opus, about {bitrate_kbps} kb/s, {fig.size(sound_bytes)}"
    pairs = [
        ("Tracks", str(sheet.n_tracks)),
        ("Playing time", fig.duration(parse_msf(sheet.programme_length), CD_FRAMES_PER_SECOND)),
        ("Label", sheet.label),
        ("Catalogue number", sheet.catalogue),
        ("UPC/EAN", sheet.ean),
        ("Times read from", sheet.source),
        ("Sound of this page", bitrate),
    ]
    return PlayerView(
        title=fig.name(sheet.title),
        artist=fig.name(sheet.performer),
        document="Disc to listen to",
        language="en",
        which=which if not sheet.release_title else f"{which}: {fig.name(sheet.release_title)}".removeprefix(": "),
        facts=tuple(Fact(label, fig.visible(value)) for label, value in pairs if value),
        tracks=tracks,
        ticks=_ticks(sheet.rows, seconds),
        pauses=_pauses(sheet.rows, seconds),
        outline=_path(outline),
        seconds=seconds,
        sound_words=bitrate,
        emphasised=_emphasised(sheet.rows),
        image=fig.groups(image_sha256, 16),
        data={
            "seconds": seconds,
            "points": [{"track": p.track, "index": p.index, "at": p.at_s} for p in points],
            "joins": [track.join_s for track in tracks],
            "titles": [track.title for track in tracks],
        },
        script_digest=script_digest,
        sound=sound,
    )


def _emphasised(rows: Sequence[PqRow]) -> str:
    numbers = [str(int(row.track)) for row in rows if "pre-emphasis" in row.flags]
    return f"track{'' if len(numbers) == 1 else 's'} {', '.join(numbers)}" if numbers else ""


def _page_s(at_cd_frames: int) -> float:
    """Seconds on the page of an A-time."""
    return max(at_cd_frames - LEAD_PAUSE_CD_FRAMES, 0) / CD_FRAMES_PER_SECOND


def _tracks(sheet: PqSheet) -> tuple[PlayerTrack, ...]:
    rows = [row for row in sheet.rows if row.kind != "lead-out"]
    numbers = list(dict.fromkeys(row.track for row in rows))
    return tuple(_track(int(number), [row for row in rows if row.track == number]) for number in numbers)


def _track(number: int, rows: Sequence[PqRow]) -> PlayerTrack:
    start = next(row for row in rows if row.kind == "start")
    pause = next((row for row in rows if row.kind == "pause" and row.at_cd_frames + row.length_cd_frames > 150), None)
    points = tuple(_point(number, row) for row in rows if row.kind != "pause" or row is pause)
    at_s = _page_s(start.at_cd_frames)
    join_s = at_s - JOIN_LEAD_S
    if pause and number > 1:
        join_s = min(join_s, _page_s(pause.at_cd_frames) - JOIN_SOUND_S)
    join_s = round(max(join_s, 0.0), 6)
    return PlayerTrack(
        join_s=join_s,
        lead_s=round(at_s - join_s),
        number=start.track,
        title=fig.name(start.title) or f"Track {number}",
        performer=fig.name(start.performer),
        isrc=start.isrc,
        flags=start.flags,
        at=start.at,
        length=fig.duration(parse_msf(start.track_length), CD_FRAMES_PER_SECOND),
        pause=f"{_pause_s(pause):.2f} s" if pause else "",
        key=str(number) if number <= 9 else "0" if number == 10 else "",
        start=next(point for point in points if point.index == 1),
        points=points,
    )


def _pause_s(row: PqRow) -> float:
    """Length of a pause as it is heard: the two seconds before 00:02:00 are not on the page."""
    return _page_s(row.at_cd_frames + row.length_cd_frames) - _page_s(row.at_cd_frames)


def _point(number: int, row: PqRow) -> PlayerPoint:
    at = max(row.at_cd_frames, LEAD_PAUSE_CD_FRAMES)
    if row.kind == "start":
        label = fig.name(row.title) or f"Track {number}"
    else:
        what = f"Index {row.index}" if row.kind == "index" else f"Pause before track {number}"
        label = f"{what}: {fig.name(row.title)}" if row.title else what
    return PlayerPoint(number, int(row.index), _page_s(at), label, format_msf(at))


def _ticks(rows: Sequence[PqRow], seconds: float) -> tuple[PlayerTick, ...]:
    """Numbers are printed from the left, as long as they stay clear of the one printed before."""
    ticks, last_wide, last_any = [], -LABEL_PERCENT, -NARROW_LABEL_PERCENT
    for row in rows:
        if row.kind != "start":
            continue
        left, room = round(_page_s(row.at_cd_frames) / seconds * 100, 3), "none"
        if left - last_wide >= LABEL_PERCENT:
            room = "any" if left - last_any >= NARROW_LABEL_PERCENT else "wide"
            last_wide, last_any = left, left if room == "any" else last_any
        ticks.append(PlayerTick(str(int(row.track)), left, room))
    return tuple(ticks)


def _pauses(rows: Sequence[PqRow], seconds: float) -> tuple[tuple[float, float], ...]:
    pauses = [row for row in rows if row.kind == "pause" and _pause_s(row) > 0]
    return tuple(
        (
            round(_page_s(row.at_cd_frames) / seconds * WIDTH, 2),
            round(max(_pause_s(row) / seconds * WIDTH, 1.0), 2),
        )
        for row in pauses
    )


def _path(outline: Sequence[int]) -> str:
    """The outline and its mirror image as one closed path; quiet sound is still a line."""
    step, middle = WIDTH / max(len(outline), 1), HEIGHT / 2
    tops = [(round((i + 0.5) * step, 1), max(value / 1000 * (middle - 2), 0.5)) for i, value in enumerate(outline)]
    upper = " ".join(f"{x:g},{middle - y:.1f}" for x, y in tops)
    lower = " ".join(f"{x:g},{middle + y:.1f}" for x, y in reversed(tops))
    return f"M{upper} {lower}Z"
