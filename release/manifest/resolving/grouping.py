"""Level groups: which tracks of a target are measured pooled and move as one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from release.manifest.resolving.layout import Laid, is_one_clip
from release.manifest.resolving.part import Part, Slot
from release.manifest.resolving.problems import Problems

OWN = "own"


def level_groups(units: Sequence[Laid], target: str, problems: Problems) -> dict[str, str]:
    """A word for each track key; keys with the same word are one group.

    Tracks with the same ``level_group`` are one, tracks of one work are one, tracks joined in this target are one, unless
    they say otherwise: ``own`` stays alone, and a written name is stronger than a join.
    """
    slots = [track.slot for unit in units for track in unit.tracks]
    groups = _Groups(slots)
    for slot in slots:
        if slot.part.level_group not in ("", OWN):
            groups.put_together(("name", slot.part.level_group), slot.part.key)
        elif slot.part.work and slot.part.level_group != OWN:
            groups.put_together(("work", slot.part.work), slot.part.key)
    for unit in units:
        for earlier, later in zip(unit.tracks, unit.tracks[1:], strict=False):
            if later.slot.before.joined:
                _join(earlier.slot, later.slot, groups, target, problems)
    return groups.words()


def _join(earlier: Slot, later: Slot, groups: _Groups, target: str, problems: Problems) -> None:
    one, two = earlier.part, later.part
    apart = OWN in (one.level_group, two.level_group) or (
        bool(one.level_group) and bool(two.level_group) and one.level_group != two.level_group
    )
    if not apart:
        groups.unite(one.key, two.key)
        return
    approach = later.before.approach
    overlaps = approach is not None and approach.gap < 0
    if overlaps or is_one_clip(earlier, later):
        loc = (*two.loc, "level_group") if two.level_group else (*one.loc, "level_group")
        why = "overlap" if overlaps else "are one clip"
        problems.add(
            loc,
            f"'{one.key}' and '{two.key}' {why} in target '{target}': they cannot have gains of their own",
            "give both the same level_group, or leave it out",
            "group-overlap",
        )


class _Groups:
    """Sets of keys that grow together, each with the words that made it."""

    def __init__(self, slots: Iterable[Slot]) -> None:
        self.parts: dict[str, Part] = {slot.part.key: slot.part for slot in slots}
        self.leader = {key: key for key in self.parts}
        self.first: dict[tuple[str, str], str] = {}

    def find(self, key: str) -> str:
        while self.leader[key] != key:
            key = self.leader[key]
        return key

    def unite(self, one: str, other: str) -> None:
        """Make two groups one, unless that would mix two written names."""
        a, b = self.find(one), self.find(other)
        names = {self.parts[k].level_group for k in self.parts if self.find(k) in (a, b)} - {"", OWN}
        if a != b and len(names) <= 1:
            order = list(self.parts)
            first, second = sorted((a, b), key=order.index)
            self.leader[second] = first

    def put_together(self, word: tuple[str, str], key: str) -> None:
        """Add a key to the group of a word."""
        self.unite(self.first.setdefault(word, key), key)

    def words(self) -> dict[str, str]:
        """A word for each key: a written name, else the first track's key."""
        members: dict[str, list[str]] = {}
        for key in self.parts:
            members.setdefault(self.find(key), []).append(key)
        found: dict[str, str] = {}
        for leader, keys in members.items():
            names = [self.parts[k].level_group for k in keys if self.parts[k].level_group not in ("", OWN)]
            word = f"group {names[0]}" if names else leader
            found |= dict.fromkeys(keys, word)
        return found
