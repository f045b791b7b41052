"""One target's programme: units laid out, joins kept or parted, sides found, marks set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from release.manifest.resolving.choosing import Chooser, Chosen
from release.manifest.resolving.grouping import level_groups
from release.manifest.resolving.joining import connect
from release.manifest.resolving.layout import Laid, lay_out
from release.manifest.resolving.marking import Marks, mark
from release.manifest.resolving.part import Book, Part, drop_steps
from release.manifest.resolving.problems import Problems
from release.manifest.resolving.runs import Runs
from release.manifest.targets import CassetteTarget, CdTarget, FileTarget, Project, SideTarget, TargetBase, VinylTarget
from release.model.programme import Clip, SequenceRun, Shift, TargetProgramme, Timeline, Unit
from release.model.side import MOST_SIDES, VINYL_SIDES, Block, side_names, split_sides
from release.units import format_duration


@dataclass(frozen=True, slots=True)
class CdCuts:
    """Track starts as the first CD target snapped them, from each track's audio.

    Attributes:
        target: its name; empty where there is none.
        offsets: samples by track key.
    """

    target: str = ""
    offsets: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Played:
    """A target's programme with what is left of its lists."""

    programme: TargetProgramme
    parts: tuple[Part, ...]
    left_out: tuple[str, ...]
    level_programme: TargetProgramme | None = None

    def cuts(self) -> CdCuts:
        """The track starts of these discs, for all file targets."""
        spans = [s for unit in self.programme.units for s in unit.timeline.tracks if s.number is not None]
        return CdCuts(self.programme.target, {s.key: s.start - s.audio_start for s in spans})


@dataclass(slots=True)
class Player:
    """Plays one target."""

    project: Project
    book: Book
    name: str
    target: TargetBase
    cuts: CdCuts
    problems: Problems

    def play(self) -> Played:
        """Units with their timelines, the chains over them, and every mark that moved."""
        chooser = Chooser(self.project, self.book, self.name, self.target, self.problems)
        units = chooser.units()
        if isinstance(self.target, SideTarget) and self.target.sides is None and units:
            units = self._auto_sides(chooser, units[0])
        programme = self.programme(units)
        parts = tuple(part for unit in units for part in unit.order.parts)
        return Played(programme, parts, tuple(chooser.left_out), self._level_programme(chooser, units))

    def _level_programme(self, chooser: Chooser, units: Sequence[Chosen]) -> TargetProgramme | None:
        """The same units with main recordings in place of the versions that take their gain."""
        keys = {part.key for unit in units for part in unit.order.parts}
        if all(part.gain_key == part.key for unit in units for part in unit.order.parts):
            return None
        if self.target.level.match == "none" or self.target.level.as_:
            return None
        main_units = []
        for unit in units:
            blocks = [
                tuple(self.book.by_key[p.gain_key] for p in block if p.gain_key == p.key or p.gain_key not in keys)
                for block in unit.blocks
            ]
            kept = tuple(block for block in blocks if block)
            main_units.append(replace(unit, blocks=kept, order=chooser.order(kept)))
        silent = Problems(self.problems.make)  # the target's own problems are reported on its own programme
        aside = replace(self, problems=silent)
        return aside.programme([unit for unit in main_units if unit.blocks])

    def programme(self, units: Sequence[Chosen]) -> TargetProgramme:
        """The programme of some units."""
        book = self.book.without(frozenset(self.target.without))
        laid = [self._lay(unit, book) for unit in units]
        chain = drop_steps(
            tuple(step.resolved(book.rate_hz) for step in self.project.sequence.process), frozenset(self.target.without)
        )
        clips, runs = self._clips(laid, book, chain)
        groups = level_groups(laid, self.name, self.problems)
        made: list[Unit] = []
        shifts: list[Shift] = []
        for unit, placed, unit_clips in zip(units, laid, clips, strict=True):
            marks = self._marks(unit.name, groups)
            spans, moved = mark(placed, marks, self.problems)
            timeline = Timeline(book.rate_hz, placed.length, unit_clips, spans)
            made.append(Unit(unit.name, unit.title, timeline, unit.translations))
            shifts += [*moved, *self._differences(made[-1], marks)]
        return TargetProgramme(
            target=self.name,
            rate_hz=book.rate_hz,
            units=tuple(made),
            gain_db=self.target.gain,
            chain=drop_steps(
                tuple(step.resolved(book.rate_hz) for step in self.target.process), frozenset(self.target.without)
            ),
            sequences=runs,
            shifts=tuple(shifts),
        )

    def _lay(self, unit: Chosen, book: Book) -> Laid:
        parts = tuple(book.by_key[part.key] for part in unit.order.parts)
        return lay_out(connect(replace(unit.order, parts=parts), book, self.problems), self.problems)

    def _clips(
        self, laid: Sequence[Laid], book: Book, chain: tuple[object, ...]
    ) -> tuple[list[tuple[Clip, ...]], tuple[SequenceRun, ...]]:
        """Clips of each unit: the sources', or those of the sequence's runs where it has a chain."""
        if not chain:
            return [unit.clips for unit in laid], ()
        runs = Runs(book, chain, self.problems)  # type: ignore[arg-type]
        for unit in laid:
            runs.need(unit)
        return [runs.play(unit) for unit in laid], runs.used()

    def _marks(self, unit: str, groups: Mapping[str, str]) -> Marks:
        is_disc = isinstance(self.target, CdTarget)
        is_files = isinstance(self.target, FileTarget)
        follows = not is_disc and self.project.sequence.cuts != "sample"
        return Marks(
            target=self.name,
            rate_hz=self.book.rate_hz,
            is_disc=is_disc,
            is_files=is_files,
            offsets=self.cuts.offsets if follows else {},
            leaves_gaps_out=isinstance(self.target, FileTarget) and self.target.gaps_in_files == "none",
            groups=groups,
            unit=unit,
        )

    def _differences(self, unit: Unit, marks: Marks) -> Iterator[Shift]:
        """Where a further CD target cuts at another moment than the one that all files follow."""
        if not marks.is_disc or self.cuts.target in ("", self.name):
            return
        for span in unit.timeline.tracks:
            offset = self.cuts.offsets.get(span.key)
            if span.number is None or offset is None or span.start - span.audio_start == offset:
                continue
            yield Shift(
                self.name, span.key, "start", span.asked_start, span.start, marks.rate_hz, unit.name,
                self.cuts.target, span.audio_start + offset,
            )  # fmt: skip

    def _auto_sides(self, chooser: Chooser, whole: Chosen) -> tuple[Chosen, ...]:
        """The fewest sides that fit, balanced, cut only where nothing is joined or the join may be parted."""
        laid = self._lay(whole, self.book)
        blocks: list[Block] = []
        position = 0
        for block in whole.blocks:
            tracks = laid.tracks[position : position + len(block)]
            position += len(block)
            main = next((t for t in tracks if not t.slot.part.hidden), tracks[0])
            first = tracks[0].slot
            blocks.append(
                Block(
                    start=min(tracks[0].audio_start, main.asked_start),
                    end=max(t.audio_end for t in tracks),
                    can_begin=not first.before.joined or first.part.parting is not None,
                )
            )
        longest_s, counts = self._side_limits(len(blocks))
        starts = split_sides(blocks, longest_s * self.book.rate_hz, counts)
        if starts is None:
            self.problems.add(
                ("targets", self.name, "sides"),
                f"no cut between tracks keeps every side of target '{self.name}' within "
                f"{format_duration(int(longest_s), 1)}; joined tracks are cut only where the later one says `unjoined`",
                "say where a join may be parted, write the sides, or choose a longer carrier",
                "no-side-fits",
            )
            return (whole,)
        cuts = [*starts, len(blocks)]
        names = side_names(len(starts))
        return tuple(
            replace(whole, name=name, blocks=whole.blocks[a:z], order=chooser.order(whole.blocks[a:z]))
            for name, a, z in zip(names, cuts[:-1], cuts[1:], strict=True)
        )

    def _side_limits(self, n_blocks: int) -> tuple[Fraction, tuple[int, ...]]:
        """Longest side in seconds, and the numbers of sides to try in order."""
        if isinstance(self.target, CassetteTarget):
            head = self.target.head.seconds(self.book.rate_hz)
            return Fraction(self.target.tape * 30) - head, (2,) if n_blocks > 1 else (1,)
        assert isinstance(self.target, VinylTarget)
        most = min(n_blocks, MOST_SIDES)
        counts = (*range(2, most + 1, 2), *range(3, most + 1, 2)) if n_blocks > 1 else (1,)
        return Fraction(VINYL_SIDES[self.target.size, self.target.speed].longest_s), counts
