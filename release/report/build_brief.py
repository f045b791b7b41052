"""Writes the short versions of the report: HTML and PDF of each from one view record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from release.documents.html import render_html
from release.documents.look import PLAIN, Look
from release.documents.pdf import render_pdf
from release.pipeline.atomic import write_atomic
from release.pipeline.guarded import make_plain_folder
from release.qc.contexts import DocumentContext
from release.qc.runner import run_checks
from release.report.brief import Brief
from release.report.brief_client import client_brief
from release.report.brief_label import label_brief
from release.report.brief_parts import BriefSource
from release.report.brief_plant import plant_brief
from release.report.build_report import ReportResult
from release.report.charts import Curves, chart_target, draw_charts, wide_charts


def brief_names(reader: str) -> tuple[str, str]:
    """File names of a short version, in the order written."""
    return f"{reader}.html", f"{reader}.pdf"


def write_briefs(
    readers: Sequence[str],
    source: BriefSource,
    curves: Curves,
    folder: Path,
    *,
    document_date: date | None = None,
    look: Look = PLAIN,
) -> ReportResult:
    """Write ``client.html``, ``client.pdf`` and so on into a folder.

    Args:
        readers: whom for; the plant's is left out where the release has no disc, record or tape.
        source: the build, and what the manifest says beside it.
        curves: what to draw; see :data:`release.report.charts.Curves`.
        folder: made when missing.
        document_date: date for the PDFs' information; None leaves it out.
        look: of the house.
    """
    make_plain_folder(folder, "the folder of the report")
    target = chart_target(source.record, curves)
    charts = draw_charts(source.record, curves, target)
    makers: dict[str, Callable[[], Brief | None]] = {
        "client": lambda: client_brief(source, charts, target),
        "label": lambda: label_brief(source),
        "plant": lambda: plant_brief(source),
    }
    paths, contexts = [], []
    for reader in dict.fromkeys(readers):
        view = makers[reader]()
        if view is None:
            continue
        used = {name for section in view.sections for name in section.charts}
        drawn = {n: svg for n, svg in charts.items() if n.removeprefix("narrow/") in used}
        html, pdf = (folder / name for name in brief_names(reader))
        printed = render_pdf("brief.typ", view, wide_charts(drawn), document_date=document_date, look=look)
        for path, data in ((html, render_html("brief.html.j2", view, drawn, look).encode()), (pdf, printed.data)):
            write_atomic(path, data)
            paths.append(path)
        contexts.append(DocumentContext(pdf.name, printed.missing))
    return ReportResult(tuple(paths), run_checks(contexts).findings)
