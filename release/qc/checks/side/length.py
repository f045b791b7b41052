"""side/length."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import SideContext
from release.qc.profiles import side_lengths


@check(
    "side/length",
    context=SideContext,
    rationale="The longer a record side, the softer it must be cut; past its longest it cannot be cut. A tape ends where it ends.",
    source="release/qc/data/side-lengths.json, dated by carrier; delivery.md 7.1, 7.7",
    remedy="Move a track to another side (sides), shorten gaps, or choose a larger or longer carrier.",
    severity=Status.FAIL,
)
def rule(context: SideContext) -> Iterator[Outcome]:
    """Every side is short enough for its carrier."""
    if context.kind == "cassette":
        yield from _cassette(context)
        return
    if side_lengths(context.carrier) is None:
        return
    best_s, longest_s = (context.limits.get("side/length", f"{context.carrier}_{n}") for n in ("best_s", "longest_s"))
    length = f"Side {context.name} lasts {_clock(context.length_s)}"
    if context.length_s > longest_s:
        message = f"{length}, {_clock(context.length_s - longest_s)} over the longest side of {_clock(longest_s)} ({context.carrier})."
        yield Outcome(Status.FAIL, "too-long", message, value=context.length_s, limit=longest_s)
    elif context.length_s > best_s:
        message = f"{length}, {_clock(context.length_s - best_s)} over the best length of {_clock(best_s)} ({context.carrier}): it will be cut softer."
        yield Outcome(Status.WARN, "long", message, value=context.length_s, limit=best_s)


def _cassette(context: SideContext) -> Iterator[Outcome]:
    if context.tape_minutes is None:
        return
    longest_s = context.tape_minutes * 30.0
    usual_s = context.limits.get("side/length", "cassette_warn_s")
    length = f"Side {context.name} lasts {_clock(context.length_s)}"
    if context.length_s > longest_s:
        message = f"{length}; a side of a C{context.tape_minutes} holds {_clock(longest_s)}."
        yield Outcome(Status.FAIL, "too-long", message, value=context.length_s, limit=longest_s)
    elif context.length_s > usual_s:
        yield Outcome(
            Status.WARN,
            "long",
            f"{length}; many duplicators stop at {_clock(usual_s)}.",
            value=context.length_s,
            limit=usual_s,
        )


def _clock(seconds: float) -> str:
    whole = int(seconds + 0.5)
    return f"{whole // 60}:{whole % 60:02}"
