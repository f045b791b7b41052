"""How far a run is, and who is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from release.pipeline.event import Event, EventKind
from release.pipeline.node import Node
from release.pipeline.step import Step


class Tally:
    """Counts steps and work, and makes events of them. Workers only set fractions; the rest is the calling thread's."""

    def __init__(self, nodes: Mapping[str, Node], on_event: Callable[[Event], None] | None) -> None:
        self._nodes, self._on_event = nodes, on_event
        self._fractions: dict[str, float] = {}
        self._counts = (0, 0, 0.0)

    def reporter(self, step_id: str) -> Callable[[float], None]:
        """What a stage calls with the part of its work that is done."""

        def report(fraction: float) -> None:
            self._fractions[step_id] = min(max(fraction, 0.0), 1.0)

        return report

    def tell(self, kind: EventKind, step: Step | None = None, running: Iterable[str] = ()) -> None:
        """Send an event with the present counts."""
        if self._on_event is None:
            return
        if kind != "stored":  # many at once, and nothing moves with them
            self._count()
        step_id, title = (step.id, step.title or step.id) if step is not None else ("", "")
        n_ran, n_stored, fraction = self._counts
        self._on_event(Event(kind, step_id, title, fraction, n_ran, n_stored, len(self._nodes), tuple(running)))

    def _count(self) -> None:
        """Count steps and work done; work that turned out not to be needed leaves the total."""
        total = done = 0.0
        n_ran = n_stored = 0
        for node in self._nodes.values():
            n_ran += node.has_run
            if node.has_run or node.is_busy or not _is_settled(node):
                share = self._fractions.get(node.step.id, 0.0) if node.is_busy else float(node.has_run)
                total += node.step.weight
                done += node.step.weight * share
            else:
                n_stored += 1
        self._counts = (n_ran, n_stored, min(done / total, 1.0) if total > 0 else 1.0)


def _is_settled(node: Node) -> bool:
    return node.is_released or (node.entry is not None and not node.must_run and not node.is_busy)
