"""Track starts, pauses and indexes on a laid-out unit, moved to the CD-frame grid where the project asks for it.

Audio never moves here: only marks do. The grid counts from the start of the unit's timeline.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise

from release.manifest.resolving.layout import Laid, LaidTrack
from release.manifest.resolving.problems import Problems
from release.model.programme import Shift, TrackSpan
from release.units import CD_FRAMES_PER_SECOND, format_time, round_half_up, samples_per_cd_frame

FIRST_PAUSE_CD_FRAMES = 150
"""Index 01 of track 1 at 00:02:00 at the earliest (cd.md 1.2)."""


@dataclass(frozen=True, slots=True)
class Marks:
    """How the marks of a target are set.

    Attributes:
        target: its name.
        rate_hz: the programme's rate.
        is_disc: snap to the unit's own grid, with pauses and indexes.
        is_files: the first file starts with the first sample, whatever comes before its track's start.
        offsets: starts relative to each track's audio as the first CD target snapped them; by track key.
        leaves_gaps_out: files end with the sound.
        groups: level group by track key.
        unit: name of the disc or side.
    """

    target: str
    rate_hz: int
    is_disc: bool = False
    is_files: bool = False
    offsets: Mapping[str, int] = field(default_factory=dict)
    leaves_gaps_out: bool = False
    groups: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""

    @property
    def frame(self) -> int:
        """Samples in one CD frame."""
        return samples_per_cd_frame(self.rate_hz)


def snap(position: int, laid: Laid, frame: int) -> int:
    """A mark on the grid: after silence the frame at or before it, inside sound the nearest one."""
    if laid.has_sound_before(position):
        return round_half_up(Fraction(position, frame)) * frame
    return position // frame * frame


@dataclass(slots=True)
class _Marked:
    """What is known of one track while its unit is marked."""

    track: LaidTrack
    start: int
    asked: int
    number: int | None
    pause_start: int | None = None
    pause_reason: str = "grid"
    indexes: tuple[int, ...] = ()
    asked_indexes: tuple[int, ...] = ()
    end: int = 0


def mark(laid: Laid, marks: Marks, problems: Problems) -> tuple[tuple[TrackSpan, ...], tuple[Shift, ...]]:
    """Spans of a unit's tracks, and every mark that the grid moved."""
    marked = _starts(laid, marks)
    numbered = [m for m in marked if m.number is not None]
    shifts = [_shift(marks, m, "start", m.asked, m.start) for m in numbered]
    _check_starts(numbered, marks, problems)
    if marks.is_disc:
        for place, entry in enumerate(numbered):
            asked = _set_pause(entry, marked, marks, is_first=place == 0)
            _set_indexes(entry, marked, laid, marks)
            if asked is not None and entry.pause_start is not None:
                moved = _shift(marks, entry, "pause", asked, entry.pause_start)
                shifts.append(replace(moved, reason=entry.pause_reason))
            shifts += [
                _shift(marks, entry, f"index {number:02}", was, used)
                for number, (was, used) in enumerate(zip(entry.asked_indexes, entry.indexes, strict=True), start=2)
            ]
        _check_points(numbered, laid, marks, problems)
    _set_ends(marked, laid, marks)
    return tuple(_span(m, marks) for m in marked), tuple(s for s in shifts if s.asked_samples != s.used_samples)


def _starts(laid: Laid, marks: Marks) -> list[_Marked]:
    marked: list[_Marked] = []
    number = 0
    for track in laid.tracks:
        asked = track.asked_start
        if track.slot.inside:
            marked.append(_Marked(track, asked, asked, None))
            continue
        number += 1
        # Nothing stands before the first track: it starts where it is asked for, and its file with the first sample.
        used = asked if number == 1 else _offset_start(track, laid, marks)
        if marks.is_disc:
            used = snap(asked, laid, marks.frame)
        if marks.is_files and number == 1:
            asked = used = 0
        marked.append(_Marked(track, used, asked, number))
    return marked


def _offset_start(track: LaidTrack, laid: Laid, marks: Marks) -> int:
    """The start as the first CD target moved it.

    A start that was moved into the sound on the disc, because that is joined there, must not cut into the track where
    silence comes before it.
    """
    asked = track.asked_start
    part = track.slot.part
    offset = marks.offsets.get(part.key, marks.offsets.get(part.id))
    if offset is None:
        return asked
    used = track.audio_start + offset
    return asked if used > asked and not laid.has_sound_before(asked) else used


def _shift(marks: Marks, entry: _Marked, what: str, asked: int, used: int) -> Shift:
    return Shift(marks.target, entry.track.slot.part.key, what, asked, used, marks.rate_hz, marks.unit)


def _set_pause(entry: _Marked, marked: list[_Marked], marks: Marks, *, is_first: bool) -> int | None:
    """Set index 00 of a track; returns where it was asked for, or None where there is no pause."""
    part, frame = entry.track.slot.part, marks.frame
    if is_first:
        wanted = FIRST_PAUSE_CD_FRAMES * marks.rate_hz // CD_FRAMES_PER_SECOND if part.pause is None else part.pause
        # Every sound before track 1 stays on the disc, after two silent seconds.
        snapped, latest = entry.start + -wanted // frame * frame, -FIRST_PAUSE_CD_FRAMES * frame
        entry.pause_start = min(snapped, latest)
        entry.pause_reason = "first-pause" if snapped > latest else "grid"
        return entry.pause_start if part.pause is None else entry.asked - wanted
    if part.pause is not None:
        if part.pause:
            entry.pause_start = entry.start + -part.pause // frame * frame
        return entry.asked - part.pause
    gap = entry.track.gap
    if entry.track.slot.before.joined or gap <= 0:
        return None
    sound_end = max(m.track.audio_end for m in marked[: marked.index(entry)])
    pause_start = entry.start + -gap // frame * frame
    if pause_start < sound_end:
        pause_start = entry.start - (entry.start - sound_end) // frame * frame
        # Where sound ends at the pause's own place, only the grid stands between them.
        entry.pause_reason = "sound" if entry.asked - gap < sound_end else "grid"
    if pause_start < entry.start:
        entry.pause_start = pause_start
    return entry.asked - gap


def _set_indexes(entry: _Marked, marked: list[_Marked], laid: Laid, marks: Marks) -> None:
    """Set index 02 and up: the track's own, and one for each hidden track in it that asks for it."""
    asked = [entry.asked + index for index in entry.track.slot.part.indexes]
    for other in marked[marked.index(entry) + 1 :]:
        if other.number is not None:
            break
        if other.track.slot.part.adds_index:
            asked.append(other.asked)
    entry.asked_indexes = tuple(asked)
    entry.indexes = tuple(snap(position, laid, marks.frame) for position in asked)


def _set_ends(marked: list[_Marked], laid: Laid, marks: Marks) -> None:
    numbered = [m for m in marked if m.number is not None]
    for entry, following in zip(numbered, [*numbered[1:], None], strict=True):
        entry.end = following.start if following is not None else laid.length
        # Sound of the following track before its start (a join that snapped later, a late track_start) is no gap.
        runs_on = following is not None and following.track.audio_start < following.start
        if marks.leaves_gaps_out and not runs_on:
            inside = [m for m in marked if entry.track.audio_start <= m.track.audio_start]
            stop = marked.index(following) if following is not None else len(marked)
            own = [m for m in inside if marked.index(m) < stop]
            entry.end = min(entry.end, max(m.track.audio_end for m in own))
    for entry in marked:
        if entry.number is None:
            entry.end = entry.track.audio_end


def _span(entry: _Marked, marks: Marks) -> TrackSpan:
    track, part = entry.track, entry.track.slot.part
    return TrackSpan(
        key=part.key,
        number=entry.number,
        start=entry.start,
        asked_start=entry.asked,
        end=entry.end,
        audio_start=track.audio_start,
        audio_end=track.audio_end,
        pause_start=entry.pause_start,
        indexes=entry.indexes,
        asked_indexes=entry.asked_indexes,
        joined=track.slot.before.joined,
        gap=track.gap,
        level_group=marks.groups.get(part.key, part.key),
        hidden=part.hidden,
        gain_of=part.gain_key if part.gain_key != part.key else "",
    )


def _check_starts(numbered: list[_Marked], marks: Marks, problems: Problems) -> None:
    for earlier, later in pairwise(numbered):
        part = later.track.slot.part
        # Where the audio itself is out of order, the overlap has been refused already.
        if later.start <= earlier.start and later.track.audio_start >= earlier.track.audio_start:
            problems.add(
                (*part.loc, "track_start") if part.track_start else part.loc,
                f"in target '{marks.target}' the start of '{part.key}' ({format_time(later.start, marks.rate_hz)}) "
                f"does not come after that of '{earlier.track.slot.part.key}' ({format_time(earlier.start, marks.rate_hz)})",
                "move track_start, or make the overlap shorter",
                "track-order",
            )


def _check_points(numbered: list[_Marked], laid: Laid, marks: Marks, problems: Problems) -> None:
    """Indexes and pauses come in the order that a disc can hold, at least one CD frame apart."""
    for entry, following in zip(numbered, [*numbered[1:], None], strict=True):
        part = entry.track.slot.part
        before = entry.start
        for number, index in enumerate(entry.indexes, start=2):
            if index <= before:
                problems.add(
                    (*part.loc, "indexes", number - 2) if number - 2 < len(part.indexes) else part.loc,
                    f"index {number:02} of '{part.key}' ({_at(index, marks)}) does not come at least one CD frame "
                    f"after the point before it ({_at(before, marks)})",
                    "write indexes in rising order, at least 1/75 s apart",
                    "index-order",
                )
            before = max(before, index)
        limit = laid.length if following is None else following.start
        if following is not None and following.pause_start is not None:
            limit = following.pause_start
        if before >= limit:
            _point_too_late(entry, following, marks, problems, (before, limit))


def _at(position: int, marks: Marks) -> str:
    return f"{format_time(position, marks.rate_hz)} on the disc"


def _point_too_late(
    entry: _Marked, following: _Marked | None, marks: Marks, problems: Problems, points: tuple[int, int]
) -> None:
    last, limit = points
    part = entry.track.slot.part
    if part.indexes and part.track_start + max(part.indexes) >= part.length:
        return  # such an index has been refused already, whatever the target
    if entry.indexes and last == max(entry.indexes):
        problems.add(
            (*part.loc, "indexes") if part.indexes else part.loc,
            f"the last index of '{part.key}' ({_at(last, marks)}) is not before the end of the track "
            f"({_at(limit, marks)}) on target '{marks.target}'",
            "write it inside the track, before the next track's pause",
            "index-beyond",
        )
    elif following is not None and following.pause_start == limit:
        problems.add(
            (*following.track.slot.part.loc, "pause"),
            f"the pause of '{following.track.slot.part.key}' begins at {_at(limit, marks)}, "
            f"not after the start of '{part.key}' ({_at(last, marks)})",
            "write a shorter pause",
            "pause-too-long",
        )
