"""Decides what lies between the tracks of a unit: a plain gap, a join that is kept, or a join that is parted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from release.manifest.resolving.part import Approach, Book, Part, Parting, Seam, Slot, make_slots
from release.manifest.resolving.problems import Loc, Problems


@dataclass(frozen=True, slots=True)
class Order:
    """One unit as a list of parts.

    Attributes:
        target: name of the target, for messages.
        parts: in the order of the unit.
        inside: keys of hidden tracks without number.
        gaps: the target's own gaps, by track key.
        gap_locs: where they are written.
    """

    target: str
    parts: tuple[Part, ...]
    inside: frozenset[str] = frozenset()
    gaps: Mapping[str, Approach] = field(default_factory=dict)
    gap_locs: Mapping[str, Loc] = field(default_factory=dict)


def connect(order: Order, book: Book, problems: Problems) -> tuple[Slot, ...]:
    """Slots of a unit with their seams; joins that it parts without ``unjoined`` are problems."""
    parts = order.parts
    seams: list[Seam] = []
    for index in range(len(parts) + 1):
        earlier = parts[index - 1] if index else None
        later = parts[index] if index < len(parts) else None
        seams.append(_seam(earlier, later, order, book, problems))
    return make_slots(parts, tuple(seams), order.inside)


def main_order(book: Book) -> tuple[Slot, ...]:
    """The main order: every gap and join as it is written."""
    seams = [Seam(), *(_written(part) for part in book.main[1:]), Seam()]
    return make_slots(book.main, tuple(seams))


def _written(part: Part) -> Seam:
    return Seam(part.approach, joined=part.approach.is_join)


def are_neighbours(earlier: Part | None, later: Part | None) -> bool:
    """True when one follows the other in the main order too."""
    return earlier is not None and later is not None and later.place == earlier.place + 1


def _seam(earlier: Part | None, later: Part | None, order: Order, book: Book, problems: Problems) -> Seam:
    own_gap = order.gaps.get(later.key) if later is not None and earlier is not None else None
    if are_neighbours(earlier, later):
        assert later is not None
        return _main_seam(later, own_gap, order, book, problems)
    tail = head = None
    if earlier is not None and earlier.place + 1 < len(book.main):
        tail = _parting(book.main[earlier.place + 1], order, book, problems)
    if later is not None and later.place > 0:
        head = _parting(later, order, book, problems)
    if earlier is None or later is None:
        return Seam(tail=tail, head=head)
    approach = head.approach if head is not None else later.approach
    return Seam(own_gap.apart if own_gap is not None else approach.apart, tail=tail, head=head)


def _main_seam(later: Part, own_gap: Approach | None, order: Order, book: Book, problems: Problems) -> Seam:
    """Neighbours of the main order; a target's own gap may change or part what is written."""
    written = later.approach
    if own_gap is None or own_gap == written:
        return _written(later)
    if not written.is_join:
        return Seam(own_gap, joined=own_gap.is_join)
    if not own_gap.is_join:
        parting = _parting(later, order, book, problems)
        return Seam(own_gap, tail=parting, head=parting)
    if written.is_crossfade:
        problems.add(
            order.gap_locs.get(later.key, later.loc),
            f"'{later.key}' enters by a crossfade; the target's own gap would change its length",
            "leave the gap out, or write one longer than 0 s and `unjoined` on the track",
            "parted-join",
        )
    return Seam(own_gap, joined=True)


def _parting(later: Part, order: Order, book: Book, problems: Problems) -> Parting | None:
    """The parting of a track from the one before it in the main order; None where they were not joined."""
    if not later.approach.is_join:
        return None
    if later.parting is None:
        main = book.main[later.place]
        problems.add(
            main.loc,
            f"target '{order.target}' parts '{main.id}' from '{book.main[later.place - 1].id}', which it is joined to",
            "keep them together and in order, or say on the track how they end and start alone: "
            "unjoined: {tail: {fade_out: 4 s}, head: {fade_in: 10 ms}, gap: 2 s}",
            "parted-join",
        )
        return Parting(book.gap.apart)
    return later.parting


def units_of(slots: Sequence[Slot]) -> tuple[tuple[Slot, ...], ...]:
    """Slots in runs that are joined to each other."""
    groups: list[list[Slot]] = []
    for slot in slots:
        if groups and slot.before.joined:
            groups[-1].append(slot)
        else:
            groups.append([slot])
    return tuple(tuple(group) for group in groups)
