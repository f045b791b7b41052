"""Runs of ``sequence.process``: once over the main order, and once more for each variant that a target needs.

A version, or a track whose join the target parts, runs through the chain in its place in the main order, with that
version and its ``unjoined`` fades. Everything else is taken from the main run, so that it is the same in every target.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from release.manifest.resolving.joining import are_neighbours, units_of
from release.manifest.resolving.layout import Laid, LaidTrack, lay_out
from release.manifest.resolving.part import Book, Seam, Slot, make_slots
from release.manifest.resolving.problems import Problems
from release.model.programme import Clip, ProcessStep, SequenceRun, Timeline, TrackSpan

MAIN = "@main"


@dataclass(slots=True)
class _Variant:
    """A main order with other parts or seams in some places.

    Attributes:
        seams: by place of the later track; place 0 and the number of tracks are the edges.
        parts: by place.
    """

    id: str
    parts: dict[int, Slot] = field(default_factory=dict)
    seams: dict[int, Seam] = field(default_factory=dict)

    def takes(self, group: Sequence[Slot], seams: dict[int, Seam]) -> bool:
        """True when the group can stand in this variant beside what it holds."""
        return all(
            self.parts.get(s.part.place, s).part == s.part for s in group
        ) and all(self.seams.get(place, seam) == seam for place, seam in seams.items())  # fmt: skip


@dataclass(slots=True)
class Runs:
    """Finds the runs that the units of a target need, and plays its groups of joined tracks from them."""

    book: Book
    chain: tuple[ProcessStep, ...]
    problems: Problems
    variants: list[_Variant] = field(default_factory=lambda: [_Variant(MAIN)])
    chosen: dict[str, _Variant] = field(default_factory=dict)
    laid: dict[str, Laid] = field(default_factory=dict)

    def need(self, unit: Laid) -> None:
        """Note what a unit plays; call it for all units before ``play``."""
        slots = tuple(t.slot for t in unit.tracks)
        for group in units_of(slots):
            seams = self._changed_seams(group)
            is_main = not seams and not any(s.part.is_version for s in group)
            variant = self.variants[0] if is_main else self._variant_for(group, seams)
            if not is_main:
                variant.parts |= {s.part.place: s for s in group}
                variant.seams |= seams
            for slot in group:
                self.chosen[slot.part.key] = variant

    def _variant_for(self, group: Sequence[Slot], seams: dict[int, Seam]) -> _Variant:
        for variant in self.variants[1:]:
            if variant.takes(group, seams):
                return variant
        made = _Variant(f"@variant-{len(self.variants)}")
        self.variants.append(made)
        return made

    def _changed_seams(self, group: Sequence[Slot]) -> dict[int, Seam]:
        """Seams of the main order that a group of joined slots needs otherwise than written."""
        changed = {slot.part.place: slot.before for slot in group[1:] if slot.before.approach != slot.part.approach}
        for place, seam in (self._seam_before(group[0]), self._seam_behind(group[-1])):
            if seam is not None:
                changed.setdefault(place, seam)
        return changed

    def _seam_before(self, slot: Slot) -> tuple[int, Seam | None]:
        """The seam before a group: parted, or with other room tone than written."""
        part, here = slot.part, slot.before.approach
        if part.place and part.approach.is_join and part.parting is not None:
            return part.place, Seam(here or part.parting.approach, tail=part.parting, head=part.parting)
        if part.place and here not in (None, part.approach) and _has_fill(slot.before):
            return part.place, Seam(here)
        return part.place, None

    def _seam_behind(self, slot: Slot) -> tuple[int, Seam | None]:
        """The seam behind a group: parted, or without the room tone of a track that does not follow here."""
        place, here = slot.part.place + 1, slot.after.approach
        if place >= len(self.book.main):
            return place, None
        following = self.book.main[place]
        if following.approach.is_join and following.parting is not None:
            return place, Seam(following.parting.approach, tail=following.parting, head=following.parting)
        if here not in (None, following.approach) and following.approach.fill is not None:
            return place, Seam(replace(following.approach, fill=None))
        return place, None

    def _lay(self, variant: _Variant) -> Laid:
        """The timeline of a variant (cached)."""
        if variant.id not in self.laid:
            parts = tuple(
                variant.parts[p.place].part if p.place in variant.parts else p for p in self.book.main
            )  # fmt: skip
            seams = [
                variant.seams.get(p.place) or Seam(p.approach, joined=p.approach.is_join) for p in parts[1:]
            ]  # fmt: skip
            self.laid[variant.id] = lay_out(make_slots(parts, (Seam(), *seams, Seam())), self.problems)
        return self.laid[variant.id]

    def play(self, unit: Laid) -> tuple[Clip, ...]:
        """Clips of a unit that play the runs in place of the sources."""
        clips: list[Clip] = []
        takes = units_of(tuple(t.slot for t in unit.tracks))
        by_key = {t.slot.part.key: t for t in unit.tracks}
        for index, group in enumerate(takes):
            before = by_key[takes[index - 1][-1].part.key] if index else None
            after = by_key[takes[index + 1][0].part.key] if index + 1 < len(takes) else None
            clip = self._take(group, by_key, before, after)
            fill = self._loose_fill(clip, by_key[group[0].part.key], before)
            clips += [*([fill] if fill is not None else []), clip]
        return _run_together(clips)

    def _take(
        self, group: Sequence[Slot], by_key: dict[str, LaidTrack], before: LaidTrack | None, after: LaidTrack | None
    ) -> Clip:
        """A group's audio in its run, with the tail of the chain as far as the gaps of run and target reach."""
        variant = self.chosen[group[0].part.key]
        run = self._lay(variant)
        first, last = run.tracks[group[0].part.place], run.tracks[group[-1].part.place]
        here_first, here_last = by_key[group[0].part.key], by_key[group[-1].part.key]
        lead = 0
        if before is not None and _has_fill(group[0].before) and _same_gap(first, here_first):
            lead = here_first.gap
        tail = 0
        if after is not None and last.slot.part.place + 1 < len(run.tracks):
            following = run.tracks[last.slot.part.place + 1]
            same_pair = are_neighbours(here_last.slot.part, after.slot.part)
            if not _has_fill(following.slot.before) or (same_pair and _same_gap(following, after)):
                tail = max(0, min(following.gap, after.gap))
        return Clip(
            variant.id, first.audio_start - lead, last.audio_end - first.audio_start + lead + tail,
            here_first.audio_start - lead,
        )  # fmt: skip

    def _loose_fill(self, clip: Clip, here: LaidTrack, before: LaidTrack | None) -> Clip | None:
        """Room tone of a gap that no run holds: before the first track of the main order, moved elsewhere."""
        approach = here.slot.before.approach
        if before is None or approach is None or approach.fill is None or clip.position < here.audio_start:
            return None
        return Clip(approach.fill, 0, approach.gap, here.audio_start - approach.gap, repeats=True)

    def used(self) -> tuple[SequenceRun, ...]:
        """The runs that clips name, as timelines."""
        wanted = {variant.id for variant in self.chosen.values()}
        return tuple(self._as_run(v) for v in self.variants if v.id in wanted)

    def _as_run(self, variant: _Variant) -> SequenceRun:
        laid = self._lay(variant)
        starts = [t.audio_start for t in laid.tracks]
        spans = tuple(
            TrackSpan(
                t.slot.part.key, number, t.audio_start, t.audio_start, end, t.audio_start, t.audio_end,
                joined=t.slot.before.joined, gap=t.gap, hidden=t.slot.part.hidden,
            )
            for number, (t, end) in enumerate(zip(laid.tracks, [*starts[1:], laid.length], strict=True), start=1)
        )  # fmt: skip
        return SequenceRun(variant.id, Timeline(self.book.rate_hz, laid.length, laid.clips, spans), self.chain)


def _has_fill(seam: Seam) -> bool:
    return seam.approach is not None and seam.approach.fill is not None and seam.approach.gap > 0


def _same_gap(one: LaidTrack, other: LaidTrack) -> bool:
    return one.slot.before.approach == other.slot.before.approach


def _run_together(clips: list[Clip]) -> tuple[Clip, ...]:
    """Neighbouring clips that are consecutive in one run become one."""
    joined: list[Clip] = []
    for clip in clips:
        last = joined[-1] if joined else None
        if (
            last is not None
            and not clip.repeats
            and last.source == clip.source
            and clip.position - clip.source_start == last.position - last.source_start
            and clip.position <= last.end
        ):
            joined[-1] = replace(last, length=clip.end - last.position)
        else:
            joined.append(clip)
    return tuple(joined)
