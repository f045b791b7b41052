"""What all commands have in common: their options, their session."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from release.cli.console import Session

ProjectArgument = Annotated[
    Path,
    typer.Argument(metavar="PROJECT", help="The manifest, or the folder with its project.yaml.", show_default=False),
]
SourceRoots = Annotated[
    list[Path] | None,
    typer.Option(
        "--source-root",
        metavar="DIR",
        help="Also allow sources and artwork below DIR. May be repeated.",
        show_default=False,
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="DIR", help="Build folder. [default: build beside the manifest]", show_default=False
    ),
]
Jobs = Annotated[
    int | None,
    typer.Option(
        "--jobs",
        "-j",
        min=1,
        metavar="N",
        help="Steps at once. The result never depends on it. [default: all cores]",
        show_default=False,
    ),
]

_COMMON: dict[str, tuple[Any, Any]] = {
    "as_json": (Annotated[bool, typer.Option("--json", help="One JSON object on stdout, errors included.")], False),
    "quiet": (Annotated[bool, typer.Option("--quiet", "-q", help="Nothing on stderr but errors.")], False),
    "verbose": (Annotated[bool, typer.Option("--verbose", "-v", help="A line for every step.")], False),
    "no_color": (Annotated[bool, typer.Option("--no-color", help="No colour. NO_COLOR does the same.")], False),
    "debug": (Annotated[bool, typer.Option("--debug", help="Show the traceback of an internal error.")], False),
}

Body = Callable[..., int]


def command(body: Body) -> Callable[..., int]:
    """Give a command the common options; its first argument becomes the :class:`Session` that they describe."""
    signature = inspect.signature(body, eval_str=True)
    own = list(signature.parameters.values())[1:]
    common = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, (annotation, default) in _COMMON.items()
    ]

    @wraps(body)
    def run(**given: Any) -> int:
        has_color = not given.pop("no_color") and not os.environ.get("NO_COLOR")
        given.pop("debug")  # read from the command line itself, so that it also covers what goes wrong before
        session = Session(given.pop("as_json"), given.pop("quiet"), given.pop("verbose"), has_color)
        return body(session, **given)

    run.__signature__ = inspect.Signature([*own, *common])  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in (*own, *common)}
    run.__doc__ = keep_layout(body.__doc__ or "")
    del run.__wrapped__
    return run


def keep_layout(doc: str) -> str:
    """A help text whose paragraphs with indented lines (examples) are left as they are; the others are wrapped."""
    paragraphs = inspect.cleandoc(doc).split("\n\n")
    return "\n\n".join(f"\b\n{p}" if "\n  " in p or p.startswith("  ") else p for p in paragraphs)


def project_path(path: Path) -> Path:
    """The manifest of an argument: itself, or ``project.yaml`` in the folder."""
    return path / "project.yaml" if path.is_dir() else path


def worker_count(jobs: int | None) -> int:
    """Steps at once: as asked, or as many as this process may use cores."""
    if jobs is not None:
        return jobs
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
