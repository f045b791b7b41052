"""Whether a required approval of a target stands; pure."""

from __future__ import annotations

from collections.abc import Sequence

from release.record import Record
from release.signoff.listening import unheard
from release.signoff.policy import Policy, Required
from release.signoff.scope import targets_in
from release.signoff.state import JudgedApproval, JudgedRequirement
from release.signoff.statement import Approval


def judge_requirement(
    record: Record, policy: Policy, target: str, wanted: Required, judged: Sequence[JudgedApproval]
) -> JudgedRequirement:
    """One required approval of one target.

    It stands when standing approvals of the role name every file of the target (lists of checksums apart), together with the
    listening record that was asked for. A standing rejection by anybody who may speak blocks the target.
    """
    rejections = [_who(j) for j in judged if j.state == "rejected" and target in _targets(record, j)]
    if rejections:
        return JudgedRequirement(target, wanted, "rejected", tuple(rejections), "rejected")
    relevant = [j for j in judged if _role_fits(j, wanted) and target in _targets(record, j)]
    standing = [j for j in relevant if j.stands]
    if wanted.other_than:
        people = _people_of(wanted.other_than, policy, judged)
        if not people:
            why = f"nobody is known as {' or '.join(wanted.other_than)}: name them in release.credits"
            return JudgedRequirement(target, wanted, "open", (), why)
        barred = [j for j in standing if _statement(j).person in people]
        standing = [j for j in standing if j not in barred]
        if barred and not standing:
            why = f"{_statement(barred[0]).person} is {' or '.join(wanted.other_than)}: another person must approve"
            return JudgedRequirement(target, wanted, "open", (), why)
    return _by_coverage(record, target, wanted, relevant, standing)


def _by_coverage(
    record: Record,
    target: str,
    wanted: Required,
    relevant: Sequence[JudgedApproval],
    standing: Sequence[JudgedApproval],
) -> JudgedRequirement:
    by = tuple(dict.fromkeys(_who(j) for j in standing))
    covered = {path for j in standing for path, _ in _statement(j).entries()}
    missing = [d.path for d in record.targets[target].deliverables if d.role != "checksums" and d.path not in covered]
    if standing and not missing:
        listening = [heard for j in standing for heard in _statement(j).listening]
        why = unheard(record.targets[target], wanted.listening, listening)
        return JudgedRequirement(target, wanted, "open" if why else "approved", by, why)
    stale = tuple(dict.fromkeys(_who(j) for j in relevant if j.state == "stale"))
    if stale:
        return JudgedRequirement(target, wanted, "stale", stale, "changed since it was approved")
    if standing:
        files = f"{len(missing)} files are" if len(missing) > 1 else "1 file is"
        why = f"{files} not approved, the first is {missing[0]}"
        return JudgedRequirement(target, wanted, "open", by, why)
    return JudgedRequirement(target, wanted, "open", (), "nobody has approved")


def _statement(judged: JudgedApproval) -> Approval:
    assert judged.read.approval is not None
    return judged.read.approval


def _who(judged: JudgedApproval) -> str:
    statement = _statement(judged)
    return f"{statement.person} ({statement.role})"


def _targets(record: Record, judged: JudgedApproval) -> tuple[str, ...]:
    return () if judged.read.approval is None else targets_in(record, judged.read.approval.scope)


def _role_fits(judged: JudgedApproval, wanted: Required) -> bool:
    return judged.read.approval is not None and wanted.role in ("", judged.read.approval.role)


def _people_of(roles: Sequence[str], policy: Policy, judged: Sequence[JudgedApproval]) -> set[str]:
    """Names that hold one of some roles: by the credits, by the people of the sign-off, by having approved in it."""
    people = {name for role in roles for name in policy.credits.get(role, ())}
    people |= {p.name for p in policy.people if set(roles) & set(p.roles)}
    return people | {
        _statement(j).person for j in judged if j.state in ("approved", "rejected") and _statement(j).role in roles
    }
