"""metadata/completeness."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.model.metadata import TrackInfo
from release.qc.check import Outcome, check
from release.qc.contexts import ProgrammeContext

WANTED = (
    ("label", "label"),
    ("catalogue_number", "catalogue number"),
    ("release_date", "release date"),
    ("genre", "genre"),
    ("p_line", "℗ line"),
    ("c_line", "© line"),
)


@check(
    "metadata/completeness",
    context=ProgrammeContext,
    rationale="What label copy, stores and sheets ask for is cheaper to write now than to be asked for later.",
    source="delivery.md 8.1 (label copy)",
    remedy="Write the missing fields under release:.",
    severity=Status.WARN,
)
def rule(context: ProgrammeContext) -> Iterator[Outcome]:
    """The release has label, catalogue number, date, genre, and ℗ and © lines."""
    release = context.project.release
    missing = [name for field, name in WANTED if not getattr(release, field)]
    if missing:
        is_sold = any(target.kind == "streaming" for target in context.project.targets)
        yield Outcome(
            Status.WARN if is_sold else Status.NOTE,
            "missing",
            f"Missing: {', '.join(missing)}.",
            value=len(missing),
            limit=0,
        )
    tracks = context.project.tracks.items()
    uncredited = [key for key, track in tracks if not track.hidden and not track.writers and not _has_composer(track)]
    if uncredited:
        yield Outcome(
            Status.NOTE, "no-writers", f"No writers: {', '.join(uncredited)}.", remedy="Write the track's writers."
        )


def _has_composer(track: TrackInfo) -> bool:
    return track.work is not None and bool(track.work.composer)
