"""What the checks of a manifest look at, and how they follow its references.

Checks run on whatever part of the manifest could be read, so ids are taken from the text as written, not from the models.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from release.manifest.fields import did_you_mean
from release.manifest.problems import MOST_FAULTS, Faults
from release.manifest.targets import CdTarget, Project, SideTarget, TargetBase
from release.manifest.yaml_tree import Loc, Tree


@dataclass(frozen=True)
class Scope:
    """What the checks look at: the models, the text behind them, and the list of faults."""

    project: Project
    data: Tree
    faults: Faults

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Track ids as written, broken tracks included."""
        tracks = self.data.get("tracks") if isinstance(self.data, Mapping) else None
        written = [t.get("id") for t in tracks if isinstance(t, Mapping)] if isinstance(tracks, list) else []
        return tuple(i for i in written if isinstance(i, str))

    @cached_property
    def known(self) -> frozenset[str]:
        """Track ids as written, to look them up."""
        return frozenset(self.ids)

    @cached_property
    def hidden(self) -> frozenset[str]:
        """Ids of hidden tracks."""
        return frozenset(t.id for t in self.project.tracks if t.hidden)

    @cached_property
    def versions(self) -> Mapping[str, frozenset[str]]:
        """Names of versions by track id."""
        return {t.id: frozenset(t.versions) for t in self.project.tracks}

    def guess(self, text: str, words: Iterable[str]) -> str:
        """``did you mean x?`` from some words; nothing once there are more faults than anyone reads."""
        return did_you_mean(text, words) if len(self.faults.found) < MOST_FAULTS else ""

    def add(self, loc: Loc, problem: str, remedy: str = "", code: str = "error", *, at_key: bool = False) -> None:
        """Note a fault."""
        self.faults.add(loc, problem, remedy, code, at_key=at_key)

    def is_track(
        self, ref: str, loc: Loc, *, may_be_hidden: bool = True, may_be_version: bool = True, at_key: bool = False
    ) -> bool:
        """True when a reference leads to a track; else a fault is noted."""
        track_id, at, version = ref.partition("@")
        if track_id not in self.known:
            self.add(
                loc, f"there is no track '{track_id}'", self.guess(track_id, self.ids), "unknown-track", at_key=at_key
            )
            return False
        if at and not may_be_version:
            self.add(loc, f"'{ref}' names a version where a track is meant", f"write {track_id}", "unknown-track")
            return False
        if at and version not in self.versions.get(track_id, frozenset({version})):
            listed = sorted(self.versions[track_id])
            remedy = self.guess(version, listed) or f"write it under versions: of {track_id}"
            self.add(loc, f"track {track_id} has no version '{version}'", remedy, "unknown-version", at_key=at_key)
            return False
        if track_id in self.hidden and not may_be_hidden:
            remedy = "take it out of the list: it goes with the track before it"
            self.add(loc, f"{track_id} is hidden, and lists don't name hidden tracks", remedy, "hidden-track")
            return False
        return True


def selection(target: TargetBase, project: Project) -> tuple[str, ...]:
    """References of the tracks that a target names, or all ids; hidden tracks that go with them are left out."""
    if target.tracks is not None:
        return target.tracks
    if isinstance(target, CdTarget) and target.discs is not None:
        return tuple(ref for disc in target.discs for ref in disc)
    if isinstance(target, SideTarget) and target.sides is not None:
        return tuple(ref for side in target.sides.values() for ref in side)
    return tuple(track.id for track in project.tracks if not track.hidden)


def named_lists(target: TargetBase) -> Iterator[tuple[Loc, tuple[str, ...]]]:
    """Every list of track references in a target, with its path below the target."""
    if target.tracks is not None:
        yield ("tracks",), target.tracks
    if isinstance(target, CdTarget) and target.discs is not None:
        for i, disc in enumerate(target.discs):
            yield ("discs", i), disc
    if isinstance(target, SideTarget) and target.sides is not None:
        for name, side in target.sides.items():
            yield ("sides", name), side
