"""``release diff``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from release.cli.command import command
from release.cli.console import Session
from release.cli.process import tune_process
from release.cli.text import hanging, wrap
from release.errors import ExitCode, RenderError

if TYPE_CHECKING:
    from release.report.diff_view import ChangeRow, DiffView

_HELP = "A build folder, a project, a release.json, or a package."
First = Annotated[Path, typer.Argument(metavar="A", help=_HELP, show_default=False)]
Second = Annotated[Path, typer.Argument(metavar="B", help="The other one.", show_default=False)]
Html = Annotated[
    Path | None, typer.Option("--html", metavar="FILE", help="Write a page there as well.", show_default=False)
]
NoAudio = Annotated[bool, typer.Option("--no-audio", help="Compare the records alone; read no file.")]


@command
def diff(session: Session, a: First, b: Second, *, html: Html = None, no_audio: NoAudio = False) -> int:
    """Tell what two builds differ in, and what to replace.

    Of each track: identical, gain only (and how much), or changed and where, nulled from
    the lossless files. Then order, gaps, times, codes, texts, formats, level and checks,
    and the list of files that a receiver of A must replace, add or delete to have B; a
    DDP set only counts whole. Every file is read and held against its record.

    Examples:
      release diff build-approved/ build/
      release diff shipped/LTR014-cd-1f0c2a.zip build/ --html diff.html
      release diff old/release.json build/ --no-audio --json

    Exit code 0 whether they differ or not; --json says is_identical.
    """
    tune_process()
    from release.operations.diff import diff_builds, difference_json
    from release.report.diff_view import diff_view

    with session.progress() as on_event:
        first, second, difference = diff_builds(a, b, with_audio=not no_audio, on_event=on_event)

    view = diff_view(difference, first.name, second.name)
    if html is not None:
        _write_page(view, html)
    session.result({"a": str(a), "b": str(b), **difference_json(difference)}, _lines(view, session, html))
    return ExitCode.DONE


def _write_page(view: DiffView, path: Path) -> None:
    from release.documents.html import render_html
    from release.pipeline.atomic import write_atomic

    try:
        write_atomic(path, render_html("diff.html.j2", view).encode())
    except OSError as exc:
        raise RenderError(
            f"cannot be written: {exc.strerror}", where=str(path), remedy="Name a file in a folder you may write to."
        ) from exc


def _lines(view: DiffView, session: Session, html: Path | None) -> Iterator[str]:
    width = session.width
    yield from hanging(f"{view.artist}: {view.title}", indent=4, width=width)
    for fact in view.facts:
        yield from hanging(f"{fact.label}: {fact.value}", indent=4, width=width)
    yield from _change_lines(view.changes, width)
    for target in view.targets:
        yield ""
        yield from hanging(f"{target.name}: {target.word.lower()}", indent=4, width=width)
        for row in target.tracks:
            text = f"  {row.title}: {row.word.lower()}{f', {row.detail}' if row.detail else ''}"
            yield from hanging(text, indent=6, width=width)
            if session.verbose and row.compared:
                yield from wrap(f"compared in {row.compared}", indent="      ", width=width)
        for fault in target.faults:
            yield from hanging(f"  {fault}", indent=6, width=width)
        yield from _change_lines(target.changes, width)
    if view.findings:
        yield ""
    for finding in view.findings:
        text = f"finding {finding.word.lower()}: {finding.status} {finding.check} [{finding.where}]"
        yield from hanging(text, indent=4, width=width)
        yield from wrap(finding.message, indent="      ", width=width)
    if view.delta:
        yield ""
        yield "what a receiver of the first build must do:"
    for item in view.delta:
        tail = ", ".join(filter(None, (item.why, item.size)))
        text = f"{item.path}{f' ({tail})' if tail else ''}"
        yield from hanging(f"  {item.action.lower():<8} {text}", indent=11, width=width)
    yield ""
    yield view.headline[0].lower() + view.headline[1:]
    if view.statement:
        yield from wrap(view.statement[0].lower() + view.statement[1:], width=width)
    if html is not None:
        yield f"wrote {html}"


def _change_lines(rows: tuple[ChangeRow, ...], width: int) -> Iterator[str]:
    for row in rows:
        head = " ".join(filter(None, (row.subject, row.what)))
        yield from hanging(f"  {row.area.lower():<8} {head}: {row.old} -> {row.new}", indent=11, width=width)
