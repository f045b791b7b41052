"""Which deliverables of a build a scope covers; pure."""

from __future__ import annotations

from collections.abc import Mapping

from release.record import Deliverable, Record
from release.signoff.statement import Scope


def deliverables_in(record: Record, scope: Scope) -> tuple[Deliverable, ...]:
    """The deliverables of a scope, sorted by path; none where the build has no such target or track.

    The files of a track are those that hold it alone: images and sides belong to their target.
    """
    targets = [t for name, t in record.targets.items() if scope.target in (None, name)]
    found = [d for t in targets for d in t.deliverables if scope.track in (None, d.track)]
    return tuple(sorted(found, key=lambda d: d.path))


def digests_in(record: Record, scope: Scope) -> Mapping[str, str]:
    """SHA-256 by path of every deliverable of a scope."""
    return {d.path: d.sha256 for d in deliverables_in(record, scope)}


def entries_of(deliverables: tuple[Deliverable, ...]) -> list[str]:
    """Deliverables as lines of sha256sum."""
    return [f"{d.sha256} *{d.path}" for d in deliverables]


def targets_in(record: Record, scope: Scope) -> tuple[str, ...]:
    """Names of the targets that a scope touches."""
    return tuple(
        name
        for name, target in record.targets.items()
        if scope.target in (None, name)
        and (scope.track is None or any(d.track == scope.track for d in target.deliverables))
    )
