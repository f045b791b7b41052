"""metadata/isrc."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import MetadataContext


@check(
    "metadata/isrc",
    context=MetadataContext,
    rationale="Services refuse a recording without an ISRC, and plays are paid by it.",
    source="ISO 3901:2019; manifest.md (a failure for streaming, a warning elsewhere)",
    remedy="Write the track's isrc; the label or its national agency gives them out.",
    severity=Status.FAIL,
)
def rule(context: MetadataContext) -> Iterator[Outcome]:
    """Every track has an ISRC."""
    if context.kind == "cd":
        return  # cd/isrc-missing looks at the disc itself
    missing = [track for track in context.tracks if not track.isrc and not track.hidden]
    if missing:
        names = ", ".join(track.key for track in missing)
        yield Outcome(
            Status.FAIL if context.kind == "streaming" else Status.WARN,
            "missing",
            f"No ISRC: {names}.",
            track=missing[0].key if len(missing) == 1 else None,
            value=len(missing),
            limit=0,
        )
