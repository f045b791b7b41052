"""The view record of the short versions of the report: for the client, the label and the plant.

All three are sections of facts, tables, findings and digests, so that one HTML and one Typst template print them.
"""

from __future__ import annotations

from dataclasses import dataclass

from release.report.qc_report import Fact, FileRow, Verdict


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column; numbers stand right."""

    heading: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class BriefTable:
    """Rows of cells; the first cell that is no number heads its row.

    Attributes:
        heading: empty where the section's own is enough.
        has_total: the last row is the sum of the others.
    """

    heading: str
    note: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    has_total: bool = False


@dataclass(frozen=True, slots=True)
class BriefItem:
    """A finding, or a place to listen to: a word, where, what, and what to do."""

    status: str
    word: str
    place: str
    text: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class BriefSection:
    """One part of the paper.

    Attributes:
        note: a sentence under the heading.
        charts: names of pictures.
        files: rows with digests.
    """

    heading: str
    note: str = ""
    facts: tuple[Fact, ...] = ()
    tables: tuple[BriefTable, ...] = ()
    charts: tuple[str, ...] = ()
    items: tuple[BriefItem, ...] = ()
    files: tuple[FileRow, ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything a short version says.

    Attributes:
        reader: ``client``, ``label`` or ``plant``.
        verdict: of the build; the plant's paper says only when it is bad.
        roles: who signs; empty for a paper without a form.
    """

    reader: str
    title: str
    artist: str
    document: str
    language: str
    identity: tuple[str, ...]
    identity_short: str
    verdict: Verdict | None
    facts: tuple[Fact, ...]
    sections: tuple[BriefSection, ...]
    roles: tuple[str, ...]
