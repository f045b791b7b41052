"""Runs a command line: every way to end has its message and its exit code."""

from __future__ import annotations

import json
import re
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

import typer

from release.errors import ExitCode, Problem, ReleaseError

# typer may carry its own click or use the installed one: its exceptions are found through its own.
_UsageError: type[Exception] = typer.BadParameter.__bases__[0]
_ClickError: type[Exception] = _UsageError.__bases__[0]


def run(arguments: Sequence[str]) -> int:
    """Run one command line; returns the exit code and never raises for what people do."""
    as_json, debug = "--json" in arguments, "--debug" in arguments
    try:
        with _stop_signals():
            return _invoke(arguments)
    except KeyboardInterrupt:
        problem = Problem("", "stopped; finished steps are kept, and the last build is untouched", "", "interrupted")
        return _report("stopped", ExitCode.INTERRUPTED, (problem,), as_json=as_json)
    except ReleaseError as error:
        if debug:
            _print_traceback()
        is_heard = error.code != "output"  # of stdout itself, see console.write_out
        return _report(error.heading, error.exit_code, error.problems, as_json=as_json and is_heard, code=error.code)
    except Exception as error:  # noqa: BLE001 - the last resort of the program
        if debug:
            _print_traceback()
        return _internal(error, as_json=as_json)


def _invoke(arguments: Sequence[str]) -> int:
    from release.cli.app import app

    try:
        result: Any = typer.main.get_command(app).main(list(arguments), prog_name="release", standalone_mode=False)
    except typer.Abort as exc:
        raise KeyboardInterrupt from exc
    except _ClickError as error:
        return _usage(error, as_json="--json" in arguments)
    if result == ExitCode.INTERRUPTED:  # typer turns Ctrl-C into this code itself
        raise KeyboardInterrupt
    return int(result) if isinstance(result, int) else ExitCode.DONE


@contextmanager
def _stop_signals() -> Iterator[None]:
    """A polite stop (SIGTERM, a closed terminal) ends like Ctrl-C: nothing half done stays."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    try:
        before = {name: signal.signal(getattr(signal, name), stop) for name in names}
    except ValueError:  # not the main thread: whoever runs us there has its own ways
        before = {}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)


def _usage(error: Exception, *, as_json: bool) -> int:
    """A command line that typer could not read."""
    if type(error).__name__ == "NoArgsIsHelpError":
        print(getattr(error, "message", error))
        return ExitCode.USAGE
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "release"
    message = str(error.format_message() if hasattr(error, "format_message") else error)
    problem = Problem("", message, f"`{path} --help` shows what it takes.", "usage")
    return _report(message, ExitCode.USAGE, (problem,), as_json=as_json, code="usage")


def _internal(error: Exception, *, as_json: bool) -> int:
    problem = Problem(
        "",
        f"internal error: {type(error).__name__}: {error}",
        "This is a fault of the program, not of your project. --debug shows where; please report it.",
        "internal",
    )
    return _report(problem.problem, ExitCode.INTERNAL, (problem,), as_json=as_json, code="internal")


def _report(
    heading: str, exit_code: ExitCode, problems: Sequence[Problem], *, as_json: bool, code: str = "interrupted"
) -> int:
    """Tell what went wrong: as JSON on stdout when asked for, for people on stderr."""
    from release.cli.console import write_out
    from release.cli.findings import problem_json, problem_lines
    from release.cli.text import plural, printable

    try:
        if as_json:
            shown = [problem_json(p) for p in problems]
            error = {"code": code, "exit": int(exit_code), "message": heading, "problems": shown}
            try:
                write_out(f"{json.dumps({'error': error}, indent=2, ensure_ascii=False)}\n")
            except ReleaseError as unheard:
                problems = (*problems, *unheard.problems)
            else:
                return exit_code
        lines = [line for problem in problems for line in problem_lines(problem)]
        if len(problems) > 1:
            count, head = plural(len(problems), "problem"), printable(heading.rstrip(":"))
            lines.insert(0, head if re.match(r"\d+ problems?\b", head) else f"{head}: {count}")
        else:
            lines[0] = f"error: {lines[0]}"
        print("\n".join(lines), file=sys.stderr)
    except BrokenPipeError:
        pass
    return exit_code


def _print_traceback() -> None:
    import traceback

    traceback.print_exc()
