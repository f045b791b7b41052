"""What a check is: one rule, one file, one reason.

A rule is a generator over one typed context. Its docstring's first line is its title in every report; its id is the
place of its file (``audio/clipping`` is ``checks/audio/clipping.py``) and never changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from release.model.finding import Status

C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule says of its context; the runner makes a finding of it.

    Attributes:
        code: short stable word; tests match it, not the prose.
        message: one sentence with value and limit.
        remedy: what would clear it; empty takes the check's own.
        track: key of the track that it concerns, or None for the context's own.
        at_s: seconds from the start of the file that the message speaks of.
    """

    status: Status
    code: str
    message: str
    remedy: str = ""
    track: str | None = None
    at_s: float | None = None
    value: float | None = None
    limit: float | None = None


Rule = Callable[[C], Iterator[Outcome]]


@dataclass(frozen=True, slots=True)
class Check(Generic[C]):
    """A registered rule.

    Attributes:
        id: ``area/rule``, permanent.
        title: one sentence that is true of a clean release.
        rationale: why it matters.
        source: document and clause, or who decided.
        remedy: what to do when it finds something.
        severity: the worst status that it can give.
        context: type of the context that it judges.
        can_be_waived: False where no person's word can make it right.
    """

    id: str
    title: str
    rationale: str
    source: str
    remedy: str
    severity: Status
    context: type[C]
    rule: Rule[C]
    can_be_waived: bool = True

    @property
    def area(self) -> str:
        """The part before the slash."""
        return self.id.split("/")[0]


def check(
    check_id: str,
    *,
    context: type[C],
    rationale: str,
    source: str,
    remedy: str,
    severity: Status,
    can_be_waived: bool = True,
) -> Callable[[Rule[C]], Check[C]]:
    """Make a check of a rule.

    Raises:
        ValueError: when the rule has no docstring to take the title from.
    """

    def register(rule: Rule[C]) -> Check[C]:
        title = (rule.__doc__ or "").strip().split("\n")[0]
        if not title:
            raise ValueError(f"{check_id} has no docstring")
        return Check(check_id, title, rationale, source, remedy, severity, context, rule, can_be_waived)

    return register


AnyCheck = Check[Any]
