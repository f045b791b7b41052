"""``--junit FILE``: findings for build servers, also when a command ends with an error."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from release.errors import ReleaseError, RenderError

if TYPE_CHECKING:
    from release.errors import Problem
    from release.model.finding import Finding

JUnit = Annotated[
    Path | None,
    typer.Option("--junit", metavar="FILE", help="Write the findings there as JUnit XML.", show_default=False),
]


@contextmanager
def junit_on_error(path: Path | None, name: str) -> Iterator[None]:
    """An error of the block is written too, problem by problem, before it goes on its way."""
    try:
        yield
    except ReleaseError as error:
        write_junit(path, name, problems=error.problems)
        raise


def write_junit(
    path: Path | None,
    name: str,
    findings: Sequence[Finding] = (),
    problems: Sequence[Problem] = (),
    passed: Sequence[str] = (),
) -> None:
    """Write a suite, when it was asked for.

    Raises:
        RenderError: when it cannot be written.
    """
    if path is None:
        return
    from release.pipeline.atomic import write_atomic
    from release.report.junit import junit_xml

    try:
        write_atomic(path, junit_xml(name, findings, problems, passed))
    except OSError as exc:
        raise RenderError(
            f"cannot be written: {exc.strerror}", where=str(path), remedy="Name a file in a folder you may write to."
        ) from exc
