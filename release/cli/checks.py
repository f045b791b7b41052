"""``release checks``."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Annotated

import typer

from release.cli.command import command
from release.cli.console import Session
from release.cli.text import table, wrap
from release.errors import ExitCode, UsageError

CheckArgument = Annotated[
    str | None,
    typer.Argument(metavar="[CHECK]", help="Only this check or area (audio, cd/structure).", show_default=False),
]


@command
def checks(session: Session, check: CheckArgument = None) -> int:
    """List every QC check: id, rationale, source, remedy.

    Examples:
      release checks
      release checks audio
      release checks audio/clipping
    """
    from release.qc.registry import checks_table

    rows = [row for row in checks_table() if check is None or row["id"] == check or row["id"].startswith(f"{check}/")]
    if not rows:
        near = difflib.get_close_matches(check or "", [row["id"] for row in checks_table()], n=3, cutoff=0.4)
        remedy = f"Did you mean {', '.join(near)}?" if near else "`release checks` lists all of them."
        raise UsageError(f"there is no check {check}", remedy=remedy)
    if check is None and not session.verbose:
        lines = table(("check", "worst", "what is true of a clean release"), _short(rows), width=session.width)
    else:
        lines = [line for row in rows for line in _full(row, session.width)]
    session.result({"checks": rows}, lines)
    return ExitCode.DONE


def _short(rows: list[dict[str, str]]) -> list[tuple[str, str, str]]:
    return [(row["id"], row["severity"], row["title"]) for row in rows]


def _full(row: Mapping[str, str], width: int) -> Iterator[str]:
    waivable = "" if row["waivable"] == "yes" else ", cannot be waived"
    yield f"{row['id']} ({row['severity']}{waivable})"
    yield from wrap(row["title"], indent="  ", width=width)
    for name in ("rationale", "source", "remedy"):
        yield from wrap(f"{name.capitalize()}: {row[name]}", indent="  ", width=width)
    yield ""
