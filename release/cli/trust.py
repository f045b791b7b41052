"""``release trust``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from release.cli.command import ProjectArgument, command, project_path
from release.cli.console import Session
from release.cli.text import plural
from release.errors import ExitCode

if TYPE_CHECKING:
    from release.operations.trust import TrustResult

Yes = Annotated[bool, typer.Option("--yes", help="Trust them without asking.")]


@command
def trust(session: Session, project: ProjectArgument, *, yes: Yes = False) -> int:
    """Show what code a project brings (plug-ins, templates), and trust it.

    A plug-in is a program: it can do whatever you can. Templates decide what documents say.
    `release build` uses them only when
    you have trusted exactly these files, by their SHA-256. Your word is kept in your own
    configuration, never in the project; a changed file needs it again.

    Examples:
      release trust project.yaml
      release trust project.yaml --yes
      release build project.yaml --trust-plugins     for one run
    """
    from release.operations.trust import list_plugins, trust_plugins

    found = list_plugins(project_path(project))
    open_ones = [plugin for plugin in found.plugins if plugin.trust != "trusted"]
    is_asked = bool(open_ones) and not yes and not session.as_json and sys.stdin.isatty()
    if is_asked:
        print("\n".join(_list(found)))
    if open_ones and (yes or (is_asked and typer.confirm("Trust them?"))):
        found = trust_plugins(found)
    plugins = [{**asdict(plugin), "path": str(plugin.path)} for plugin in found.plugins]
    session.result({"plugins": plugins, "stored_in": str(found.stored_in)}, _lines(found))
    return ExitCode.DONE


def _list(found: TrustResult) -> Iterator[str]:
    for plugin in found.plugins:
        yield f"{plugin.written} ({plugin.kind}): {plugin.trust}"
        yield f"    {plugin.path}"
        yield f"    SHA-256 {plugin.sha256}"


def _lines(found: TrustResult) -> Iterator[str]:
    if not found.plugins:
        yield "the project brings no code"
        return
    yield from _list(found)
    n_open = sum(plugin.trust != "trusted" for plugin in found.plugins)
    if n_open:
        yield f"{plural(n_open, 'thing')} not trusted; --yes trusts them"
    else:
        yield f"trusted, as {found.stored_in} says"
