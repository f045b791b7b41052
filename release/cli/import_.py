"""``release import ddp``, ``cue``, ``toc`` and ``review``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from release.cli.command import command, keep_layout, project_path
from release.cli.console import Session
from release.cli.disc import disc_lines
from release.cli.ops import operations
from release.cli.text import bullets, plural, table
from release.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from release.cli.ops import ImportResult

ProjectFolder = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="DIR", help="The project's folder; it must be new or empty.", show_default=False
    ),
]
Against = Annotated[
    Path | None,
    typer.Option(
        "--against",
        metavar="PROJECT",
        help="Write nothing; compare titles, codes, times and flags with a project's cd target.",
        show_default=False,
    ),
]
DdpFolder = Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder with DDPID and DDPMS.", show_default=False)]
CueFile = Annotated[Path, typer.Argument(metavar="FILE", help="A CUE sheet, its audio beside it.", show_default=False)]
TocFile = Annotated[Path, typer.Argument(metavar="FILE", help="A cdrdao TOC, its audio beside it.", show_default=False)]
ReviewFile = Annotated[Path, typer.Argument(metavar="FILE", help="What a review page exported.", show_default=False)]
ReviewProject = Annotated[
    Path, typer.Option("--project", metavar="PROJECT", help="The project that it speaks of.", show_default=False)
]
Pad = Annotated[
    bool, typer.Option("--pad", help="Fill a last CD frame that is not full with silence instead of refusing it.")
]
WholeImage = Annotated[
    bool | None,
    typer.Option(
        "--whole-image/--programme",
        help="The file begins at 00:00:00, with the two seconds before track 1, like the image of a DDP; or at "
        "00:02:00. [default: whole image, where a raw file has INDEX 00 at 00:00:00 and two silent seconds]",
        show_default=False,
    ),
]


@command
def ddp(session: Session, folder: DdpFolder, output: ProjectFolder = None, against: Against = None) -> int:
    """Make a project of a DDP set that builds the set again.

    Writes DIR/project.yaml and one WAV for each track, sample for sample, with level none
    and dither none: pauses (also with sound in them), indexes, sound hidden before track
    1, flags, codes and CD-TEXT of every language. DDP 2.00, 1.01 and 1.00 of any writer
    are read; a set that contradicts itself is refused (exit code 4), each fault named.

    The set is only read. What a build would write otherwise than the set is listed, down
    to padding and file names; nothing listed means byte for byte.

    Examples:
      release import ddp /mnt/archive/LTR014/ddp --output LTR014
      release build LTR014
      release import ddp /mnt/plant/LTR014 --against LTR014/project.yaml

    With --against nothing is written: each title, code, time and flag is told as equal,
    missing on one side, or a conflict (exit code 7).
    """
    if against is not None:
        return _show_against(session, folder, "ddp", _only(against, output))
    with session.progress() as on_event:
        result = operations().import_ddp(folder, output=_needed(output), on_event=on_event)
    return _show(session, result)


@command
def cue(
    session: Session,
    file: CueFile,
    output: ProjectFolder = None,
    against: Against = None,
    pad: Pad = False,
    whole_image: WholeImage = None,
) -> int:
    """Make a project of a CUE sheet and its audio.

    WAV, FLAC and AIFF of 44.1 kHz, 16 bits, stereo and raw files (BINARY, MOTOROLA) are
    read; several FILEs follow each other, PREGAP and POSTGAP become silence, CDTEXTFILE
    gives all its languages. A line that means nothing is an error (exit code 4), with its
    number.

    The sheet and its audio are only read. What could not be taken over is listed.

    Examples:
      release import cue album.cue --output album-project
      release import cue ddp/IMAGE.cue --whole-image --output album-project
    """
    if against is not None:
        return _show_against(session, file, "cue", _only(against, output), pad=pad, is_image=whole_image)
    with session.progress() as on_event:
        result = operations().import_cue(file, output=_needed(output), pad=pad, is_image=whole_image, on_event=on_event)
    return _show(session, result)


@command
def toc(
    session: Session, file: TocFile, output: ProjectFolder = None, against: Against = None, pad: Pad = False
) -> int:
    """Make a project of a cdrdao TOC and its audio.

    FILE, AUDIOFILE, SILENCE, PREGAP, START, INDEX, flags, codes and CD-TEXT of every
    language are read, raw files as cdrdao reads them (big-endian, or SWAP). A track that
    is no whole number of CD frames needs --pad, which does what cdrdao does.

    The TOC and its audio are only read. What could not be taken over is listed.

    Examples:
      release import toc album.toc --output album-project
    """
    if against is not None:
        return _show_against(session, file, "toc", _only(against, output), pad=pad)
    with session.progress() as on_event:
        result = operations().import_toc(file, output=_needed(output), pad=pad, on_event=on_event)
    return _show(session, result)


@command
def review(session: Session, file: ReviewFile, project: ReviewProject) -> int:
    """Keep the comments of a review page with the project.

    The file is what a review page exports. Its comments are shown by release status; its
    sign-off form becomes an approval with release approve --from, signed by its person.

    Examples:
      release import review review.json --project my-album/
      release status my-album/
    """
    from release.operations.approve import import_review

    path, count = import_review(project_path(project), file)
    data = {"file": str(path), "comments": count}
    session.result(data, [f"{plural(count, 'comment')} kept in {path}", f"next: release status {project}"])
    return ExitCode.DONE


def _needed(output: Path | None) -> Path:
    if output is None:
        raise UsageError(
            "there is no --output and no --against",
            remedy="name a new folder for the project: --output DIR; or a manifest to compare with: --against PROJECT",
        )
    return output


def _only(against: Path, output: Path | None) -> Path:
    if output is not None:
        raise UsageError("--against writes nothing, --output writes a project", remedy="take one of them")
    return project_path(against)


def _show_against(
    session: Session,
    path: Path,
    form: Literal["ddp", "cue", "toc"],
    against: Path,
    *,
    pad: bool = False,
    is_image: bool | None = None,
) -> int:
    result = operations().import_against(path, form=form, against=against, pad=pad, is_image=is_image)
    data = {
        "kind": result.kind,
        "project": str(against),
        "target": result.target,
        "disc": result.unit,
        "status": "failed" if result.conflicts else "passed",
        "compared": [asdict(row) for row in result.compared],
    }
    different = [row for row in result.compared if row.verdict != "equal"]
    rows = [
        (f"{row.track:02}" if row.track else "", row.what, row.verdict, row.read or "-", row.written or "-")
        for row in (result.compared if session.verbose else different)
    ]
    lines = table(("tr", "what", "verdict", result.kind, against.name), rows, width=session.width) if rows else []
    n_equal = len(result.compared) - len(different)
    n_missing = len(different) - len(result.conflicts)
    lines.append(
        f"{result.kind} and target '{result.target}', disc {result.unit}: {n_equal} equal, {n_missing} missing on one "
        f"side, {plural(len(result.conflicts), 'conflict')}"
    )
    session.result(data, lines)
    return ExitCode.VERIFICATION if result.conflicts else ExitCode.DONE


def _show(session: Session, result: ImportResult) -> int:
    data = {
        "kind": result.kind,
        "manifest": str(result.manifest),
        "written": [str(path) for path in result.written],
        "disc": dict(result.disc),
        "is_byte_for_byte": not result.differences if result.kind == "DDP set" else None,
        "differences": list(result.differences),
        "notes": list(result.notes),
    }
    lines = [*disc_lines(result.disc, width=session.width), ""]
    for heading, texts in (("notes:", result.notes), ("a build differs in:", result.differences)):
        if texts:
            lines += [heading, *bullets(texts, width=session.width)]
    if not result.differences:
        word = "every control file, byte for byte" if result.kind == "DDP set" else "times, codes, flags and texts"
        lines.append(f"a build makes this disc again: {word}, and every sample")
    lines += [f"wrote {result.manifest} and {plural(len(result.written) - 2, 'WAV file')}"]
    session.result(data, [*lines, f"next: release build {result.manifest.parent}"])
    return ExitCode.DONE


HELP = keep_layout(
    """Make a project of a disc, or keep what a review says.

    A disc from anyone becomes a folder with project.yaml and one WAV for each track, from
    which a build makes the disc again. What is read is never touched.

    Examples:
      release import ddp /mnt/archive/LTR014/ddp --output LTR014
      release import cue album.cue --output album-project
      release import toc album.toc --output album-project
      release import review review.json --project LTR014

    `release import ddp --help` and so on tell more; all of them take --json, --quiet,
    --verbose, --no-color and --debug. Exit code 4: the set, the sheet or its audio cannot
    be used, each fault named with its place.
    """
)
COMMANDS = {"ddp": ddp, "cue": cue, "toc": toc, "review": review}
