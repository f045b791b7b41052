"""``release report``."""

from __future__ import annotations

from release.cli.command import Output, ProjectArgument, SourceRoots, command, project_path
from release.cli.console import Session
from release.cli.ops import operations
from release.errors import ExitCode


@command
def report(session: Session, project: ProjectArgument, output: Output = None, source_root: SourceRoots = None) -> int:
    """Write the QC report again from the last record.

    Nothing is rendered or measured. Useful after a change of templates.

    Example:
      release report project.yaml
    """
    written = operations().report_project(project_path(project), output=output, source_roots=source_root or ())
    session.result({"files": [str(p) for p in written]}, map(str, written))
    return ExitCode.DONE
