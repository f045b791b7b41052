"""``release ship``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from release.cli.command import Output, ProjectArgument, command, project_path
from release.cli.console import Session
from release.cli.signoff import Day, SignersFile
from release.cli.status import read_day
from release.cli.text import hanging, plural, wrap
from release.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from release.operations.ship import ShipResult


class Form(StrEnum):
    """Forms of a package."""

    ZIP = "zip"
    BAGIT = "bagit"


Targets = Annotated[
    list[str] | None,
    typer.Option(
        "--target", "-t", metavar="NAME", help="Only this target. May be repeated. [default: all]", show_default=False
    ),
]
FormOption = Annotated[Form, typer.Option("--format", help="A ZIP, or a BagIt folder.")]
To = Annotated[
    Path | None,
    typer.Option("--to", metavar="DIR", help="Where packages go. [default: shipped]", show_default=False),
]
OverrideReason = Annotated[
    str | None,
    typer.Option(
        "--override", metavar="REASON", help="Ship without every approval; printed inside.", show_default=False
    ),
]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who overrides.", show_default=False)]


@command
def ship(
    session: Session,
    project: ProjectArgument,
    *,
    target: Targets = None,
    format: FormOption = Form.ZIP,  # noqa: A002 - the option's name
    to: To = None,
    override: OverrideReason = None,
    by: By = "",
    date: Day = None,
    output: Output = None,
    signers: SignersFile = None,
) -> int:
    """Pack targets whose approvals stand, and seal them.

    Every file is read again. The package carries the deliverables, the report, the
    record, the approvals with their signatures and keys, and VERIFY.txt, which says how
    to prove it all with sha256sum and ssh-keygen. The same build with the same approvals
    gives the same bytes. A package that stands is never replaced.

    Examples:
      release ship project.yaml --target cd
      release ship project.yaml --target streaming --format bagit --to /mnt/out
      release ship project.yaml -t cd --override "test pressing" --by "Jo Marsh"

    Exit code 0 when all are packed, 7 when a file is not what was built, 9 when an
    approval is missing, stale or a rejection, or the build failed.
    """
    from release.operations.ship import Overriding, ship_project

    if (override is None) != (not by.strip()):
        raise UsageError("an override has a reason and a name", remedy='--override "why" --by "Jo Marsh"')
    session.note("read the files again")
    results = ship_project(
        project_path(project),
        targets=target or (),
        form=format.value,
        to=to,
        output=output,
        signers=signers,
        override=None if override is None else Overriding(by, override),
        day=read_day(date),
    )
    data = {
        "packages": [
            {
                "path": str(r.path),
                "is_new": r.is_new,
                "files": r.n_files,
                "form": r.seal.form,
                "digest": r.seal.digest,
                "left_out": list(r.left_out),
                "shipment": r.seal.shipment.model_dump(),
            }
            for r in results
        ]
    }
    session.result(data, _lines(results, session))
    return ExitCode.DONE


def _lines(results: Sequence[ShipResult], session: Session) -> Iterator[str]:
    for result in results:
        shipment = result.seal.shipment
        word = "shipped" if result.is_new else "already shipped, byte for byte"
        yield from hanging(f"{word}: {result.path}, {plural(result.n_files, 'file')}", indent=4, width=session.width)
        what = "ZIP" if result.seal.form == "zip" else "tagmanifest-sha256.txt"
        yield from wrap(f"SHA-256 of the {what}: {result.seal.digest}", indent="    ", width=session.width)
        for said in shipment.approvals:
            mark = f"signed as {said.signer}, {said.fingerprint}" if said.signer else "UNSIGNED"
            text = f"{said.decision.replace('-', ' ')} by {said.person} ({said.role}), {said.date}; {mark}"
            yield from wrap(text, indent="    ", width=session.width)
        for name in result.left_out:
            text = f"left out: {name}, which no approval speaks of; release approve again brings it along"
            yield from wrap(text, indent="    ", width=session.width)
        if shipment.override is not None:
            text = f"OVERRIDE by {shipment.override.by}: {shipment.override.reason}"
            yield from wrap(text, indent="    ", width=session.width)
            for open_ in shipment.override.open:
                yield from wrap(f"open: {open_}", indent="      ", width=session.width)
        if session.verbose:
            yield from result.guide.splitlines()
    yield "prove them with release verify, or as the VERIFY.txt inside says"
