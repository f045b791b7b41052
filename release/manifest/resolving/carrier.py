"""What a target writes and in which form: rates, widths, dither, formats, names of files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from release.encode.codec import CODECS
from release.manifest.names import format_name
from release.manifest.resolving.problems import Loc, Problems
from release.manifest.targets import CassetteTarget, CdTarget, FileTarget, SideTarget, TargetBase, VinylTarget
from release.model.metadata import ReleaseInfo, TrackInfo
from release.model.programme import Unit
from release.model.target import CassetteSpec, CdSpec, CdTextSpec, DitherSpec, FileSpec, FilesSpec, VinylSpec
from release.units import CD_RATE_HZ

HIGHEST_SHAPED_HZ = 48_000


@dataclass(frozen=True, slots=True)
class Form:
    """Form of a target's PCM."""

    sample_rate_hz: int
    bit_depth: int
    is_float: bool
    dither: DitherSpec


def form(name: str, target: TargetBase, rate_hz: int, problems: Problems) -> Form:
    """Rate, width and dither of a target's PCM."""
    assert isinstance(target, FileTarget | SideTarget | CdTarget)
    dither = DitherSpec(target.dither.type, target.dither.curve, target.dither.silence)
    if isinstance(target, CdTarget):
        return Form(CD_RATE_HZ, 16, False, dither)
    rate = target.sample_rate or rate_hz
    is_float = target.bit_depth == "float"
    if dither.type == "shaped" and rate > HIGHEST_SHAPED_HZ and not is_float:
        problems.add(
            ("targets", name, "dither"),
            f"shaped dither is made for 44.1 and 48 kHz; target '{name}' has {rate / 1000:g} kHz",
            "write dither: {type: tpdf}",
            "shaped-rate",
        )
    if is_float:
        return Form(rate, 32, True, DitherSpec("none"))
    return Form(rate, int(target.bit_depth), False, dither)


def files_spec(name: str, target: FileTarget, form_: Form, left_out: tuple[str, ...], problems: Problems) -> FilesSpec:
    """What a file target writes; formats that can't carry its rate or width are problems that name what they carry."""
    files: list[FileSpec] = []
    for index, entry in enumerate(target.files):
        loc: Loc = ("targets", name, "files", index)
        codec = CODECS[entry.format]
        refusal = codec.refusal(
            form_.sample_rate_hz, form_.bit_depth, is_float=form_.is_float, bitrate_kbps=entry.bitrate_kbps
        )
        if refusal:
            problems.add(
                loc,
                refusal,
                "change the target's sample_rate or bit_depth, or make this format in a target of its own",
                "cannot-carry",
            )
        files.append(FileSpec(entry.format, entry.bitrate_kbps, entry.compression_level, entry.wav_chunks))
    return FilesSpec(tuple(files), target.names, tuple(target.services), left_out)


def cd_spec(target: CdTarget) -> CdSpec:
    """What a CD target writes."""
    text = (
        CdTextSpec(
            target.text.languages, target.text.packs, target.text.inherit, target.text.empty, target.text.copyright
        )
        if target.text is not None
        else None
    )
    return CdSpec(tuple(target.images), text, target.copy_, target.player)


def side_spec(
    name: str, target: SideTarget, sides: tuple[str, ...], rate_hz: int, problems: Problems
) -> VinylSpec | CassetteSpec:
    """What a vinyl or cassette target makes."""
    loc: Loc = ("targets", name)
    for side in target.matrix:
        if side not in sides:
            problems.add(
                (*loc, "matrix", side),
                f"target '{name}' has no side {side}",
                f"its sides are {', '.join(sides)}",
                "unknown-side",
            )
    if isinstance(target, CassetteTarget):
        return CassetteSpec(target.tape, float(target.head.seconds(rate_hz)), target.notes)
    assert isinstance(target, VinylTarget)
    for index, side in enumerate(target.locked_groove):
        if side not in sides:
            problems.add(
                (*loc, "locked_groove", index),
                f"target '{name}' has no side {side}",
                f"its sides are {', '.join(sides)}",
                "unknown-side",
            )
    return VinylSpec(target.size, target.speed, tuple(target.matrix.items()), tuple(target.locked_groove), target.notes)


def check_names(
    name: str,
    target: FileTarget,
    units: tuple[Unit, ...],
    problems: Problems,
    *,
    tracks: Mapping[str, TrackInfo],
    release: ReleaseInfo,
) -> None:
    """Two files of one folder never get the same name, in whatever case; each disc of a set has its own folder."""
    for unit in units:
        taken: dict[str, str] = {}
        for span in unit.timeline.tracks:
            if span.number is None:
                continue
            made = format_name(target.names, name_fields(unit.name, span.number, tracks[span.key], release))
            other = taken.setdefault(made.casefold(), span.key)
            if other != span.key:
                problems.add(
                    ("targets", name, "names"),
                    f"'{other}' and '{span.key}' of target '{name}' would both be called '{made}'",
                    "put {number} in names",
                    "same-name",
                )


def name_fields(disc: str, number: int, track: TrackInfo, release: ReleaseInfo) -> dict[str, str | int]:
    """What a pattern of file names can say of a track."""
    return {
        "disc": int(disc) if disc.isdigit() else disc,
        "number": number,
        "title": track.display_title,
        "artist": track.artist,
        "isrc": track.isrc,
        "barcode": release.barcode,
        "catalogue_number": release.catalogue_number,
    }
