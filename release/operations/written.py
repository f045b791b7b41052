"""Texts that a file system or a format may force to change, as asked for and as written; pure."""

from __future__ import annotations

from collections.abc import Iterator

from release.formats.bext import DESCRIPTION_BYTES, fit_ascii, track_description
from release.manifest.names import fill_template, format_name
from release.manifest.resolving.carrier import name_fields
from release.model.programme import TrackSpan, Unit
from release.model.target import CdSpec, FilesSpec, ResolvedTarget
from release.qc.contexts import WrittenContext, WrittenText
from release.targets.cd import image_base, image_word
from release.targets.sides import side_file_name, side_word


def written_context(target: ResolvedTarget) -> WrittenContext:
    """The texts of one target, for the checks that tell what was changed."""
    if isinstance(target.spec, FilesSpec):
        return WrittenContext(target.name, tuple(_file_names(target)), tuple(_descriptions(target)))
    if isinstance(target.spec, CdSpec):
        return WrittenContext(target.name, tuple(_image_names(target)))
    return WrittenContext(target.name, tuple(_side_names(target)))


def _placed(target: ResolvedTarget) -> Iterator[tuple[Unit, TrackSpan, str, str]]:
    """Every track that gets a file, with its name as asked for and as used."""
    assert isinstance(target.spec, FilesSpec)
    for unit in target.programme.units:
        for span in unit.timeline.tracks:
            if span.number is not None:
                fields = name_fields(unit.name, span.number, target.tracks[span.key], target.release)
                pattern = target.spec.names
                yield unit, span, fill_template(pattern, fields), format_name(pattern, fields)


def _file_names(target: ResolvedTarget) -> Iterator[WrittenText]:
    assert isinstance(target.spec, FilesSpec)
    folders = ", ".join(f"{target.name}/{spec.folder}" for spec in target.spec.files)
    for unit, span, asked, used in _placed(target):
        disc = f" (disc {unit.name})" if len(target.programme.units) > 1 else ""
        yield WrittenText(f"Track {span.number} in {folders}{disc}", asked, used, span.key)


def _descriptions(target: ResolvedTarget) -> Iterator[WrittenText]:
    assert isinstance(target.spec, FilesSpec)
    folder = next((f.folder for f in target.spec.files if f.format == "wav" and "bext" in f.chunks), "")
    for unit, span, _, name in _placed(target) if folder else ():
        disc = f"disc-{unit.name}/" if len(target.programme.units) > 1 else ""
        info = target.tracks[span.key]
        asked = track_description(info.artist or target.release.artist, info.display_title)
        used = fit_ascii(asked, DESCRIPTION_BYTES)
        yield WrittenText(f"{target.name}/{folder}/{disc}{name}.wav", asked, used, span.key)


def _image_names(target: ResolvedTarget) -> Iterator[WrittenText]:
    assert isinstance(target.spec, CdSpec)
    kinds = [name for name in ("cue", "bin", "toc") if name in target.spec.images]
    units = target.programme.units
    for number, unit in enumerate(units if kinds else ()):
        part = f"-{unit.name}" if len(units) > 1 else ""
        place = f"The image in {', '.join(f'{target.name}/{kind}' for kind in kinds)}"
        yield WrittenText(
            place + (f" (disc {unit.name})" if part else ""),
            f"{image_word(target.release, target)}{part}",
            image_base(target.release, target, number),
        )


def _side_names(target: ResolvedTarget) -> Iterator[WrittenText]:
    for number, unit in enumerate(target.programme.units):
        used = side_file_name(target, number).removesuffix(".wav")
        yield WrittenText(f"The file of side {unit.name} in {target.name}", side_word(target, number), used)
