"""The commands in the order of their use."""

from __future__ import annotations

from typing import Annotated

import typer

from release.cli.build import build
from release.cli.check import check
from release.cli.checks import checks
from release.cli.clean import clean
from release.cli.command import keep_layout
from release.cli.doctor import doctor
from release.cli.explain import explain
from release.cli.init import init
from release.cli.measure import measure
from release.cli.plan import plan
from release.cli.report import report
from release.cli.schema import schema
from release.cli.verify import verify

COMMANDS = (init, check, plan, explain, build, measure, verify, report, checks, schema, doctor, clean)

app = typer.Typer(
    name="release",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


HELP = """Render a whole album release from one written project, and prove every file of it.

Begin with:
  release init my-album/            a manifest from a folder of audio
  release check my-album/           what stands in the way
  release build my-album/           every format, read back and reported

Results go to stdout, progress to stderr. Exit codes: 0 done, 1 QC failed, 2 usage, 3 manifest, 4 source audio, 5 missing program,
6 render or encode, 7 verification, 8 locked, 70 internal error, 130 interrupted."""


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib import metadata

        try:
            print(f"release {metadata.version('release-audio')}")
        except metadata.PackageNotFoundError:
            print("release (not installed)")
        raise typer.Exit


@app.callback(help=keep_layout(HELP))
def release(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """What `release` itself takes."""
    del version


for _command in COMMANDS:
    app.command(_command.__name__)(_command)
