"""``release report``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from release.cli.command import Output, ProjectArgument, SourceRoots, command, project_path
from release.cli.console import Session
from release.cli.findings import finding_json
from release.cli.junit import JUnit, junit_on_error, write_junit
from release.cli.ops import operations
from release.errors import ExitCode

if TYPE_CHECKING:
    from release.model.finding import Finding


@command
def report(
    session: Session,
    project: ProjectArgument,
    output: Output = None,
    source_root: SourceRoots = None,
    junit: JUnit = None,
) -> int:
    """Write the QC report again from the last record.

    Nothing is rendered or measured. Useful after a change of templates.

    Example:
      release report project.yaml
    """
    with junit_on_error(junit, "release report"):
        written = operations().report_project(project_path(project), output=output, source_roots=source_root or ())
    findings = _findings(written)
    write_junit(junit, "release report", findings)
    data = {"files": [str(p) for p in written], "findings": [finding_json(f, {}) for f in findings]}
    session.result(data, map(str, written))
    return ExitCode.DONE


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
