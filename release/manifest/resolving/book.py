"""Tracks and versions as parts: trims, fades, joins and marks in samples at the programme's rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from release.manifest import project as written
from release.manifest.fields import source_id
from release.manifest.resolving.part import Approach, Book, Part, Parting
from release.manifest.resolving.problems import Loc, Problems
from release.manifest.targets import Project
from release.model.programme import Curve, Fade
from release.model.source import SourceInfo
from release.units import convert_position, format_time, round_half_up


def build_book(project: Project, sources: Mapping[str, SourceInfo], rate_hz: int, problems: Problems) -> Book:
    """All parts of a project; what is wrong with any of them is noted and mended, so that the rest is looked at too."""
    maker = _Maker(project, sources, rate_hz, problems)
    main: list[Part] = []
    by_key: dict[str, Part] = {}
    for place in range(len(project.tracks)):
        part = maker.main_part(place)
        main.append(part)
        by_key[part.key] = part
        for name in project.tracks[place].versions:
            by_key[f"{part.id}@{name}"] = maker.version_part(place, name, part)
    return Book(rate_hz, maker.default_gap, tuple(main), by_key)


class _Maker:
    """Turns the models of tracks into parts."""

    def __init__(self, project: Project, sources: Mapping[str, SourceInfo], rate_hz: int, problems: Problems) -> None:
        self.project = project
        self.tracks: Sequence[written.Track] = project.tracks
        self.sources = sources
        self.rate_hz = rate_hz
        self.problems = problems
        self.default_gap = self.gap(project.sequence.gap)

    def gap(self, value: written.Gap) -> Approach:
        """A gap in samples."""
        return gap_approach(value, self.rate_hz)

    def fade(self, value: written.Fade | None) -> Fade | None:
        """A fade in samples; None where it is shorter than half a sample."""
        if value is None:
            return None
        length = value.length.to_samples(self.rate_hz)
        return Fade(length, Curve(value.curve)) if length > 0 else None

    def main_part(self, place: int) -> Part:
        """The main recording of a track."""
        track, loc = self.tracks[place], ("tracks", place)
        start, end = self.extent(track, loc, track.source, place)
        sequence_start = self.project.sequence.track_start
        part = Part(
            key=track.id,
            id=track.id,
            place=place,
            source=source_id(track.source),
            source_start=start,
            length=end - start,
            approach=self.approach(place),
            gain_db=track.gain,
            chain=tuple(step.resolved(self.rate_hz) for step in track.process),
            fade_in=self.fade(track.fade_in),
            fade_out=self.fade(track.fade_out),
            parting=self.parting(track),
            track_start=(sequence_start if track.track_start is None else track.track_start).to_samples(self.rate_hz),
            pause=None if track.pause is None else track.pause.to_samples(self.rate_hz),
            indexes=tuple(index.to_samples(self.rate_hz) for index in track.indexes),
            hidden=track.hidden,
            adds_index=track.hidden and track.index,
            level_group=track.level_group,
            work=track.work.title if track.work is not None else "",
            loc=loc,
        )
        self._check_marks(part)
        return part

    def version_part(self, place: int, name: str, main: Part) -> Part:
        """A version: its own source and code, everything else from the main recording."""
        track = self.tracks[place]
        version = track.versions[name]
        loc: Loc = ("tracks", place, "versions", name)
        start, end = self.extent(track, loc, version.source, place)
        return replace(
            main,
            key=f"{main.id}@{name}",
            source=source_id(version.source),
            source_start=start,
            length=end - start,
            level_group=version.level_group or track.level_group,
            is_matched_itself=bool(version.level_group),
            loc=loc,
        )

    def _implied_end(self, place: int) -> Fraction | None:
        """Seconds where the next track on the same source starts, when it follows without a gap."""
        if place + 1 >= len(self.tracks) or self.tracks[place].trim.end is not None:
            return None
        track, following = self.tracks[place], self.tracks[place + 1]
        gap = following.gap if following.gap is not None else self.project.sequence.gap
        if source_id(following.source) != source_id(track.source) or following.crossfade is not None:
            return None
        info = self.sources.get(source_id(track.source))
        if info is None or not gap.length.is_zero:
            return None
        rate = info.sample_rate_hz
        start, next_start = track.trim.start.seconds(rate), following.trim.start.seconds(rate)
        return next_start if next_start > start else None

    def extent(self, track: written.Track, loc: Loc, path: str, place: int) -> tuple[int, int]:
        """First sample and one past the last one of the trimmed audio, in the source at the programme's rate."""
        info = self.sources.get(source_id(path))
        if info is None:
            return 0, 1
        rate = info.sample_rate_hz
        whole = Fraction(info.n_samples, rate)
        start = track.trim.start.seconds(rate)
        implied = self._implied_end(place)
        end = implied if implied is not None else whole if track.trim.end is None else track.trim.end.seconds(rate)
        last = convert_position(info.n_samples, rate, self.rate_hz)
        length = f"{source_id(path)} is {format_time(info.n_samples, rate)} long"
        is_main = loc == ("tracks", place)
        trim_loc: Loc = (*loc, "trim") if is_main else loc
        if start >= whole and info.n_samples:
            self.problems.add(
                (*trim_loc, "start"),
                f"the trim starts after the end: {length}",
                "write an earlier start",
                "trim-outside",
            )
            return 0, max(last, 1)
        if end > whole and not (implied is not None and not is_main):
            self.problems.add(
                (*trim_loc, "end"), f"the trim ends after the end: {length}", "write an earlier end", "trim-outside"
            )
        first, stop = round_half_up(start * self.rate_hz), min(round_half_up(end * self.rate_hz), last)
        if stop <= first:
            self.problems.add(
                trim_loc,
                f"nothing is left of the track after its trim; {length}",
                "write an end after the start",
                "empty-track",
            )
            return first, first + 1
        return first, stop

    def approach(self, place: int) -> Approach:
        """How a track follows the one before it in the main order."""
        track, loc = self.tracks[place], ("tracks", place)
        if track.crossfade is None:
            return self.default_gap if track.gap is None else self.gap(track.gap)
        return self._crossfade(track.crossfade, loc)

    def _crossfade(self, value: written.Crossfade, loc: Loc) -> Approach:
        out = value.out or value.length
        incoming = value.in_ or out
        out_samples = out.to_samples(self.rate_hz) if out is not None else 1
        in_samples = incoming.to_samples(self.rate_hz) if incoming is not None else out_samples
        if in_samples > out_samples:
            self.problems.add(
                (*loc, "crossfade", "in"), "the incoming fade of a crossfade is longer than the outgoing one",
                "write in at most as long as out", "crossfade-shape",
            )  # fmt: skip
        curve = Curve(value.curve)
        return Approach(
            -out_samples, fade_out=Fade(out_samples, curve), fade_in=Fade(in_samples, curve), is_crossfade=True
        )  # fmt: skip

    def parting(self, track: written.Track) -> Parting | None:
        """A track's ``unjoined``."""
        if track.unjoined is None:
            return None
        gap = track.unjoined.gap
        approach = self.default_gap.apart if gap is None else self.gap(gap)
        return Parting(
            approach.apart, self.fade(track.unjoined.tail.fade_out), self.fade(track.unjoined.head.fade_in)
        )  # fmt: skip

    def _check_marks(self, part: Part) -> None:
        """Start and indexes lie inside the track's audio, in order."""
        if part.track_start >= part.length:
            self.problems.add(
                (*part.loc, "track_start"), f"the start of '{part.key}' lies after its end",
                "write a track_start inside the track", "start-beyond",
            )  # fmt: skip
        before = 0
        for number, index in enumerate(part.indexes):
            loc = (*part.loc, "indexes", number)
            if index <= before:
                self.problems.add(
                    loc,
                    f"index {number + 2:02} of '{part.key}' does not come after the one before it",
                    "write indexes in rising order",
                    "index-order",
                )
            elif part.track_start + index >= part.length:
                self.problems.add(
                    loc,
                    f"index {number + 2:02} of '{part.key}' lies beyond the track",
                    f"the track is {format_time(part.length - part.track_start, self.rate_hz)} long from its start",
                    "index-beyond",
                )
            before = max(before, index)


def gap_approach(value: written.Gap, rate_hz: int) -> Approach:
    """A gap as written, in samples; room tone only where there is room for it."""
    gap = value.length.to_samples(rate_hz)
    return Approach(gap, source_id(value.fill) if value.fill is not None and gap > 0 else None)
