"""``release checks``."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from release.cli.command import command
from release.cli.console import Session
from release.cli.text import table, wrap
from release.errors import ExitCode, UsageError

CheckArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[CHECK]", help="Only this check, area or profile (cd/structure, audio, profiles).", show_default=False
    ),
]


@command
def checks(session: Session, check: CheckArgument = None) -> int:
    """List every QC check and profile: id, rationale, source, remedy.

    A profile is what a plant, a service or a label asks: limits of checks and approvals, laid
    over the house's by `qc: {profiles: [NAME]}` in the manifest.

    Examples:
      release checks
      release checks audio
      release checks audio/clipping
      release checks profiles
      release checks label-second-listener
    """
    from release.qc.named_profiles import profiles_table
    from release.qc.registry import checks_table

    rows = [row for row in checks_table() if check is None or row["id"] == check or row["id"].startswith(f"{check}/")]
    profiles = [row for row in profiles_table() if check in (None, "profiles", row["name"])]
    if not rows and not profiles:
        known = [*(row["id"] for row in checks_table()), *(row["name"] for row in profiles_table())]
        near = difflib.get_close_matches(check or "", known, n=3, cutoff=0.4)
        remedy = f"Did you mean {', '.join(near)}?" if near else "`release checks` lists all of them."
        raise UsageError(f"there is no check {check}", remedy=remedy)
    if check is None and not session.verbose:
        lines = table(("check", "worst", "what is true of a clean release"), _short(rows), width=session.width)
        named = [(row["name"], row["kind"], row["title"]) for row in profiles]
        lines = [*lines, "", *table(("profile", "of a", "who asks for it"), named, width=session.width)]
    else:
        lines = [line for row in rows for line in _full(row, session.width)]
        lines += [line for row in profiles for line in _profile(row, session.width)]
    session.result({"checks": rows, "profiles": profiles}, lines)
    return ExitCode.DONE


def _short(rows: list[dict[str, str]]) -> list[tuple[str, str, str]]:
    return [(row["id"], row["severity"], row["title"]) for row in rows]


def _full(row: Mapping[str, str], width: int) -> Iterator[str]:
    waivable = "" if row["waivable"] == "yes" else ", cannot be waived"
    yield f"{row['id']} ({row['severity']}{waivable})"
    yield from wrap(f"{row['name']}: {row['title']}", indent="  ", width=width)
    for name in ("rationale", "source", "remedy"):
        yield from wrap(f"{name.capitalize()}: {row[name]}", indent="  ", width=width)
    if row["limits"] != "none":
        yield from wrap(f"Limits {row['limits'].replace('`', '')}", indent="  ", width=width)
    yield ""


def _profile(row: Mapping[str, Any], width: int) -> Iterator[str]:
    """What a profile asks, each limit beside the house's."""
    yield f"{row['name']} ({row['kind']}; as of {row['as_of']})"
    yield from wrap(row["title"], indent="  ", width=width)
    yield from wrap(f"For: {', '.join(row['targets']) or 'all targets, and the sources'}", indent="  ", width=width)
    for limit in row["limits"]:
        text = f"{limit['check']}: {limit['name']} {limit['value']:g} in place of {limit['house']:g}"
        yield from wrap(text, indent="  ", width=width)
    for approval in row["approvals"]:
        heard = "" if approval["listening"] == "none" else f", having listened {approval['listening']}"
        other = f", by somebody who is not {' or '.join(approval['other_than'])}" if approval["other_than"] else ""
        yield from wrap(f"Asks for an approval as {approval['role']}{heard}{other}.", indent="  ", width=width)
    yield from wrap(f"Source: {row['source']}", indent="  ", width=width)
    yield ""
