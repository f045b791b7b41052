"""``release ship``: packs a target when its approvals stand, and seals it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from release.errors import Problem, RenderError, SignoffError, UsageError
from release.operations.ended_waivers import ended_waivers
from release.operations.freshness import input_changes, refuse_changed
from release.operations.packing import write_bag, write_zip
from release.operations.ship_plan import guide_text, package_name, payload
from release.operations.signoff_project import (
    SignoffProject,
    check_deliverables,
    open_signoff,
    refuse_failed,
)
from release.operations.source_date import source_date
from release.pipeline.lock import hold_project
from release.signoff.guarded_json import check_model
from release.signoff.seal import (
    Override,
    Seal,
    Shipment,
    ShippedApproval,
    ShippedPerson,
    ShippedRequirement,
    seal_path,
    write_seal,
)
from release.signoff.state import JudgedApproval, JudgedRequirement, SignoffState
from release.signoff.statement import BuildIdentity
from release.signoff.store import read_approvals

DEFAULT_SHIPPED = "shipped"
Form = Literal["zip", "bagit"]


@dataclass(frozen=True, slots=True)
class ShipResult:
    """One package.

    Attributes:
        path: the ZIP, or the bag's folder.
        seal: what the project remembers of it.
        is_new: False when the very same package stood there already.
        guide: how to prove it.
        n_files: files in it.
        left_out: files of the report that no approval which stands speaks of.
    """

    path: Path
    seal: Seal
    is_new: bool
    guide: str
    n_files: int
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Overriding:
    """Somebody who ships what is not approved, and why."""

    by: str
    reason: str


def ship_project(
    path: str | Path,
    *,
    targets: Sequence[str] = (),
    form: Form = "zip",
    to: Path | None = None,
    output: Path | None = None,
    signers: Path | None = None,
    override: Overriding | None = None,
    day: date | None = None,
) -> tuple[ShipResult, ...]:
    """Pack targets whose approvals stand.

    Args:
        path: the manifest.
        targets: names; empty for all of the build.
        form: ``zip`` or ``bagit``.
        to: folder for the packages; default ``shipped/`` beside the manifest.
        output: the build folder.
        signers: an allowed signers file in place of the project's.
        override: ships although something is open; printed in the package.
        day: the day of shipping; default today.

    Raises:
        SignoffError: naming everything that is open; for a build that failed, whatever is overridden.
        VerificationError: when a file is not what was built.
        UsageError: when another package stands in its place.
    """
    path = Path(path)
    project = open_signoff(path, output=output, signers=signers)
    on = day or date.today()  # noqa: DTZ011 - the day where the person is
    wanted = tuple(dict.fromkeys(targets)) or tuple(project.record.targets)
    for name in wanted:
        if name not in project.record.targets:
            raise UsageError(
                f"the build has no target {name!r}", remedy=f"its targets are {', '.join(project.record.targets)}"
            )
    place = _place(project, to)
    with hold_project(project.folder):
        state = project.judge(read_approvals(project.folder, project.signers))
        _refuse(project, state, wanted, on, override)
        for name in wanted:
            check_deliverables(project.output, tuple(project.record.targets[name].deliverables))
        return tuple(_ship(project, state, name, form, place, on, override) for name in wanted)


def _place(project: SignoffProject, to: Path | None) -> Path:
    place = to or project.folder / DEFAULT_SHIPPED
    if place.resolve().is_relative_to(project.output.resolve()):
        raise UsageError(
            "packages do not go into the build folder", where=str(place), remedy="name another folder with --to"
        )
    if place.is_symlink():
        raise UsageError("the folder is a link, and links are not followed", where=str(place), remedy="name the folder")
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise RenderError(f"the folder cannot be made: {exc.strerror}", where=str(place)) from exc
    return place


def _refuse(
    project: SignoffProject, state: SignoffState, wanted: Sequence[str], day: date, override: Overriding | None
) -> None:
    """Refuse what failed, what leans on a waiver that has ended, and, without an override, what is open."""
    refuse_failed(project.record, tuple(wanted), "shipped")
    refuse_changed(input_changes(project), wanted, "shipped")
    problems = [
        Problem(f"target {name}", w.text, "mend it, or renew the waiver and build again", "waiver")
        for name in wanted
        for w in ended_waivers(project, day, name)
        if w.covers_failure
    ]
    if override is None:
        problems += [
            Problem(f"target {r.target}", _open_words(r), _remedy(r), r.state)
            for name in wanted
            for r in state.open_for(name)
        ]
    if problems:
        raise SignoffError("this cannot ship yet", problems=problems)


def _open_words(requirement: JudgedRequirement) -> str:
    by = f" ({', '.join(requirement.by)})" if requirement.by and requirement.state != "open" else ""
    return f"approval by {requirement.required.words} is {requirement.state}: {requirement.why}{by}"


def _remedy(requirement: JudgedRequirement) -> str:
    if requirement.state == "stale":
        return "release status says what changed; ask again, or --override REASON --by NAME"
    return "release approve, or --override REASON --by NAME, which is printed in the package"


def _ship(
    project: SignoffProject,
    state: SignoffState,
    target: str,
    form: Form,
    place: Path,
    day: date,
    override: Overriding | None,
) -> ShipResult:
    name = package_name(project, target)
    approvals = [j for j in state.approvals if _travels(j, target)]
    shipment = _shipment(project, state, name, target, approvals, override)
    entries, left_out = payload(project, shipment, approvals)
    path = place / (f"{name}.zip" if form == "zip" else name)
    had = os.path.lexists(path)
    if form == "zip":
        digest = write_zip(entries, path, top=name, day=_document_day(project))
    else:
        digest = write_bag(entries, path, labels=_labels(project, shipment))
    seal = Seal(shipment=shipment, form=form, digest=digest, date=day.isoformat(), path=_told_path(project, path))
    if not had or not seal_path(project.folder, seal).is_file():
        write_seal(project.folder, seal)
    return ShipResult(path, seal, not had, guide_text(shipment), len(entries) + 1, left_out)


def _told_path(project: SignoffProject, path: Path) -> str:
    """Where a package lies: below the project where it does, so that both can be moved together."""
    whole, folder = path.resolve(), project.folder.resolve()
    return whole.relative_to(folder).as_posix() if whole.is_relative_to(folder) else str(whole)


def _travels(judged: JudgedApproval, target: str) -> bool:
    """Whether an approval belongs into the package: it stands, or rejects, and speaks of the target."""
    if judged.state not in ("approved", "rejected") or judged.read.approval is None:
        return False
    return target in judged.targets


def _shipment(
    project: SignoffProject,
    state: SignoffState,
    name: str,
    target: str,
    approvals: Sequence[JudgedApproval],
    override: Overriding | None,
) -> Shipment:
    identity = project.record.project
    unmet = [_open_words(r) for r in state.open_for(target)]
    used = None
    if override is not None and unmet:
        used = check_model(
            Override, {"by": override.by, "reason": override.reason, "open": unmet}, "override", "override"
        )
    return Shipment(
        name=name,
        target=target,
        build=BuildIdentity(
            identity=project.identity,
            title=identity.title,
            artist=identity.artist,
            catalogue_number=identity.catalogue_number,
        ),
        approvals=[
            ShippedApproval(
                file=j.read.name,
                person=j.read.approval.person,
                role=j.read.approval.role,
                decision=j.read.approval.decision,
                date=j.read.approval.date,
                signer=j.read.approval.signer,
                fingerprint=j.read.fingerprint,
            )
            for j in approvals
            if j.read.approval is not None
        ],
        override=used,
        required=[
            ShippedRequirement(
                role=r.required.role,
                listening=r.required.listening,  # type: ignore[arg-type]
                other_than=list(r.required.other_than),
                state=r.state,
                by=list(r.by),
            )
            for r in state.requirements
            if r.target == target
        ],
        people=[ShippedPerson(name=p.name, signer=p.signer, roles=list(p.roles)) for p in project.policy.people],
        credits=_barred_names(project, state, target),
        unsigned="accept" if project.policy.accepts_unsigned else "refuse",
    )


def _barred_names(project: SignoffProject, state: SignoffState, target: str) -> dict[str, list[str]]:
    """Credited names by role, of the roles that somebody has to be other than."""
    roles = {role for r in state.requirements if r.target == target for role in r.required.other_than}
    return {role: sorted(project.policy.credits.get(role, ())) for role in sorted(roles)}


def _document_day(project: SignoffProject) -> date | None:
    """The date that files carry: ``SOURCE_DATE_EPOCH``, else the release date, else none; never the clock."""
    if (day := source_date()) is not None:
        return day
    text = project.record.project.release_date
    return date.fromisoformat(text) if text else None


def _labels(project: SignoffProject, shipment: Shipment) -> list[tuple[str, str]]:
    identity = project.record.project
    return [
        ("Source-Organization", identity.label),
        ("External-Description", f"{identity.artist}: {identity.title}, target {shipment.target}"),
        ("External-Identifier", identity.catalogue_number),
        ("Build-Identity", shipment.build.identity),
    ]
