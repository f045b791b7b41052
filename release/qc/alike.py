"""Which sources of a project go together, for the checks that suspect a wrong file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from release.qc.contexts import ProgrammeContext

if TYPE_CHECKING:
    from release.dsp.likeness import Likeness


@dataclass(frozen=True, slots=True)
class AlikePair:
    """Two tracks whose sources go together.

    Attributes:
        track: key of the one that comes first in the manifest.
        other: of the later one.
        is_version: they are versions of one recording, and meant to be alike.
    """

    track: str
    source: str
    other: str
    other_source: str
    likeness: Likeness
    is_version: bool


def alike_pairs(context: ProgrammeContext, least: float) -> Iterator[AlikePair]:
    """Every pair of different files that is at least so like."""
    tracks: dict[str, list[str]] = {}
    for key, source in context.project.uses.items():
        if source in context.facts:
            tracks.setdefault(source, []).append(key)
    names = list(tracks)
    for (n, m), likeness in _compared(tuple(context.facts[name].likeness for name in names)):
        one, two = names[n], names[m]
        if likeness.value >= least and context.facts[one].sha256 != context.facts[two].sha256:
            bases = [{key.split("@")[0] for key in tracks[name]} for name in (one, two)]
            pair = next(
                ((a, b) for a in tracks[one] for b in tracks[two] if a.split("@")[0] == b.split("@")[0]),
                (tracks[one][0], tracks[two][0]),
            )
            yield AlikePair(pair[0], one, pair[1], two, likeness, not bases[0].isdisjoint(bases[1]))


@lru_cache(maxsize=2)
def _compared(texts: tuple[str, ...]) -> tuple[tuple[tuple[int, int], Likeness], ...]:
    """All pairs of prints that can be compared; both checks ask for the same ones."""
    from release.dsp.likeness import Print

    prints = [Print(text) for text in texts]
    found = []
    for m in range(len(prints)):
        for n in range(m):
            likeness = prints[n].compare(prints[m])
            if likeness is not None:
                found.append(((n, m), likeness))
    return tuple(found)
