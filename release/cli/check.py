"""``release check``."""

from __future__ import annotations

from typing import Annotated

import typer

from release.cli.command import ProjectArgument, SourceRoots, command, project_path
from release.cli.console import Session
from release.cli.findings import count_findings, finding_json, finding_lines
from release.cli.junit import JUnit, junit_on_error, write_junit
from release.cli.ops import operations
from release.cli.text import plural
from release.errors import ExitCode

TrustPlugins = Annotated[
    bool, typer.Option("--trust-plugins", help="Open plug-ins that you have not trusted, this time.")
]


@command
def check(
    session: Session,
    project: ProjectArgument,
    source_root: SourceRoots = None,
    junit: JUnit = None,
    trust_plugins: TrustPlugins = False,
) -> int:
    """Check manifest, artwork and sources; render nothing.

    All problems are reported at once, each with file, line and remedy. Audio is read once
    from end to end, so damaged files are found here and not in the middle of a build. Plug-ins
    that you trust are opened, and say whether they take what is written for them.

    Examples:
      release check project.yaml
      release check my-album/ --json --junit check.xml

    Exit code 0 when nothing stands in the way of a build, 1 when a check fails, 3 for the
    manifest, 4 for source audio.
    """
    with session.progress() as on_event, junit_on_error(junit, "release check"):
        result = operations().check_project(
            project_path(project), source_roots=source_root or (), trust_plugins=trust_plugins, on_event=on_event
        )
    write_junit(junit, "release check", result.findings)
    data = {
        "status": result.status,
        "title": result.title,
        "artist": result.artist,
        "tracks": result.n_tracks,
        "targets": list(result.targets),
        "untrusted_plugins": list(result.untrusted),
        "findings": [finding_json(f, result.places) for f in result.findings],
    }
    head = f"{result.artist}: {result.title} - {plural(result.n_tracks, 'track')}, targets {', '.join(result.targets)}"
    lines = [head, *finding_lines(result.findings, places=result.places, width=session.width, verbose=session.verbose)]
    verdict = "ready to build" if result.status == "passed" else "not fit for release"
    if result.untrusted:
        verdict += f" once you trust {', '.join(result.untrusted)} (release trust)"
    session.result(data, [*lines, f"{verdict}: {count_findings(result.findings)}"])
    return ExitCode.DONE if result.status == "passed" else ExitCode.QC_FAILED
