"""The view record of the QC report: everything that is printed, already in the words and figures that are printed.

HTML, PDF and text are made from this one record, so a number cannot differ between them. Strings only, apart from
counts; how they are made from the record of the build is :mod:`release.report.qc_view`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what it says."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The first thing read: ``status`` is pass, note, warn, fail or error."""

    status: str
    headline: str
    statement: str
    counts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One finding, or the same finding in several targets: then one message for each difference.

    ``places`` says which of the record's findings it tells, counted from 0.
    """

    status: str
    word: str
    check: str
    place: str
    messages: tuple[str, ...]
    remedy: str
    waived: str
    places: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """Findings of one check, worst group first; ``rule`` is what the check holds the release against."""

    status: str
    word: str
    check: str
    title: str
    rule: str
    rows: tuple[FindingRow, ...]


@dataclass(frozen=True, slots=True)
class OrderRow:
    """A track in order, with its place on the programme or on its disc or side."""

    number: str
    title: str
    artist: str
    isrc: str
    start: str
    length: str


@dataclass(frozen=True, slots=True)
class OrderTable:
    """Order and times of the programme, or of one disc or side of a target."""

    heading: str
    note: str
    rows: tuple[OrderRow, ...]
    total: str


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding in one line, beside its track."""

    status: str
    word: str
    text: str


@dataclass(frozen=True, slots=True)
class TrackSection:
    """A track with its picture; ``chart`` names the SVG, empty when there is none."""

    number: str
    title: str
    artist: str
    length: str
    chart: str
    figures: tuple[Fact, ...]
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Figures: one row per track, ``columns`` names what stands in ``cells`` after the row's heading."""

    heading: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row; the heading is the track or what stands for it."""

    heading: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GainRow:
    """A gain and why it is that."""

    track: str
    gain: str
    reason: str


@dataclass(frozen=True, slots=True)
class FileRow:
    """One deliverable. Digests come in pieces between which lines may break."""

    path: str
    facts: str
    verified: str
    sha256: tuple[str, ...]
    md5: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileGroup:
    """Files of one folder; ``facts`` and ``verified`` hold for all of them."""

    folder: str
    facts: str
    verified: str
    rows: tuple[FileRow, ...]


@dataclass(frozen=True, slots=True)
class TargetSection:
    """One target: what it is, its levels, gains and files."""

    name: str
    kind: str
    status: str
    facts: tuple[Fact, ...]
    orders: tuple[OrderTable, ...]
    levels: tuple[Table, ...]
    gains: tuple[GainRow, ...]
    files: tuple[FileGroup, ...]


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """Manifest lines that are proposed; never applied by the program."""

    heading: str
    place: str
    note: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CohesionSection:
    """The tracks beside each other; ``charts`` names SVGs."""

    note: str
    charts: tuple[str, ...]
    chart_note: str
    tracks: Table
    steps: Table
    outliers: tuple[Remark, ...]
    proposals: tuple[ProposalRow, ...]


@dataclass(frozen=True, slots=True)
class QcReport:
    """Everything the QC report says."""

    title: str
    artist: str
    document: str
    language: str
    identity: tuple[str, ...]
    identity_short: str
    verdict: Verdict
    facts: tuple[Fact, ...]
    orders: tuple[OrderTable, ...]
    overview_chart: str
    overview_note: str
    groups: tuple[FindingGroup, ...]
    waived: tuple[FindingRow, ...]
    tracks: tuple[TrackSection, ...]
    cohesion: CohesionSection | None
    targets: tuple[TargetSection, ...]
    sources: tuple[FileRow, ...]
    tools: tuple[Fact, ...]
    signoff_roles: tuple[str, ...]
    explanations: tuple[Fact, ...]
