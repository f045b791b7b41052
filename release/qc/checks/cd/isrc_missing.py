"""cd/isrc-missing."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import DiscContext


@check(
    "cd/isrc-missing",
    context=DiscContext,
    rationale="The code in the subcode is how broadcasters report what they play; a disc without it pays nobody.",
    source="ISO 3901:2019; manifest.md (no isrc is a warning elsewhere)",
    remedy="Write the track's isrc.",
    severity=Status.WARN,
)
def rule(context: DiscContext) -> Iterator[Outcome]:
    """Every track of a disc carries an ISRC."""
    missing = [track for track in context.disc.tracks if not track.isrc]
    if missing:
        names = ", ".join(str(track.number) for track in missing)
        message = f"Disc {context.number}: no ISRC on track{'' if len(missing) == 1 else 's'} {names}."
        yield Outcome(
            Status.WARN,
            "missing",
            message,
            track=missing[0].key or None if len(missing) == 1 else None,
            value=len(missing),
            limit=0,
        )
