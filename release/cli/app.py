"""The commands in the order of their use. Each module is imported when its command runs, so that ``--help`` costs next to nothing."""

from __future__ import annotations

import importlib
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

SUMMARIES = {
    "init": "Write a commented project.yaml from a folder of audio.",
    "import": "Make a project of a disc, or keep what a review says.",
    "check": "Check manifest, artwork and sources; render nothing.",
    "plan": "Show every step of a build: what would run, and why.",
    "explain": "Explain one step: its inputs, its readers, why it runs.",
    "build": "Build every format, read it back, check it, report.",
    "measure": "Measure loudness, peaks and range of any audio files.",
    "cohesion": "Lay the tracks beside each other: level, tone, dynamics, width.",
    "audition": "Write neighbours, a join or a bypass to listen to, from the build itself.",
    "verify": "Read a delivery again from scratch and check it.",
    "report": "Write the QC report again from the last record.",
    "approve": "Sign off a build, bound to exactly its files.",
    "ship": "Pack targets whose approvals stand, and seal them.",
    "status": "Show what is approved, stale and open.",
    "diff": "Tell what two builds differ in, and what to replace.",
    "trust": "Show what code a project brings (plug-ins, templates), and trust it.",
    "checks": "List every QC check and profile: id, rationale, source, remedy.",
    "schema": "Print a JSON Schema: manifest, record, approval or review.",
    "doctor": "Show what is installed, and what that enables.",
    "clean": "Show the cache, and make it smaller.",
}
"""Name and first line of the help of each command (a test holds them together)."""

GROUPS = {"import": "import_"}
"""Commands that have commands of their own, and the modules with their ``HELP`` and ``COMMANDS``."""

_HELP = """Render a whole album release from one written project, and prove every file of it.

\b
Begin with:
  release init my-album/            a manifest from a folder of audio
  release check my-album/           what stands in the way
  release build my-album/           every format, read back and reported

\b
Results go to stdout, progress to stderr. Exit codes: 0 done, 1 QC failed,
2 usage, 3 manifest, 4 source audio, 5 missing program, 6 render or encode,
7 verification, 8 locked, 9 sign-off missing or stale, 70 internal error,
130 interrupted."""

_SETTINGS: dict[str, Any] = {"help_option_names": ["-h", "--help"]}


class _Commands(TyperGroup):
    """Commands by name, imported when they are asked for."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.commands = dict.fromkeys(SUMMARIES)  # type: ignore[assignment]  # names, for "did you mean"

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of a name, or None."""
        del ctx
        if cmd_name not in SUMMARIES:
            return None
        one = typer.Typer(add_completion=False, rich_markup_mode=None, context_settings=_SETTINGS)
        if cmd_name in GROUPS:
            module = importlib.import_module(f"release.cli.{GROUPS[cmd_name]}")
            one.callback(help=module.HELP, no_args_is_help=True)(_nothing)
            for name, body in module.COMMANDS.items():
                one.command(name)(body)
            return typer.main.get_command(one)
        module = importlib.import_module(f"release.cli.{cmd_name}")
        one.command(cmd_name)(getattr(module, cmd_name))
        return typer.main.get_command(one)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The table of commands, without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(SUMMARIES.items()))


def _nothing() -> None:
    """A group does nothing by itself."""


app = typer.Typer(
    name="release",
    cls=_Commands,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings=_SETTINGS,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from release import __version__

        print(f"release {__version__}")
        raise typer.Exit


@app.callback(help=_HELP)
def release(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """What `release` itself takes."""
    del version
