"""Which approvals stand on a build, which are stale and why, and what is still open; pure.

An approval stands when it reads, counts for its person and role, and every deliverable that it names, and no other, is in its scope
with the same digest. A rejection blocks its targets until the person who gave it says otherwise, or their files are others: a
rejection of the release goes on standing for those targets that a build leaves as they were.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from release.comparison.records import compare_records
from release.record import Record
from release.signoff.policy import Policy
from release.signoff.requirement import judge_requirement, requirements_for
from release.signoff.scope import digests_in, rejected_targets, targets_in
from release.signoff.state import JudgedApproval, ReadApproval, SignoffState
from release.signoff.statement import Approval
from release.signoff.why import reasons_between


@dataclass(frozen=True, slots=True)
class Judge:
    """A build with what its project asks.

    Attributes:
        record: the build.
        identity: SHA-256 of its ``release.json``.
        policy: what the project asks.
        former: records of builds that were approved, by identity.
    """

    record: Record
    identity: str
    policy: Policy
    former: Mapping[str, Record] = field(default_factory=dict)

    def judge(self, found: Sequence[ReadApproval]) -> SignoffState:
        """Judge every approval, then every requirement."""
        replaced = superseded(found, self.policy)
        judged = tuple(self._approval(item, replaced) for item in found)
        required = [
            judge_requirement(self.record, self.policy, name, wanted, judged)
            for name in self.record.targets
            for wanted in requirements_for(self.policy, name, judged)
        ]
        return SignoffState(judged, tuple(required))

    def _approval(self, item: ReadApproval, replaced: frozenset[str]) -> JudgedApproval:
        problem = objection(item, self.policy)
        if item.approval is None or problem:
            return JudgedApproval(item, "invalid", why=(problem,))
        if item.digest in replaced:
            return JudgedApproval(item, "superseded", why=("the same person has said otherwise since",))
        changes, touched = _changes(item.approval, self.record), targets_in(self.record, item.approval.scope)
        if not item.approval.is_positive:
            return self._rejection(item, item.approval, changes, touched)
        if changes:
            return JudgedApproval(item, "stale", changes, self._why(item.approval), touched)
        return JudgedApproval(item, "approved", targets=touched)

    def _rejection(
        self, item: ReadApproval, said: Approval, changes: tuple[str, ...], touched: tuple[str, ...]
    ) -> JudgedApproval:
        identity = said.build.identity
        standing = rejected_targets(
            said, self.record, self.record if identity == self.identity else self.former.get(identity)
        )
        if not standing:
            return JudgedApproval(item, "stale", changes, self._why(said), touched)
        why = (f"it stands for {', '.join(standing)}, which is as it was rejected",) if changes else ()
        return JudgedApproval(item, "rejected", changes, why, standing)

    def _why(self, approval: Approval) -> tuple[str, ...]:
        """What changed since, from the record of the approved build where it was kept."""
        former = self.former.get(approval.build.identity)
        if former is None:
            return ("the record of the approved build was not kept, so only the files can be told",)
        difference = compare_records(
            former, self.record, old_identity=approval.build.identity, new_identity=self.identity
        )
        return reasons_between(difference, approval.scope)


def objection(item: ReadApproval, policy: Policy) -> str:
    """Why an approval cannot count at all; empty when it can."""
    if item.approval is None or item.problem:
        return item.problem or "it cannot be read"
    if item.signature == "bad":
        return "its signature is not good"
    if item.signature == "unchecked":
        return "its signature could not be checked"
    if item.signature == "none" and not policy.accepts_unsigned:
        return "it is unsigned, and signoff.unsigned refuses that"
    said = item.approval
    return policy.objection(said.person, said.role, said.signer) or policy.stranger(
        said.person, said.signer, item.fingerprint
    )


def superseded(found: Sequence[ReadApproval], policy: Policy) -> frozenset[str]:
    """Digests of statements that their own person has replaced; nobody replaces another's, and no unsigned word a signed one."""
    by_digest = {item.digest: item for item in found if item.approval is not None}
    replaced = set()
    for item in found:
        if item.approval is None or objection(item, policy):
            continue
        for digest in item.approval.supersedes:
            former = by_digest.get(digest)
            if former is None or former.approval is None or digest == item.digest:
                continue
            is_as_good = item.signature == "good" or former.signature != "good"
            if former.approval.person == item.approval.person and is_as_good:
                replaced.add(digest)
    return frozenset(replaced)


def _changes(approval: Approval, record: Record) -> tuple[str, ...]:
    """Every file of the scope that is not what was approved."""
    approved, current = dict(approval.entries()), digests_in(record, approval.scope)
    if not current:
        return (f"the build has nothing in scope: {approval.scope}",)
    found = []
    for path in sorted(approved.keys() | current.keys()):
        if path not in current:
            found.append(f"{path}: gone")
        elif path not in approved:
            found.append(f"{path}: new")
        elif approved[path] != current[path]:
            found.append(f"{path}: changed")
    return tuple(found)
