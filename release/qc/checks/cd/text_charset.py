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
    rationale="CD-TEXT has one small character set for each language; what it lacks must be replaced, and nothing is replaced in silence; one language has room for 3 kB.",
    source="cd.md section 4 (CD-TEXT character sets)",
    remedy="Write the text in letters that the set has (translations), or accept the replacement named.",
    severity=Status.FAIL,
)
def rule(context: DiscContext) -> Iterator[Outcome]:
    """CD-TEXT can hold every title and name of the disc."""
    keys = {track.number: track.key for track in context.disc.tracks}
    for problem in text_problems(context.disc.text_blocks):
        is_letter = problem.code == "unencodable"
        remedy = ""
        if is_letter:
            shown = (
                f"It would read \u201c{problem.proposal}\u201d. "
                if problem.proposal.strip()
                else "Nothing close to it can be written. "
            )
            remedy = (
                f"{shown}Write the text in letters that the set has (translations), or take the language out of text."
            )
        yield Outcome(
            Status.WARN if is_letter else Status.FAIL,
            problem.code,
            f"Disc {context.number}: {problem.message}.",
            remedy=remedy,
            track=keys.get(problem.track or 0) or None,
        )
