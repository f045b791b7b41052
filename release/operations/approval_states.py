"""What the papers say of sign-off: the roles that a project asks for, and what has become of each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from release.errors import ReleaseError
from release.manifest.load import LoadedManifest
from release.operations.signoff_project import open_signoff, read_policy
from release.report.approval_view import RoleState
from release.signoff.policy import Required
from release.signoff.state import JudgedApproval, JudgedRequirement
from release.signoff.store import read_approvals


def required_states(manifest: LoadedManifest) -> tuple[RoleState, ...]:
    """The roles alone: a build's own report is made before anybody can have approved it."""
    return tuple(
        RoleState(r.role, r.targets, listening=_heard(r)) for r in read_policy(manifest).required if r != Required()
    )


def approval_states(path: Path, manifest: LoadedManifest, output: Path) -> tuple[RoleState, ...]:
    """Every required approval of the build in a folder, as it stands now; equal ones of several targets are one.

    Where approvals cannot be judged (no such signers file), the roles alone: ``release status`` says what is wrong.

    Args:
        path: the manifest.
        manifest: the same, read.
        output: the build folder.
    """
    try:
        project = open_signoff(path, output=output)
        state = project.judge(read_approvals(project.folder, project.signers))
    except ReleaseError:
        return required_states(manifest)
    alike: dict[RoleState, list[str]] = {}
    for item in state.requirements:
        own = RoleState(item.required.role, (), item.state, _by(item, state.approvals), item.why, _heard(item.required))
        alike.setdefault(own, []).append(item.target)
    every = len(project.record.targets)
    return tuple(
        RoleState(s.role, () if len(targets) == every else tuple(targets), s.state, s.by, s.why, s.listening)
        for s, targets in alike.items()
    )


def _heard(required: Required) -> str:
    return "" if required.listening == "none" else required.listening


def _by(item: JudgedRequirement, approvals: Sequence[JudgedApproval]) -> tuple[str, ...]:
    """``Jo Marsh, 2026-11-22``, with the role where it is another than the one asked for."""
    told: dict[str, None] = {}
    for judged in approvals:
        said = judged.read.approval
        if said is None or f"{said.person} ({said.role})" not in item.by:
            continue
        if judged.state == item.state or (item.state == "open" and judged.stands):
            role = "" if said.role == item.required.role else f" ({said.role})"
            told[f"{said.person}{role}, {said.date}"] = None
    return tuple(told)
