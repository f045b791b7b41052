"""``release plan``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from release.cli.command import Output, ProjectArgument, SourceRoots, command, project_path
from release.cli.console import Session
from release.cli.ops import PlanResult, operations
from release.cli.text import plural, table, wrap
from release.errors import ExitCode

if TYPE_CHECKING:
    from release.pipeline.plan import PlannedStep

Targets = Annotated[
    list[str] | None,
    typer.Option("--target", "-t", metavar="NAME", help="Only this target. May be repeated.", show_default=False),
]
_WORDS = {"run": "run", "maybe": "may run", "stored": "stored", "rest": "-"}


@command
def plan(
    session: Session,
    project: ProjectArgument,
    *,
    target: Targets = None,
    output: Output = None,
    source_root: SourceRoots = None,
) -> int:
    """Show every step of a build: what would run, and why.

    Nothing is rendered. A step behind a measurement that has to be made anew cannot be known
    yet: it says which step it depends on. -v lists stored steps and the files too.

    Examples:
      release plan project.yaml
      release plan project.yaml --target vinyl -v
    """
    result = operations().plan_project(
        project_path(project), targets=target or (), output=output, source_roots=source_root or ()
    )
    from release.pipeline.plan import plan_to_json

    data = {
        "output": str(result.output),
        "steps": plan_to_json(result.steps),
        "files": list(result.files),
        "notes": list(result.notes),
    }
    session.result(data, _lines(result, session))
    return ExitCode.DONE


def _lines(result: PlanResult, session: Session) -> Iterator[str]:
    shown = [p for p in result.steps if session.verbose or p.action in ("run", "maybe")]
    if shown:
        rows = [(_WORDS[p.action], p.step.id, ", ".join(map(str, p.reasons))) for p in shown]
        yield from table(("", "step", "why"), rows, width=session.width)
        yield ""
    for note in result.notes:
        yield from wrap(note, width=session.width)
    if session.verbose:
        yield f"files in {result.output}:"
        yield from (f"  {name}" for name in result.files)
    yield _summary(result.steps, len(result.files))


def _summary(steps: Sequence[PlannedStep], n_files: int) -> str:
    n_run, n_maybe, n_stored = (sum(p.action == action for p in steps) for action in ("run", "maybe", "stored"))
    words = [f"{plural(n_run, 'step')} would run"]
    words += [f"{n_maybe} may run"] if n_maybe else []
    return f"{', '.join(words)}, {n_stored} stored; the build has {plural(n_files, 'file')}"
