"""Compact discs: one pass over the programme for every image, control files, sheets; each read back by other code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from release.formats.ddp.checksum import CRC_NAME, MD5_NAME
from release.model.disc import Disc
from release.model.disc_unit import disc_from_unit
from release.model.metadata import ReleaseInfo
from release.model.target import CdSpec, ResolvedTarget
from release.pipeline.step import Input, StepRef, fact_of
from release.stages.disc import DDP, IMAGE, IMAGE_NAME, RAW, SHEET, WAV, image_files
from release.stages.disc_json import disc_to_json
from release.stages.disc_proof import PROVE_DDP, PROVE_RAW, PROVE_SHEET, PROVE_WAV
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
        files += _DiscPlan(book, target, audio, number, disc).files()
    return TargetPlan(target, audio, tuple(files), discs)


def discs_of(target: ResolvedTarget) -> tuple[Disc, ...]:
    """The discs of a CD target; pure."""
    assert isinstance(target.spec, CdSpec)
    units = target.programme.units
    discs = (
        disc_from_unit(unit, target.tracks, target.release, copy=target.spec.copy, text=target.spec.text)
        for unit in units
    )
    if len(units) == 1 or not target.release.catalogue_number:
        return tuple(discs)
    # The plant gets one set for each disc, and tells them apart by the names of their masters.
    return tuple(_named(disc, f"{disc.catalogue}-{unit.name}") for disc, unit in zip(discs, units, strict=True))


def _named(disc: Disc, name: str) -> Disc:
    """A disc of a set by its own name, in DDPID as in CD-TEXT (pack 0x86), so that one number comes back from both."""
    blocks = (replace(block, disc_id=name) if block.disc_id else block for block in disc.text_blocks)
    return replace(disc, catalogue=name, text_blocks=tuple(blocks))


def disc_folder(target: ResolvedTarget, number: int) -> str:
    """Folder of a disc's files below the build: ``cd``, or ``cd/disc-1`` in a set."""
    units = target.programme.units
    return f"{target.name}/disc-{units[number].name}" if len(units) > 1 else target.name


@dataclass(frozen=True, slots=True)
class _DiscPlan:
    """One disc of a target as steps and deliverables."""

    book: Book
    target: ResolvedTarget
    audio: PlannedAudio
    number: int
    disc: Disc

    @property
    def prefix(self) -> str:
        return disc_folder(self.target, self.number)

    @property
    def seconds(self) -> float:
        return self.disc.image_cd_frames / 75

    @property
    def described(self) -> dict[str, Any]:
        return {"disc": disc_to_json(self.disc)}

    def files(self) -> list[PlannedFile]:
        """Every deliverable of the disc but its papers."""
        assert isinstance(self.target.spec, CdSpec)
        images = self.target.spec.images
        image = self._image(image_files(images))
        files = self._ddp(image) if "ddp" in images else []
        if "cue" in images:
            files += self._with_sheet(image, "cue", "cue", WAV)
        if "bin" in images:
            files += self._with_sheet(image, "bin", "cue", RAW)
        if "toc" in images:
            files += self._with_sheet(image, "toc", "toc", RAW)
        return files

    def _image(self, wanted: tuple[str, ...]) -> str:
        parts, inputs = self.audio.whole_unit(self.number)
        params = {
            "parts": [list(p) for p in parts],
            "bit_depth": 16,
            "is_float": False,
            "files": list(wanted),
            "lead_cd_frames": self.disc.lead_zero_cd_frames,
            "first_cd_frames": self.disc.tracks[0].start_cd_frames,
            "image_cd_frames": self.disc.image_cd_frames,
        }
        title = "write the image of the disc"
        return self.book.add(f"{self.prefix}/image", IMAGE, params, inputs, title=title, cost=self.seconds)

    def _prove_raw(self, image: str) -> str:
        """Texts and codes of the disc do not enter: a new title needs no new look at the audio."""
        tracks = (t for t in self.audio.tracks if t.unit == self.number and t.placed.span.number is not None)
        measured = {f"track:{n}": fact_of(track.measure) for n, track in enumerate(tracks)}
        return self.book.add(
            f"{self.prefix}/prove-image",
            PROVE_RAW,
            {
                "starts": [track.start_cd_frames for track in self.disc.tracks],
                "image_cd_frames": self.disc.image_cd_frames,
                "where": f"{self.prefix}/image",
            },
            {"image": StepRef(image), **measured},
            title="read the image back",
            cost=self.seconds,
        )

    def _prove_wav(self, image: str) -> str:
        return self.book.add(
            f"{self.prefix}/prove-wav",
            PROVE_WAV,
            {"where": f"{self.prefix}/wav"},
            {"image": StepRef(image)},
            title="read the WAV of the disc back",
            cost=self.seconds,
        )

    def _ddp(self, image: str) -> list[PlannedFile]:
        folder = f"{self.prefix}/ddp"
        inputs: dict[str, Input] = {"image": StepRef(image)}
        control = self.book.add(folder, DDP, self.described, inputs, title="write the DDP control files")
        proof = self.book.add(
            f"{self.prefix}/prove-ddp",
            PROVE_DDP,
            {**self.described, "where": folder},
            {**inputs, "control": StepRef(control)},
            title="read the DDP set back",
        )
        common: dict[str, Any] = {"set": folder, "unit": self.number}
        names = ["DDPID", "DDPMS", "PQDESCR", *(["CDTEXT.BIN"] if self.disc.text_blocks else [])]
        return [
            *(
                PlannedFile(f"{folder}/{name}", control, name, "control", "ddp", proofs=(proof,), **common)
                for name in names
            ),
            self._image_file(f"{folder}/{IMAGE_NAME}", image, RAW, folder, "ddp"),
            *(
                PlannedFile(f"{folder}/{name}", control, name, "checksums", "ddp", proofs=(proof,), **common)
                for name in (MD5_NAME, CRC_NAME)
            ),
        ]

    def _with_sheet(self, image: str, form: str, kind: str, name: str) -> list[PlannedFile]:
        """An image with its sheet in a folder of their own: ``cue`` (WAV), ``bin`` (raw, CUE), ``toc`` (raw, TOC)."""
        folder = f"{self.prefix}/{form}"
        base = image_base(self.target.release, self.target, self.number)
        file = f"{base}.{'wav' if name == WAV else 'bin'}"
        params = {
            **self.described,
            "kind": kind,
            "form": "programme" if name == WAV else "image",
            "image": file,
        }
        sheet = self.book.add(folder, SHEET, params, {}, title=f"write the {kind.upper()} sheet beside the {file[-3:]}")
        proof = self.book.add(
            f"{self.prefix}/prove-{form}",
            PROVE_SHEET,
            {**params, "where": folder},
            {"sheet": StepRef(sheet)},
            title=f"read the {kind.upper()} sheet back",
        )
        return [
            self._image_file(f"{folder}/{file}", image, name, folder, file[-3:]),
            PlannedFile(
                f"{folder}/{base}.{kind}",
                sheet,
                "sheet",
                "control",
                kind,
                set=folder,
                unit=self.number,
                proofs=(proof,),
            ),
        ]

    def _image_file(self, path: str, image: str, name: str, folder: str, form: str) -> PlannedFile:
        return PlannedFile(
            path,
            image,
            name,
            "image",
            form,
            set=folder,
            unit=self.number,
            proofs=(self._prove_wav(image) if name == WAV else self._prove_raw(image),),
            sample_rate_hz=44_100,
            bit_depth=16,
            channels=2,
        )


def image_base(release: ReleaseInfo, target: ResolvedTarget, number: int) -> str:
    """Name of a disc's images and sheets: safe for every burner and file system."""
    word = image_word(release, target)
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in word).strip("-") or "disc"
    return f"{safe}-{target.programme.units[number].name}" if len(target.programme.units) > 1 else safe


def image_word(release: ReleaseInfo, target: ResolvedTarget) -> str:
    """What a disc's images are to be called, before unsafe characters are replaced."""
    return release.catalogue_number or target.name
