"""Who has approved stands on the papers that are made afterwards; the report that was approved keeps its bytes."""

from __future__ import annotations

import re

import pytest
from e2e_studio import track
from test_review_page import RATE, tone

from release.operations.approve import Word, approve_project
from release.operations.report import report_project
from release.operations.review import ReviewWish
from release.signoff.scope import Scope


@pytest.fixture(scope="module")
def studio(new_studio):
    made = new_studio()
    made.record("a.wav", tone("a", 2), RATE, 24)
    made.write(
        tracks=[track(1, "a.wav")],
        targets={"streaming": {"files": ["flac"], "level": {"match": "none"}}},
        signoff={"unsigned": "accept", "required": ["mastering engineer", {"role": "qc", "listening": "spots"}]},
        documents={"short": ["label"]},
    )
    made.build()
    return made


def words(path) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", path.read_text(encoding="utf-8")).split())


def test_every_required_role_is_told_with_its_state(studio):
    report = studio.folder / "build/report"
    assert "mastering engineer all targets qc all targets heard spots" in words(report / "label.html")
    approved = [(report / name).read_bytes() for name in ("qc-report.html", "qc-report.pdf")]
    assert "Mastering engineer" in words(report / "qc-report.html")

    word = Word("Jo Marsh", "mastering engineer", "approved", "", "2026-11-20", Scope(kind="release"))
    approve_project(studio.folder / "project.yaml", word, is_unsigned=True)
    report_project(studio.folder / "project.yaml", review=ReviewWish(has_audio=False))

    state = "mastering engineer all targets Approved by Jo Marsh, 2026-11-20 qc all targets Open: nobody has approved"
    assert state in words(report / "label.html")
    page = (report / "review.html").read_text(encoding="utf-8")
    assert "Approved by Jo Marsh, 2026-11-20" in words(report / "review.html")
    choice = re.search(r'<select id="s-role">(.*?)</select>', page)
    assert re.findall(r'value="([^"]*)"', choice[1]) == ["", "mastering engineer", "qc"]
    assert [(report / name).read_bytes() for name in ("qc-report.html", "qc-report.pdf")] == approved
