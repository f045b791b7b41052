"""cd/text-charset."""

from __future__ import annotations

from collections.abc import Iterator

from release.formats.cdtext import text_problems
from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import DiscContext


@check(
    "cd/text-charset",
    context=DiscContext,
    rationale="CD-TEXT has one small character set for each language; what it lacks must be replaced, and nothing is replaced in silence.",
    source="cd.md section 4 (CD-TEXT character sets)",
    remedy="Write the text in letters that the set has (translations), or accept the replacement named.",
    severity=Status.WARN,
)
def rule(context: DiscContext) -> Iterator[Outcome]:
    """CD-TEXT can hold every title and name."""
    keys = {track.number: track.key for track in context.disc.tracks}
    for problem in text_problems(context.disc.text_blocks):
        yield Outcome(
            Status.WARN,
            "text",
            f"Disc {context.number}: {problem}",
            track=keys.get(getattr(problem, "track", 0)) or None,
        )
