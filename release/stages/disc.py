"""Stages of a compact disc: image, DDP control files, CUE and TOC sheets, and the proof of each by reading it back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from release.errors import VerificationError
from release.formats.cue import disc_from_cue, format_cue, parse_cue
from release.formats.ddp.checksum import format_md5_list
from release.formats.ddp.writer import write_control_files
from release.formats.toc import format_toc
from release.formats.toc_reader import disc_from_toc, parse_toc, toc_faults
from release.model.disc import LEAD_PAUSE_CD_FRAMES
from release.model.disc_compare import compare_disc, without_cd_text
from release.pipeline.step import RunContext, Stage, StageResult
from release.stages.cut_audio import cut_length, cut_words
from release.stages.disc_json import disc_from_json, disc_to_json
from release.stages.scratch import BLOCK_SAMPLES
from release.units import BYTES_PER_CD_FRAME, SAMPLES_PER_CD_FRAME

IMAGE_NAME = "IMAGE.DAT"
_CHUNK = 1 << 20


def run_image(ctx: RunContext) -> StageResult:
    """IMAGE.DAT: raw 16-bit little-endian PCM from A-time 00:00:00 to the lead-out."""
    path = ctx.work_dir / IMAGE_NAME
    lead, total = ctx.params["lead_cd_frames"], ctx.params["image_cd_frames"]
    with path.open("wb") as file:
        for words in _image_words(ctx, lead, total):
            file.write(words.tobytes())
            ctx.progress(file.tell() / (total * BYTES_PER_CD_FRAME))
    return StageResult(fact={"cd_frames": total}, files={IMAGE_NAME: path})


def run_image_wav(ctx: RunContext) -> StageResult:
    """The programme as one WAV from A-time 00:02:00 on, for CUE and TOC sheets."""
    from release.audio.writer import WavWriter

    path = ctx.work_dir / "image.wav"
    lead = ctx.params["lead_cd_frames"] - LEAD_PAUSE_CD_FRAMES
    total = ctx.params["image_cd_frames"] - LEAD_PAUSE_CD_FRAMES
    n_samples = total * SAMPLES_PER_CD_FRAME
    digest = hashlib.sha256()
    with WavWriter(path, 44_100, 2, bit_depth=16, n_samples_expected=n_samples) as writer:
        for words in _image_words(ctx, lead, total):
            digest.update(np.ascontiguousarray(words).data)
            writer.write_ints(words.astype(np.int32))
    return StageResult(fact={"n_samples": n_samples, "pcm_sha256": digest.hexdigest()}, files={"image.wav": path})


def _image_words(ctx: RunContext, lead_cd_frames: int, total_cd_frames: int) -> Iterator[NDArray[Any]]:
    yield from _zeros(lead_cd_frames * SAMPLES_PER_CD_FRAME)
    yield from cut_words(ctx)
    sound = cut_length(ctx.params["parts"])
    yield from _zeros((total_cd_frames - lead_cd_frames) * SAMPLES_PER_CD_FRAME - sound)


def _zeros(count: int) -> Iterator[NDArray[Any]]:
    while count > 0:
        n = min(count, BLOCK_SAMPLES)
        yield np.zeros((n, 2), dtype="<i2")
        count -= n


def run_ddp(ctx: RunContext) -> StageResult:
    """DDPID, DDPMS, PQ descriptor, CD-TEXT and the list of checksums."""
    disc = disc_from_json(ctx.params["disc"])
    files: dict[str, Path] = {}
    digests = []
    for name, data in write_control_files(disc).items():
        files[name] = ctx.work_dir / name
        files[name].write_bytes(data)
        digests.append((name, hashlib.md5(data, usedforsecurity=False).hexdigest()))
    digests.append((IMAGE_NAME, ctx.info("image", IMAGE_NAME).md5))
    files["CHECKSUM.MD5"] = ctx.work_dir / "CHECKSUM.MD5"
    files["CHECKSUM.MD5"].write_bytes(format_md5_list(digests))
    return StageResult(fact={"names": sorted(files)}, files=files)


def run_prove_ddp(ctx: RunContext) -> StageResult:
    """Read the set with other code than wrote it, and hold audio, times, codes and text against what was meant."""
    from release.formats.ddp.reader import check_ddp, read_ddp

    folder = ctx.work_dir / "set"
    folder.mkdir()
    for role in ("control", "image"):
        for name, path in ctx.files(role).items():
            (folder / name).symlink_to(path)
    faults = [str(f) for f in check_ddp(folder) if f.is_error]
    found = read_ddp(folder)
    meant = disc_from_json(ctx.params["disc"])
    faults += compare_disc(meant, found.disc)
    faults += _compare_tracks(ctx, folder / IMAGE_NAME, found.disc)
    if faults:
        raise VerificationError(
            "the DDP set does not read back as it was meant: " + "; ".join(faults[:5]),
            where=ctx.params["where"],
            remedy="this is a fault of the program or of the disk; build again with an empty cache (release clean --all)",
        )
    return StageResult(
        fact={
            "by": "own DDP reader",
            "disc": disc_to_json(found.disc),
            "audio": True,
            "times": True,
            "codes": True,
            "text": True,
        }
    )


def _compare_tracks(ctx: RunContext, image: Path, disc: Any) -> list[str]:
    """Digest of each track's samples in the image, from its start to the next, against those that were cut."""
    faults = []
    with image.open("rb") as file:
        for n, track in enumerate(disc.tracks):
            start, end = track.start_cd_frames, disc.track_end_cd_frames(track.number)
            expected, n_samples = ctx.fact(f"track:{n}", "pcm_sha256"), ctx.fact(f"track:{n}", "n_samples")
            file.seek(start * BYTES_PER_CD_FRAME)
            digest, left = hashlib.sha256(), n_samples * 4
            while left > 0:
                ctx.check_cancelled()
                data = file.read(min(left, _CHUNK))
                if not data:
                    break
                digest.update(data)
                left -= len(data)
            padding = (end - start) * BYTES_PER_CD_FRAME - n_samples * 4
            if digest.hexdigest() != expected or not 0 <= padding < BYTES_PER_CD_FRAME or any(file.read(padding)):
                faults.append(f"track {track.number}: the samples are not those of the programme")
    return faults


def run_sheet(ctx: RunContext) -> StageResult:
    """The CUE or TOC sheet beside the image."""
    disc = disc_from_json(ctx.params["disc"])
    kind, image = ctx.params["kind"], ctx.params["image"]
    data = format_cue(disc, image, "programme") if kind == "cue" else format_toc(disc, image, "programme")
    path = ctx.work_dir / f"sheet.{kind}"
    path.write_bytes(data)
    return StageResult(fact={"bytes": len(data)}, files={"sheet": path})


def run_prove_image(ctx: RunContext) -> StageResult:
    """Decode the image with other code than wrote it, and read the CUE sheet back."""
    from release.audio.decode import decode_pcm_sha256

    decoded = decode_pcm_sha256(ctx.file("image"), "wav", 16)
    expected = ctx.fact("image", "pcm_sha256")
    meant = disc_from_json(ctx.params["disc"])
    faults = [] if decoded.sha256 == expected else ["the samples of the image are not those of the programme"]
    if ctx.params["kind"] == "cue":
        n_cd_frames = meant.image_cd_frames - LEAD_PAUSE_CD_FRAMES
        read = disc_from_cue(parse_cue(ctx.file("sheet").read_bytes()), n_cd_frames, "programme")
        # A CUE sheet has no place for the catalogue number and for CD-TEXT packs.
        faults += compare_disc(replace(without_cd_text(meant), catalogue=""), read)
    else:
        data = ctx.file("sheet").read_bytes()
        faults += toc_faults(meant, data, "programme")
        read = disc_from_toc(parse_toc(data), "programme")
    if faults:
        raise VerificationError("; ".join(faults[:5]), where=ctx.params["where"])
    return StageResult(
        fact={
            "by": "soundfile",
            "audio": True,
            "sheet": True,
            "pcm_sha256": decoded.sha256,
            "n_samples": decoded.n_samples,
            "disc": disc_to_json(read),
        }
    )


IMAGE = Stage("cd-image", 1, run_image, "file", weight=0.003)
IMAGE_WAV = Stage("cd-image-wav", 1, run_image_wav, "file", weight=0.003)
DDP = Stage("ddp", 1, run_ddp, "file", weight=0.01)
PROVE_DDP = Stage("prove-ddp", 1, run_prove_ddp, "fact", weight=0.002)
SHEET = Stage("cd-sheet", 1, run_sheet, "file", weight=0.01)
PROVE_IMAGE = Stage("prove-cd-image", 1, run_prove_image, "fact", libraries=("soundfile",), weight=0.004)
