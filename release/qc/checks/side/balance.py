"""side/balance."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import SideContext


@check(
    "side/balance",
    context=SideContext,
    rationale="The longer side of a record sets the level of both; a tape whose side B is longer than A ends side A in silence.",
    source="delivery.md 7.1, 7.7",
    remedy="Move a track (sides), or let the program divide them (sides: auto).",
    severity=Status.NOTE,
)
def rule(context: SideContext) -> Iterator[Outcome]:
    """The sides are of nearly equal length."""
    if not context.other_lengths_s or context.name != "A":
        return
    note_s = context.limits.get("side/balance", "note_s")
    lengths = [("A", context.length_s), *context.other_lengths_s]
    longest, shortest = max(lengths, key=lambda item: item[1]), min(lengths, key=lambda item: item[1])
    difference_s = longest[1] - shortest[1]
    if difference_s > note_s:
        message = f"Side {longest[0]} is {int(difference_s + 0.5)} s longer than side {shortest[0]}."
        yield Outcome(Status.NOTE, "unequal", message, value=difference_s, limit=note_s)
