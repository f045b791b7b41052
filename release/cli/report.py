"""``release report``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from release.cli.command import Output, ProjectArgument, SourceRoots, command, project_path
from release.cli.console import Session
from release.cli.findings import finding_json
from release.cli.junit import JUnit, junit_on_error, write_junit
from release.cli.ops import operations
from release.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from release.model.finding import Finding
    from release.operations.review import ReviewWish


class Reader(StrEnum):
    """Whom a short version is for."""

    CLIENT = "client"
    LABEL = "label"
    PLANT = "plant"


Review = Annotated[
    bool, typer.Option("--review", help="Write report/review.html as well: to listen to, comment on and sign off from.")
]
NoAudio = Annotated[bool, typer.Option("--no-audio", help="Leave the preview sound out of the review page.")]
Against = Annotated[
    Path | None,
    typer.Option(
        "--against",
        metavar="BUILD",
        help="A previous build folder, to switch to on the review page.",
        show_default=False,
    ),
]
ReviewTarget = Annotated[
    str | None,
    typer.Option(
        "--review-target",
        metavar="NAME",
        help="Whose sound the review page plays. [default: the first of streaming, download, cd, vinyl, cassette]",
        show_default=False,
    ),
]

Short = Annotated[
    list[Reader] | None,
    typer.Option(
        "--short",
        help="Write a short version for this reader as well (report/client.pdf and .html); may be repeated.",
        show_default=False,
    ),
]
TrustTemplates = Annotated[
    bool, typer.Option("--trust-templates", help="Use templates of the project that you have not trusted, this time.")
]


@command
def report(
    session: Session,
    project: ProjectArgument,
    output: Output = None,
    source_root: SourceRoots = None,
    junit: JUnit = None,
    short: Short = None,
    *,
    review: Review = False,
    no_audio: NoAudio = False,
    against: Against = None,
    review_target: ReviewTarget = None,
    trust_templates: TrustTemplates = False,
) -> int:
    """Write the QC report again from the last record.

    Nothing is rendered or measured. Useful after a change of templates.

    --review writes a page to listen to, comment on and sign off from as well: it reads the
    deliverables of one target once, and holds a preview of their sound of about 30 MB at most.

    --short writes one to three pages for one reader: the client (what was made, how loud, what to
    listen for), the label (metadata, codes, credits, deliverables, findings), the plant (order,
    times, codes, checksums).

    Examples:
      release report project.yaml
      release report project.yaml --short client --short plant
      release report project.yaml --review
      release report project.yaml --review --against build-approved/
    """
    if not review and (no_audio or against or review_target):
        raise UsageError("--no-audio, --against and --review-target belong to --review", remedy="add --review")
    with junit_on_error(junit, "release report"):
        written = operations().report_project(
            project_path(project),
            output=output,
            source_roots=source_root or (),
            review=_wish(no_audio, against, review_target) if review else None,
            short=[str(reader) for reader in short or ()],
            trust_templates=trust_templates,
        )
    findings = _findings(written)
    write_junit(junit, "release report", findings)
    data = {"files": [str(p) for p in written], "findings": [finding_json(f, {}) for f in findings]}
    session.result(data, map(str, written))
    return ExitCode.DONE


def _wish(no_audio: bool, against: Path | None, target: str | None) -> ReviewWish:
    from release.operations.review import ReviewWish

    return ReviewWish(has_audio=not no_audio, target=target, before=against)


def _findings(written: Sequence[Path]) -> list[Finding]:
    """What the report says, from its form for programs."""
    from release.model.finding import Finding, Status

    found: list[Finding] = []
    for path in written:
        if path.name == "qc.json" and path.is_file():
            told = json.loads(path.read_bytes())
            found += [
                Finding(**{**f, "status": Status(f["status"])}) for f in told["findings"] + told["report_findings"]
            ]
    return found
