"""Stage *tone*: the spectrum and the width of a track as it is delivered, from frames spread over it.

At most ``MOST_FRAMES`` frames of about a third of a second are looked at, at even distances: that is a tenth of a
song of four minutes, and a small part of what decoding it costs. From 100 Hz on the levels of third octaves come within
0.7 dB of those of all frames, below within about 1.5 (tests/unit/stages/test_tone_stage.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from release.dsp.meters.spectrum import SpectrumMeter
from release.pipeline.step import RunContext, Stage, StageResult
from release.stages.cut_audio import cut_length, words_to_float
from release.stages.finish import PCM_FILE, pcm_dtype
from release.stages.scratch import ScratchAudio

MOST_FRAMES = 64


def run_tone(ctx: RunContext) -> StageResult:
    """Look at one cut track."""
    params = ctx.params
    meter = SpectrumMeter(params["rate_hz"], 2)
    length = cut_length(params["parts"])
    starts = frame_starts(length, meter.size)
    for n, start in enumerate(starts):
        ctx.check_cancelled()
        frame = words_to_float(
            _stretch(ctx, start, min(start + meter.size, length)), params["bit_depth"], params["is_float"]
        )
        meter.process(frame) if length < meter.size else meter.add(frame)
        ctx.progress((n + 1) / len(starts))
    result = meter.finish()
    fact: dict[str, Any] = {"levels_db": None, "width_db": None, "octave_widths_db": None}
    if result is not None:
        fact = {
            "levels_db": [round(v, 3) for v in result.levels_db],
            "width_db": None if result.width_db is None else round(result.width_db, 3),
            "octave_widths_db": [None if v is None else round(v, 2) for v in result.octave_widths_db],
        }
    return StageResult(fact=fact)


def frame_starts(length: int, size: int) -> list[int]:
    """Where frames begin: half overlapped while they are few, at even distances from the first sample to the last."""
    if length <= size:
        return [0]
    count = min(MOST_FRAMES, -(-(length - size) // (size // 2)) + 1)
    return [round(n * (length - size) / (count - 1)) for n in range(count)]


def _stretch(ctx: RunContext, start: int, end: int) -> NDArray[Any]:
    """Words ``[start, end)`` of the track."""
    dtype = pcm_dtype(ctx.params["bit_depth"], ctx.params["is_float"])
    parts: Sequence[Sequence[Any]] = ctx.params["parts"]
    found: list[NDArray[Any]] = []
    at = 0
    for role, first, last in parts:
        low, high = max(start, at), min(end, at + last - first)
        if low < high:
            audio = ScratchAudio(ctx.file(role, PCM_FILE), dtype, 2, last)
            found += audio.blocks(first + low - at, first + high - at, block=high - low)
        at += last - first
    return np.concatenate(found) if found else np.zeros((0, 2), dtype)


TONE = Stage("tone", 1, run_tone, "fact", libraries=("numpy",), weight=0.0003)
