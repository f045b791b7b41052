"""From a disc that was read to a project folder that builds it again: extract, write, prove."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from release.audio.decode import decode_pcm_sha256
from release.audio.disc_reader import DiscReader
from release.audio.writer import WavWriter
from release.errors import ManifestError, Problem, RenderError, SourceError, UsageError, VerificationError
from release.formats.cdtext import genre_code, replace_unencodable, text_problems
from release.formats.cdtext_tables import TEXT_FIELDS
from release.formats.ddp.ddpms import LONGEST_FIRST_PAUSE_CD_FRAMES
from release.manifest.disc_scaffold import DiscProject, scaffold_disc
from release.manifest.names import safe_name
from release.manifest.schema import json_schemas
from release.model.disc import LEAD_PAUSE_CD_FRAMES, Disc, DiscText
from release.model.disc_audio import DiscSource
from release.model.disc_compare import differences
from release.model.disc_parts import DiscPart, disc_parts
from release.operations.disc_facts import disc_facts
from release.operations.project import open_project
from release.operations.scaffold import MANIFEST_NAME, SCHEMA_NAME
from release.pipeline.atomic import unique_suffix
from release.pipeline.event import Event
from release.targets.cd import discs_of
from release.units import CD_RATE_HZ, SAMPLES_PER_CD_FRAME

OnEvent = Callable[[Event], None]
AUDIO_FOLDER = "audio"


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import wrote.

    Attributes:
        kind: ``DDP set``, ``CUE sheet`` or ``TOC``.
        manifest: the project's manifest.
        written: every file, the manifest first.
        disc: facts of the disc that was read.
        differences: what a build of the project would write otherwise, one sentence each; empty for byte for byte.
        notes: what else a person has to know.
    """

    kind: str
    manifest: Path
    written: tuple[Path, ...]
    disc: Mapping[str, Any]
    differences: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DiscToImport:
    """A disc that was read and found good.

    Attributes:
        kind: ``DDP set``, ``CUE sheet`` or ``TOC``.
        path: what was read.
        folder: where its files lie; the project is never written there.
        source: times, codes, texts, and where the sound lies.
        paths: file of each name in the pieces.
        images: what the project's target writes.
        fallback_title: where no text gives one.
        compare: what the control files that a build writes differ in, for the disc that it makes.
    """

    kind: str
    path: Path
    folder: Path
    source: DiscSource
    paths: Mapping[str, Path]
    images: tuple[str, ...]
    fallback_title: str
    compare: Callable[[Disc], tuple[str, ...]] = lambda _: ()


def import_disc(given: DiscToImport, output: Path, tell: OnEvent) -> ImportResult:
    """Write a project folder with one WAV for each track; appears whole or not at all.

    Raises:
        UsageError: when the folder is there and not empty, or lies inside what is read.
        SourceError: when a file ends before it should.
        RenderError: when it cannot be written.
    """
    _check_output(output, given.folder)
    source, text_notes, writes_text = _writable_texts(given.source)
    with _new_folder(output) as folder, DiscReader(source, given.paths) as reader:
        tell(Event("phase", title="extract the tracks"))
        parts = disc_parts(source.disc, reader.is_silent)
        project = DiscProject(
            disc=source.disc,
            parts=parts,
            files=tuple(_file_names(source.disc, parts)),
            images=_images(given, source.disc),
            origin=f"imported from the {given.kind} {given.path.resolve().name}",
            fallback_title=given.fallback_title,
            writes_text=writes_text,
        )
        (folder / AUDIO_FOLDER).mkdir()
        for number, (part, name) in enumerate(zip(parts, project.files, strict=True)):
            tell(Event("tick", title=name, fraction=number / len(parts)))
            _extract(reader, part, folder / name)
        schema = json.dumps(json_schemas()[SCHEMA_NAME], indent=2, ensure_ascii=False) + "\n"
        (folder / SCHEMA_NAME).write_text(schema, encoding="utf-8")
        tell(Event("phase", title="compare the disc that the project makes"))
        try:
            rebuilt, different = _write_manifest(project, folder / MANIFEST_NAME, given.source.disc)
        except ManifestError as exc:
            problems = [
                Problem(str(given.path), p.problem, "mend it where it comes from", p.code) for p in exc.problems
            ]
            raise SourceError("no project can be made of this disc", problems=problems) from exc
        found = [*text_notes, *different]
        if not reader.is_silent(0, LEAD_PAUSE_CD_FRAMES):
            found.append("there is sound before 00:02:00; no project can have that, it becomes silence")
        found += given.compare(rebuilt)
    names = (MANIFEST_NAME, SCHEMA_NAME, *project.files)
    return ImportResult(
        kind=given.kind,
        manifest=output / MANIFEST_NAME,
        written=tuple(output / name for name in names),
        disc=disc_facts(given.source.disc),
        differences=tuple(dict.fromkeys(found)),
        notes=source.notes,
    )


def _check_output(output: Path, folder: Path) -> None:
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise UsageError(
            "there is something already; an import never writes into what is there",
            where=str(output),
            remedy="name a new folder: --output DIR",
        )
    if output.resolve().is_relative_to(folder.resolve()):
        raise UsageError(
            "the project would lie inside the folder that is read, which stays as it is",
            where=str(output),
            remedy="name a folder beside it: --output DIR",
        )


@contextmanager
def _new_folder(output: Path) -> Iterator[Path]:
    """A folder beside its place that moves there when all went well, and is gone otherwise."""
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        folder = output.with_name(f".{output.name}.{unique_suffix()}.tmp")
        folder.mkdir()
        try:
            yield folder
            if output.is_dir():
                output.rmdir()
            folder.rename(output)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    except OSError as exc:
        raise RenderError(
            f"the project cannot be written: {exc.strerror or exc}",
            where=str(output),
            remedy="check the folder, its permissions and the free space",
        ) from exc


def _images(given: DiscToImport, disc: Disc) -> tuple[str, ...]:
    is_long = disc.tracks[0].start_cd_frames > LONGEST_FIRST_PAUSE_CD_FRAMES
    return tuple(image for image in given.images if image != "ddp" or not is_long or len(given.images) == 1)


def _writable_texts(source: DiscSource) -> tuple[DiscSource, list[str], bool]:
    """The disc with texts that CD-TEXT can hold, what was changed for that, and whether CD-TEXT is possible at all.

    Sheets in Unicode keep their words in the manifest, without CD-TEXT; a text of a DDP set that holds what its
    character set does not have (often Windows punctuation) gets the nearest one that it has.
    """
    problems = text_problems(source.disc.text_blocks)
    if not problems:
        return source, [], True
    is_unicode = any(ord(char) > 0xFF for problem in problems for char in problem.text)
    if is_unicode or any(problem.code != "unencodable" for problem in problems):
        told = [f"no CD-TEXT is written (text: false): {problem.message}" for problem in problems]
        return source, told, False
    blocks, told = [], []
    for block in source.disc.text_blocks:
        album, *tracks = (_mended(texts, block.charset) for texts in (block.album, *block.tracks))
        mended = replace(block, album=album, tracks=tuple(tracks))
        mended = replace(mended, disc_id=_plain(block.disc_id, "ascii"), genre=_plain(block.genre, "ascii"))
        blocks.append(mended)
    told = [
        f"{problem.field} of {f'track {problem.track}' if problem.track else 'the disc'}: {problem.text!r} has "
        "characters that its character set does not have; the nearest ones were taken"
        for problem in problems
    ]
    still = text_problems(blocks)
    return replace(source, disc=replace(source.disc, text_blocks=tuple(blocks))), told, not still


def _mended(texts: DiscText, charset: str) -> DiscText:
    return DiscText(**{name: _plain(getattr(texts, name), charset) for name in TEXT_FIELDS.values()})


def _plain(text: str, charset: str) -> str:
    """A text without what its character set does not have; bytes 80 to 9F are read as Windows writers mean them."""
    windows = "".join(
        char.encode("latin-1").decode("cp1252", "replace") if "\x80" <= char <= "\x9f" else char for char in text
    )
    return replace_unencodable(windows, charset)


def _file_names(disc: Disc, parts: Iterable[DiscPart]) -> Iterator[str]:
    for part in parts:
        title = disc.tracks[part.track - 1].text.title if part.track else "Hidden track"
        yield f"{AUDIO_FOLDER}/{safe_name(f'{part.track:02} {title}'.strip())}.wav"


def _extract(reader: DiscReader, part: DiscPart, path: Path) -> None:
    """One part as a WAV of 16 bits, read back by other code."""
    n_samples = (part.end_cd_frames - part.start_cd_frames) * SAMPLES_PER_CD_FRAME
    digest = hashlib.sha256()
    with WavWriter(path, CD_RATE_HZ, 2, bit_depth=16, n_samples_expected=n_samples) as writer:
        for words in reader.blocks(part.start_cd_frames, part.end_cd_frames):
            digest.update(words.astype("<i2").tobytes())
            writer.write_ints(words.astype(np.int32))
    decoded = decode_pcm_sha256(path, "wav", 16)
    if decoded.sha256 != digest.hexdigest() or decoded.n_samples != n_samples:
        raise VerificationError(
            "the file does not read back as it was written",
            where=path.name,
            remedy="this is a fault of the disk or of the program; try another disk",
        )


def _write_manifest(project: DiscProject, path: Path, wanted: Disc) -> tuple[Disc, list[str]]:
    """Write the manifest that makes the disc best; the disc that it makes, and what differs from the wanted one.

    Texts are first left to be inherited from the release, as people write them; where that gives other CD-TEXT, every text
    is written out.
    """
    tried = []
    for inherits in (True, False):
        path.write_text(scaffold_disc(replace(project, inherits=inherits)), encoding="utf-8")
        try:
            rebuilt = _rebuilt(path)
        except ManifestError:
            if inherits:  # texts of one language need not fit the characters of another
                continue
            raise
        tried.append((rebuilt, differences(wanted, rebuilt, "was read", "is what the project makes")))
        if not tried[-1][1]:
            return tried[-1]
    if len(tried) == 2 and len(tried[0][1]) <= len(tried[1][1]):
        path.write_text(scaffold_disc(project), encoding="utf-8")
    return min(tried, key=lambda each: len(each[1]))


def _rebuilt(manifest: Path) -> Disc:
    """The disc that a build of the project would make."""
    opened = open_project(manifest)
    (disc,) = discs_of(opened.project.targets[0])
    blocks = (
        replace(block, genre_code=genre_code(block.genre)) if block.genre else block for block in disc.text_blocks
    )
    return replace(disc, text_blocks=tuple(blocks))
