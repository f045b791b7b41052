"""artwork/size."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import ArtworkContext


@check(
    "artwork/size",
    context=ArtworkContext,
    rationale="Stores want a square picture of at least 3000 pixels and refuse small or oblong ones.",
    source="Apple, Spotify and distributors' pages (delivery.md 5.3)",
    remedy="Ask for a square PNG or JPEG of 3000 pixels or more; do not scale a small one up.",
    severity=Status.FAIL,
)
def rule(context: ArtworkContext) -> Iterator[Outcome]:
    """The front picture is square, large enough and not too heavy."""
    facts = context.facts
    if facts is None or facts.problem:
        return
    warn_px, fail_px, warn_bytes = (
        context.limits.get("artwork/size", name) for name in ("warn_px", "fail_px", "warn_bytes")
    )
    shortest = min(facts.width, facts.height)
    size = f"{context.path} is {facts.width} by {facts.height} pixels"
    is_streamed = "streaming" in context.kinds
    if facts.width != facts.height:
        yield Outcome(
            Status.FAIL if is_streamed else Status.WARN,
            "not-square",
            f"{size}, not square.",
            value=facts.width / facts.height,
            limit=1.0,
        )
    if shortest < warn_px:
        is_refused = is_streamed and shortest < fail_px
        yield Outcome(
            Status.FAIL if is_refused else Status.WARN,
            "small",
            f"{size}; stores ask for {warn_px:g} or more.",
            value=shortest,
            limit=warn_px,
        )
    if facts.bytes > warn_bytes:
        yield Outcome(
            Status.WARN,
            "heavy",
            f"{context.path} has {facts.bytes / 1e6:.1f} MB; many receivers stop at {warn_bytes / 1e6:g} MB.",
            value=facts.bytes,
            limit=warn_bytes,
        )
