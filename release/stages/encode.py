"""Stage *encode*: one cut track in one format, without tags; kept by content, so that a new title encodes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from release.pipeline.checksum import sha256_file
from release.pipeline.step import RunContext, Stage, StageResult, StoredFile
from release.stages.cut_audio import cut_floats, cut_integers, cut_length, cut_words


def run_encode(ctx: RunContext) -> StageResult:
    """Encode one track."""
    format_name: str = ctx.params["format"]
    path = ctx.work_dir / f"audio.{format_name}"
    _ENCODERS[format_name](ctx, path)
    # No MD5: what is delivered is a tagged copy, which is hashed by itself.
    hashed = StoredFile(path, sha256_file(path, ctx.check_cancelled), "", path.stat().st_size)
    return StageResult(
        fact={"n_samples": cut_length(ctx.params["parts"])}, files={"audio": path}, hashed={"audio": hashed}
    )


def _wav(ctx: RunContext, path: Path) -> None:
    from release.audio.writer import WavWriter

    params = ctx.params
    n_samples = cut_length(params["parts"])
    with WavWriter(
        path,
        params["rate_hz"],
        2,
        bit_depth=params["bit_depth"],
        is_float=params["is_float"],
        n_samples_expected=n_samples,
    ) as writer:
        for block in cut_words(ctx):
            if params["is_float"]:
                writer.write_floats(block)
            else:
                writer.write_ints(block.astype(np.int32, copy=False))


def _flac(ctx: RunContext, path: Path) -> None:
    from release.encode import flac

    flac.encode(cut_integers(ctx), path, level=ctx.params["compression"], **_lossless(ctx))


def _aiff(ctx: RunContext, path: Path) -> None:
    from release.encode import aiff

    aiff.encode(cut_integers(ctx), path, **_lossless(ctx))


def _alac(ctx: RunContext, path: Path) -> None:
    from release.encode import alac

    alac.encode(cut_integers(ctx), path, **_lossless(ctx))


def _mp3(ctx: RunContext, path: Path) -> None:
    from release.encode import mp3

    mp3.encode(cut_floats(ctx), path, **_lossy(ctx))


def _aac(ctx: RunContext, path: Path) -> None:
    from release.encode import aac

    aac.encode(cut_floats(ctx), path, **_lossy(ctx))


def _opus(ctx: RunContext, path: Path) -> None:
    from release.encode import opus

    opus.encode(cut_floats(ctx), path, **_lossy(ctx))


def _lossless(ctx: RunContext) -> dict[str, Any]:
    params = ctx.params
    return {
        "rate_hz": params["rate_hz"],
        "bit_depth": params["bit_depth"],
        "n_samples": cut_length(params["parts"]),
    }


def _lossy(ctx: RunContext) -> dict[str, Any]:
    params = ctx.params
    return {
        "rate_hz": params["rate_hz"],
        "bitrate_kbps": params["bitrate_kbps"],
        "n_samples": cut_length(params["parts"]),
    }


_ENCODERS: dict[str, Callable[[RunContext, Path], None]] = {
    "wav": _wav,
    "flac": _flac,
    "aiff": _aiff,
    "alac": _alac,
    "mp3": _mp3,
    "aac": _aac,
    "opus": _opus,
}

_WEIGHTS = {"wav": 0.001, "aiff": 0.002, "flac": 0.006, "alac": 0.006, "mp3": 0.016, "aac": 0.03, "opus": 0.013}
"""CPU seconds a second of audio (performance.md)."""


def encode_stage(format_name: str) -> Stage:
    """The stage that encodes one format; its libraries enter the key."""
    libraries = {
        "wav": ("numpy",),
        "flac": ("soundfile",),
        "aiff": ("soundfile",),
        "mp3": ("pedalboard", "av"),  # LAME of one, or of the other where a wheel hides it (decision 0021)
        "alac": ("av",),
        "aac": ("av", "numba"),
        "opus": ("av",),
    }[format_name]
    return Stage(f"encode-{format_name}", 2, run_encode, "file", libraries=libraries, weight=_WEIGHTS[format_name])
