"""Results to stdout, everything else to stderr; progress on a terminal, plain lines in a pipe."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from release.cli.text import WIDTH, duration, plural, printable
from release.errors import RenderError

if TYPE_CHECKING:
    from release.pipeline.event import Event

_LINE_EVERY = 0.25
"""In a pipe one line per this part of the work, and not more often than every ten seconds."""
_LINE_EVERY_S = 10.0


@dataclass(frozen=True, slots=True)
class Session:
    """How one command talks.

    Attributes:
        as_json: one JSON object on stdout instead of text.
        quiet: nothing on stderr but errors.
        verbose: a line for every step.
        color: whether colour is wanted (never in a pipe).
    """

    as_json: bool = False
    quiet: bool = False
    verbose: bool = False
    color: bool = True

    @property
    def width(self) -> int:
        """Columns for tables: those of the terminal, 80 in a pipe."""
        return max(shutil.get_terminal_size((WIDTH, 24)).columns, 40) if sys.stdout.isatty() else WIDTH

    def result(self, data: Any, lines: Iterable[str]) -> None:
        """What the command was asked for: JSON or lines, on stdout."""
        text = (
            json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False)
            if self.as_json
            else "\n".join(map(printable, lines))
        )
        write_out(f"{text}\n")

    def note(self, text: str) -> None:
        """A line for people, on stderr."""
        if not self.quiet:
            print(printable(text), file=sys.stderr, flush=True)

    @contextmanager
    def progress(self) -> Iterator[Callable[[Event], None]]:
        """What shows events while a command works; leaves the terminal clean."""
        with _display(self) as display:
            yield display.show


OUTPUT_FAILED = "output"
"""Code of the error that stdout itself cannot take what is written: it goes to stderr, whatever was asked for."""


def write_out(text: str) -> None:
    """Write to stdout. A reader that has gone (``release checks | head``) changes nothing, not even the exit code.

    Raises:
        RenderError: when what stdout leads to is full.
    """
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as exc:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left must not fail again at the end
        text = f"the output cannot be written: {exc.strerror or exc}"
        failure = RenderError(text, remedy="Free some space, or write it to another place.")
        failure.code = OUTPUT_FAILED
        raise failure from exc


class _Display(Protocol):
    def show(self, event: Event) -> None:
        """Show one event."""


@contextmanager
def _display(session: Session) -> Iterator[_Display]:
    if session.quiet:
        yield _Silence()
    elif sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        with _terminal(session) as bar:
            yield bar
    else:
        yield _Lines(session)


class _Silence:
    def show(self, event: Event) -> None:
        """Nothing."""


class _Lines:
    """A line per phase and per quarter of the work; with ``-v`` one per step."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.clock = _Clock()
        self.next_fraction = _LINE_EVERY
        self.last_at = time.monotonic()

    def show(self, event: Event) -> None:
        """Write a line when there is something worth one."""
        line = _line(event, self.session)
        if event.kind == "start":
            self.clock.restart()
        if line is None and event.kind in ("tick", "finished") and self.next_fraction <= event.fraction < 1.0:
            now = time.monotonic()
            if now - self.last_at >= _LINE_EVERY_S:
                self.last_at = now
                line = f"{event.fraction:.0%} done{self.clock.left(event.fraction)}"
            self.next_fraction = (event.fraction // _LINE_EVERY + 1) * _LINE_EVERY
        if line is not None:
            self.session.note(line)


class _Clock:
    """Time left, from the share of the work that is done."""

    def __init__(self) -> None:
        self.started = time.monotonic()

    def restart(self) -> None:
        """The steps begin now."""
        self.started = time.monotonic()

    def left(self, fraction: float) -> str:
        """``, 3 min left``; nothing while too little is done to tell."""
        elapsed = time.monotonic() - self.started
        if elapsed < 2.0 or not 0.02 < fraction < 1.0:
            return ""
        return f", {duration(elapsed * (1.0 - fraction) / fraction)} left"


def _line(event: Event, session: Session) -> str | None:
    if event.kind in ("phase", "message"):
        return event.title
    if event.kind == "done" and event.n_steps:
        return f"{plural(event.n_ran, 'step')} made, {event.n_stored} stored"
    if session.verbose and event.kind in ("finished", "stored"):
        return f"  {'made' if event.kind == 'finished' else 'stored'}  {event.step_id}"
    return None


@contextmanager
def _terminal(session: Session) -> Iterator[_Display]:
    """A bar with the time left; rich is imported here only."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    console = Console(stderr=True, no_color=not session.color or None, highlight=False, markup=False)
    columns = (BarColumn(bar_width=24), TaskProgressColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=console, transient=True, refresh_per_second=5) as bar:
        task = bar.add_task("", total=1.0, visible=False)
        clock = _Clock()

        class Bar:
            def show(self, event: Event) -> None:
                line = _line(event, session)
                if line is not None:
                    console.print(printable(line))
                if event.kind == "start":
                    clock.restart()
                if event.kind in ("start", "step", "finished", "tick"):
                    now = ", ".join(event.running[:2])
                    text = f"{clock.left(event.fraction).lstrip(', ')}  {now}".strip()
                    bar.update(task, completed=event.fraction, description=printable(text), visible=True)

        yield Bar()
