"""Options and lines that approve, status and ship have in common."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from release.cli.text import hanging, table, wrap

if TYPE_CHECKING:
    from release.operations.status import StatusResult
    from release.signoff.state import JudgedApproval, JudgedRequirement

SignersFile = Annotated[
    Path | None,
    typer.Option(
        "--signers",
        metavar="FILE",
        envvar="RELEASE_SIGNERS",
        show_envvar=False,
        help="Trust the keys of this allowed signers file, not the project's. RELEASE_SIGNERS does the same.",
        show_default=False,
    ),
]
Day = Annotated[
    str | None,
    typer.Option("--date", metavar="YYYY-MM-DD", help="The day of it. [default: today]", show_default=False),
]


def approval_json(judged: JudgedApproval) -> dict[str, Any]:
    """An approval for ``--json``."""
    said = judged.read.approval
    told: dict[str, Any] = {
        "file": judged.read.name,
        "state": judged.state,
        "signature": judged.read.signature,
        "fingerprint": judged.read.fingerprint or None,
        "why": list(judged.why),
        "changes": list(judged.changes),
    }
    if said is not None:
        told |= {
            "person": said.person,
            "role": said.role,
            "decision": said.decision,
            "date": said.date,
            "scope": said.scope.model_dump(),
            "remarks": said.remarks,
            "build": said.build.identity,
            "signer": said.signer or None,
            "listening": [record.model_dump() for record in said.listening],
        }
    return told


def requirement_json(requirement: JudgedRequirement) -> dict[str, Any]:
    """A required approval for ``--json``."""
    return {
        "target": requirement.target,
        "role": requirement.required.role or None,
        "state": requirement.state,
        "by": list(requirement.by),
        "why": requirement.why,
    }


def status_json(result: StatusResult) -> dict[str, Any]:
    """The whole status for ``--json``."""
    return {
        "status": "approved" if result.is_complete else "open",
        "identity": result.identity,
        "output": str(result.output),
        "signers": result.signers or None,
        "targets": dict(result.targets),
        "changed_inputs": dict(result.freshness.changed),
        "inputs_not_known": result.freshness.unknown or None,
        "odd_names": list(result.odd_names),
        "dated_to_come": list(result.to_come),
        "required": [requirement_json(r) for r in result.state.requirements],
        "approvals": [approval_json(a) for a in result.state.approvals],
        "comments": [
            {**c.model_dump(), "build": stored.review.build.identity, "file": stored.name}
            for stored in result.reviews
            for c in stored.review.comments
        ],
        "ended_waivers": [{"text": w.text, "covers_failure": w.covers_failure} for w in result.ended],
        "shipped": [
            {
                "name": s.shipment.name,
                "form": s.form,
                "target": s.shipment.target,
                "build": s.shipment.build.identity,
                "date": s.date,
                "digest": s.digest,
                "path": s.path or None,
                "package": state,
                "override": None if s.shipment.override is None else s.shipment.override.model_dump(),
            }
            for s, state in zip(result.seals, result.packages, strict=True)
        ],
    }


def requirement_rows(result: StatusResult, width: int) -> list[str]:
    """Targets with what they need."""
    rows = []
    for name, status in result.targets.items():
        if status != "passed":
            rows.append((name, "the build", status, "checks failed" if status == "failed" else "inputs changed: build"))
        rows += [
            (name, r.required.role or "any role", r.state, ", ".join(r.by) or r.why if r.state != "open" else r.why)
            for r in result.state.requirements
            if r.target == name
        ]
    return table(("target", "approval by", "state", ""), rows, width=width)


def approval_lines(judged: JudgedApproval, width: int, *, verbose: bool) -> Iterator[str]:
    """An approval with its person, what it covers, its key, and why it does not stand."""
    said, read = judged.read.approval, judged.read
    if said is None:
        yield from hanging(f"invalid    {read.name}", indent=11, width=width)
    else:
        mark = {"good": f"signed as {said.signer}, {read.fingerprint}", "none": "UNSIGNED"}.get(
            read.signature, "signature not accepted"
        )
        what = said.decision.replace("-", " ") if judged.state != "approved" or said.decision != "approved" else ""
        text = f"{judged.state:<10} {said.scope}, {said.date}, {said.person} ({said.role})"
        said_too = f", {what}" if what and what != judged.state else ""
        yield from hanging(f"{text}{said_too}; {mark}", indent=11, width=width)
        if said.remarks:
            yield from wrap(f'"{said.remarks}"', indent="           ", width=width)
        for record in said.listening if verbose else ():
            yield from wrap(
                f"heard {record.path} ({record.heard}): {record.room}, {record.chain}",
                indent="           ",
                width=width,
            )
    for reason in judged.why:
        yield from wrap(reason, indent="           ", width=width)
    shown = judged.changes if verbose else judged.changes[:3]
    for change in shown:
        yield from wrap(change, indent="           ", width=width)
    if len(shown) < len(judged.changes):
        yield f"           and {len(judged.changes) - len(shown)} more files (--verbose)"
