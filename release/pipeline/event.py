"""What the engine tells while it runs. All events come from the thread that called it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

EventKind = Literal["phase", "start", "step", "finished", "stored", "tick", "done", "message"]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened.

    Attributes:
        kind: ``phase`` a new part of the work begins (``title``), ``start`` the steps begin to run, ``step`` a step starts, ``finished`` one ended,
            ``stored`` one is not needed again, ``tick`` nothing but time passed, ``done`` all steps are done, ``message`` a line for the log.
        step_id: the step, where there is one.
        title: what happens, for people.
        fraction: part of all work that is done, 0 to 1.
        n_ran: steps that ran so far.
        n_stored: steps whose result was stored.
        n_steps: steps in all.
        running: ids of the steps that run now.
    """

    kind: EventKind
    step_id: str = ""
    title: str = ""
    fraction: float = 0.0
    n_ran: int = 0
    n_stored: int = 0
    n_steps: int = 0
    running: tuple[str, ...] = ()
