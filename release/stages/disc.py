"""Stages that write a compact disc: its image in one pass, DDP control files, CUE and TOC sheets.

The image is hashed while it is written; ``disc_proof`` reads every byte of it back.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from release.audio.writer import WavWriter
from release.formats.cue import format_cue
from release.formats.ddp.checksum import CRC_NAME, MD5_NAME, format_crc_list, format_md5_list
from release.formats.ddp.writer import write_control_files
from release.formats.toc import format_toc
from release.model.disc import LEAD_PAUSE_CD_FRAMES
from release.pipeline.checksum import RunningHashes
from release.pipeline.step import RunContext, Stage, StageResult
from release.stages.cut_audio import cut_length, cut_words
from release.stages.disc_json import disc_from_json
from release.stages.scratch import BLOCK_SAMPLES, ScratchWriter
from release.units import CD_RATE_HZ, SAMPLES_PER_CD_FRAME

IMAGE_NAME = "IMAGE.DAT"
RAW, WAV = "image.bin", "image.wav"
"""Files of the image step: raw words from A-time 00:00:00, and a WAV from 00:02:00."""
Words = NDArray[Any]


def run_image(ctx: RunContext) -> StageResult:
    """The disc's samples from the finished programme, read once, in the forms that the target wants.

    ``params``: ``files`` (``image.bin``: 16-bit little-endian words from A-time 00:00:00 to the lead-out;
    ``image.wav``: the same from 00:02:00 on), ``lead_cd_frames`` of digital silence before the programme,
    ``first_cd_frames`` (start of track 1), ``image_cd_frames``.
    """
    total = ctx.params["image_cd_frames"]
    with ExitStack() as open_files:
        outputs = [_output(name, ctx, total, open_files) for name in ctx.params["files"]]
        at = 0
        for words in _image_words(ctx, ctx.params["lead_cd_frames"], total):
            for output in outputs:
                output.write(words, at)
            at += len(words)
            ctx.progress(at / (total * SAMPLES_PER_CD_FRAME))
    fact: dict[str, Any] = {"cd_frames": total}
    for output in outputs:
        fact |= output.facts()
    stored = {output.name: output.hashes.stored(ctx.work_dir / output.name) for output in outputs}
    return StageResult(fact=fact, files={name: kept.path for name, kept in stored.items()}, hashed=stored)


def _output(name: str, ctx: RunContext, total_cd_frames: int, open_files: ExitStack) -> _RawImage | _WavImage:
    path = ctx.work_dir / name
    if name == RAW:
        return _RawImage(path, ctx.params["first_cd_frames"], open_files)
    return _WavImage(path, (total_cd_frames - LEAD_PAUSE_CD_FRAMES) * SAMPLES_PER_CD_FRAME, open_files)


class _RawImage:
    """``image.bin``: hashed three ways for the lists of a DDP set; what is hidden before track 1 by itself.

    No track's own digest covers the hidden sound, so the proof needs one for it.
    """

    name = RAW

    def __init__(self, path: Path, first_cd_frames: int, open_files: ExitStack) -> None:
        self.hashes = RunningHashes()
        self._writer = open_files.enter_context(ScratchWriter(path, "<i2"))
        self._crc32 = 0
        self._hidden = hashlib.sha256()
        self._hidden_from = LEAD_PAUSE_CD_FRAMES * SAMPLES_PER_CD_FRAME
        self._hidden_to = first_cd_frames * SAMPLES_PER_CD_FRAME

    def write(self, words: Words, at: int) -> None:
        data = words.data.cast("B")
        self.hashes.update(data)
        self._crc32 = zlib.crc32(data, self._crc32)
        first, last = max(self._hidden_from - at, 0), min(self._hidden_to - at, len(words))
        if first < last:
            self._hidden.update(words[first:last].data)
        self._writer.write(words)

    def facts(self) -> dict[str, Any]:
        return {"crc32": self._crc32, "hidden_sha256": self._hidden.hexdigest()}


class _WavImage:
    """``image.wav``: without the two silent seconds, which burners add."""

    name = WAV

    def __init__(self, path: Path, n_samples: int, open_files: ExitStack) -> None:
        self.hashes = RunningHashes()
        self._n_samples = n_samples
        self._pcm = hashlib.sha256()
        writer = WavWriter(path, CD_RATE_HZ, 2, bit_depth=16, n_samples_expected=n_samples, tap=self.hashes.update)
        self._writer = open_files.enter_context(writer)

    def write(self, words: Words, at: int) -> None:
        kept = words[max(LEAD_PAUSE_CD_FRAMES * SAMPLES_PER_CD_FRAME - at, 0) :]
        if len(kept):
            self._pcm.update(kept.data)
            self._writer.write_ints(kept)

    def facts(self) -> dict[str, Any]:
        return {"n_samples": self._n_samples, "pcm_sha256": self._pcm.hexdigest()}


def _image_words(ctx: RunContext, lead_cd_frames: int, total_cd_frames: int) -> Iterator[Words]:
    """Silence, the programme, and silence to the end of the last CD frame, in contiguous blocks."""
    yield from _zeros(lead_cd_frames * SAMPLES_PER_CD_FRAME)
    for words in cut_words(ctx):
        yield np.ascontiguousarray(words, dtype="<i2")
    sound = cut_length(ctx.params["parts"])
    yield from _zeros((total_cd_frames - lead_cd_frames) * SAMPLES_PER_CD_FRAME - sound)


def _zeros(count: int) -> Iterator[Words]:
    while count > 0:
        n = min(count, BLOCK_SAMPLES)
        yield np.zeros((n, 2), dtype="<i2")
        count -= n


def run_ddp(ctx: RunContext) -> StageResult:
    """DDPID, DDPMS, PQ descriptor, CD-TEXT and the two lists of checksums."""
    contents = write_control_files(disc_from_json(ctx.params["disc"]))
    image = ctx.info("image", RAW)
    md5s = [(name, hashlib.md5(data, usedforsecurity=False).hexdigest()) for name, data in contents.items()]
    crcs = [(name, zlib.crc32(data)) for name, data in contents.items()]
    contents[MD5_NAME] = format_md5_list([*md5s, (IMAGE_NAME, image.md5)])
    contents[CRC_NAME] = format_crc_list([*crcs, (IMAGE_NAME, ctx.fact("image", "crc32"))])
    files = _written(ctx, contents)
    return StageResult(fact={"names": sorted(files)}, files=files)


def _written(ctx: RunContext, contents: dict[str, bytes]) -> dict[str, Path]:
    files = {name: ctx.work_dir / name for name in contents}
    for name, path in files.items():
        path.write_bytes(contents[name])
    return files


def run_sheet(ctx: RunContext) -> StageResult:
    """The CUE or TOC sheet beside an image: ``params`` give ``kind``, ``form`` and the image's name."""
    disc = disc_from_json(ctx.params["disc"])
    write = format_cue if ctx.params["kind"] == "cue" else format_toc
    data = write(disc, ctx.params["image"], ctx.params["form"])
    return StageResult(fact={"bytes": len(data)}, files=_written(ctx, {"sheet": data}))


def image_files(images: Sequence[str]) -> tuple[str, ...]:
    """Files of the image step that the forms of a disc need: ``ddp``, ``bin`` and ``toc`` share the raw one."""
    raw = any(image in ("ddp", "bin", "toc") for image in images)
    return (*((RAW,) if raw else ()), *((WAV,) if "cue" in images else ()))


IMAGE = Stage("cd-image", 2, run_image, "file", weight=0.004)
DDP = Stage("ddp", 2, run_ddp, "file", weight=0.01)
SHEET = Stage("cd-sheet", 3, run_sheet, "file", weight=0.01)
