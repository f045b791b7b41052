"""Stage *render*: one island of a unit at a target's rate, before gain, with what the level solver must know of it.

Clips are decoded, converted, chained, faded and mixed; the target's own gain and chain follow; then one conversion to
the target's rate over continuous audio. The result is scratch; the measurements are stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from release.dsp.meter import Meter, MeterResult
from release.model.programme import Clip, ProcessStep
from release.model.source import SourceInfo
from release.pipeline.step import RunContext, Stage, StageResult
from release.stages.clip_audio import chained, converted, mixed, scaled
from release.stages.clip_json import chain_from_json, clip_from_json
from release.stages.match import with_measured_gains
from release.stages.noise_print import with_noise_prints
from release.stages.plugins import with_plugins, with_plugins_in
from release.stages.repair_log import CHAIN, RepairLog, is_repair
from release.stages.scratch import ScratchAudio, ScratchWriter
from release.units import db_to_linear

Audio = NDArray[np.float64]
AUDIO_FILE = "audio.raw"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """Where a source role's file is; reaches a step as context, never as key."""

    path: Path
    info: SourceInfo


@dataclass(frozen=True, slots=True)
class Piece:
    """The part of a track that sounds in one segment, in samples at the target's rate.

    ``lead`` and ``tail`` are samples of silence of the same track beside it: they are measured with it, so that the
    reading equals that of the whole file.
    """

    start: int
    end: int
    lead: int
    tail: int


def run_render(ctx: RunContext) -> StageResult:
    """Render one segment."""
    params = ctx.params
    clips, chain, log = _clips(ctx), with_plugins(chain_from_json(params["chain"]), ctx), RepairLog()
    stream = _timeline_stream(ctx, clips, log)
    if params["gain_db"]:
        stream = scaled(stream, db_to_linear(params["gain_db"]))
    stream = chained(stream, chain, params["programme_hz"], log.note(CHAIN, 0))
    if params["rate_hz"] != params["programme_hz"]:
        stream = converted(stream, params["programme_hz"], params["rate_hz"])
    pieces = [Piece(*p) for p in params["pieces"]]
    meters = PieceMeters(pieces, params["rate_hz"])
    with ScratchWriter(ctx.work_dir / AUDIO_FILE, params["dtype"]) as writer:
        for block in stream:
            ctx.check_cancelled()
            meters.process(block, writer.n_samples)
            writer.write(block)
            ctx.progress(writer.n_samples / max(params["n_samples"], 1))
        n_samples = writer.n_samples
    if n_samples != params["n_samples"]:
        raise AssertionError(f"segment has {n_samples} samples, planned were {params['n_samples']}")
    results = [r.to_json() for r in meters.finish()]
    told = _repairs(log, clips, chain)
    return StageResult(
        fact={"n_samples": n_samples, "pieces": results, **told}, files={AUDIO_FILE: ctx.work_dir / AUDIO_FILE}
    )


def run_sequence(ctx: RunContext) -> StageResult:
    """Render the main order (or a variant of it) through the sequence chain, at the programme's rate."""
    params = ctx.params
    clips, chain, log = _clips(ctx), with_plugins(chain_from_json(params["sequence_chain"]), ctx), RepairLog()
    stream = chained(_timeline_stream(ctx, clips, log), chain, params["programme_hz"], log.note(CHAIN, 0))
    with ScratchWriter(ctx.work_dir / AUDIO_FILE, "<f8") as writer:
        for block in stream:
            ctx.check_cancelled()
            writer.write(block)
            ctx.progress(writer.n_samples / max(params["length"], 1))
        n_samples = writer.n_samples
    told = _repairs(log, clips, chain)
    return StageResult(fact={"n_samples": n_samples, **told}, files={AUDIO_FILE: ctx.work_dir / AUDIO_FILE})


def scratch_of(ctx: RunContext, role: str, dtype: str, n_samples: int, name: str = AUDIO_FILE) -> ScratchAudio:
    """The scratch audio that an input step left."""
    return ScratchAudio(ctx.file(role, name), dtype, 2, n_samples)


def _clips(ctx: RunContext) -> tuple[Clip, ...]:
    """Clips with all that was measured for their chains."""
    read = map(clip_from_json, ctx.params["clips"])
    return tuple(with_plugins_in(with_noise_prints(with_measured_gains(c, ctx), ctx), ctx) for c in read)


def _repairs(log: RepairLog, clips: tuple[Clip, ...], chain: tuple[ProcessStep, ...]) -> dict[str, Any]:
    """What was repaired; nothing where no step keeps a log."""
    keeps = is_repair(chain) or any(is_repair(clip.chain) for clip in clips)
    return {"repairs": log.facts(clips, chain)} if keeps else {}


def _timeline_stream(ctx: RunContext, clips: tuple[Clip, ...], log: RepairLog) -> Iterator[Audio]:
    params = ctx.params
    files: Mapping[str, SourceFile] = ctx.context["sources"]
    runs = {role: scratch_of(ctx, role, "<f8", ctx.fact(role)["n_samples"]) for role in ctx.context.get("runs", ())}
    return mixed(
        clips,
        0,
        params["length"],
        params["programme_hz"],
        paths={role: f.path for role, f in files.items()},
        infos={role: f.info for role, f in files.items()},
        runs=runs,
        log=log,
    )


class PieceMeters:
    """Measures the pieces of tracks while a segment streams by."""

    def __init__(self, pieces: Sequence[Piece], rate_hz: int) -> None:
        self._pieces = list(pieces)
        self._rate_hz = rate_hz
        self._meters: list[Meter | None] = [None] * len(pieces)
        self._results: list[MeterResult | None] = [None] * len(pieces)

    def process(self, block: Audio, at: int) -> None:
        """Take the block that starts at sample ``at`` of the segment."""
        stop = at + block.shape[0]
        for i, piece in enumerate(self._pieces):
            first, last = max(piece.start, at), min(piece.end, stop)
            if first >= last:
                continue
            meter = self._meters[i]
            if meter is None:
                meter = self._meters[i] = Meter(self._rate_hz, 2)
                self._silence(meter, piece.lead)
            meter.process(np.ascontiguousarray(block[first - at : last - at], dtype=np.float64))
            if last == piece.end:
                self._silence(meter, piece.tail)
                self._results[i], self._meters[i] = meter.finish(), None

    def finish(self) -> list[MeterResult]:
        """The measurements, in the order of the pieces."""
        return [r if r is not None else Meter(self._rate_hz, 2).finish() for r in self._results]

    def _silence(self, meter: Meter, count: int) -> None:
        while count > 0:
            n = min(count, self._rate_hz)
            meter.process(np.zeros((n, 2)))
            count -= n


def fact_pieces(fact: Mapping[str, Any]) -> list[MeterResult]:
    """The measurements of a render fact."""
    return [MeterResult.from_json(p) for p in fact["pieces"]]


RENDER = Stage("render", 4, run_render, "stream", libraries=("numpy", "soxr", "numba", "soundfile", "av"), weight=0.005)
SEQUENCE = Stage(
    "sequence", 3, run_sequence, "stream", libraries=("numpy", "soxr", "numba", "soundfile", "av"), weight=0.005
)
