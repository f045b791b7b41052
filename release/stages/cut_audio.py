"""A track as it is cut: the parts that it takes from finished segments, read in order as one stream."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from release.audio.pcm import ints_to_floats
from release.pipeline.step import RunContext
from release.stages.finish import FLOAT_FILE, PCM_FILE, pcm_dtype
from release.stages.scratch import ScratchAudio


def cut_length(parts: Sequence[Sequence[Any]]) -> int:
    """Samples of a track whose parts are (role, start, end)."""
    return sum(end - start for _, start, end in parts)


def cut_words(ctx: RunContext) -> Iterator[NDArray[Any]]:
    """The delivered words of a track in the type of their scratch file."""
    dtype = pcm_dtype(ctx.params["bit_depth"], ctx.params["is_float"])
    yield from _blocks(ctx, PCM_FILE, dtype)


def cut_integers(ctx: RunContext) -> Iterator[NDArray[np.int32]]:
    """The delivered words of a track as right-justified int32."""
    for block in cut_words(ctx):
        yield block.astype(np.int32, copy=False)


def cut_floats(ctx: RunContext) -> Iterator[NDArray[np.float64]]:
    """A track from before dither, for lossy encoders."""
    for block in _blocks(ctx, FLOAT_FILE, "<f4"):
        yield block.astype(np.float64)


def words_to_float(block: NDArray[Any], bit_depth: int, is_float: bool) -> NDArray[np.float64]:
    """Delivered words at full scale ±1.0, exactly."""
    return block.astype(np.float64) if is_float else ints_to_floats(block, bit_depth)


def _blocks(ctx: RunContext, name: str, dtype: str) -> Iterator[NDArray[Any]]:
    for role, start, end in ctx.params["parts"]:
        audio = ScratchAudio(ctx.file(role, name), dtype, 2, end)
        for block in audio.blocks(start, end):
            ctx.check_cancelled()
            yield block
