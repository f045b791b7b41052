"""``release init``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from release.cli.command import command
from release.cli.console import Session
from release.cli.ops import operations
from release.cli.text import wrap
from release.errors import ExitCode

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder with audio files.", show_default=False)]


@command
def init(session: Session, folder: Folder) -> int:
    """Write a commented project.yaml from a folder of audio.

    Titles, order, artist and ISRCs come from tags where there are any, else from file
    names; artwork is found by name. The schema is put beside it, so that editors complete
    keys and mark mistakes. An existing manifest is never replaced.

    Examples:
      release init my-album/
      release build my-album/
    """
    result = operations().scaffold_folder(folder)
    data = {
        "manifest": str(result.path),
        "written": [str(p) for p in result.written],
        "notes": list(result.notes),
    }
    lines = [f"wrote {path}" for path in result.written]
    lines += [line for note in result.notes for line in wrap(note, indent="  ", width=session.width)]
    session.result(data, [*lines, f"next: release check {result.path}"])
    return ExitCode.DONE
