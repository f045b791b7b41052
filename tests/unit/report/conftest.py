"""Makes the made-up album importable, and renders it once."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def report(tmp_path_factory):
    """Folder with the report of the made-up album."""
    import album

    from release.report.build_report import write_reports

    folder = tmp_path_factory.mktemp("report")
    record = album.make_record()
    write_reports(
        record, album.make_curves(record), folder, identity=album.digest("x"), document_date=date(2026, 12, 4)
    )
    return folder
