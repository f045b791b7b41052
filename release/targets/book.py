"""The plan as it grows: steps in order, equal work only once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from release.model.plugin import PluginFile
from release.model.project import ResolvedProject
from release.model.source import SourceInfo
from release.pipeline.step import Input, SourceRef, Stage, Step, StepRef, Value
from release.stages.source import SOURCE


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """One deliverable of the plan.

    Attributes:
        path: relative to the build folder.
        step_id: the file step that leaves it.
        name: of the file in that step.
        measure: step whose fact holds its PCM digest, loudness and curves; None for papers.
        proofs: fact steps that read it back.
        units: (unit index, None) for a whole unit's file.
    """

    path: str
    step_id: str
    name: str
    role: str
    format: str
    set: str | None = None
    track: str | None = None
    unit: int | None = None
    measure: str | None = None
    proofs: tuple[str, ...] = ()
    sample_rate_hz: int | None = None
    bit_depth: int | None = None
    channels: int | None = None
    is_lossy: bool = False


@dataclass(slots=True)
class Book:
    """Collects the steps of all targets.

    Shared work is found by equality: a step with the stage, parameters and inputs of an earlier one is that one.
    """

    project: ResolvedProject
    paths: Mapping[str, Path]
    jobs: int
    plugin_files: Mapping[str, PluginFile] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    _ids: dict[str, str] = field(default_factory=dict)

    def add(
        self,
        step_id: str,
        stage: Stage,
        params: Mapping[str, Any],
        inputs: Mapping[str, Input],
        *,
        context: Any = None,
        title: str = "",
        cost: float = 1.0,
        numbered: bool = False,
    ) -> str:
        """Add a step, or find the one that does the same.

        With ``numbered``, other work under an id that is taken gets a number behind it: for steps that are called after
        what they read, of which a plan may hold several with other settings.

        Returns:
            The id under which the work stands in the plan.
        """
        identity = json.dumps(
            [stage.name, stage.version, params, {role: _input_identity(i) for role, i in inputs.items()}],
            sort_keys=True,
        )
        if identity in self._ids:
            return self._ids[identity]
        if numbered:
            step_id = self._free(step_id)
        self._ids[identity] = step_id
        self.steps.append(Step(step_id, stage, dict(params), dict(inputs), context=context, title=title, cost=cost))
        return step_id

    def _free(self, step_id: str) -> str:
        taken, name, number = set(self._ids.values()), step_id, 1
        while name in taken:
            number += 1
            name = f"{step_id}-{number}"
        return name

    def source(self, source_id: str) -> str:
        """The step that reads all of a source."""
        info = self.info(source_id)
        path = self.paths[source_id]
        return self.add(
            f"source/{source_id}",
            SOURCE,
            {},
            {"file": SourceRef(path)},
            context={"path": path, "info": info},
            title=f"read all of {source_id}",
            cost=info.duration_s * info.sample_rate_hz / 44_100,
        )

    def info(self, source_id: str) -> SourceInfo:
        """Header facts of a source."""
        return self.project.sources[source_id]


def _input_identity(value: Input) -> Any:
    if isinstance(value, StepRef):
        return ["step", value.step_id, value.part, value.files]
    if isinstance(value, SourceRef):
        return ["source", str(value.path)]
    assert isinstance(value, Value)
    return ["value", value.value]
