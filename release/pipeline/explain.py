"""One step in full: what it is made from, what reads it, whether it runs and why."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from release.errors import UsageError
from release.pipeline.plan import Action, PlannedStep
from release.pipeline.reason import describe_input
from release.pipeline.step import SourceRef, StepRef

_ACTIONS: dict[Action, str] = {
    "run": "will run",
    "maybe": "may run",
    "stored": "is stored and will not run",
    "rest": "is not needed this time",
}


def find_step(plan: Sequence[PlannedStep], step_id: str) -> PlannedStep:
    """The planned step of an id.

    Raises:
        UsageError: when there is none; names the nearest.
    """
    for planned in plan:
        if planned.step.id == step_id:
            return planned
    near = difflib.get_close_matches(step_id, [p.step.id for p in plan], n=3, cutoff=0.4)
    remedy = f"Did you mean {', '.join(near)}?" if near else "`release plan` lists all steps."
    raise UsageError(f"there is no step {step_id}", remedy=remedy)


def explain_to_json(planned: PlannedStep) -> dict[str, Any]:
    """Everything that is known of a step, for ``--json``."""
    step = planned.step
    return {
        "id": step.id,
        "title": step.title or step.id,
        "reason": step.reason,
        "stage": {"name": step.stage.name, "version": step.stage.version, "kind": step.stage.kind},
        "action": planned.action,
        "reasons": [r.to_json() for r in planned.reasons],
        "key": planned.key,
        "params": planned.parts.params if planned.parts is not None else dict(step.params),
        "inputs": {role: _input_json(planned, role) for role in step.inputs},
        "libraries": dict(planned.parts.libraries) if planned.parts is not None else {},
        "read_by": list(planned.consumers),
    }


def explain_text(planned: PlannedStep) -> list[str]:
    """The same as lines for people."""
    data = explain_to_json(planned)
    stage = data["stage"]
    lines = [step_heading(planned), "", f"{data['title']}." if data["title"] != data["id"] else ""]
    lines += [data["reason"], *(f"because   {reason}" for reason in planned.reasons)]
    lines = [line for n, line in enumerate(lines) if line or n == 1]
    lines += ["", f"stage     {stage['name']}, version {stage['version']} ({stage['kind']})"]
    lines += _block("params", list(_flat("", data["params"])))
    lines += _block("inputs", [f"{role}: {found['what']}" for role, found in data["inputs"].items()])
    lines += _block("libraries", [f"{name} {version}" for name, version in data["libraries"].items()])
    lines += _block("read by", data["read_by"])
    return [*lines, f"key       {planned.key or 'not known before the steps it depends on have run'}"]


def step_heading(planned: PlannedStep) -> str:
    """Id and action in one line."""
    return f"{planned.step.id}: {_ACTIONS[planned.action]}"


def _block(name: str, values: Sequence[str]) -> list[str]:
    return [f"{name if n == 0 else '':<9} {value}" for n, value in enumerate(values)]


def _flat(path: str, value: Any) -> Iterator[str]:
    """A value as lines ``a.b = c``; what is empty is left out."""
    if isinstance(value, Mapping):
        for name in sorted(value):
            yield from _flat(f"{path}.{name}" if path else name, value[name])
    elif value not in (None, "", []):
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        yield f"{path} = {text}"


def _input_json(planned: PlannedStep, role: str) -> dict[str, Any]:
    given = planned.step.inputs[role]
    digest = planned.parts.inputs.get(role) if planned.parts is not None else None
    match given:
        case SourceRef(path):
            kind, name = "source", path.name
        case StepRef(step_id):
            kind, name = "step", step_id
        case _:
            kind, name = "value", role
    return {"kind": kind, "name": name, "what": describe_input(planned.step, role), "digest": digest}
