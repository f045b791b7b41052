"""Short versions for client, label and plant: short, the same in HTML and PDF, and nothing but what their reader needs."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import album
import briefs
import pages
import pytest
from test_qc_report import HOSTILE, page_of

from release.documents.look import Logo, Look
from release.report.brief_client import client_brief
from release.report.brief_label import label_brief
from release.report.brief_parts import finding_items
from release.report.brief_plant import msf, plant_brief
from release.report.build_brief import write_briefs
from release.report.record_view import Tracks

READERS = ("client", "label", "plant")
GOLDEN = Path(__file__).parent / "golden"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 2" width="4" height="2"><path d="M0 0h4v2z"/></svg>'
LOOK = Look("Lowtide Mastering", "#7a1f3d", ("Jo Marsh, jo@lowtide.example",), Logo(SVG, "svg", 4, 2))
TITLES = [*album.TITLES, *(f"Estuary Song Number {n} With a Rather Long Title, as They Come" for n in range(13, 21))]

needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="needs pdftotext (Debian package poppler-utils)"
)
needs_qpdf = pytest.mark.skipif(shutil.which("qpdf") is None, reason="needs qpdf (Debian package qpdf)")


def write(folder, titles=None, look=LOOK, **changes):
    record = briefs.make_record(titles)
    return write_briefs(
        READERS,
        briefs.make_source(record, **changes),
        album.make_curves(record),
        folder,
        document_date=date(2026, 12, 4),
        look=look,
    )


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    """All three of an album of twenty tracks, a disc and two sides."""
    folder = tmp_path_factory.mktemp("briefs")
    write(folder, TITLES)
    return folder


@needs_poppler
@pytest.mark.parametrize("reader", READERS)
def test_every_section_has_the_same_numbers_on_page_and_paper(papers, reader):
    page = pages.page_sections(papers / f"{reader}.html")
    paper = pages.pdf_sections(papers / f"{reader}.pdf", list(page))
    drawn = pages.chart_numbers(papers / f"{reader}.html")

    assert len(page) >= 5
    for heading, text in page.items():
        assert pages.numbers(text) - pages.numbers(paper[heading]) == set(), heading
        assert pages.numbers(paper[heading]) - pages.numbers(text) - drawn == set(), heading


@needs_poppler
@pytest.mark.parametrize("reader", READERS)
def test_a_long_album_takes_three_pages_at_most(papers, reader):
    info = subprocess.run(["pdfinfo", papers / f"{reader}.pdf"], check=True, capture_output=True, text=True).stdout

    assert int(re.search(r"Pages:\s+(\d+)", info)[1]) <= 3


@needs_qpdf
@needs_poppler
@pytest.mark.parametrize("reader", READERS)
def test_the_pdf_is_tagged_names_title_and_language_and_carries_its_fonts(papers, reader):
    path = papers / f"{reader}.pdf"
    assert subprocess.run(["qpdf", "--check", path], capture_output=True, check=False).returncode == 0
    info = subprocess.run(["pdfinfo", path], check=True, capture_output=True, text=True).stdout
    assert re.search(r"Tagged:\s+yes", info)
    assert re.search(rf"Title:\s+Night Ferry · Summary for the {reader}", info)
    plain = subprocess.run(
        ["qpdf", "--qdf", "--object-streams=disable", path, "-"], check=True, capture_output=True
    ).stdout
    assert b"/Lang (en)" in plain
    assert b"/StructTreeRoot" in plain
    assert b"<pdfuaid:part>1</pdfuaid:part>" in plain
    kinds = {found.decode() for found in re.findall(rb"/S /(\w+)", plain)}
    assert {"H1", "H2", "Table", "TR", "TH", "TD", "Figure"} <= kinds
    figures = len(re.findall(rb"/S /Figure", plain))
    assert figures == len(re.findall(rb"/Alt [(<]", plain)) == (2 if reader == "client" else 1)  # logo, album
    fonts = subprocess.run(["pdffonts", path], check=True, capture_output=True, text=True).stdout.splitlines()[2:]
    assert fonts
    assert all(re.search(r"yes yes yes\s+\d+\s+\d+$", line) for line in fonts)


@pytest.mark.parametrize("reader", READERS)
def test_the_words_are_as_they_were(tmp_path, reader):
    """The whole text of each page, section by section; a change of it is looked at and then stored."""
    write(tmp_path, album.TITLES[:4])
    told = pages.page_sections(tmp_path / f"{reader}.html")
    text = "".join(f"## {heading}\n{words}\n\n" for heading, words in told.items())

    assert text == (GOLDEN / f"{reader}.txt").read_text(encoding="utf-8")


def test_same_input_same_bytes(papers, tmp_path):
    for path in write(tmp_path, TITLES).paths:
        assert path.read_bytes() == (papers / path.name).read_bytes()


def test_the_client_is_told_how_each_track_lies_to_the_album():
    record = briefs.make_record()
    section = next(
        s for s in client_brief(briefs.make_source(record), {}, "streaming").sections if "beside" in s.heading
    )
    held = {t["track"]: t for t in record["targets"]["streaming"]["cohesion"]["tracks"]}

    columns = [column.heading for column in section.tables[0].columns]
    row = dict(zip(columns, section.tables[0].rows[1], strict=True))
    assert row["Title"] == "Tide (Live)"
    assert row["Level LU"] == f"{held['t2']['level_distance_lu']:+.1f}".replace("-", "−")
    assert row["Tone dB"] == f"{held['t2']['tone_distance_db']:.1f}"


def test_the_label_reads_who_wrote_what_once():
    sections = {
        s.heading: s for s in label_brief(briefs.make_source(briefs.make_record(["A", "B", "C", "D"]))).sections
    }

    assert sections["Credits"].tables[0].rows == (
        ("Tracks 1, 4", "composer: Jo Hale; lyricist: Ana Reis", "Tidal Music", "guitar: P. Quill"),
        ("Tracks 2, 3", "composer: Jo Hale; lyricist: Ana Reis", "Tidal Music", ""),
    )
    assert [row[:2] for row in sections["Who approves"].tables[0].rows] == [
        ("mastering engineer", "all targets"),
        ("artist", "cd"),
        ("qc", "all targets"),
    ]


def test_a_gain_of_nought_is_no_failure_to_read_back():
    record = briefs.make_record(["A"])
    for item in record["targets"]["streaming"]["deliverables"]:
        item["verified"] = {"by": "ffmpeg", "gain_db": 0.0, "offset_samples": 0, "tags": item["format"] != "aac"}
    section = next(s for s in label_brief(briefs.make_source(record)).sections if s.heading == "Deliverables")

    assert {row[0]: row[-1] for row in section.tables[0].rows}["streaming/mp3-320"] == "yes"
    assert {row[0]: row[-1] for row in section.tables[0].rows}["streaming/aac-256"] == "NO"


def test_the_plant_reads_cd_frames_and_every_digest_of_what_is_pressed():
    record = briefs.make_record(["A", "B"])
    view = plant_brief(briefs.make_source(record))
    ask, disc, sides = view.sections[:3]

    assert [row[2] for row in disc.tables[0].rows][:2] == ["00:02:00", "03:11:00"]  # 187 s and a gap of 2 s later
    assert {f.path for f in disc.files} == {"DDPID", "DDPMS", "PQDESCR", "IMAGE.DAT", "CDTEXT.BIN", "CHECKSUM.MD5"}
    assert {"".join(f.md5) for f in sides.files} == {d["md5"] for d in record["targets"]["vinyl"]["deliverables"]}
    assert [f.value for f in sides.facts if f.label.startswith("Matrix")] == ["LTR014-A", "LTR014-B"]
    listed = next(d for d in record["targets"]["cd"]["deliverables"] if d["path"].endswith("CHECKSUM.MD5"))
    assert [f.value for f in disc.facts if f.label == "MD5 of CHECKSUM.MD5"] == [listed["md5"]]
    assert ask.lines == ("Jo Marsh, Lowtide Mastering", "jo@marsh.example, +44 20 7946 0000")


@pytest.mark.parametrize(
    ("samples", "text"), [(0, "00:02:00"), (588, "00:02:01"), (44_100 * 60, "01:02:00"), (1, "00:02:01")]
)
def test_absolute_times_count_the_two_seconds_before_the_programme(samples, text):
    assert msf(samples) == text


def test_a_release_of_files_has_nothing_for_a_plant(tmp_path):
    record = briefs.make_record(["A"])
    record["targets"] = {"streaming": record["targets"]["streaming"]}
    written = write_briefs(READERS, briefs.make_source(record), {}, tmp_path)

    assert {p.name for p in written.paths} == {"client.html", "client.pdf", "label.html", "label.pdf"}


def test_a_manifest_that_has_changed_since_is_told(tmp_path):
    view = label_brief(briefs.make_source(briefs.make_record(["A"]), is_current=False))

    assert view.sections[0].heading == "The manifest has changed since this build"
    assert label_brief(briefs.make_source(briefs.make_record(["A"]))).sections[0].heading == "Tracks and codes"


@needs_poppler
def test_hostile_texts_are_inert_and_the_paper_stays_short(tmp_path):
    titles = [
        HOSTILE,
        "x" * 10_000,
        '#read("/etc/passwd")',
        '#import "@preview/x:1.0.0"',
        "\u202eevil",
        "שלום עולם",
        "夜",
    ]
    record = briefs.make_record(titles)
    record["project"] |= {"title": HOSTILE, "artist": HOSTILE}
    source = briefs.make_source(record)
    release = replace(source.release, genre=HOSTILE, p_line="y" * 10_000, credits=(*source.release.credits,) * 40)
    source = replace(source, release=release, contact=(HOSTILE, "z" * 5000))
    look = replace(LOOK, name=HOSTILE, contact=(HOSTILE,))

    result = write_briefs(READERS, source, {}, tmp_path, look=look)

    for reader in READERS:
        page = page_of(tmp_path / f"{reader}.html")
        assert not {tag for tag, _ in page.tags} & {"script", "iframe", "link", "object"}
        assert all((a["src"] or "").startswith("data:image/svg+xml;base64,") for _, a in page.tags if "src" in a)
        assert not any(key.startswith("on") for _, attributes in page.tags for key in attributes)
        assert "<script>alert(1)</script>" in page.text
        assert "\u202e" not in (tmp_path / f"{reader}.html").read_text(encoding="utf-8")
        info = subprocess.run(["pdfinfo", tmp_path / f"{reader}.pdf"], check=True, capture_output=True, text=True)
        assert int(re.search(r"Pages:\s+(\d+)", info.stdout)[1]) < 20
        text = subprocess.run(
            ["pdftotext", tmp_path / f"{reader}.pdf", "-"], check=True, capture_output=True, text=True
        )
        assert "root:" not in text.stdout
    assert [f.check for f in result.findings] == ["documents/missing-glyph"] * 3
    assert all("夜" in f.message for f in result.findings)


@pytest.mark.parametrize("reader", READERS)
def test_the_house_stands_above_and_below_and_nothing_is_asked_for_outside(papers, reader):
    page = page_of(papers / f"{reader}.html")
    (picture,) = [a for tag, a in page.tags if tag == "img"]

    assert picture["alt"] == "Lowtide Mastering"
    assert page.text.endswith("Lowtide Mastering · Jo Marsh, jo@lowtide.example")
    assert "--house: #7a1f3d" in (papers / f"{reader}.html").read_text()
    assert all((a["src"] or "").startswith("data:") for _, a in page.tags if "src" in a)
    assert all(a["href"].startswith("#") for _, a in page.tags if "href" in a)


def test_like_findings_of_many_tracks_are_one_item():
    record = briefs.make_record()
    like = {**album.FINDINGS[2], "message": "mp3 decodes to +0.31 dBTP."}
    record["qc"]["findings"] = [
        *({**like, "track": f"t{n}", "target": target} for n in range(1, 13) for target in ("streaming", "cd")),
        {**like, "check": "level/ceiling", "status": "fail", "target": "cd", "track": "t4", "at_s": 12.5},
    ]
    one, many = finding_items(record, Tracks(record), ("fail", "warn"))

    assert one.status == "fail"
    assert one.place.startswith("4 The Long Room Where Nobody Speaks About the Weather · cd · at 0:12.500")
    assert many.place == "Lossy file over the ceiling, 12 times"
    assert many.text.startswith("1 Departure, 2 Tide (Live), 3 Lanterns, ")
    assert many.text.endswith("12 Coda · streaming, cd. The first: mp3 decodes to +0.31 dBTP.")


def test_files_of_several_discs_are_told_apart():
    record = briefs.make_record(["A"])
    files = record["targets"]["cd"]["deliverables"]
    record["targets"]["cd"]["deliverables"] = [
        {**d, "path": d["path"].replace("cd/ddp", f"cd/disc-{n}/ddp")} for n in (1, 2) for d in files
    ]
    for item in record["targets"]["streaming"]["deliverables"]:
        folder, _, name = item["path"].rpartition("/")
        item["path"] = f"{folder}/disc-1/{name}"
    source = briefs.make_source(record)

    assert {f.path for f in plant_brief(source).sections[1].files} >= {"disc-1/ddp/IMAGE.DAT", "disc-2/ddp/IMAGE.DAT"}
    assert client_brief(source, {}, "").sections[0].tables[0].rows[0][1] == "FLAC, MP3 320, AAC 256"
