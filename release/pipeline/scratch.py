"""Scratch files: when they can go, and their going."""

from __future__ import annotations

from collections.abc import Mapping

from release.pipeline.cache import remove_tree
from release.pipeline.graph import Graph, step_refs
from release.pipeline.node import Node
from release.pipeline.spare import keep_spare


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


class ScratchKeeper:
    """Removes the files of streams as soon as no step can ask for them any more."""

    def __init__(self, nodes: Mapping[str, Node], graph: Graph) -> None:
        self._nodes, self._graph = nodes, graph

    def release_inputs(self, node: Node) -> None:
        """A step is settled: what it read may go, if it was the last reader."""
        for ref in step_refs(node.step):
            self.release(self._nodes[ref.step_id])

    def release(self, node: Node) -> None:
        """Let a stream go if nobody can ask for it, and with it what it was made from."""
        if not node.is_stream or node.is_busy or node.is_released:
            return
        if must_keep_inputs(node, self._nodes, self._graph, of_stream=True):
            return
        node.is_released = True
        remove_scratch(node)
        self.release_inputs(node)


def remove_scratch(node: Node) -> None:
    """Take the files of a stream away, to be written over by the next one."""
    if node.scratch_dir is not None:
        keep_spare(node.scratch_dir)
        remove_tree(node.scratch_dir)
    node.scratch, node.scratch_dir = None, None
