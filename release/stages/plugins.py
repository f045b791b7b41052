"""Stage *plugin*: what a plug-in says of itself, asked before anything is rendered through it; and plug-ins in chains."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

from release.dsp.plugin import BLOCK
from release.errors import RenderError
from release.model.programme import Clip, ProcessStep
from release.pipeline.step import RunContext, Stage, StageResult
from release.tools.plugin_host import PluginHost, PluginSpec, bundle_digest

FILES = ("path", "state", "preset")
"""Parameters of ``vst3`` that lead to files; in a plan their digests stand there, and the context holds the files."""


def run_plugin(ctx: RunContext) -> StageResult:
    """Load a plug-in as a step will, at the same rate and channels."""
    params = ctx.params
    step = _located(ProcessStep("vst3", tuple(sorted(params["step"].items()))), ctx.context)
    values = {name: str(value) for name, value in step.parameters}
    written = json.loads(values["parameters"]) if values["parameters"] else {}
    path, state, preset = (values[name] for name in FILES)
    spec = PluginSpec(path, values["plugin"], preset, state, written, params["rate_hz"], params["channels"], BLOCK)
    host = PluginHost(spec)
    host.close()
    digests = {
        "sha256": params["step"]["path"],
        "state_sha256": params["step"]["state"] or None,
        "preset_sha256": params["step"]["preset"] or None,
    }
    return StageResult(fact={"about": {**asdict(host.about), **digests}})


def with_plugins(chain: tuple[ProcessStep, ...], ctx: RunContext) -> tuple[ProcessStep, ...]:
    """The chain with the files of its plug-ins in place of their digests.

    Raises:
        RenderError: a file is not any more what it was when the build began.
    """
    files = ctx.context.get("plugins", {})
    return tuple(_located(step, files) if step.kind == "vst3" else step for step in chain)


def with_plugins_in(clip: Clip, ctx: RunContext) -> Clip:
    """The clip with such a chain."""
    return replace(clip, chain=with_plugins(clip.chain, ctx)) if clip.chain else clip


def _located(step: ProcessStep, files: Mapping[str, Path]) -> ProcessStep:
    values = dict(step.parameters)
    digest = values["path"]
    for name in FILES:
        if not values[name]:
            continue
        path, wanted = files[str(values[name])], str(values[name])
        if bundle_digest(path) != wanted:
            raise RenderError("the file has changed since the build began", where=str(path), remedy="build again")
        values[name] = str(path)
    return replace(step, parameters=tuple(sorted({**values, "digest": digest}.items())))


PLUGIN = Stage("plugin", 1, run_plugin, "fact", libraries=("pedalboard", "numpy"), weight=0.002)
