"""Stage *measure*: a track as it is delivered, measured last, always; with the curves that the report draws."""

from __future__ import annotations

import hashlib
from typing import Any

from release.audio.pcm import packed
from release.dsp.envelope import Envelope
from release.dsp.meter import Meter
from release.dsp.meters.delivered import DeliveredMeter
from release.pipeline.step import RunContext, Stage, StageResult
from release.stages.cut_audio import cut_length, cut_words, words_to_float

COLUMNS = 600
"""Columns of a waveform picture."""


def run_measure(ctx: RunContext) -> StageResult:
    """Measure one cut track.

    The digest is that of its interleaved little-endian PCM, as any decoder gives it; the reading therefore holds for
    every lossless file whose decoded audio has the same digest. A track in one part was hashed as it was finished.
    """
    params = ctx.params
    bit_depth, is_float, rate_hz = params["bit_depth"], params["is_float"], params["rate_hz"]
    n_samples = cut_length(params["parts"])
    meter = Meter(rate_hz, 2)
    envelope = Envelope(rate_hz, 2, n_samples, columns=COLUMNS)
    parts = params["parts"]
    digest = hashlib.sha256() if len(parts) != 1 else None
    delivered = DeliveredMeter(rate_hz)
    done = 0
    for block in cut_words(ctx):
        if digest is not None:
            digest.update(packed(block, bit_depth, is_float))
        audio = words_to_float(block, bit_depth, is_float)
        meter.process(audio)
        envelope.process(audio)
        delivered.process(audio)
        done += block.shape[0]
        ctx.progress(done / max(n_samples, 1))
    result = meter.finish()
    fact: dict[str, Any] = {
        "pcm_sha256": ctx.fact(parts[0][0], "pcm") if digest is None else digest.hexdigest(),
        "n_samples": n_samples,
        "meter": result.to_json(),
        "waveform": envelope.finish().to_json(),
        "delivered": delivered.finish(meter.sides).to_json(),
    }
    return StageResult(fact=fact)


MEASURE = Stage("measure", 7, run_measure, "fact", libraries=("numpy", "numba"), weight=0.002)
