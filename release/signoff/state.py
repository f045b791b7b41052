"""What is said of approvals and requirements, as frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from release.signoff.policy import Required
from release.signoff.statement import Approval

Signature = Literal["good", "none", "bad", "unchecked"]
ApprovalState = Literal["approved", "rejected", "stale", "superseded", "invalid"]
RequirementState = Literal["approved", "rejected", "stale", "open"]


@dataclass(frozen=True, slots=True)
class ReadApproval:
    """An approval as it was found.

    Attributes:
        name: of its file.
        digest: SHA-256 of its bytes.
        approval: what it says; None where it could not be read.
        signature: what became of it.
        problem: why it cannot count, or empty.
        fingerprint: of the key that signed it, or empty.
    """

    name: str
    digest: str
    approval: Approval | None
    signature: Signature
    problem: str = ""
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class JudgedApproval:
    """An approval held against a build.

    Attributes:
        read: the approval.
        state: what it is worth.
        changes: for a stale one: files that are not what was approved.
        why: for a stale one: what changed in the build; for an invalid one: what is wrong with it.
        targets: of the build, those that it speaks for; a rejection may stand for some of its targets alone.
    """

    read: ReadApproval
    state: ApprovalState
    changes: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()

    @property
    def stands(self) -> bool:
        """Whether it lets its deliverables pass."""
        return self.state == "approved"


@dataclass(frozen=True, slots=True)
class JudgedRequirement:
    """One required approval of one target."""

    target: str
    required: Required
    state: RequirementState
    by: tuple[str, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class SignoffState:
    """All approvals and all requirements of a build."""

    approvals: tuple[JudgedApproval, ...]
    requirements: tuple[JudgedRequirement, ...]

    def open_for(self, target: str) -> tuple[JudgedRequirement, ...]:
        """What keeps a target from shipping."""
        return tuple(r for r in self.requirements if r.target == target and r.state != "approved")

    @property
    def is_complete(self) -> bool:
        """Whether nothing is open."""
        return all(r.state == "approved" for r in self.requirements)
