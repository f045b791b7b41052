"""Whether a required approval of a target stands; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from release.record import Record
from release.signoff.listening import unheard
from release.signoff.policy import Policy, Required
from release.signoff.state import JudgedApproval, JudgedRequirement
from release.signoff.statement import Approval


def requirements_for(policy: Policy, target: str, judged: Sequence[JudgedApproval]) -> tuple[Required, ...]:
    """What a target needs: what the project asks, and what it asked when somebody signed an approval that stands.

    So a requirement that somebody takes out after people have signed needs their word again, in a project and in a package.
    """
    own = [r for r in policy.required if not r.targets or target in r.targets]
    known = {_key(r) for r in own}
    for item in judged:
        if not item.stands or item.read.signature == "none" or target not in item.targets:
            continue
        for asked in _statement(item).asked:
            wanted = Required(asked.role, (target,), asked.listening, tuple(asked.other_than))
            if asked.targets and target not in asked.targets:
                continue
            if _key(wanted) not in known and (not own or _key(wanted) != _key(Required())):
                known.add(_key(wanted))
                own.append(wanted)
    return tuple(own)


def judge_requirement(
    record: Record, policy: Policy, target: str, wanted: Required, judged: Sequence[JudgedApproval]
) -> JudgedRequirement:
    """One required approval of one target.

    It stands when standing approvals of the role name every file of the target (lists of checksums apart), together with the
    listening record that was asked for. A standing rejection by anybody who may speak blocks the target.
    """
    rejections = [_who(j) for j in judged if j.state == "rejected" and target in j.targets]
    if rejections:
        return JudgedRequirement(target, wanted, "rejected", tuple(rejections), "rejected")
    relevant = [j for j in judged if _role_fits(j, wanted) and target in j.targets]
    standing = [j for j in relevant if j.stands]
    if wanted.other_than:
        why, standing = _other_people(wanted.other_than, policy, judged, standing)
        if why:
            return JudgedRequirement(target, wanted, "open", (), why)
    return _by_coverage(record, target, wanted, relevant, standing)


def _other_people(
    roles: Sequence[str], policy: Policy, judged: Sequence[JudgedApproval], standing: Sequence[JudgedApproval]
) -> tuple[str, list[JudgedApproval]]:
    """Those approvals that neither a person of some roles gave nor their key signed; or why that leaves none."""
    words = " or ".join(roles)
    people = _people_of(roles, policy, judged)
    if not people:
        return f"nobody is known as {words}: name them in release.credits", []
    keys = {print_: name for name in sorted(people) for print_ in policy.keys.get(policy.signer_of(name), ())}
    keys |= {j.read.fingerprint: name for j, name in _keys_of(people, roles, judged)}
    barred, left = "", []
    for item in standing:
        person, key = _statement(item).person, item.read.fingerprint
        if person in people:
            barred = f"{person} is {words}: another person must approve"
        elif key in keys:
            barred = f"{person} signs with the key of {keys[key]}, who is {words}: another person must approve"
        else:
            left.append(item)
    return (barred if barred and not left else ""), left


def _keys_of(
    people: set[str], roles: Sequence[str], judged: Sequence[JudgedApproval]
) -> Iterator[tuple[JudgedApproval, str]]:
    """Statements with a good signature by some people, or in some roles, whatever became of them."""
    for item in judged:
        said = item.read.approval
        if item.read.signature == "good" and said is not None and (said.person in people or said.role in roles):
            yield item, said.person


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
    stale = [j for j in relevant if j.state == "stale"]
    if stale:
        who = tuple(dict.fromkeys(_who(j) for j in stale))
        return JudgedRequirement(target, wanted, "stale", who, _stale_words(target, stale))
    if standing:
        files = f"{len(missing)} files are" if len(missing) > 1 else "1 file is"
        why = f"{files} not approved, the first is {missing[0]}"
        return JudgedRequirement(target, wanted, "open", by, why)
    return JudgedRequirement(target, wanted, "open", (), "nobody has approved")


def _stale_words(target: str, stale: Sequence[JudgedApproval]) -> str:
    """What changed since: this target, or others that were approved together with it."""
    changed = {change.partition("/")[0] for j in stale for change in j.changes}
    if target in changed or not changed:
        return "changed since it was approved"
    return f"approved together with {', '.join(sorted(changed))}, which changed since: approve this target again"


def _key(wanted: Required) -> tuple[str, str, tuple[str, ...]]:
    return (wanted.role, wanted.listening, tuple(sorted(wanted.other_than)))


def _statement(judged: JudgedApproval) -> Approval:
    assert judged.read.approval is not None
    return judged.read.approval


def _who(judged: JudgedApproval) -> str:
    statement = _statement(judged)
    return f"{statement.person} ({statement.role})"


def _role_fits(judged: JudgedApproval, wanted: Required) -> bool:
    return judged.read.approval is not None and wanted.role in ("", judged.read.approval.role)


def _people_of(roles: Sequence[str], policy: Policy, judged: Sequence[JudgedApproval]) -> set[str]:
    """Names that hold one of some roles: by the credits, by the people of the sign-off, by having approved in it."""
    people = {name for role in roles for name in policy.credits.get(role, ())}
    people |= {p.name for p in policy.people if set(roles) & set(p.roles)}
    return people | {
        _statement(j).person for j in judged if j.state in ("approved", "rejected") and _statement(j).role in roles
    }
