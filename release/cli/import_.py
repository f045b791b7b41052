"""``release import ddp``, ``cue`` and ``toc``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from release.cli.command import command, keep_layout
from release.cli.console import Session
from release.cli.disc import disc_lines
from release.cli.ops import operations
from release.cli.text import bullets, plural
from release.errors import ExitCode

if TYPE_CHECKING:
    from release.cli.ops import ImportResult

ProjectFolder = Annotated[
    Path,
    typer.Option("--output", "-o", metavar="DIR", help="The project's folder; it must be new or empty."),
]
DdpFolder = Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder with DDPID and DDPMS.", show_default=False)]
CueFile = Annotated[Path, typer.Argument(metavar="FILE", help="A CUE sheet, its audio beside it.", show_default=False)]
TocFile = Annotated[Path, typer.Argument(metavar="FILE", help="A cdrdao TOC, its audio beside it.", show_default=False)]
Pad = Annotated[
    bool, typer.Option("--pad", help="Fill the last CD frame of a file with silence instead of refusing the file.")
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
def ddp(session: Session, folder: DdpFolder, output: ProjectFolder) -> int:
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
    """
    with session.progress() as on_event:
        result = operations().import_ddp(folder, output=output, on_event=on_event)
    return _show(session, result)


@command
def cue(
    session: Session, file: CueFile, output: ProjectFolder, pad: Pad = False, whole_image: WholeImage = None
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
    with session.progress() as on_event:
        result = operations().import_cue(file, output=output, pad=pad, is_image=whole_image, on_event=on_event)
    return _show(session, result)


@command
def toc(session: Session, file: TocFile, output: ProjectFolder) -> int:
    """Make a project of a cdrdao TOC and its audio.

    FILE, AUDIOFILE, SILENCE, PREGAP, START, INDEX, flags, codes and CD-TEXT of every
    language are read, raw files as cdrdao reads them (big-endian, or SWAP).

    The TOC and its audio are only read. What could not be taken over is listed.

    Examples:
      release import toc album.toc --output album-project
    """
    with session.progress() as on_event:
        result = operations().import_toc(file, output=output, on_event=on_event)
    return _show(session, result)


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
    """Make a project of a DDP set, a CUE sheet or a TOC.

    A disc from anyone becomes a folder with project.yaml and one WAV for each track, from
    which a build makes the disc again. What is read is never touched.

    Examples:
      release import ddp /mnt/archive/LTR014/ddp --output LTR014
      release import cue album.cue --output album-project
      release import toc album.toc --output album-project

    `release import ddp --help` and so on tell more; all of them take --json, --quiet,
    --verbose, --no-color and --debug. Exit code 4: the set, the sheet or its audio cannot
    be used, each fault named with its place.
    """
)
COMMANDS = {"ddp": ddp, "cue": cue, "toc": toc}
