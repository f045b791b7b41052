"""The view record of the review page: the QC report's, and what a listener needs beside it.

The page is for people who listen and decide before they sign; :mod:`release.report.review_view` makes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from release.pipeline.canonical import Json
from release.report.approval_view import ApprovalRow
from release.report.diff_view import DiffView
from release.report.qc_report import Fact, QcReport


@dataclass(frozen=True, slots=True)
class PageClip:
    """A stretch of a source on the page's timeline; it finds the moment of a finding on a source.

    Attributes:
        source: id of the source.
        source_s: first second of the source that is used.
        length_s: how much of it.
        at_s: where that begins on the page.
    """

    source: str
    source_s: float
    length_s: float
    at_s: float


@dataclass(frozen=True, slots=True)
class PageTrack:
    """A track on the page's timeline.

    Attributes:
        at_s: where its file begins on the page, in seconds.
        end_s: one past its last.
        audio_at_s: where its own sound begins, after a gap or before a crossfade.
        audio_end_s: where that ends.
        integrated_lufs: as delivered; None where not measurable.
        loudest_s: middle of its loudest three seconds on the page.
    """

    key: str
    number: str
    title: str
    artist: str
    isrc: str
    unit: int
    at_s: float
    end_s: float
    audio_at_s: float
    audio_end_s: float
    start: str
    length: str
    integrated: str
    true_peak: str
    integrated_lufs: float | None
    loudest_s: float


@dataclass(frozen=True, slots=True)
class PageUnit:
    """A disc, a side or a set of files on the page's timeline."""

    name: str
    at_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Transition:
    """From one track to the next.

    Attributes:
        kind: ``gap``, ``butt`` or ``overlap``.
        at_s: where the next one's sound begins.
        from_s: where to listen from.
    """

    kind: str
    words: str
    before: str
    after: str
    at_s: float
    from_s: float


@dataclass(frozen=True, slots=True)
class Spot:
    """The sound of a finding: where to listen from, and what the button says."""

    at_s: float
    from_s: float
    words: str


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Everything the page says.

    Attributes:
        qc: the QC report of the same build.
        spots: sound of findings, by their place in the record.
        finding_keys: track of each finding of the record; ``*`` for none.
        finding_tracks: tracks that findings speak of, by key, and what the others speak of.
        sound_words: what the preview is and how large; empty where the page has none.
        sounds: marks that are replaced by the sound when the page is written, one for each build that is heard.
        approvals: who must approve, and what they have said when the page was made.
        required_roles: of those, to choose from; where there are none, ``roles`` are offered and any may be written.
        before: what the previous build is called; empty where none was given.
        difference: what changed since that; None where none was given.
        data: what the script reads.
        script_digest: of the only script that the page's own policy lets run.
    """

    title: str
    artist: str
    document: str
    language: str
    qc: QcReport
    target: str
    tracks: tuple[PageTrack, ...]
    transitions: tuple[Transition, ...]
    spots: Mapping[int, Spot]
    finding_keys: tuple[str, ...]
    finding_tracks: Mapping[str, str]
    unit_words: str
    sound_words: str
    sounds: tuple[str, ...]
    before: str
    difference: DiffView | None
    approvals: tuple[ApprovalRow, ...]
    required_roles: tuple[str, ...]
    roles: tuple[str, ...]
    scopes: tuple[Fact, ...]
    data: Mapping[str, Json]
    script_digest: str
