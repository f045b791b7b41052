"""``release explain``."""

from __future__ import annotations

from typing import Annotated

import typer

from release.cli.command import ProjectArgument, SourceRoots, command, project_path
from release.cli.console import Session
from release.cli.ops import operations
from release.cli.text import wrap
from release.errors import ExitCode

StepArgument = Annotated[
    str, typer.Argument(metavar="STEP", help="A step as `release plan -v` names it.", show_default=False)
]


@command
def explain(session: Session, project: ProjectArgument, step: StepArgument, source_root: SourceRoots = None) -> int:
    """Explain one step: its inputs, its readers, why it runs.

    Example:
      release explain project.yaml streaming/level
    """
    planned = operations().explain_step(project_path(project), step, source_roots=source_root or ())
    from release.pipeline.explain import explain_text, explain_to_json

    lines = [line for text in explain_text(planned) for line in _wrapped(text, session.width)]
    session.result(explain_to_json(planned), lines)
    return ExitCode.DONE


def _wrapped(text: str, width: int) -> list[str]:
    """Long lines go on under their own start."""
    if len(text) <= width:
        return [text]
    indent = " " * 12
    first, *rest = wrap(text, width=width)
    return [first, *wrap(" ".join(rest), indent=indent, width=width)] if rest else [first]
