"""Compact discs: image, DDP set, CUE and TOC, each read back by other code; the PQ sheet from what was read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from release.model.disc import Disc
from release.model.disc_unit import disc_from_unit
from release.model.metadata import ReleaseInfo
from release.model.target import CdSpec, ResolvedTarget
from release.pipeline.step import Input, StepRef, fact_of
from release.stages.disc import DDP, IMAGE, IMAGE_NAME, IMAGE_WAV, PROVE_DDP, PROVE_IMAGE, SHEET
from release.stages.disc_json import disc_to_json
from release.targets.audio_steps import AudioWish, PlannedAudio, plan_audio
from release.targets.book import Book, PlannedFile
from release.targets.files import level_source
from release.targets.plan import TargetPlan


def plan_cd(book: Book, target: ResolvedTarget, levels: Mapping[str, PlannedAudio]) -> TargetPlan:
    """All steps and deliverables of a CD target."""
    assert isinstance(target.spec, CdSpec)
    wish = AudioWish(44_100, 16, is_float=False, float_copy=False, level=target.level, **level_source(target, levels))
    audio = plan_audio(book, target, wish)
    discs = discs_of(target)
    files: list[PlannedFile] = []
    for number, disc in enumerate(discs):
        files += _plan_disc(book, target, audio, number, disc)
    return TargetPlan(target, audio, tuple(files), discs)


def discs_of(target: ResolvedTarget) -> tuple[Disc, ...]:
    """The discs of a CD target; pure."""
    assert isinstance(target.spec, CdSpec)
    return tuple(
        disc_from_unit(unit, target.tracks, target.release, copy=target.spec.copy, text=target.spec.text)
        for unit in target.programme.units
    )


def _plan_disc(book: Book, target: ResolvedTarget, audio: PlannedAudio, number: int, disc: Disc) -> list[PlannedFile]:
    assert isinstance(target.spec, CdSpec)
    unit = target.programme.units[number]
    several = len(target.programme.units) > 1
    prefix = f"{target.name}/disc-{unit.name}" if several else target.name
    parts, inputs = audio.whole_unit(number)
    params: dict[str, Any] = {
        "parts": [list(p) for p in parts],
        "bit_depth": 16,
        "is_float": False,
        "lead_cd_frames": disc.lead_zero_cd_frames,
        "image_cd_frames": disc.image_cd_frames,
    }
    files: list[PlannedFile] = []
    if "ddp" in target.spec.images:
        files += _plan_ddp(book, audio, number, disc, prefix, params, inputs)
    for kind in ("cue", "toc"):
        if kind in target.spec.images:
            files += _plan_sheet(book, target, disc, kind, prefix, params, inputs, number)
    return files


def _seconds(disc: Disc) -> float:
    return disc.image_cd_frames / 75


def _plan_ddp(
    book: Book,
    audio: PlannedAudio,
    number: int,
    disc: Disc,
    prefix: str,
    params: Mapping[str, Any],
    inputs: Mapping[str, Input],
) -> list[PlannedFile]:
    image = book.add(f"{prefix}/image", IMAGE, params, inputs, title="write IMAGE.DAT", cost=_seconds(disc))
    described = {"disc": disc_to_json(disc)}
    control = book.add(
        f"{prefix}/ddp", DDP, described, {"image": StepRef(image)}, title="write the DDP control files", cost=1.0
    )
    measured = {
        f"track:{n}": fact_of(track.measure)
        for n, track in enumerate(t for t in audio.tracks if t.unit == number and t.placed.span.number is not None)
    }
    proof = book.add(
        f"{prefix}/prove-ddp",
        PROVE_DDP,
        {**described, "where": f"{prefix}/ddp"},
        {"image": StepRef(image), "control": StepRef(control), **measured},
        title="read the DDP set back",
        cost=_seconds(disc),
    )
    names = ["DDPID", "DDPMS", "PQDESCR", *(["CDTEXT.BIN"] if disc.text_blocks else []), "CHECKSUM.MD5"]
    set_name = f"{prefix}/ddp"
    common: dict[str, Any] = {"set": set_name, "unit": number, "proofs": (proof,)}
    files = [
        PlannedFile(
            f"{set_name}/{name}", control, name, "checksums" if name == "CHECKSUM.MD5" else "control", "ddp", **common
        )
        for name in names
    ]
    files.insert(
        -1,
        PlannedFile(
            f"{set_name}/{IMAGE_NAME}",
            image,
            IMAGE_NAME,
            "image",
            "ddp",
            sample_rate_hz=44_100,
            bit_depth=16,
            channels=2,
            **common,
        ),
    )
    return files


def _plan_sheet(
    book: Book,
    target: ResolvedTarget,
    disc: Disc,
    kind: str,
    prefix: str,
    params: Mapping[str, Any],
    inputs: Mapping[str, Input],
    number: int,
) -> list[PlannedFile]:
    image = book.add(f"{prefix}/wav", IMAGE_WAV, params, inputs, title="write the disc as one WAV", cost=_seconds(disc))
    base = image_base(target.release, target, number)
    described = {"disc": disc_to_json(disc), "kind": kind, "image": f"{base}.wav"}
    sheet = book.add(f"{prefix}/{kind}", SHEET, described, {}, title=f"write the {kind.upper()} sheet", cost=1.0)
    proof = book.add(
        f"{prefix}/prove-{kind}",
        PROVE_IMAGE,
        {**described, "where": f"{prefix}/{kind}"},
        {"image": StepRef(image), "sheet": StepRef(sheet)},
        title=f"read the {kind.upper()} image back",
        cost=_seconds(disc),
    )
    common: dict[str, Any] = {"set": f"{prefix}/{kind}", "unit": number, "proofs": (proof,)}
    return [
        PlannedFile(
            f"{prefix}/{kind}/{base}.wav",
            image,
            "image.wav",
            "image",
            "wav",
            sample_rate_hz=44_100,
            bit_depth=16,
            channels=2,
            **common,
        ),
        PlannedFile(f"{prefix}/{kind}/{base}.{kind}", sheet, "sheet", "control", kind, **common),
    ]


def image_base(release: ReleaseInfo, target: ResolvedTarget, number: int) -> str:
    """Name of a disc's WAV and sheets: safe for every burner and file system."""
    word = release.catalogue_number or target.name
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in word).strip("-") or "disc"
    return f"{safe}-{target.programme.units[number].name}" if len(target.programme.units) > 1 else safe
