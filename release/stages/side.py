"""Stages of a side master: one WAV from the first groove to the last, and its proof."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from release.audio.decode import decode_pcm_sha256
from release.audio.pcm import packed
from release.audio.writer import WavWriter
from release.dsp.meter import Meter
from release.errors import VerificationError
from release.pipeline.step import RunContext, Stage, StageResult
from release.stages.cut_audio import cut_length, cut_words, words_to_float
from release.stages.finish import pcm_dtype
from release.stages.scratch import BLOCK_SAMPLES


def run_side(ctx: RunContext) -> StageResult:
    """Write one side, with the silence that its carrier wants before the programme, and measure it as a whole.

    What its tracks read does not tell what the side reads: gaps belong to it, and windows span the cuts.
    """
    params = ctx.params
    path = ctx.work_dir / "side.wav"
    n_samples = params["head_samples"] + cut_length(params["parts"])
    digest = hashlib.sha256()
    meter = Meter(params["rate_hz"], 2)
    with WavWriter(
        path,
        params["rate_hz"],
        2,
        bit_depth=params["bit_depth"],
        is_float=params["is_float"],
        n_samples_expected=n_samples,
    ) as writer:
        for words in _side_words(ctx):
            digest.update(packed(words, params["bit_depth"], params["is_float"]))
            meter.process(words_to_float(words, params["bit_depth"], params["is_float"]))
            if params["is_float"]:
                writer.write_floats(words)
            else:
                writer.write_ints(words.astype(np.int32, copy=False))
    fact = {"n_samples": n_samples, "pcm_sha256": digest.hexdigest(), "loudness": asdict(meter.finish().loudness())}
    return StageResult(fact=fact, files={"side.wav": path})


def _side_words(ctx: RunContext) -> Iterator[NDArray[Any]]:
    left = ctx.params["head_samples"]
    dtype = pcm_dtype(ctx.params["bit_depth"], ctx.params["is_float"])
    while left > 0:
        n = min(left, BLOCK_SAMPLES)
        yield np.zeros((n, 2), dtype)
        left -= n
    yield from cut_words(ctx)


def run_prove_side(ctx: RunContext) -> StageResult:
    """Decode a side with other code than wrote it."""
    params = ctx.params
    decoded = decode_pcm_sha256(ctx.file("side"), "wav", params["bit_depth"], is_float=params["is_float"])
    if (decoded.sha256, decoded.rate_hz) != (ctx.fact("side", "pcm_sha256"), params["rate_hz"]):
        raise VerificationError("the side does not decode to the samples that were written", where=params["where"])
    return StageResult(
        fact={"by": "soundfile", "audio": True, "pcm_sha256": decoded.sha256, "n_samples": decoded.n_samples}
    )


SIDE = Stage("side", 2, run_side, "file", libraries=("numpy", "numba"), weight=0.005)
PROVE_SIDE = Stage("prove-side", 1, run_prove_side, "fact", libraries=("soundfile",), weight=0.003)
