"""When a scratch file can go: the rule, apart from the loop that applies it."""

from __future__ import annotations

from collections.abc import Mapping

from release.pipeline.graph import Graph
from release.pipeline.node import Node


def must_keep_inputs(node: Node, nodes: Mapping[str, Node], graph: Graph, *, of_stream: bool = False) -> bool:
    """Whether a step may still read the files of its inputs.

    Args:
        node: the step.
        nodes: all steps.
        graph: who reads what.
        of_stream: ask instead whether anybody may still read the files of this stream itself.
    """
    if node.is_busy:
        return True
    if not node.is_stream:
        return node.entry is None or node.is_damaged
    if node.is_released:
        return False
    if node.scratch is not None and not of_stream:
        return False
    consumers = graph.consumers[node.step.id]
    if node.entry is None:
        # Its fact is not known: whoever has not settled may still ask for it, and then it runs.
        return any(must_keep_inputs(nodes[c.step_id], nodes, graph) for c in consumers)
    return any(c.ref.files and must_keep_inputs(nodes[c.step_id], nodes, graph) for c in consumers)
