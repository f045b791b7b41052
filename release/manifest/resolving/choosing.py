"""Which tracks a target plays, in which order, on which discs or sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from release.manifest.resolving.book import gap_approach
from release.manifest.resolving.joining import Order
from release.manifest.resolving.part import Book, Part
from release.manifest.resolving.problems import Loc, Problems
from release.manifest.targets import CdTarget, FileTarget, Project, SideTarget, TargetBase
from release.model.metadata import Texts

LEAVE_OUT, INSIDE, TRACK = "leave-out", "inside", "track"


@dataclass(frozen=True, slots=True)
class Chosen:
    """One unit of a target before its tracks are placed.

    Attributes:
        blocks: each visible track with the hidden tracks that go with it, in order.
    """

    name: str
    title: str
    order: Order
    blocks: tuple[tuple[Part, ...], ...]
    translations: tuple[tuple[str, Texts], ...] = ()


@dataclass(slots=True)
class Chooser:
    """Reads the lists of one target; the loader has seen to it that they name tracks that exist, each once."""

    project: Project
    book: Book
    name: str
    target: TargetBase
    problems: Problems
    left_out: list[str] = field(default_factory=list)

    @property
    def hidden(self) -> str:
        """What the target does with hidden tracks."""
        default = LEAVE_OUT if isinstance(self.target, FileTarget) else INSIDE
        return self.target.hidden or default

    def units(self) -> tuple[Chosen, ...]:
        """The units as the lists name them; sides that are found automatically come as one unit here."""
        loc: Loc = ("targets", self.name)
        target = self.target
        lists: list[tuple[str, str, list[tuple[Part, ...]]]]
        if isinstance(target, CdTarget) and target.discs is not None:
            lists = [
                (str(n), "", self._blocks(refs, (*loc, "discs", n - 1))) for n, refs in enumerate(target.discs, start=1)
            ]
        elif isinstance(target, SideTarget) and target.sides is not None:
            lists = [(side, "", self._blocks(refs, (*loc, "sides", side))) for side, refs in target.sides.items()]
        else:
            blocks = self._all_blocks() if target.tracks is None else self._blocks(target.tracks, (*loc, "tracks"))
            lists = [("A", "", blocks)] if isinstance(target, SideTarget) else self._by_disc(blocks)
        units = tuple(self._unit(name, title, tuple(blocks)) for name, title, blocks in lists if blocks)
        if not units:
            self.problems.add(
                loc, f"target '{self.name}' has no track", "name at least one, or leave the target out", "no-track"
            )
        return units

    def _unit(self, name: str, title: str, blocks: tuple[tuple[Part, ...], ...]) -> Chosen:
        return Chosen(name, title, self.order(blocks), blocks, self._translations(title))

    def order(self, blocks: Sequence[tuple[Part, ...]]) -> Order:
        """The parts of some blocks, with what the target says of gaps and hidden tracks."""
        parts = tuple(part for block in blocks for part in block)
        inside = frozenset(part.key for part in parts if part.hidden and self.hidden == INSIDE)
        gaps, locs = {}, {}
        for ref, gap in self.target.gaps.items():
            loc: Loc = ("targets", self.name, "gaps", ref)
            for part in parts:
                if ref in (part.key, part.id):
                    gaps[part.key] = gap_approach(gap, self.book.rate_hz)
                    locs[part.key] = loc
        return Order(self.name, parts, inside, gaps, locs)

    def _all_blocks(self) -> list[tuple[Part, ...]]:
        refs = [part.id for part in self.book.main if not part.hidden]
        return self._blocks(refs, ("targets", self.name))

    def _blocks(self, refs: Sequence[str], loc: Loc) -> list[tuple[Part, ...]]:
        """Listed tracks with their hidden companions; in each place the version that the target takes."""
        blocks: list[tuple[Part, ...]] = []
        seen: set[str] = set()
        for position, ref in enumerate(refs):
            where: Loc = (*loc, position) if loc[2:] else loc
            named = self.book.by_key[ref]
            chosen = self._version(ref, named, where)
            if chosen is not None:
                with_companions = named.id not in seen
                seen.add(named.id)
                blocks.append(self._with_hidden(chosen) if with_companions else (chosen,))
        return blocks

    def _version(self, ref: str, named: Part, loc: Loc) -> Part | None:
        """The part that a reference means here, or None where it is left out."""
        wanted = self.target.version
        if "@" in ref or wanted is None:
            return named
        part = self.book.by_key.get(f"{named.id}@{wanted}")
        if part is not None:
            return part
        if self.target.missing == "main":
            return named
        if self.target.missing == LEAVE_OUT:
            self.left_out.append(named.id)
            return None
        self.problems.add(
            loc if loc[2:] else ("targets", self.name, "version"),
            f"'{named.id}' has no version '{wanted}'",
            "give it one, or write missing: main or missing: leave-out",
            "missing-version",
        )
        return None

    def _with_hidden(self, chosen: Part) -> tuple[Part, ...]:
        """A track with the hidden tracks behind it, and before it where it is the first with a number."""
        if self.hidden == LEAVE_OUT:
            return (chosen,)
        main = self.book.main
        behind: list[Part] = []
        for part in main[chosen.place + 1 :]:
            if not part.hidden:
                break
            behind.append(part)
        before = list(main[: chosen.place])
        if not all(part.hidden for part in before):
            before = []
        versions = [self._version(p.id, p, p.loc) for p in (*before, *behind)]
        found = [p for p in versions if p is not None]
        return (
            *(p for p in found if p.place < chosen.place),
            chosen,
            *(p for p in found if p.place > chosen.place),
        )

    def _by_disc(self, blocks: list[tuple[Part, ...]]) -> list[tuple[str, str, list[tuple[Part, ...]]]]:
        """Blocks by the sequence's discs; a target whose order mixes the discs is one unit."""
        starts = self._disc_starts()
        if not starts:
            return [("1", "", blocks)]
        discs = [sum(start <= max(p.place for p in block if not p.hidden) for start in starts) - 1 for block in blocks]
        if discs != sorted(discs):
            return [("1", "", blocks)]
        titles = [disc.title for disc in self.project.sequence.discs]
        present = list(dict.fromkeys(max(d, 0) for d in discs))
        return [
            (str(number), titles[disc], [b for b, d in zip(blocks, discs, strict=True) if max(d, 0) == disc])
            for number, disc in enumerate(present, start=1)
        ]

    def _disc_starts(self) -> list[int]:
        return [self.book.by_key[disc.first].place for disc in self.project.sequence.discs]

    def _translations(self, title: str) -> tuple[tuple[str, Texts], ...]:
        for disc in self.project.sequence.discs:
            if title and disc.title == title:
                return tuple((lang, Texts(t.title, t.artist, t.message)) for lang, t in disc.translations.items())
        return ()
