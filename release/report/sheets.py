"""Papers that travel with a carrier: PQ sheet, cut sheet, cassette sheet, each as HTML, PDF and text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from release.documents.html import render_html
from release.documents.look import PLAIN, Look
from release.documents.pdf import render_pdf
from release.formats.pq import PqSheet, format_pq_text
from release.report.cut_sheet import CarrierSheet, cut_sheet, sheet_text, side_chart
from release.report.pq_view import pq_view


@dataclass(frozen=True, slots=True)
class SheetFiles:
    """One paper in its three forms.

    Attributes:
        files: bytes by file name (``pq-sheet.html``, ``.pdf``, ``.txt``).
        missing: texts that the PDF's fonts cannot show; for the check documents/missing-glyph.
    """

    files: Mapping[str, bytes]
    missing: tuple[str, ...]


def pq_files(
    sheets: Sequence[PqSheet],
    *,
    names: Sequence[str] = ("pq-sheet",),
    document_date: date | None = None,
    look: Look = PLAIN,
) -> SheetFiles:
    """The PQ sheets of a target's discs, one paper per disc.

    Args:
        sheets: made from the discs as they were read back.
        names: file name without suffix for each sheet.
        document_date: date for the PDFs' information; None leaves it out.
        look: of the house.
    """
    files: dict[str, bytes] = {}
    missing: dict[str, None] = {}
    for sheet, name in zip(sheets, names, strict=True):
        view = pq_view(sheet)
        pdf = render_pdf("pq-sheet.typ", view, document_date=document_date, look=look)
        files[f"{name}.html"] = render_html("pq-sheet.html.j2", view, look=look).encode()
        files[f"{name}.pdf"] = pdf.data
        files[f"{name}.txt"] = format_pq_text(sheet).encode()
        missing.update(dict.fromkeys(pdf.missing))
    return SheetFiles(files, tuple(missing))


def carrier_files(
    sheet: CarrierSheet, *, name: str = "", document_date: date | None = None, look: Look = PLAIN
) -> SheetFiles:
    """The cut sheet or cassette sheet of a target.

    Args:
        sheet: the facts of all sides.
        name: file name without suffix; default ``cut-sheet`` or ``cassette-sheet``.
        document_date: date for the PDF's information; None leaves it out.
        look: of the house.
    """
    stem = name or ("cut-sheet" if sheet.kind == "vinyl" else "cassette-sheet")
    view = cut_sheet(sheet)
    charts = {view.chart: side_chart(sheet)}
    both = charts | {f"narrow/{view.chart}": side_chart(sheet, is_narrow=True)}
    pdf = render_pdf("cut-sheet.typ", view, charts, document_date=document_date, look=look)
    files = {
        f"{stem}.html": render_html("cut-sheet.html.j2", view, both, look).encode(),
        f"{stem}.pdf": pdf.data,
        f"{stem}.txt": sheet_text(view).encode(),
    }
    return SheetFiles(files, pdf.missing)
