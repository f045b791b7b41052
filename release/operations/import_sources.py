"""``release import``: a DDP set, a CUE sheet or a TOC of anyone becomes a project; what is read is never touched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Literal

from release.audio.disc_reader import disc_file_samples
from release.errors import Problem, SourceError, UsageError
from release.formats.cdtext_reader import decode_packs, to_text_block
from release.formats.cue import CueError, CueSheet, parse_cue
from release.formats.ddp.difference import set_differences
from release.formats.ddp.equations import set_findings
from release.formats.ddp.parse import bounded
from release.formats.ddp.reader import DdpSet, SetFiles, inspect_set, open_set
from release.formats.sheet_disc import SheetError, cue_coding, source_from_cue, source_from_toc, toc_coding
from release.formats.sheet_encoding import ENCODING_NAMES, sheet_encoding
from release.formats.toc_reader import TocSheet, parse_toc
from release.formats.toc_tokens import TocError
from release.model.disc import LEAD_PAUSE_CD_FRAMES, Disc, DiscTrack, TextBlock
from release.model.disc_audio import Coding, DiscSource, Piece
from release.model.disc_limits import limits
from release.model.finding import Status
from release.operations.against import AgainstResult, compare_with_project
from release.operations.import_disc import DiscToImport, ImportResult, OnEvent, import_disc
from release.pipeline.event import Event
from release.units import BYTES_PER_CD_FRAME, SAMPLES_PER_CD_FRAME

_SHEET_LIMIT_BYTES = 1 << 20
_ASK_AGAIN = "ask for the set again; `release verify` tells all that is wrong with it"


def import_ddp(folder: str | Path, *, output: str | Path, on_event: OnEvent | None = None) -> ImportResult:
    """A project that builds a DDP set again.

    Args:
        folder: with DDPID and DDPMS; only read.
        output: the project's folder, which must be new or empty.
        on_event: told of progress.

    Raises:
        UsageError: when there is no such set, or the output is in use.
        SourceError: with everything that is wrong with the set.
    """
    return import_disc(_read_ddp(Path(folder)), Path(output), on_event or _silent)


def _silent(_: Event) -> None:
    return


def _read_ddp(folder: Path) -> DiscToImport:
    if not folder.is_dir() or not {"DDPID", "DDPMS"} & {name.upper() for name in open_set(folder).sizes}:
        raise UsageError("this is no folder with a DDPID", where=str(folder), remedy="name the folder of a DDP set")
    files = open_set(folder)
    found, reading = inspect_set(files, folder)
    findings = bounded((*reading, *set_findings(found, files, {})))
    problems = [
        Problem(str(folder / f.file) if f.file else str(folder), f.message, _ASK_AGAIN, f.code)
        for f in findings
        if f.is_error
    ]
    if problems or found is None:
        raise SourceError("this DDP set cannot be imported", problems=problems)
    pieces = (
        Piece(found.image_name, 0, found.image_cd_frames * SAMPLES_PER_CD_FRAME, offset_bytes=found.image_offset_bytes),
    )
    warnings = tuple(str(f) for f in findings if f.status is Status.WARN or f.code.startswith("disc-"))
    return DiscToImport(
        kind="DDP set",
        path=folder,
        folder=folder,
        source=DiscSource(found.disc, found.image_start_cd_frames, pieces, warnings),
        paths={found.image_name: found.image_path},
        images=("ddp",),
        fallback_title=found.disc.catalogue.strip() or folder.resolve().name,
        compare=partial(_set_differences, found, files),
    )


def _set_differences(found: DdpSet, files: SetFiles, disc: Disc) -> tuple[str, ...]:
    return set_differences(found, files, disc)


def import_against(
    path: Path,
    *,
    form: Literal["ddp", "cue", "toc"],
    against: Path,
    pad: bool = False,
    is_image: bool | None = None,
) -> AgainstResult:
    """Hold a disc that was read against the CD target of a project; writes nothing.

    Args:
        path: a DDP folder, a CUE sheet or a TOC.
        form: which of them.
        against: the manifest.
        pad: as in ``import_cue``.
        is_image: as in ``import_cue``.

    Raises:
        SourceError: when what is read means no disc.
        ManifestError: when the manifest cannot be used.
    """
    if form == "ddp":
        given = _read_ddp(path)
    else:
        given = _read_toc(path, pad=pad) if form == "toc" else _read_cue(path, pad=pad, is_image=is_image)
    return compare_with_project(given.kind, given.source.disc, against)


def import_cue(
    path: str | Path,
    *,
    output: str | Path,
    pad: bool = False,
    is_image: bool | None = None,
    on_event: OnEvent | None = None,
) -> ImportResult:
    """A project that makes the disc of a CUE sheet.

    Args:
        path: the sheet; its files lie beside it or below its folder, and are only read.
        output: the project's folder, which must be new or empty.
        pad: fill the last CD frame of a file with silence instead of refusing it.
        is_image: the file begins at A-time 00:00:00, with the two seconds before track 1; None finds out.
        on_event: told of progress.

    Raises:
        UsageError: when there is no such sheet, or the output is in use.
        SourceError: when sheet or audio mean no disc.
    """
    return import_disc(_read_cue(Path(path), pad=pad, is_image=is_image), Path(output), on_event or _silent)


def _read_cue(path: Path, *, pad: bool, is_image: bool | None) -> DiscToImport:
    data = _sheet_bytes(path)
    try:
        sheet = parse_cue(data)
    except CueError as exc:
        raise _sheet_error(path, str(exc), "mend the line, or write the sheet again") from exc
    files = {file.name: cue_coding(file.type) for file in sheet.files}
    paths = _files(path, files)
    found_image = is_image is None and _is_whole_image(sheet, paths)
    with _sheet_errors(path):
        source = source_from_cue(sheet, _lengths(paths, files), is_image=is_image or found_image, pad=pad)
    moved = [
        f"the sheet names {name!r}; {there.name} beside it was taken"
        for name, there in paths.items()
        if _is_absolute(name)
    ]
    notes = [*source.notes, *_cue_notes(data, sheet), *moved, *([_TAKEN_AS_IMAGE] if found_image else [])]
    source = replace(source, disc=_with_cd_text_file(path, sheet, source.disc), notes=tuple(notes))
    return _sheet_disc("CUE sheet", path, source, paths, ("ddp", "cue"))


_TAKEN_AS_IMAGE = (
    "the raw file has INDEX 00 at 00:00:00 and two silent seconds: it was taken to begin with the two seconds before "
    "track 1, like the image of a DDP set; if it does not, say --programme"
)


def _is_whole_image(sheet: CueSheet, paths: Mapping[str, Path]) -> bool:
    """True for a raw file that has room for the two seconds before track 1, and silence there."""
    if not sheet.tracks or not sheet.files or sheet.files[0].type not in {"BINARY", "MOTOROLA"}:
        return False
    points = {index: at for index, file, at in sheet.tracks[0].indexes if file == 0}
    if points.get(0) != 0 or points.get(1, 0) < LEAD_PAUSE_CD_FRAMES:
        return False
    with paths[sheet.files[0].name].open("rb") as file:
        return not file.read(LEAD_PAUSE_CD_FRAMES * BYTES_PER_CD_FRAME).strip(b"\0")


def import_toc(
    path: str | Path, *, output: str | Path, pad: bool = False, on_event: OnEvent | None = None
) -> ImportResult:
    """A project that makes the disc of a cdrdao TOC.

    Args:
        path: the TOC; its files lie beside it or below its folder, and are only read.
        output: the project's folder, which must be new or empty.
        pad: fill the last CD frame of a track with silence, as cdrdao does, instead of refusing it.
        on_event: told of progress.

    Raises:
        UsageError: when there is no such TOC, or the output is in use.
        SourceError: when TOC or audio mean no disc.
    """
    return import_disc(_read_toc(Path(path), pad=pad), Path(output), on_event or _silent)


def _read_toc(path: Path, *, pad: bool) -> DiscToImport:
    data = _sheet_bytes(path)
    try:
        sheet = parse_toc(data)
    except TocError as exc:
        raise _sheet_error(path, str(exc), "mend the statement; `cdrdao show-toc` reads it too") from exc
    parts = [part for track in sheet.tracks for part in track.parts if part.file]
    files = {part.file: toc_coding(part.file, is_swapped=part.is_swapped) for part in parts}
    paths = _files(path, files)
    with _sheet_errors(path):
        source = source_from_toc(sheet, _lengths(paths, files), pad=pad)
    source = replace(source, notes=(*source.notes, *_toc_notes(data, sheet)))
    return _sheet_disc("TOC", path, source, paths, ("ddp", "toc"))


def _sheet_disc(
    kind: str, path: Path, source: DiscSource, paths: Mapping[str, Path], images: tuple[str, ...]
) -> DiscToImport:
    problems = [
        Problem(str(path), breach.message, "mend the sheet", breach.id)
        for breach in limits(source.disc)
        if breach.status is Status.FAIL and not breach.can_be_waived
    ]
    if problems:
        raise SourceError("this sheet means no disc", problems=problems)
    warnings = tuple(breach.message for breach in limits(source.disc))
    # A sheet has no master id: the number of its CD-TEXT is the one that it has.
    number = next((block.disc_id for block in source.disc.text_blocks if block.disc_id), "")
    disc = replace(source.disc, catalogue=source.disc.catalogue or number)
    source = replace(source, disc=disc, notes=(*source.notes, *warnings))
    folder = path.resolve().parent
    return DiscToImport(kind, path, folder, source, paths, images, fallback_title=path.stem)


def _sheet_bytes(path: Path) -> bytes:
    if not path.is_file():
        raise UsageError("there is no such file", where=str(path), remedy="name the sheet itself, not its folder")
    if path.stat().st_size > _SHEET_LIMIT_BYTES:
        raise _sheet_error(
            path, f"{path.stat().st_size} bytes are too many for a sheet", "name the sheet, not the audio"
        )
    data = path.read_bytes()
    if b"\0" in data:
        raise _sheet_error(path, "this is no text", "name the sheet; save it as plain text, not as UTF-16")
    return data


def _sheet_error(path: Path, problem: str, remedy: str, code: str = "sheet") -> SourceError:
    found = re.match(r"line (\d+): ", problem)
    where = f"{path}:{found[1]}" if found else str(path)
    return SourceError(problem, problems=(Problem(where, problem[found.end() if found else 0 :], remedy, code),))


class _sheet_errors:  # noqa: N801 - used like a function
    """Turns what a sheet means wrongly into an error with its place."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, SheetError):
            place = str(self._path.parent / error.file) if error.file else str(self._path)
            where = f"{self._path}:{error.line}" if error.line and not error.file else place
            raise SourceError(str(error), problems=(Problem(where, str(error), error.remedy, "sheet"),)) from error


def _files(sheet: Path, names: Iterable[str]) -> dict[str, Path]:
    """The file of each name, beside the sheet or below its folder; every one that is not there is told."""
    root = sheet.resolve().parent
    problems: list[Problem] = []
    found: dict[str, Path] = {}
    for name in names:
        plain = PureWindowsPath(name).as_posix() if "\\" in name else name
        if _is_absolute(name) and (beside := _like(root / PurePosixPath(plain).name)):
            found[name] = beside
            continue
        path = root / plain
        if PurePosixPath(plain).is_absolute() or not path.resolve().is_relative_to(root):
            problem = f"the sheet names {name!r}, which is not below its folder"
            problems.append(Problem(str(sheet), problem, "put the file beside the sheet and name it so", "outside"))
            continue
        there = path if path.is_file() else _like(path)
        if there is None:
            others = _near(path)
            remedy = f"there is {others}: change the FILE line" if others else "put the file beside the sheet"
            problems.append(Problem(str(sheet), f"the sheet names {name!r}, which is missing", remedy, "missing-file"))
        else:
            found[name] = there
    if problems:
        raise SourceError("files of the sheet cannot be used", problems=problems)
    return found


def _is_absolute(name: str) -> bool:
    """True for the place that a file had on the machine of who wrote the sheet."""
    return PurePosixPath(name).is_absolute() or PureWindowsPath(name).is_absolute()


def _like(path: Path) -> Path | None:
    """The file of that name in another case."""
    if not path.parent.is_dir():
        return None
    return next((p for p in sorted(path.parent.iterdir()) if p.name.lower() == path.name.lower() and p.is_file()), None)


def _near(path: Path) -> str:
    """Files of the same name with another suffix."""
    if not path.parent.is_dir():
        return ""
    same = [p.name for p in sorted(path.parent.iterdir()) if p.stem.lower() == path.stem.lower() and p.is_file()]
    return ", ".join(repr(n) for n in same if Path(n).suffix.lower() in {".wav", ".flac", ".aif", ".aiff", ".bin"})


def _lengths(paths: Mapping[str, Path], files: Mapping[str, Coding]) -> dict[str, int]:
    """Samples of each file; every file that can hold no disc's sound is told."""
    problems: list[Problem] = []
    lengths: dict[str, int] = {}
    for name, path in paths.items():
        try:
            lengths[name] = disc_file_samples(path, files[name], str(path))
        except SourceError as exc:
            problems += exc.problems
    if problems:
        raise SourceError("audio of the sheet cannot be used", problems=problems)
    return lengths


def _with_cd_text_file(path: Path, sheet: CueSheet, disc: Disc) -> Disc:
    """The disc with the texts of the packs that the sheet names, which say more than the sheet."""
    if not sheet.cd_text_file:
        return disc
    (there,) = _files(path, [sheet.cd_text_file]).values()
    text = decode_packs(there.read_bytes()[: 1 << 16])
    problems = [Problem(str(there), note.message, "write the packs again", f"text-{note.code}") for note in text.notes]
    blocks = tuple(to_text_block(block) for block in text.blocks)
    if any(len(block.tracks) != len(disc.tracks) for block in blocks):
        problem = f"the packs are for {len(blocks[0].tracks)} tracks, the sheet has {len(disc.tracks)}"
        problems.append(Problem(str(there), problem, "take the packs that belong to the sheet", "text-tracks"))
    if problems:
        raise SourceError("the CD-TEXT file of the sheet cannot be used", problems=problems)
    return replace(disc, text_blocks=blocks, tracks=tuple(_named(disc, blocks[0]))) if blocks else disc


def _named(disc: Disc, block: TextBlock) -> Iterator[DiscTrack]:
    for track, texts in zip(disc.tracks, block.tracks, strict=True):
        yield replace(track, text=texts)


def _cue_notes(data: bytes, sheet: CueSheet) -> Iterator[str]:
    encoding = sheet_encoding(data)
    if encoding == "utf-8-sig":
        yield "the sheet starts with a byte order mark; cdrdao and libburn refuse such sheets"
    if encoding in ENCODING_NAMES:
        yield f"the sheet is no ISO-8859-1; it was read as {ENCODING_NAMES[encoding]}"
    yield from sheet.noted
    for remark in sheet.remarks:
        yield f"left out: REM {remark}"


def _toc_notes(data: bytes, sheet: TocSheet) -> Iterator[str]:
    encoding = sheet_encoding(data)
    if encoding in {"utf-8", "utf-8-sig"}:
        yield "the TOC was read as UTF-8; cdrdao before 1.2.5 takes it for ISO-8859-1"
    if sheet.left_out:
        yield f"CD-TEXT entries of the TOC that are left out: {', '.join(sheet.left_out)}"
