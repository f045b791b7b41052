"""What one track (or one version of it) brings to any timeline, in samples at the programme's rate.

Plain frozen records: nothing here knows of YAML, targets or discs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from release.manifest.resolving.problems import Loc
from release.model.programme import Fade, ProcessStep


@dataclass(frozen=True, slots=True)
class Approach:
    """How a track follows the one before it.

    Attributes:
        gap: samples from the end of the previous trimmed audio to the start of this one; negative is an overlap.
        fill: source id of room tone in the gap, or None for silence.
        fade_out: the earlier track's side of a crossfade.
        fade_in: this track's side of a crossfade.
        is_crossfade: True when the fades of the crossfade stand for the tracks' own.
    """

    gap: int
    fill: str | None = None
    fade_out: Fade | None = None
    fade_in: Fade | None = None
    is_crossfade: bool = False

    @property
    def apart(self) -> Approach:
        """The same between tracks that do not belong together: no overlap, no crossfade."""
        return Approach(max(self.gap, 0), self.fill if self.gap > 0 else None)

    @property
    def is_join(self) -> bool:
        """True for a butt join, an overlap or a crossfade: it belongs to the pair, not to the track."""
        return self.gap <= 0


@dataclass(frozen=True, slots=True)
class Parting:
    """What happens where a target parts a join: the later track's ``unjoined``."""

    approach: Approach
    tail: Fade | None = None
    head: Fade | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """The audio of one track key and how it wants to stand.

    Attributes:
        key: track id, or ``id@version``.
        id: track id.
        place: position in the main order, 0 first.
        source: source id.
        source_start: first sample used, counted in the source at the programme's rate.
        length: samples used.
        approach: how it follows the track before it in the main order.
        parting: its ``unjoined``, or None where it has none.
        track_start: where number and file cut lie, from the start of the trimmed audio.
        pause: written length of CD index 00; None for the default.
        indexes: CD index 02 and up, from the track's start.
        adds_index: a hidden track that asks for an index in the track around it.
        level_group: as written; empty for none, ``own`` to leave a group of joined tracks.
        is_matched_itself: a version that writes a ``level_group``: it does not take its main recording's gain.
        work: title of the work that it belongs to, or empty.
        loc: place in the manifest.
    """

    key: str
    id: str
    place: int
    source: str
    source_start: int
    length: int
    approach: Approach
    gain_db: float = 0.0
    chain: tuple[ProcessStep, ...] = ()
    fade_in: Fade | None = None
    fade_out: Fade | None = None
    parting: Parting | None = None
    track_start: int = 0
    pause: int | None = None
    indexes: tuple[int, ...] = ()
    hidden: bool = False
    adds_index: bool = False
    level_group: str = ""
    is_matched_itself: bool = False
    work: str = ""
    loc: Loc = ()

    @property
    def is_version(self) -> bool:
        """True for anything but the main recording."""
        return self.key != self.id

    @property
    def gain_key(self) -> str:
        """Key of the track whose level gain it takes: a version has its main recording's."""
        return self.key if self.is_matched_itself else self.id


@dataclass(frozen=True, slots=True)
class Book:
    """All parts of the project: the main order, and every version by its key.

    Attributes:
        main: main recordings in the main order.
        by_key: main recordings and versions.
        rate_hz: the programme's rate.
        gap: the sequence's default gap.
    """

    rate_hz: int
    gap: Approach
    main: tuple[Part, ...]
    by_key: Mapping[str, Part] = field(default_factory=dict)

    def without(self, names: frozenset[str]) -> Book:
        """The same book with the named steps left out of every chain."""
        if not names:
            return self
        return replace(
            self,
            main=tuple(replace(p, chain=drop_steps(p.chain, names)) for p in self.main),
            by_key={k: replace(p, chain=drop_steps(p.chain, names)) for k, p in self.by_key.items()},
        )


def drop_steps(chain: tuple[ProcessStep, ...], names: frozenset[str]) -> tuple[ProcessStep, ...]:
    """A chain without the steps of these names."""
    return tuple(step for step in chain if step.name not in names)


def nameless(chain: tuple[ProcessStep, ...]) -> tuple[tuple[str, object, str], ...]:
    """What a chain does: names of steps serve only to leave them out."""
    return tuple((step.kind, step.parameters, step.acts_on) for step in chain)


@dataclass(frozen=True, slots=True)
class Seam:
    """What lies between two neighbours of a unit, or at its edges (where ``approach`` is None).

    Attributes:
        approach: how the later track follows here.
        joined: True when the two belong together here.
        tail: set where the earlier track is parted from the one that it was joined to.
        head: set where the later track is.
    """

    approach: Approach | None = None
    joined: bool = False
    tail: Parting | None = None
    head: Parting | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A part in its place in a unit.

    Attributes:
        before: the seam that leads into it.
        after: the seam that leads out of it.
        inside: a hidden track without number: it lies in another track.
    """

    part: Part
    before: Seam
    after: Seam
    inside: bool = False

    @property
    def fade_in(self) -> Fade | None:
        """The fade at its start, as it stands here."""
        approach = self.before.approach
        if self.before.joined and approach is not None and approach.is_crossfade:
            return approach.fade_in
        if self.before.head is not None and self.before.head.head is not None:
            return self.before.head.head
        return self.part.fade_in

    @property
    def fade_out(self) -> Fade | None:
        """The fade at its end, as it stands here."""
        approach = self.after.approach
        if self.after.joined and approach is not None and approach.is_crossfade:
            return approach.fade_out
        if self.after.tail is not None and self.after.tail.tail is not None:
            return self.after.tail.tail
        return self.part.fade_out


def make_slots(
    parts: tuple[Part, ...], seams: tuple[Seam, ...], inside: frozenset[str] = frozenset()
) -> tuple[Slot, ...]:
    """Slots of one unit; there is one seam more than there are parts."""
    return tuple(Slot(part, seams[i], seams[i + 1], part.key in inside) for i, part in enumerate(parts))
