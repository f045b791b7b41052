"""``release build``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from release.cli.command import Jobs, Output, ProjectArgument, SourceRoots, command, project_path, worker_count
from release.cli.console import Session
from release.cli.findings import count_findings, finding_json, finding_lines
from release.cli.junit import JUnit, junit_on_error, write_junit
from release.cli.ops import BuildResult, operations
from release.cli.plan import Targets
from release.cli.text import byte_count, plural, table
from release.errors import ExitCode

TrustPlugins = Annotated[
    bool, typer.Option("--trust-plugins", help="Load plug-ins that you have not trusted, this time.")
]


@command
def build(
    session: Session,
    project: ProjectArgument,
    *,
    target: Targets = None,
    output: Output = None,
    jobs: Jobs = None,
    source_root: SourceRoots = None,
    junit: JUnit = None,
    trust_plugins: TrustPlugins = False,
) -> int:
    """Build every format, read it back, check it, report.

    Only what changed is made again (`release plan` tells). The build is put in place whole
    or not at all: after an error, Ctrl-C or a crash the last one is still there, and the
    next run goes on where this one stopped.

    Examples:
      release build project.yaml
      release build project.yaml --target cd --output /mnt/plant/LTR014
      release build project.yaml --json > build.json

    Exit code 0 when the release passes, 1 when a check fails (the build is there, marked
    failed), 3 manifest, 4 source audio, 5 missing program, 6 render or encode,
    7 read-back, 8 another build is at work here.
    """
    with session.progress() as on_event, junit_on_error(junit, "release build"):
        result = operations().build_project(
            project_path(project),
            targets=target or (),
            output=output,
            jobs=worker_count(jobs),
            source_roots=source_root or (),
            trust_plugins=trust_plugins,
            on_event=on_event,
        )
    write_junit(junit, "release build", result.findings)
    data = {
        "status": result.status,
        "output": str(result.output),
        "findings": [finding_json(f, result.places) for f in result.findings],
        "record": result.record,
    }
    session.result(data, _lines(result, session))
    return ExitCode.DONE if result.status == "passed" else ExitCode.QC_FAILED


def _lines(result: BuildResult, session: Session) -> Iterator[str]:
    yield from finding_lines(result.findings, places=result.places, width=session.width, verbose=session.verbose)
    rows = []
    for name, target in result.record["targets"].items():
        files = target["deliverables"]
        rows.append(
            (name, target["kind"], target["status"], str(len(files)), byte_count(sum(f["bytes"] for f in files)))
        )
    yield from table(("target", "kind", "status", "files", "size"), rows, right=(3, 4), width=session.width)
    yield ""
    n_files = sum(len(t["deliverables"]) for t in result.record["targets"].values())
    # What the printed report itself lacks is known only once it is printed, so it is not in the record's count.
    counted = [f for f in result.findings if f.target is not None or not f.check.startswith("documents/")]
    yield f"{result.status}: {count_findings(counted)}; {plural(n_files, 'file')} in {result.output}"
    if stale := [name for name, target in result.record["targets"].items() if target["status"] == "stale"]:
        yield f"stale: {', '.join(stale)}; their inputs have changed since they were built"
    yield f"report: {result.output / 'report' / 'qc-report.html'}"
