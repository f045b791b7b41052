"""The steps as a graph: order, consumers, what the goals need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from release.errors import InternalError
from release.pipeline.step import Step, StepRef


@dataclass(frozen=True, slots=True)
class Consumer:
    """A step that reads another one, and how."""

    step_id: str
    ref: StepRef


@dataclass(frozen=True, slots=True)
class Graph:
    """Steps that the goals need, inputs before consumers.

    Attributes:
        steps: by id, in an order in which inputs come first.
        consumers: step id to those that read it.
        goals: what was asked for.
        path_weight: step id to the work on the longest way from its start to a goal; the scheduler's priority.
    """

    steps: Mapping[str, Step]
    consumers: Mapping[str, tuple[Consumer, ...]]
    goals: tuple[str, ...]
    path_weight: Mapping[str, float]


def step_refs(step: Step) -> Iterable[StepRef]:
    """The references to other steps among a step's inputs."""
    return (ref for ref in step.inputs.values() if isinstance(ref, StepRef))


def make_graph(steps: Sequence[Step], goals: Iterable[str]) -> Graph:
    """Check the steps and keep those that the goals need.

    Raises:
        InternalError: for a duplicate id, an unknown reference or goal, or a cycle: faults of the planner.
    """
    by_id: dict[str, Step] = {}
    for step in steps:
        if step.id in by_id:
            raise InternalError(f"two steps are called {step.id}")
        by_id[step.id] = step
    for step in steps:
        for ref in step_refs(step):
            if ref.step_id not in by_id:
                raise InternalError(f"step {step.id} reads {ref.step_id}, which does not exist")
    goals = tuple(dict.fromkeys(goals))
    for goal in goals:
        if goal not in by_id:
            raise InternalError(f"the goal {goal} is no step")
    order = _topological(by_id)
    needed = _needed(by_id, goals)
    kept = {step_id: by_id[step_id] for step_id in order if step_id in needed}
    consumers: dict[str, list[Consumer]] = {step_id: [] for step_id in kept}
    for step in kept.values():
        for ref in step_refs(step):
            consumers[ref.step_id].append(Consumer(step.id, ref))
    frozen = {step_id: tuple(found) for step_id, found in consumers.items()}
    return Graph(kept, frozen, goals, _path_weights(kept, frozen))


def _topological(by_id: Mapping[str, Step]) -> tuple[str, ...]:
    sorter = TopologicalSorter({s.id: [ref.step_id for ref in step_refs(s)] for s in by_id.values()})
    position = {step_id: n for n, step_id in enumerate(by_id)}
    order: list[str] = []
    try:
        sorter.prepare()
    except CycleError as exc:
        raise InternalError(f"the steps wait for each other: {' > '.join(exc.args[1])}") from exc
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=position.__getitem__)
        order += ready
        sorter.done(*ready)
    return tuple(order)


def _needed(by_id: Mapping[str, Step], goals: Iterable[str]) -> set[str]:
    needed: set[str] = set()
    waiting = list(goals)
    while waiting:
        step_id = waiting.pop()
        if step_id not in needed:
            needed.add(step_id)
            waiting += [ref.step_id for ref in step_refs(by_id[step_id])]
    return needed


def _path_weights(kept: Mapping[str, Step], consumers: Mapping[str, tuple[Consumer, ...]]) -> dict[str, float]:
    weights: dict[str, float] = {}
    for step_id in reversed(tuple(kept)):
        after = max((weights[c.step_id] for c in consumers[step_id]), default=0.0)
        weights[step_id] = kept[step_id].weight + after
    return weights
