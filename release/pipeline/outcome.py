"""What a run leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from release.pipeline.reason import Reason
from release.pipeline.step import StoredFile


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one step.

    Attributes:
        ran: whether its function ran in this build.
        reasons: why it ran; empty when it was stored.
        key: its key; empty where nobody asked for it.
        seconds: wall time of its run.
    """

    ran: bool
    reasons: tuple[Reason, ...]
    key: str
    seconds: float


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run leaves.

    Attributes:
        facts: fact of every step whose result was needed.
        files: step id to the files of every ``file`` step that was a goal; read again and intact.
        outcomes: by step id, in the order of the plan.
    """

    facts: Mapping[str, Any]
    files: Mapping[str, Mapping[str, StoredFile]]
    outcomes: Mapping[str, Outcome]

    @property
    def ran(self) -> tuple[str, ...]:
        """Steps that ran."""
        return tuple(step_id for step_id, outcome in self.outcomes.items() if outcome.ran)
