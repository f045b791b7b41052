"""``release audition``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from release.cli.command import Jobs, ProjectArgument, SourceRoots, command, project_path, worker_count
from release.cli.console import Session
from release.cli.ops import operations
from release.cli.text import number, table, wrap
from release.errors import ExitCode

First = Annotated[str, typer.Argument(metavar="A", help="Id of a track.", show_default=False)]
Second = Annotated[
    str | None, typer.Argument(metavar="B", help="Id of another; none with --bypass.", show_default=False)
]
Join = Annotated[bool, typer.Option("--join", help="The passage from A to B, as delivered, gap included.")]
Bypass = Annotated[
    str | None,
    typer.Option(
        "--bypass",
        metavar="STEP",
        help="A as delivered, then without this step (its name or kind), or 'all'.",
        show_default=False,
    ),
]
Length = Annotated[
    str | None,
    typer.Option(
        "--length",
        metavar="TIME",
        help="Of each excerpt, or on each side of a join. [default: 20 s; join: 10 s]",
        show_default=False,
    ),
]
At = Annotated[
    list[str] | None,
    typer.Option(
        "--at",
        metavar="TIME",
        help="Where the excerpt of A begins; again for B. [default: where it is loudest]",
        show_default=False,
    ),
]
Target = Annotated[
    str | None,
    typer.Option(
        "--target", "-t", metavar="NAME", help="Whose files. [default: the first that has them]", show_default=False
    ),
]
Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="NAME",
        help="flac, wav, mp3… [default: a lossless one where there is one]",
        show_default=False,
    ),
]
WavFile = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="The WAV file; must not exist. [default: one in audition/ beside the manifest, replaced]",
        show_default=False,
    ),
]
BuildFolder = Annotated[
    Path | None,
    typer.Option(
        "--build", metavar="DIR", help="Build folder. [default: build beside the manifest]", show_default=False
    ),
]
TrustPlugins = Annotated[
    bool, typer.Option("--trust-plugins", help="Load plug-ins that you have not trusted, this time.")
]


@command
def audition(
    session: Session,
    project: ProjectArgument,
    first: First,
    second: Second = None,
    join: Join = False,
    bypass: Bypass = None,
    length: Length = None,
    at: At = None,
    target: Target = None,
    file_format: Format = None,
    output: WavFile = None,
    build: BuildFolder = None,
    jobs: Jobs = None,
    source_root: SourceRoots = None,
    trust_plugins: TrustPlugins = False,
) -> int:
    """Write neighbours, a join or a bypass to listen to, from the build itself.

    Two tracks: the loudest passage of each, one after the other, at equal loudness. The
    louder one is turned down; nothing is ever turned up. With --join: the end of A and the
    start of B with all that lies between them, sample for sample. With --bypass: A as it is
    delivered, then without a step at the same gains, at equal loudness.

    The file is a WAV outside of the build; files that are read are checked against the
    record first.

    Examples:
      release audition my-album/ tide lanterns
      release audition my-album/ tide lanterns --join
      release audition my-album/ departure --bypass glue --at 1:02
      release audition my-album/ departure --bypass all
      release audition my-album/ tide lanterns --join --format mp3
    """
    from release.operations.audition import AuditionWish

    wish = AuditionWish(
        tracks=tuple(filter(None, (first, second))),
        is_join=join,
        bypass=bypass,
        length=length,
        at=tuple(at or ()),
        target=target,
        file_format=file_format,
    )
    with session.progress() as on_event:
        result = operations().audition_project(
            project_path(project),
            wish,
            output=output,
            build=build,
            jobs=worker_count(jobs),
            source_roots=source_root or (),
            trust_plugins=trust_plugins,
            on_event=on_event,
        )
    data = {
        "path": str(result.path),
        "kind": result.kind,
        "target": result.target,
        "sample_rate_hz": result.sample_rate_hz,
        "bits": result.bits,
        "parts": [_part(p) for p in result.parts],
        "sources": list(result.sources),
        "notes": list(result.notes),
    }
    session.result(data, _lines(data, session.width))
    return ExitCode.DONE


def _part(part: Any) -> dict[str, Any]:
    return {
        "what": part.what,
        "track": part.track,
        "at_s": round(part.at_s, 3),
        "length_s": round(part.length_s, 3),
        "from_s": round(part.from_s, 3),
        "gain_db": round(part.gain_db, 2) + 0.0,
        "lufs": None if part.lufs is None else round(part.lufs, 2) + 0.0,
    }


def _lines(data: dict[str, Any], width: int) -> list[str]:
    rows = [
        (
            _clock(p["at_s"]),
            p["what"]
            if data["kind"] == "bypass"
            else f"{p['what']} of {p['track']}"
            if data["kind"] == "join"
            else p["track"],
            f"from {_clock(p['from_s'])}",
            f"{number(p['length_s'])} s",
            "" if data["kind"] == "join" else f"{p['gain_db']:+.2f} dB",
            "" if data["kind"] == "join" else f"{number(p['lufs'])} LUFS",
        )
        for p in data["parts"]
    ]
    lines = table(("at", "what", "in its track", "length", "gain", "loudness"), rows, right=(3, 4, 5), width=width)
    sources = ", ".join(data["sources"])
    text = f"From target {data['target']}: {sources}; {data['bits']}, {data['sample_rate_hz'] / 1000:g} kHz"
    lines += ["", *wrap(text, width=width)]
    lines += [line for note in data["notes"] for line in wrap(f"note: {note}", width=width)]
    return [*lines, data["path"]]


def _clock(seconds: float) -> str:
    return f"{int(seconds // 60)}:{seconds % 60:04.1f}"
