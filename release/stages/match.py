"""Stages *spectrum* and *match*: the tone of a stretch of a source, and the gains that bring it near another."""

from __future__ import annotations

from dataclasses import replace

from release.audio.reader import open_reader
from release.dsp.tone_match import ToneMeter, match_gains
from release.errors import RenderError
from release.model.programme import Clip
from release.pipeline.step import RunContext, Stage, StageResult
from release.stages.scratch import BLOCK_SAMPLES


def run_spectrum(ctx: RunContext) -> StageResult:
    """Measure the third octaves of a stretch, counted in samples of the source."""
    source = ctx.context["source"]
    start, end = ctx.params["start"], ctx.params["end"]
    with open_reader(source.path, source.info) as reader:
        end = min(end, reader.n_samples)
        meter = ToneMeter(reader.rate_hz, reader.channels)
        for at in range(start, end, BLOCK_SAMPLES):
            ctx.progress((at - start) / max(end - start, 1))
            meter.process(reader.read(at, min(BLOCK_SAMPLES, end - at)))
    return StageResult(fact={"levels_db": meter.finish()})


def run_match(ctx: RunContext) -> StageResult:
    """Turn measured spectra into gains."""
    own = ctx.fact("own")
    others = [ctx.fact(role) for role in ctx.roles if role != "own"]
    if own is None or not any(others):
        silent = "the track" if own is None else "the reference"
        raise RenderError(
            f"match_eq has nothing to compare: {silent} is silent (nothing reaches -60 dBFS)",
            where=ctx.step_id,
            remedy="leave match_eq out there" + ("" if own is None else ", or name another reference"),
        )
    gains = match_gains(own, [levels for levels in others if levels], ctx.params["amount"], ctx.params["limit"])
    return StageResult(fact={"gains_db": gains})


def with_measured_gains(clip: Clip, ctx: RunContext) -> Clip:
    """The clip with the gains of its ``match_eq`` in place of the role that stands for them."""
    if not clip.chain or clip.chain[0].kind != "match_eq":
        return clip
    first = clip.chain[0]
    values = dict(first.parameters)
    role = str(values.pop("track"))
    values["gains"] = tuple(ctx.fact(role))
    return replace(clip, chain=(replace(first, parameters=tuple(sorted(values.items()))), *clip.chain[1:]))


SPECTRUM = Stage("spectrum", 1, run_spectrum, "fact", libraries=("numpy", "soundfile", "av"), weight=0.003)
MATCH = Stage("match", 1, run_match, "fact", libraries=("numpy",), weight=0.001)
