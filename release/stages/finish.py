"""Stage *finish*: gain, limiter, dither and word length for one island of one target.

Leaves the delivered PCM as scratch, and beside it the float samples from before dither where a lossy encoder wants them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from release.audio.pcm import packed
from release.dsp.quantise import Quantiser
from release.pipeline.step import RunContext, Stage, StageResult
from release.stages.render import AUDIO_FILE, scratch_of
from release.stages.scratch import ScratchAudio, ScratchWriter
from release.units import db_to_linear

if TYPE_CHECKING:
    from release.dsp.limiter import Limiter

Audio = NDArray[np.float64]
PCM_FILE = "pcm.raw"
FLOAT_FILE = "float.raw"
_NONE = np.empty(0, dtype=np.int64)


def pcm_dtype(bit_depth: int, is_float: bool) -> str:
    """Sample type of PCM scratch: 24 bits lie right-justified in 32."""
    return "<f4" if is_float else "<i2" if bit_depth == 16 else "<i4"


def run_finish(ctx: RunContext) -> StageResult:
    """Finish one segment."""
    params, level = ctx.params, ctx.fact("level")
    audio = scratch_of(ctx, "render", params["dtype"], ctx.fact("render")["n_samples"])
    limiter = make_limiter(level["limiter"], params["rate_hz"])
    stream = limited(gained(audio.blocks(), params["regions"], level["gains_db"]), limiter)
    float_writer = ScratchWriter(ctx.work_dir / FLOAT_FILE, "<f4") if params["float_copy"] else None
    dither = _dither(ctx, audio, level)
    quantiser = _quantiser(ctx, dither)
    exact = untouched_stretches(params["exact"], params["regions"], level)
    clips = CutClips(params["cuts"], params["bit_depth"])
    hashes = CutHashes(
        params["cuts"], params["bit_depth"], is_float=params["is_float"], with_float=float_writer is not None
    )
    with ScratchWriter(ctx.work_dir / PCM_FILE, pcm_dtype(params["bit_depth"], params["is_float"])) as pcm:
        for block in stream:
            ctx.check_cancelled()
            words = as_words(block if quantiser is None else quantiser.process(block), pcm.dtype)
            if quantiser is not None:
                clips.update(block)
                words = with_exact(words, block, pcm.n_samples, exact, params["bit_depth"])
            # Lossy files are of the same audio as lossless ones: what is cut off there is cut off here.
            whole = np.clip(block, -1.0, 1.0) if clips.in_last_block else block
            floats = None if float_writer is None else as_words(whole, np.dtype("<f4"))
            hashes.update(words, floats)
            pcm.write(words)
            if float_writer is not None and floats is not None:
                float_writer.write(floats)
            ctx.progress(pcm.n_samples / max(audio.n_samples, 1))
        n_samples = pcm.n_samples
    files = {PCM_FILE: ctx.work_dir / PCM_FILE}
    if float_writer is not None:
        float_writer.__exit__(None, None, None)
        files[FLOAT_FILE] = ctx.work_dir / FLOAT_FILE
    fact: dict[str, Any] = {
        "n_samples": n_samples,
        "clipped": clips.by_cut(),
        "dither": dither,
        "cuts": hashes.digests(),
    }
    return StageResult(fact=fact, files=files)


def as_words(block: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    """The block in the type of its scratch file."""
    return np.ascontiguousarray(block, dtype=dtype)


def untouched_stretches(
    exact: Sequence[Sequence[int]], regions: Sequence[Sequence[int]], level: Mapping[str, Any]
) -> list[tuple[int, int]]:
    """Stretches whose words the plan found to fit, where no level gain and no limiter touches them either."""
    if level["limiter"] is not None:
        return []
    still = [region for region, gain in zip(regions, level["gains_db"], strict=True) if gain == 0.0]
    meets = [(max(a, start), min(b, end)) for a, b in exact for start, end in still]
    return [(a, b) for a, b in meets if a < b]


def with_exact(
    words: NDArray[Any], block: Audio, at: int, exact: Sequence[tuple[int, int]], bit_depth: int
) -> NDArray[Any]:
    """The words, with those of untouched stretches as they were: no dither is added to what did not get shorter."""
    stop, out = at + block.shape[0], words
    for start, end in exact:
        first, last = max(start, at) - at, min(end, stop) - at
        if first < last:
            out = words.copy() if out is words else out
            out[first:last] = block[first:last] * float(1 << (bit_depth - 1))
    return out


class CutHashes:
    """SHA-256 of what each track takes from the segment, so that only a track that really changed is encoded again.

    Words are hashed as a file holds them: that of a track in one part is the digest of its PCM.
    """

    def __init__(self, cuts: Sequence[Sequence[int]], bit_depth: int, *, is_float: bool, with_float: bool) -> None:
        self._cuts = [(start, end) for start, end in cuts]
        self._bit_depth, self._is_float = bit_depth, is_float
        self._pcm = [hashlib.sha256() for _ in cuts]
        self._float = [hashlib.sha256() for _ in cuts] if with_float else []
        self._at = 0

    def update(self, words: NDArray[Any], floats: NDArray[Any] | None) -> None:
        """Take the next block, as words and as the float samples before dither."""
        at, stop = self._at, self._at + words.shape[0]
        for i, (start, end) in enumerate(self._cuts):
            first, last = max(start, at), min(end, stop)
            if first < last:
                self._pcm[i].update(packed(words[first - at : last - at], self._bit_depth, self._is_float))
                if floats is not None:
                    self._float[i].update(floats[first - at : last - at].data)
        self._at = stop

    def digests(self) -> dict[str, Any]:
        """By number of the cut: digest of its words, and of its float samples where they are kept."""
        return {
            str(i): {"pcm": pcm.hexdigest(), **({"float": self._float[i].hexdigest()} if self._float else {})}
            for i, pcm in enumerate(self._pcm)
        }


class CutClips:
    """Counts what goes beyond full scale in each cut: samples in which any channel is more than one code over it."""

    def __init__(self, cuts: Sequence[Sequence[int]], bit_depth: int) -> None:
        self._cuts = [(start, end) for start, end in cuts]
        self._limit = 1.0 + 2.0 ** (1 - bit_depth)
        self._found: dict[str, list[int]] = {}
        self._at = 0
        self.in_last_block = False

    def update(self, block: Audio) -> None:
        """Take the next block, before it gets its word length."""
        self.in_last_block = max(block.max(initial=0.0), -block.min(initial=0.0)) > self._limit
        over = np.flatnonzero((np.abs(block) > self._limit).any(axis=1)) + self._at if self.in_last_block else _NONE
        for i, (start, end) in enumerate(self._cuts) if over.size else ():
            inside = over[(over >= start) & (over < end)]
            if inside.size:
                known = self._found.setdefault(str(i), [0, int(inside[0]) - start])
                known[0] += int(inside.size)
        self._at += block.shape[0]

    def by_cut(self) -> dict[str, list[int]]:
        """By number of the cut: how many, and the first, in samples from the start of the cut."""
        return self._found


def gained(
    stream: Iterator[NDArray[Any]], regions: Sequence[Sequence[int]], gains_db: Sequence[float]
) -> Iterator[Audio]:
    """The stream with its level gains, each from the first sample of its region on; a gain of 0 dB changes nothing."""
    at = 0
    for raw in stream:
        block: Audio = raw.astype(np.float64, copy=False)
        stop = at + block.shape[0]
        copied = False
        for (start, end), gain in zip(regions, gains_db, strict=True):
            first, last = max(start, at), min(end, stop)
            if first >= last or gain == 0.0:
                continue
            if last - first == len(block):
                block = block * db_to_linear(gain)
                break
            if not copied:
                block, copied = block.copy(), True
            block[first - at : last - at] *= db_to_linear(gain)
        yield block
        at = stop


def limited(stream: Iterator[Audio], limiter: Limiter | None) -> Iterator[Audio]:
    """The stream through the limiter, aligned with its input."""
    if limiter is None:
        yield from stream
        return
    for block in stream:
        out = limiter.process(block)
        if out.shape[0]:
            yield out
    out = limiter.flush()
    if out.shape[0]:
        yield out


def make_limiter(settings: Mapping[str, Any] | None, rate_hz: int) -> Limiter | None:
    """The limiter of a level fact, or None."""
    if settings is None:
        return None
    from release.dsp.limiter import Limiter

    return Limiter(
        rate_hz,
        2,
        ceiling_dbtp=settings["ceiling_dbtp"],
        release_s=settings["release_s"],
        look_ahead_s=settings["look_ahead_s"],
        link=settings["link"],
    )


def _dither(ctx: RunContext, audio: ScratchAudio, level: Mapping[str, Any]) -> str:
    """The dither that this segment needs; none where words do not get shorter (manifest.md: "what isn't needed doesn't run")."""
    params = ctx.params
    if params["is_float"]:
        return "none"
    untouched = level["limiter"] is None and not any(level["gains_db"]) and params["may_be_exact"]
    fits = untouched and _is_on_grid(ctx, audio, params["bit_depth"])
    return "none" if fits else str(params["dither"]["type"])


def _quantiser(ctx: RunContext, dither: str) -> Quantiser | None:
    params = ctx.params
    if params["is_float"]:
        return None
    # The noise is a hash of the island's content and place; names and ids do not enter.
    seed = hashlib.sha256(f"dither {ctx.key}".encode()).digest()
    return Quantiser(
        params["bit_depth"],
        dither=dither,
        curve=params["dither"]["curve"],
        silence=params["dither"]["silence"],
        seed=seed,
        channels=2,
    )


def _is_on_grid(ctx: RunContext, audio: ScratchAudio, bit_depth: int) -> bool:
    scale = float(1 << (bit_depth - 1))
    for block in audio.blocks():
        ctx.check_cancelled()
        words = block.astype(np.float64, copy=False) * scale
        if not np.array_equal(words, np.rint(words)):
            return False
    return True


FINISH = Stage("finish", 4, run_finish, "stream", libraries=("numpy", "numba"), weight=0.004)
__all__ = [
    "AUDIO_FILE",
    "FINISH",
    "FLOAT_FILE",
    "PCM_FILE",
    "gained",
    "limited",
    "make_limiter",
    "pcm_dtype",
    "run_finish",
]
