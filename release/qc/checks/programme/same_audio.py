"""programme/same-audio."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import ProgrammeContext


@check(
    "programme/same-audio",
    context=ProgrammeContext,
    rationale="Two files with the same bytes under two names are usually one of them in the wrong place.",
    source="features.md section 12 (QC6)",
    remedy="Check which file belongs to which track.",
    severity=Status.WARN,
)
def rule(context: ProgrammeContext) -> Iterator[Outcome]:
    """No two source files are the same file."""
    by_digest: dict[str, list[str]] = {}
    for source, facts in context.facts.items():
        by_digest.setdefault(facts.sha256, []).append(source)
    tracks: dict[str, str] = {}
    for key, used in context.project.uses.items():
        tracks.setdefault(used, key)
    for sources in by_digest.values():
        if len(sources) > 1:
            yield Outcome(
                Status.WARN,
                "same-file",
                f"These sources are the same file: {', '.join(sources)}.",
                track=tracks.get(sources[-1]),
            )
