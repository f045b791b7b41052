"""``release cohesion``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from release.cli.command import Jobs, ProjectArgument, SourceRoots, command, project_path, worker_count
from release.cli.console import Session
from release.cli.ops import operations
from release.cli.text import number, printable, table, wrap
from release.errors import ExitCode

Target = Annotated[
    str | None,
    typer.Option(
        "--target",
        "-t",
        metavar="NAME",
        help="Whose tracks. [default: the target with most tracks, files before discs before sides]",
        show_default=False,
    ),
]
TrustPlugins = Annotated[
    bool, typer.Option("--trust-plugins", help="Load plug-ins that you have not trusted, this time.")
]


@command
def cohesion(
    session: Session,
    project: ProjectArgument,
    target: Target = None,
    jobs: Jobs = None,
    source_root: SourceRoots = None,
    trust_plugins: TrustPlugins = False,
) -> int:
    """Lay the tracks beside each other: level, tone, dynamics, width.

    Each track as it is delivered against the median of the album, and the steps from one
    track to the next. A track far from the others is named with its distance, and lines
    are proposed that would bring it nearer. Nothing is ever applied by the program: paste
    what you agree with into the manifest.

    What a build has measured is taken from the cache; what is missing is rendered, nothing
    is encoded and nothing is written.

    Examples:
      release cohesion my-album/
      release cohesion my-album/ --target vinyl --json
    """
    with session.progress() as on_event:
        result = operations().cohesion_project(
            project_path(project),
            target=target,
            jobs=worker_count(jobs),
            source_roots=source_root or (),
            trust_plugins=trust_plugins,
            on_event=on_event,
        )
    data = {"target": result.target, **result.cohesion.model_dump(mode="json")}
    for proposal, paste in zip(data["proposals"], result.pastes, strict=True):
        proposal["where"], proposal["paste"] = paste.where, list(paste.lines)
    session.result(data, _lines(result.target, result.titles, data, session.width))
    return ExitCode.DONE


def _lines(target: str, titles: Any, data: Any, width: int) -> list[str]:
    outlying = {(o["track"], o["what"]) for o in data["outliers"]}
    headers = ("track", "LUFS", "level", "tone", "tilt", "PLR", "dyn.", "LRA", "side", "width")
    rows = [_row(t, titles, outlying) for t in data["tracks"]]
    rows.append(
        (
            "median",
            number(data["median_level_lufs"]),
            *("", "", ""),
            number(data["median_peak_to_loudness_db"]),
            "",
            number(data["median_range_lu"]),
            number(data["median_side_to_middle_db"]),
            "",
        )
    )
    lines = [f"Target {printable(target)}, as delivered; * = outlier", ""]
    lines += table(headers, rows, right=range(1, len(headers)), width=width)
    lines += [
        "",
        *wrap(
            "level, dyn. (PLR), width: distance from the median; tone: RMS distance in dB; tilt: dB an octave.",
            width=width,
        ),
    ]
    lines += ["", *_steps(data["steps"], titles, width), "", *_outliers(data["outliers"], titles, width)]
    return lines + _proposals(data["proposals"], titles, width)


def _row(track: Any, titles: Any, outlying: Any) -> tuple[str, ...]:
    def marked(name: str, what: str) -> str:
        value = track[name]
        text = _signed(value) if what != "tone" else number(value)
        return f"{text}*" if (track["track"], what) in outlying else f"{text} "

    range_text = number(track["range_lu"])
    return (
        titles.get(track["track"], track["track"]),
        number(track["level_lufs"]),
        marked("level_distance_lu", "level"),
        marked("tone_distance_db", "tone"),
        _signed(track["tilt_db_per_octave"]),
        number(track["peak_to_loudness_db"]),
        marked("dynamics_distance_db", "dynamics"),
        f"{range_text}*" if (track["track"], "range") in outlying else f"{range_text} ",
        _side(track["side_to_middle_db"]),
        marked("width_distance_db", "width"),
    )


def _steps(steps: Sequence[Any], titles: Any, width: int) -> list[str]:
    headers = ("from one to the next", "level LU", "join LU", "tone dB", "tilt", "PLR dB", "width dB")
    rows = [
        (
            f"{titles.get(s['first'], s['first'])} > {titles.get(s['second'], s['second'])}",
            _signed(s["level_lu"]),
            _signed(s["join_lu"]),
            number(s["tone_db"]),
            _signed(s["tilt_db_per_octave"]),
            _signed(s["dynamics_db"]),
            _signed(s["width_db"]),
        )
        for s in steps
    ]
    return table(headers, rows, right=range(1, len(headers)), width=width)


def _outliers(outliers: Sequence[Any], titles: Any, width: int) -> list[str]:
    if not outliers:
        return ["No track lies outside of what the album spreads over."]
    return [
        line
        for o in outliers
        for line in wrap(f"{titles.get(o['track'], o['track'])}: {o['message']} [{o['what']}]", width=width)
    ]


def _proposals(proposals: Sequence[Any], titles: Any, width: int) -> list[str]:
    lines: list[str] = []
    for p in proposals:
        note = f"; {p['note']}" if p["note"] else ""
        title = titles.get(p["track"], p["track"])
        text = f"# {' and '.join([p['what'], *p['also']])} of {title}: {p['place']} ({p['where']}){note}"
        lines += ["", *(line if n == 0 else f"# {line}" for n, line in enumerate(wrap(text, width=width)))]
        lines += [printable(line) for line in p["paste"]]
    return lines


def _signed(value: float | None) -> str:
    return "-" if value is None else f"{round(value, 1) + 0.0:+.1f}"


def _side(value: float | None) -> str:
    return "mono" if value is not None and value <= -99.0 else number(value)
