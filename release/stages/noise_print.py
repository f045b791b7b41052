"""Stage *noise-print*: what ``denoise`` takes for noise, learned from a region of a source or from a whole file."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from release.dsp.repair.noise import SilentPrintError, noise_powers
from release.errors import RenderError
from release.model.programme import Clip, ProcessStep
from release.pipeline.step import RunContext, Stage, StageResult
from release.stages.clip_audio import Puller, SourceSound
from release.stages.clip_json import chain_from_json
from release.units import convert_position

LONGEST_S = 30
"""More of a noise says nothing new of it."""


def run_noise_print(ctx: RunContext) -> StageResult:
    """Learn a print at the programme's rate, after the track's gain and the repairs before ``denoise``."""
    params, source = ctx.params, ctx.context["source"]
    rate_hz = params["rate_hz"]
    whole = convert_position(source.info.n_samples, source.info.sample_rate_hz, rate_hz)
    start = round(params["start_s"] * rate_hz)
    end = min(round(params["end_s"] * rate_hz) if params["end_s"] else whole, whole, start + LONGEST_S * rate_hz)
    sound = SourceSound(
        source.path, source.info, rate_hz, gain_db=params["gain_db"], chain=chain_from_json(params["before"])
    )
    noise = Puller(sound.blocks(start)).read(max(end - start, 0))
    try:
        powers = noise_powers(noise, rate_hz)
    except SilentPrintError as exc:
        raise RenderError(
            f"denoise cannot learn from {ctx.context['name']}: {exc}",
            where=ctx.step_id,
            remedy="name a region or a file with nothing but the noise",
        ) from exc
    return StageResult(fact={"powers": [float(f"{v:.6e}") for v in np.asarray(powers).ravel()]})


def with_noise_prints(clip: Clip, ctx: RunContext) -> Clip:
    """The clip with measured prints in place of the roles that stand for them."""
    if not any(step.kind == "denoise" for step in clip.chain):
        return clip
    return replace(clip, chain=tuple(_with_print(step, ctx) for step in clip.chain))


def _with_print(step: ProcessStep, ctx: RunContext) -> ProcessStep:
    if step.kind != "denoise":
        return step
    values = dict(step.parameters)
    powers = tuple(ctx.fact(str(values.pop("print"))))
    return replace(step, parameters=tuple(sorted({**values, "powers": powers}.items())))


NOISE_PRINT = Stage(
    "noise-print", 2, run_noise_print, "fact", libraries=("numpy", "soxr", "numba", "soundfile", "av"), weight=0.003
)
