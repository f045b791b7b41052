"""What a step is handed, why it runs, and which of several failures is told: questions that change nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from release.errors import ReleaseError
from release.pipeline.graph import Graph
from release.pipeline.keys import KeyParts
from release.pipeline.node import Node, ref_fact
from release.pipeline.reason import Reason, compare
from release.pipeline.step import SourceRef, StoredFile, Value

_LAST = 1000
"""Rank of a failure without an exit code of its own: after all others."""


def gather_inputs(node: Node, nodes: Mapping[str, Node]) -> tuple[dict[str, Any], dict[str, Mapping[str, StoredFile]]]:
    """Facts and files of a step's inputs by role; all of them must be there."""
    facts: dict[str, Any] = {}
    files: dict[str, Mapping[str, StoredFile]] = {}
    for role, given in node.step.inputs.items():
        if isinstance(given, Value):
            facts[role] = given.value
        elif isinstance(given, SourceRef):
            digest = "" if node.parts is None else node.parts.inputs[role]
            files[role] = {given.path.name: StoredFile(given.path, digest, "", 0)}
        else:
            other = nodes[given.step_id]
            facts[role] = ref_fact(other, given)
            if given.files and other.entry is not None:
                files[role] = other.scratch if other.scratch is not None else other.entry.files
    return facts, files


def run_reasons(
    node: Node, nodes: Mapping[str, Node], graph: Graph, before: Mapping[str, KeyParts]
) -> tuple[Reason, ...]:
    """Why a step that is about to run does."""
    if node.is_damaged:
        return (Reason("damaged"),)
    if node.entry is not None:
        readers = (c.step_id for c in graph.consumers[node.step.id] if c.ref.files)
        asking = next((r for r in readers if nodes[r].must_run), None)
        return (Reason("consumer", asking),) if asking is not None else ()
    return () if node.parts is None else compare(node.step, before.get(node.step.id), node.parts)


def first_cause(failures: Sequence[tuple[int, BaseException]]) -> BaseException:
    """Of several failures the earliest in the order manifest, source, program, render, verification; then of the plan."""

    def rank(failure: tuple[int, BaseException]) -> tuple[int, int]:
        index, error = failure
        return (int(error.exit_code) if isinstance(error, ReleaseError) else _LAST, index)

    return min(failures, key=rank)[1]
