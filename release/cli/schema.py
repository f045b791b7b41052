"""``release schema``."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from release.cli.command import command
from release.cli.console import Session, write_out
from release.errors import ExitCode, RenderError


class SchemaName(StrEnum):
    """The schemas that ship with the program."""

    PROJECT = "project"
    RECORD = "record"
    APPROVAL = "approval"
    REVIEW = "review"


Name = Annotated[
    SchemaName, typer.Argument(help="project: the manifest; record: release.json; approval, review: sign-off files.")
]
Write = Annotated[
    Path | None,
    typer.Option("--write", metavar="DIR", help="Write NAME.schema.json into DIR instead.", show_default=False),
]


@command
def schema(session: Session, name: Name = SchemaName.PROJECT, write: Write = None) -> int:
    """Print a JSON Schema: manifest, record, approval or review.

    Examples:
      release schema > project.schema.json
      release schema record
      release schema project --write .
    """
    from release.resources import data_dir

    text = (data_dir("schemas") / f"{name.value}.schema.json").read_text(encoding="utf-8")
    if write is None:
        write_out(text)
        return ExitCode.DONE
    path = write / f"{name.value}.schema.json"
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as exc:
        raise RenderError(
            f"cannot be written: {exc.strerror}", where=str(path), remedy="Name a folder you may write to."
        ) from exc
    session.result({"written": str(path), "title": json.loads(text).get("title", "")}, [f"wrote {path}"])
    return ExitCode.DONE
