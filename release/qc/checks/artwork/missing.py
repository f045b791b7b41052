"""artwork/missing."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import ArtworkContext


@check(
    "artwork/missing",
    context=ArtworkContext,
    rationale="Files without a picture look broken in players, and no store takes a release without one.",
    source="delivery.md 5.3",
    remedy="Write release.artwork: a square PNG or JPEG, at least 3000 by 3000 pixels.",
    severity=Status.FAIL,
)
def rule(context: ArtworkContext) -> Iterator[Outcome]:
    """The release has a front picture that opens."""
    if context.facts is None:
        is_wanted = bool({"streaming", "download"} & set(context.kinds))
        yield Outcome(Status.WARN if is_wanted else Status.NOTE, "missing", "The release names no artwork.")
    elif context.facts.problem:
        yield Outcome(Status.FAIL, "unreadable", f"{context.path} cannot be used: {context.facts.problem}.")
