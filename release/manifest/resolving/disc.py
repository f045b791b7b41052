"""The limits of the disc format itself (cd.md 1.2): 99 tracks, 99 indexes, track 1 at 00:02:00 or later, 99:59:74.

They are errors of the manifest, with their line; what plants ask for beyond them is a finding that can be waived.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from release.manifest.resolving.part import Part
from release.manifest.resolving.problems import Problems
from release.manifest.targets import Project
from release.model.disc import LEAD_PAUSE_CD_FRAMES
from release.model.disc_limits import LAST_CD_FRAME, MOST_INDEXES, MOST_TRACKS
from release.model.programme import TrackSpan, Unit
from release.units import CD_FRAMES_PER_SECOND, format_msf, samples_per_cd_frame


@dataclass(frozen=True, slots=True)
class DiscRules:
    """Holds the discs of one target against the format.

    Attributes:
        target: its name.
        parts: what it plays, by key.
        openers: ids of the tracks that begin a disc in the main order.
    """

    target: str
    parts: Mapping[str, Part]
    openers: frozenset[str]

    def check(self, unit: Unit, problems: Problems) -> None:
        """Note everything that the format cannot hold."""
        spans = [span for span in unit.timeline.tracks if span.number is not None]
        if len(spans) > MOST_TRACKS:
            problems.add(
                self.parts[spans[MOST_TRACKS].key].loc,
                f"disc {unit.name} of target '{self.target}' has {len(spans)} tracks; a CD holds {MOST_TRACKS}",
                "part them into discs",
                "too-many-tracks",
            )
        for span in spans:
            self._check_indexes(span, problems)
        if spans:
            self._check_first_pause(self.parts[spans[0].key], unit.timeline.rate_hz, problems)
            self._check_end(unit, spans, problems)

    def _check_indexes(self, span: TrackSpan, problems: Problems) -> None:
        if len(span.indexes) + 1 > MOST_INDEXES:
            problems.add(
                (*self.parts[span.key].loc, "indexes"),
                f"'{span.key}' has indexes up to {len(span.indexes) + 1}; a CD track has {MOST_INDEXES} at most",
                "write fewer",
                "too-many-indexes",
            )

    def _check_first_pause(self, first: Part, rate_hz: int, problems: Problems) -> None:
        """A pause written for the track that opens a disc; where another target's order brings it there, it grows."""
        least = LEAD_PAUSE_CD_FRAMES * rate_hz // CD_FRAMES_PER_SECOND
        if first.pause is not None and first.pause < least and first.id in self.openers:
            problems.add(
                (*first.loc, "pause"),
                f"'{first.key}' opens a disc, and the first track of a disc starts at 00:02:00 or later",
                "write pause: 2 s or more, or leave it out",
                "first-pause-short",
            )

    def _check_end(self, unit: Unit, spans: list[TrackSpan], problems: Problems) -> None:
        frame = samples_per_cd_frame(unit.timeline.rate_hz)
        lead = -min(spans[0].pause_start or 0, -LEAD_PAUSE_CD_FRAMES * frame)
        lead_out = -(-(unit.timeline.length + lead) // frame)
        if lead_out <= LAST_CD_FRAME:
            return
        late = next((s for s in spans if s.audio_end + lead > (LAST_CD_FRAME + 1) * frame), spans[-1])
        problems.add(
            self.parts[late.key].loc,
            f"disc {unit.name} of target '{self.target}' ends at {format_msf(lead_out)}, and '{late.key}' runs past "
            "99:59:74, the last time that a CD can write",
            "part the programme into discs (sequence: {discs: …}), or leave tracks out",
            "disc-too-long",
        )


def disc_openers(project: Project) -> frozenset[str]:
    """Ids of the tracks that begin the discs of the main order."""
    first = next((track.id for track in project.tracks if not track.hidden), "")
    return frozenset({first, *(disc.first for disc in project.sequence.discs)})
