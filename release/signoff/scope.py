"""Which deliverables of a build a scope covers; pure."""

from __future__ import annotations

from collections.abc import Mapping

from release.record import Deliverable, Record, TargetRecord
from release.signoff.statement import Approval, Scope

AUDIO_ROLES = ("audio", "image", "side")


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


def named_in(approval: Approval, target: str) -> Mapping[str, str]:
    """SHA-256 by path of every file that an approval names within a target."""
    return {path: digest for path, digest in approval.entries() if path.startswith(f"{target}/")}


def rejected_targets(rejection: Approval, record: Record, former: Record | None) -> tuple[str, ...]:
    """Targets of a build in which the very bytes that were rejected still lie.

    A rejected track also blocks discs and sides that hold it: their audio is that of the track as long as their images are those of the
    build that was rejected.

    Args:
        rejection: a person's word.
        record: the build that is looked at.
        former: the build that was rejected, where its record was kept.
    """
    scope = rejection.scope
    same = [
        name
        for name in targets_in(record, scope)
        if named_in(rejection, name) == digests_in(record, _within(scope, name))
    ]
    if scope.track is None or scope.target is not None:
        return tuple(same)
    was = {} if former is None else former.targets
    for name, target in record.targets.items():
        if name in targets_in(record, scope) or not _holds(target, scope.track):
            continue
        before = was.get(name)
        if _audio_of(before) == _audio_of(target) if before is not None else bool(same):
            same.append(name)
    return tuple(name for name in record.targets if name in same)


def _within(scope: Scope, target: str) -> Scope:
    """The part of a scope that lies in one target."""
    return Scope(kind="track" if scope.track else "target", target=target, track=scope.track)


def _holds(target: TargetRecord, track: str) -> bool:
    return any(placed.key == track for unit in target.units for placed in unit.tracks)


def _audio_of(target: TargetRecord) -> Mapping[str, str]:
    return {d.path: d.sha256 for d in target.deliverables if d.role in AUDIO_ROLES}
