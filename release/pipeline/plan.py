"""What a run would do, found out without running anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from release.pipeline.cache import Cache
from release.pipeline.canonical import digest_json
from release.pipeline.graph import Graph, make_graph
from release.pipeline.keys import KeyParts, key_parts
from release.pipeline.node import Node, is_by_key, ref_digest
from release.pipeline.reason import Reason, compare
from release.pipeline.sources import SourceDigests
from release.pipeline.state import read_state
from release.pipeline.step import SourceRef, Step, StepRef, Value

Action = Literal["run", "maybe", "stored", "rest"]
"""``run`` it will run, ``maybe`` that depends on a step before it, ``stored`` its result is there, ``rest`` nobody needs it this time."""


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step as a run would treat it.

    Attributes:
        step: the step.
        action: what would happen.
        reasons: why it would run, or what the decision waits for.
        key: its key, or None while it is behind a step that has to run first.
        parts: components of the key, where known.
        before: components of the key of the last run, where there was one.
        consumers: steps that read it.
    """

    step: Step
    action: Action
    reasons: tuple[Reason, ...]
    key: str | None
    parts: KeyParts | None
    before: KeyParts | None
    consumers: tuple[str, ...]

    @property
    def is_stored(self) -> bool:
        """Whether its result is in the cache."""
        return self.action == "stored"


def preview(
    steps: Sequence[Step], goals: Iterable[str] | None, cache: Cache, state_file: Path | None = None
) -> list[PlannedStep]:
    """What a run would do with every step, in order.

    Sources are read where their digests are not remembered; stored files are not (a run reads them again before use).

    Args:
        steps: all steps.
        goals: ids of the steps that are wanted; None: those that no other step reads.
        cache: where results are kept.
        state_file: table of the last run.
    """
    if goals is None:
        read = {ref.step_id for s in steps for ref in s.inputs.values() if isinstance(ref, StepRef)}
        goals = [s.id for s in steps if s.id not in read]
    graph = make_graph(steps, goals)
    preview = _Preview(graph, cache, read_state(state_file) if state_file is not None else {})
    preview.find_keys()
    preview.find_actions()
    shown = [s.id for s in steps if s.id in graph.steps]
    return [preview.planned(step_id) for step_id in shown]


class _Preview:
    def __init__(self, graph: Graph, cache: Cache, before: Mapping[str, KeyParts]) -> None:
        self.graph, self.cache, self.before = graph, cache, before
        self.nodes = {s.id: Node(s, n) for n, s in enumerate(graph.steps.values())}
        self.sources = SourceDigests(cache.root / "sources")
        self.waits: dict[str, str] = {}
        self.actions: dict[str, Action] = {}

    def find_keys(self) -> None:
        """Inputs first: keys, and stored results where keys are known."""
        for node in self.nodes.values():
            digests: dict[str, str] = {}
            for role, given in node.step.inputs.items():
                digest = self._digest(given)
                if digest is None and isinstance(given, StepRef):
                    self.waits.setdefault(node.step.id, given.step_id)
                elif digest is not None:
                    digests[role] = digest
            if node.step.id not in self.waits:
                node.parts = key_parts(node.step, digests)
                node.key = node.parts.key
                node.entry = self.cache.lookup(node.key, touch=False)

    def _digest(self, given: StepRef | SourceRef | Value) -> str | None:
        match given:
            case Value(value):
                return digest_json(value)
            case SourceRef(path):
                return self.sources.digest(path)
        return ref_digest(self.nodes[given.step_id], given)

    def find_actions(self) -> None:
        """Consumers first: what runs because of itself, and the streams that run for a reader."""
        for step_id in reversed(tuple(self.graph.steps)):
            self.actions[step_id] = self._action(self.nodes[step_id])

    def _action(self, node: Node) -> Action:
        step_id = node.step.id
        readers = [self.actions[c.step_id] for c in self.graph.consumers[step_id] if c.ref.files]
        if node.is_stream:
            if "run" in readers:
                return "run"
            asked = step_id in self.graph.goals or any(
                not is_by_key(node, c.ref) for c in self.graph.consumers[step_id]
            )
            if "maybe" in readers and (node.entry is not None or not asked):
                return "maybe"
            if node.entry is None and not asked:
                return "rest"
        if node.entry is not None:
            return "stored"
        if node.key or step_id not in self.before:
            return "run"
        return "maybe"

    def planned(self, step_id: str) -> PlannedStep:
        """The step with its action and the reasons for it."""
        node, action = self.nodes[step_id], self.actions[step_id]
        reasons: tuple[Reason, ...] = ()
        if action in ("run", "maybe"):
            reasons = self._reasons(node)
        consumers = tuple(c.step_id for c in self.graph.consumers[step_id])
        key = node.key or None
        return PlannedStep(node.step, action, reasons, key, node.parts, self.before.get(step_id), consumers)

    def _reasons(self, node: Node) -> tuple[Reason, ...]:
        step_id = node.step.id
        if node.entry is not None:
            reading = [c.step_id for c in self.graph.consumers[step_id] if c.ref.files]
            found = [r for r in reading if self.actions[r] == self.actions[step_id]]
            return (Reason("consumer", found[0]),) if found else ()
        if step_id in self.waits:
            return (Reason("depends", self.waits[step_id]) if step_id in self.before else Reason("first-run"),)
        if node.parts is None:
            return ()
        return compare(node.step, self.before.get(step_id), node.parts)


def plan_to_json(plan: Sequence[PlannedStep]) -> list[dict[str, Any]]:
    """The plan for ``--json``."""
    return [
        {
            "id": p.step.id,
            "stage": p.step.stage.name,
            "kind": p.step.stage.kind,
            "title": p.step.title or p.step.id,
            "action": p.action,
            "reasons": [r.to_json() for r in p.reasons],
            "key": p.key,
        }
        for p in plan
    ]
