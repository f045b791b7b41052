"""metadata/title-style."""

from __future__ import annotations

import re
from collections.abc import Iterator

from release.model.finding import Status
from release.model.metadata import TrackInfo
from release.qc.check import Outcome, check
from release.qc.contexts import ProgrammeContext

VERSION_WORDS = re.compile(
    r"[(\[][^)\]]*\b(live|remix|mix|edit|version|instrumental|acoustic|demo|remaster(ed)?|extended|reprise)\b[^)\]]*[)\]]\s*$",
    re.IGNORECASE,
)
FEATURED = re.compile(r"\b(feat|ft|featuring)\b\.?", re.IGNORECASE)
ADVISORY = re.compile(r"[(\[]\s*(explicit|clean)\s*[)\]]", re.IGNORECASE)


@check(
    "metadata/title-style",
    context=ProgrammeContext,
    rationale="Stores keep version, featured artists and advisory in fields of their own, and send titles back that carry them.",
    source="Apple Music Style Guide and distributors (delivery.md 5.4)",
    remedy="Move it to title_version, artists or explicit.",
    severity=Status.NOTE,
)
def rule(context: ProgrammeContext) -> Iterator[Outcome]:
    """Titles hold the title only."""
    for key, track in context.project.tracks.items():
        for code, message in _faults(track):
            yield Outcome(Status.NOTE, code, f"{message}: \u201c{track.title}\u201d.", track=key)


def _faults(track: TrackInfo) -> Iterator[tuple[str, str]]:
    title = track.title
    if not track.title_version and VERSION_WORDS.search(title):
        yield "version", "The title holds a version, which belongs in title_version"
    if FEATURED.search(title):
        yield "featured", "The title names a featured artist, who belongs in artists"
    if ADVISORY.search(title):
        yield "advisory", "The title holds an advisory, which belongs in explicit"
    if title != title.strip() or "  " in title:
        yield "spaces", "The title has spaces at an end or two in a row"
    if len(title) > 3 and title.upper() == title and title.lower() != title and " " in title:
        yield "capitals", "The title is all capitals"
