"""PQ, cut and cassette sheets: three forms of one paper with the same figures."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace

import pytest
import sides
from test_qc_report import PageText

from release.report.cut_sheet import Band, cut_sheet, sheet_text, side_chart
from release.report.sheets import carrier_files, pq_files

needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="needs pdftotext (Debian package poppler-utils)"
)

PAPERS = {
    "pq-sheet": lambda: pq_files([sides.pq()]),
    "cut-sheet": lambda: carrier_files(sides.vinyl()),
    "cassette-sheet": lambda: carrier_files(sides.cassette()),
}


def numbers(text: str) -> set[str]:
    return set(re.findall(r"[+−]?\d[\d.:]*\d|\d", re.sub(r"\b[0-9a-f]{32,64}\b", " ", text)))


@needs_poppler
@pytest.mark.parametrize("name", PAPERS)
def test_html_pdf_and_text_have_the_same_times_and_codes(name, tmp_path):
    files = PAPERS[name]().files
    (tmp_path / "p.pdf").write_bytes(files[f"{name}.pdf"])
    page = PageText()
    page.feed(files[f"{name}.html"].decode())
    pdf = subprocess.run(
        ["pdftotext", "-raw", tmp_path / "p.pdf", "-"], check=True, capture_output=True, text=True
    ).stdout
    text = files[f"{name}.txt"].decode()

    assert set(files) == {f"{name}.html", f"{name}.pdf", f"{name}.txt"}
    assert numbers(page.text) - numbers(pdf.replace("\u200b", "")) == set()
    times = {n for n in numbers(text) if ":" in n}
    assert times
    assert times - numbers(page.text) == set()


@pytest.mark.parametrize("name", PAPERS)
def test_same_input_same_bytes(name):
    assert PAPERS[name]().files == PAPERS[name]().files


def test_cut_sheet_gives_starts_in_time_and_samples():
    view = cut_sheet(sides.vinyl())
    band = view.sides[0].bands[1]

    assert (band.number, band.title) == ("A2", "Tide (Live)")
    # 227 s and 41 samples at 96 kHz
    assert (band.start, band.start_samples) == ("3:47.000", str(227 * 96_000 + 41))


def test_join_and_gap_are_told_apart():
    gaps = [band.gap for band in cut_sheet(sides.vinyl()).sides[0].bands]

    assert gaps == ["joined", "0:02.000", ""]


def test_length_is_without_the_gap_after_it():
    bands = cut_sheet(sides.vinyl()).sides[0].bands

    # 227 s run into the next; 244 s of which the last 2 are the gap
    assert [band.length for band in bands[:2]] == ["3:47.000", "4:02.001"]


def test_hidden_audio_has_a_line_of_its_own_and_no_band_mark():
    sheet = sides.vinyl()
    first = sheet.sides[0]
    *bands, last = first.bands
    hidden = Band("", "Secret", "", "", last.start + last.length - 9_600_000, 9_600_000)
    last = replace(last, length=last.length - 9_600_000, gap_after=96_000)
    sheet = replace(sheet, sides=(replace(first, bands=(*bands, last, hidden)), sheet.sides[1]))
    view = cut_sheet(sheet)
    row = view.sides[0].bands[-1]

    assert (row.number, row.title, row.length) == ("\u00b7", "Secret (hidden)", "1:40.000")
    assert "\u00b7 is hidden audio: it has no number, and wants no band mark." in view.footnotes
    assert "Secret (hidden)" in sheet_text(view)
    assert side_chart(sheet) == side_chart(replace(sheet, sides=(replace(first, bands=(*bands, last)), sheet.sides[1])))


def test_side_over_its_best_length_is_marked_in_words():
    view = cut_sheet(sides.vinyl())

    assert [(s.heading, s.status, s.verdict) for s in view.sides] == [
        ("Side A", "pass", "Length fits"),
        ("Side B", "warn", "Over the best length"),
    ]


def test_text_has_checksums_whole():
    text = sheet_text(cut_sheet(sides.vinyl()))

    for side in sides.vinyl().sides:
        assert f"MD5:                 {side.md5}" in text
        assert side.sha256 in text


def test_hostile_titles_are_inert_and_missing_letters_are_told():
    hostile = ["<img src=x onerror=alert(1)>", "#panic()", "夜のフェリー"]
    for result in (carrier_files(sides.vinyl(hostile)), pq_files([sides.pq(hostile)])):
        page = PageText()
        page.feed(next(data for name, data in result.files.items() if name.endswith(".html")).decode())

        assert "img" not in {tag for tag, _ in page.tags}
        assert "<img src=x onerror=alert(1)>" in page.text
        assert any("夜のフェリー" in text for text in result.missing)
