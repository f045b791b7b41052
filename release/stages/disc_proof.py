"""Stages that read a written disc back with other code, and hold audio, times, codes and texts against what was meant."""

from __future__ import annotations

import hashlib
import wave
from collections.abc import Mapping
from dataclasses import replace
from io import FileIO
from itertools import pairwise
from pathlib import Path

from release.errors import VerificationError
from release.formats.cue import cue_faults, disc_from_cue, parse_cue
from release.formats.toc_reader import disc_from_toc, parse_toc, toc_faults
from release.model.disc import LEAD_PAUSE_CD_FRAMES
from release.model.disc_compare import compare_disc
from release.pipeline.canonical import Json
from release.pipeline.step import RunContext, Stage, StageResult
from release.stages.disc import IMAGE_NAME, RAW, WAV
from release.stages.disc_json import disc_from_json, disc_to_json
from release.units import BYTES_PER_CD_FRAME, CD_RATE_HZ, SAMPLES_PER_CD_FRAME

_CHUNK = 1 << 18
_REMEDY = "this is a fault of the program or of the disk; build again with an empty cache (release clean --all)"


def run_prove_raw(ctx: RunContext) -> StageResult:
    """Read every byte of the raw image once: each track's samples are those that were cut, all else is accounted for."""
    _refuse(ctx, "the image does not read back as it was meant", _RawReader(ctx).faults())
    n_samples = ctx.params["image_cd_frames"] * SAMPLES_PER_CD_FRAME
    return StageResult(fact={"by": "own disc reader", "audio": True, "n_samples": n_samples})


class _RawReader:
    """Goes through an image from its first byte to its last; ``params`` give the A-times of all starts and of its end."""

    def __init__(self, ctx: RunContext) -> None:
        self._ctx = ctx
        self._buffer = memoryview(bytearray(_CHUNK))
        self._points: list[int] = [*ctx.params["starts"], ctx.params["image_cd_frames"]]

    def faults(self) -> list[str]:
        """Everything that is not as meant; empty when all is."""
        path = self._ctx.file("image", RAW)
        size = self._points[-1] * BYTES_PER_CD_FRAME
        if path.stat().st_size != size:
            return [f"the image has {path.stat().st_size} bytes, {size} were meant"]
        with FileIO(path) as file:
            return [*self._before_track_1(file), *self._tracks(file)]

    def _before_track_1(self, file: FileIO) -> list[str]:
        faults = []
        if any(file.read(LEAD_PAUSE_CD_FRAMES * BYTES_PER_CD_FRAME)):
            faults.append("the first two seconds are not silent")
        hidden = (self._points[0] - LEAD_PAUSE_CD_FRAMES) * BYTES_PER_CD_FRAME
        if self._digest(file, hidden) != self._ctx.fact("image", "hidden_sha256"):
            faults.append("what is hidden before track 1 is not what was written")
        return faults

    def _tracks(self, file: FileIO) -> list[str]:
        """Digest of each track, from its start to the next, against the samples that were cut for it."""
        faults: list[str] = []
        for n, (start, end) in enumerate(pairwise(self._points)):
            expected = self._ctx.fact(f"track:{n}")
            length, sound = (end - start) * BYTES_PER_CD_FRAME, expected["n_samples"] * 4
            padding = length - sound
            if not 0 <= padding < BYTES_PER_CD_FRAME or (padding and end != self._points[-1]):
                return [*faults, f"track {n + 1} has {expected['n_samples']} samples and {length} bytes"]
            if self._digest(file, sound) != expected["pcm_sha256"] or any(file.read(padding)):
                faults.append(f"track {n + 1}: the samples are not those of the programme")
        return faults

    def _digest(self, file: FileIO, n_bytes: int) -> str:
        digest, left = hashlib.sha256(), n_bytes
        while left > 0 and (count := file.readinto(self._buffer[: min(left, _CHUNK)])):
            self._ctx.check_cancelled()
            digest.update(self._buffer[:count])
            left -= count
        return digest.hexdigest()


def run_prove_ddp(ctx: RunContext) -> StageResult:
    """Read the set with other code than wrote it; its image was read back by ``run_prove_raw``.

    The checksums of the image are those of its writing: the proof of the image has shown that the same bytes lie on disk.
    """
    from release.formats.ddp.equations import set_findings
    from release.formats.ddp.reader import inspect_set, open_set

    folder = ctx.work_dir / "set"
    folder.mkdir()
    for name, path in {**ctx.files("control"), IMAGE_NAME: ctx.file("image", RAW)}.items():
        (folder / name).symlink_to(path)
    image = {"md5": ctx.info("image", RAW).md5, "crc32": f"{ctx.fact('image', 'crc32'):08x}"}
    files = open_set(folder)

    def digests(name: str, kinds: frozenset[str]) -> Mapping[str, str]:
        return image if name == IMAGE_NAME else files.digests(name, kinds)

    found, findings = inspect_set(files, folder)
    faults = [str(f) for f in (*findings, *set_findings(found, replace(files, digests=digests), {})) if f.is_error]
    if found is None:
        faults = faults or ["no disc can be read from it"]
    else:
        faults += compare_disc(disc_from_json(ctx.params["disc"]), found.disc)
    _refuse(ctx, "the DDP set does not read back as it was meant", faults)
    assert found is not None
    fact: dict[str, Json] = {"by": "own DDP reader", "disc": disc_to_json(found.disc)}
    fact |= dict.fromkeys(("times", "codes", "text", "checksums"), True)
    return StageResult(fact=fact)


def run_prove_wav(ctx: RunContext) -> StageResult:
    """Read the WAV of a disc with other code than wrote it: the same samples, at 44.1 kHz, 16 bits, stereo."""
    digest, faults = hashlib.sha256(), []
    try:
        with wave.open(str(ctx.file("image", WAV)), "rb") as file:
            form, n_samples = (file.getframerate(), file.getsampwidth(), file.getnchannels()), file.getnframes()
            while data := file.readframes(_CHUNK // 4):
                ctx.check_cancelled()
                digest.update(data)
    except (wave.Error, EOFError) as exc:
        raise VerificationError(f"the WAV of the disc cannot be read: {exc}", where=ctx.params["where"]) from exc
    if (form, n_samples) != ((CD_RATE_HZ, 2, 2), ctx.fact("image", "n_samples")):
        faults.append(f"it has {n_samples} samples of the form {form}")
    elif digest.hexdigest() != ctx.fact("image", "pcm_sha256"):
        faults.append("its samples are not those of the programme")
    _refuse(ctx, "the WAV of the disc does not read back as it was meant", faults)
    return StageResult(
        fact={"by": "Python's wave", "audio": True, "pcm_sha256": digest.hexdigest(), "n_samples": n_samples}
    )


def run_prove_sheet(ctx: RunContext) -> StageResult:
    """Read a CUE or TOC sheet back; a new title needs no new look at the audio."""
    meant, form = disc_from_json(ctx.params["disc"]), ctx.params["form"]
    data = Path(ctx.file("sheet")).read_bytes()
    n_cd_frames = meant.image_cd_frames - (0 if form == "image" else LEAD_PAUSE_CD_FRAMES)
    if ctx.params["kind"] == "cue":
        _refuse(ctx, "the CUE sheet does not read back as it was meant", cue_faults(meant, data, n_cd_frames, form))
        read = disc_from_cue(parse_cue(data), n_cd_frames, form)
    else:
        _refuse(ctx, "the TOC does not read back as it was meant", toc_faults(meant, data, form))
        read = disc_from_toc(parse_toc(data), form)
    return StageResult(fact={"by": "own sheet reader", "sheet": True, "disc": disc_to_json(read)})


def _refuse(ctx: RunContext, what: str, faults: list[str]) -> None:
    if faults:
        raise VerificationError(f"{what}: {'; '.join(faults[:5])}", where=ctx.params["where"], remedy=_REMEDY)


PROVE_RAW = Stage("prove-cd-raw", 1, run_prove_raw, "fact", weight=0.001)
PROVE_DDP = Stage("prove-ddp", 2, run_prove_ddp, "fact", weight=0.01)
PROVE_WAV = Stage("prove-cd-wav", 2, run_prove_wav, "fact", weight=0.001)
PROVE_SHEET = Stage("prove-cd-sheet", 2, run_prove_sheet, "fact", weight=0.01)
