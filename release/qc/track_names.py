"""How sentences call tracks: by number and title, as readers of a report know them, never by the manifest's ids."""

from __future__ import annotations

from release.model.target import ResolvedTarget
from release.qc.wording import quote

SIDED = ("vinyl", "cassette")


def track_names(target: ResolvedTarget) -> dict[str, str]:
    """``2 “Tide”`` by key; ``2-1 “Tide”`` in a set of discs, ``A1 “Tide”`` on a side, the title alone without a number."""
    names: dict[str, str] = {}
    units = target.programme.units
    for unit in units:
        for span in unit.timeline.tracks:
            info = target.tracks.get(span.key)
            if info is None:
                continue
            title = quote(info.display_title)
            is_lettered = target.kind in SIDED and unit.name.isalpha()
            before = unit.name if is_lettered else f"{unit.name}-" if len(units) > 1 else ""
            names.setdefault(span.key, title if span.number is None else f"{before}{span.number} {title}")
    return names


def track_name(target: ResolvedTarget, key: str) -> str:
    """The same for one track; its key where the target does not know it."""
    return track_names(target).get(key, key)
