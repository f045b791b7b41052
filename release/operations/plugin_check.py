"""Trusted plug-ins opened before anything is rendered: what a step writes of them, held against what they are."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from release.dsp.plugin import BLOCK
from release.errors import ManifestError, RenderError
from release.manifest.fields import did_you_mean
from release.manifest.load import LoadedManifest
from release.manifest.problems import Fault
from release.manifest.process import Step
from release.manifest.resolving.chains import chains
from release.model.plugin import PluginFile
from release.operations.project import OpenProject, PlannedProject
from release.pipeline.cache import Cache
from release.pipeline.event import Event
from release.pipeline.run import run_plan
from release.stages.plugins import PLUGIN
from release.tools.plugin_host import PluginHost, PluginSpec, UnfitPlugin

Place = tuple[str | int, ...]


def check_plugins(opened: OpenProject, trusted: Iterable[str]) -> None:
    """Open plug-ins as the steps of a project would, each once in a process of its own.

    Args:
        opened: the project.
        trusted: those that may be loaded, as they are written; of the others nothing is loaded.

    Raises:
        ManifestError: with everything that a plug-in does not take, at its place in the manifest.
    """
    wanted = set(trusted)
    steps = [(step, place) for step, place in _steps(opened.manifest) if str(step.parameters["path"]) in wanted]
    specs = [_spec(step, opened.plugin_files, opened.project.programme.rate_hz) for step, _ in steps]
    different = {repr(spec): spec for spec in specs}
    with ThreadPoolExecutor(max_workers=2) as pool:
        refusals = dict(zip(different, pool.map(_refusal, different.values()), strict=True))
    faults: list[Fault] = []
    for spec, (step, place) in zip(specs, steps, strict=True):
        refusal = refusals[repr(spec)]
        if refusal is not None:
            faults += _faults(refusal, step, place)
    if faults:
        found = opened.manifest.places.problems(faults)
        problems = [problem for _, problem in sorted(found, key=lambda item: item[0])]
        raise ManifestError("plug-ins that cannot be used as they are written", problems=problems)


def ask_plugins(
    planned: PlannedProject, cache: Cache, scratch: Path, on_event: Callable[[Event], None] | None = None
) -> None:
    """Ask the plug-ins of a plan what they are, before all else; what is stored of them is not asked again.

    Raises:
        ManifestError: with everything that a plug-in does not take, at its place in the manifest.
    """
    goals = [step.id for step in planned.book.steps if step.stage is PLUGIN]
    if not goals:
        return
    try:
        run_plan(planned.book.steps, goals, cache=cache, scratch_dir=scratch, jobs=planned.book.jobs, on_event=on_event)
    except RenderError:
        check_plugins(planned.opened, planned.opened.plugin_files)
        raise


def _steps(manifest: LoadedManifest) -> Iterator[tuple[Step, Place]]:
    for chain, loc in chains(manifest.project):
        for number, step in enumerate(chain):
            if step.kind == "vst3":
                yield step, (*loc, number)


def _spec(step: Step, files: Mapping[str, PluginFile], rate_hz: int) -> PluginSpec:
    values = {key: str(value) for key, value in step.parameters.items()}
    path, state, preset = (str(files[values[key]].path) if values[key] else "" for key in ("path", "state", "preset"))
    written = json.loads(values["parameters"]) if values["parameters"] else {}
    channels = 2 if step.channels == "both" else 1
    return PluginSpec(path, values["plugin"], preset, state, written, rate_hz, channels, BLOCK)


def _refusal(spec: PluginSpec) -> RenderError | None:
    try:
        PluginHost(spec).close()
    except RenderError as exc:
        return exc
    return None


def _faults(refusal: RenderError, step: Step, place: Place) -> Iterator[Fault]:
    name = Path(str(step.parameters["path"])).stem
    if not isinstance(refusal, UnfitPlugin):
        for told in refusal.problems:
            remedy = told.remedy or "leave the step out"
            yield Fault((*place, "vst3", "path"), f"{name}: {told.problem}", remedy, "broken-plugin")
        return
    for fault in refusal.faults:
        keys = fault.place if fault.place in ((), ("channels",)) else ("vst3", *fault.place)
        written = fault.place[-1] if fault.place[:1] == ("parameters",) and "parameter" in fault.problem else ""
        guess = did_you_mean(written, fault.choices)
        remedy = fault.remedy or guess or "change the step, or name another plug-in"
        yield Fault((*place, *keys), f"{name}: {fault.problem}", remedy, "bad-plugin")
