"""Writes the QC report of a build: HTML, PDF and JSON from one view record."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from release.documents.html import render_html
from release.documents.look import PLAIN, Look
from release.documents.pdf import render_pdf
from release.model.finding import Finding
from release.pipeline.atomic import write_atomic
from release.pipeline.guarded import make_plain_folder
from release.qc.contexts import DocumentContext
from release.qc.registry import check_titles
from release.qc.runner import run_checks
from release.report.charts import Curves, chart_target, draw_charts, wide_charts
from release.report.cohesion_view import cohesion_charts
from release.report.qc_view import build_view

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ReportResult:
    """What was written.

    Attributes:
        paths: the files, in the order written.
        findings: findings about the report itself (texts that no font can show). They cannot stand in the record,
            which is written before the report; they are in ``qc.json`` and for the terminal.
    """

    paths: tuple[Path, ...]
    findings: tuple[Finding, ...]


def write_reports(
    record: Json,
    curves: Curves,
    folder: Path,
    *,
    identity: str,
    document_date: date | None = None,
    roles: Sequence[str] = (),
    look: Look = PLAIN,
) -> ReportResult:
    """Write ``qc-report.html``, ``qc-report.pdf`` and ``qc.json`` into a folder.

    Args:
        record: ``release.json`` as a dictionary.
        curves: what to draw, by (target, track key); see :data:`release.report.charts.Curves`.
        folder: made when missing.
        identity: SHA-256 of the bytes of ``release.json``, lower-case hex.
        document_date: date for the PDF's information; DESIGN section 1.3 says which.
        roles: that the project asks approvals of.
        look: of the house.

    Raises:
        UsageError: when the folder is a link: nothing is written outside of a build.
    """
    target = chart_target(record, curves)
    charts = draw_charts(record, curves, target) | cohesion_charts(record)
    view = build_view(record, identity, check_titles=check_titles(), charts=charts, chart_target=target, roles=roles)
    pdf = render_pdf("qc-report.typ", view, wide_charts(charts), document_date=document_date, look=look)
    findings = run_checks([DocumentContext("qc-report.pdf", pdf.missing)]).findings
    make_plain_folder(folder, "the folder of the report")
    files = {
        "qc-report.html": render_html("qc-report.html.j2", view, charts, look).encode(),
        "qc-report.pdf": pdf.data,
        "qc.json": qc_json(record, identity, findings),
    }
    for name, data in files.items():
        write_atomic(folder / name, data)
    return ReportResult(tuple(folder / name for name in files), findings)


def qc_json(record: Json, identity: str, report_findings: Sequence[Finding] = ()) -> bytes:
    """The verdict and all findings for programs: sorted, UTF-8, one line feed at the end."""
    qc = record.get("qc", {})
    data = {
        "identity": identity,
        "status": qc.get("status"),
        "findings": list(qc.get("findings", ())),
        "report_findings": [asdict(f) for f in report_findings],
    }
    return (json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()
