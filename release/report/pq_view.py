"""The PQ sheet for HTML and PDF: the rows of :mod:`release.formats.pq`, with the headings of the house."""

from __future__ import annotations

from dataclasses import dataclass

from release.formats.pq import PqSheet
from release.report import figures as fig
from release.report.qc_report import Fact


@dataclass(frozen=True, slots=True)
class PqViewRow:
    """One point of the disc as printed; ``is_start`` rows carry title, code and flags, others that of a hidden track."""

    track: str
    index: str
    kind: str
    title: str
    at: str
    length: str
    track_length: str
    isrc: str
    flags: str
    is_start: bool


@dataclass(frozen=True, slots=True)
class PqView:
    """The PQ sheet as printed."""

    title: str
    artist: str
    document: str
    language: str
    facts: tuple[Fact, ...]
    rows: tuple[PqViewRow, ...]
    notes: tuple[str, ...]


def pq_view(sheet: PqSheet) -> PqView:
    """The view record of a PQ sheet that was made from the disc as it was read back."""
    pairs = [
        ("Release", sheet.release_title),
        *(pair for pair in sheet.above if pair[0] != "Source"),
        ("Tracks", str(sheet.n_tracks)),
        ("First start", sheet.first_start),
        ("Programme length", sheet.programme_length),
        ("Lead-out", sheet.lead_out),
        ("Read from", sheet.source),
        *sheet.header.digests,
    ]
    return PqView(
        title=fig.name(sheet.title),
        artist=fig.name(sheet.performer),
        document=f"PQ sheet, {sheet.header.which.lower()}" if sheet.header.which else "PQ sheet",
        language="en",
        facts=tuple(Fact(label, fig.visible(value)) for label, value in pairs if value),
        rows=tuple(
            PqViewRow(
                track=row.track,
                index=row.index,
                kind=row.kind,
                title=fig.name(f"{row.title} – {row.performer}" if row.performer else row.title),
                at=row.at,
                length=row.length,
                track_length=row.track_length,
                isrc=row.isrc,
                flags=row.flags,
                is_start=row.kind == "start",
            )
            for row in sheet.rows
        ),
        notes=(
            "Times are MM:SS:FF (75 CD frames a second), absolute: the pause before track 1 starts at 00:00:00.",
            *(fig.visible(note) for note in sheet.notes),
        ),
    )
