"""The QC report says what the record says, in HTML, PDF and JSON alike."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise

import album
import pages
import pytest

from release.record import Record
from release.report.build_report import write_reports
from release.report.qc_view import build_view

needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="needs pdftotext (Debian package poppler-utils)"
)
needs_qpdf = pytest.mark.skipif(shutil.which("qpdf") is None, reason="needs qpdf (Debian package qpdf)")

HOSTILE = '<script>alert(1)</script>"\'&{{7*7}}#panic("x")\u202e夜\x07'


INLINE = {"span", "bdi", "wbr"}


class PageText(HTMLParser):
    """Text of a page as read: without style, pictures and what only screen readers get twice."""

    def __init__(self) -> None:
        super().__init__()
        self.skipped = 0
        self.pieces: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.skipped += tag in {"style", "svg", "title"}
        if tag not in INLINE:
            self.pieces.append(" ")

    def handle_endtag(self, tag):
        self.skipped -= tag in {"style", "svg", "title"}
        if tag not in INLINE:
            self.pieces.append(" ")

    def handle_data(self, data):
        if not self.skipped:
            self.pieces.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.pieces).split())


def page_of(path) -> PageText:
    page = PageText()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def pdf_text(path) -> str:
    return subprocess.run(["pdftotext", "-raw", str(path), "-"], check=True, capture_output=True, text=True).stdout


def test_the_made_up_album_is_a_record():
    Record.model_validate(album.make_record())


def test_verdict_comes_first(report):
    text = page_of(report / "qc-report.html").text

    assert text.index("Not passed") < text.index("Catalogue number") < text.index("Findings")
    assert "1 failure, 2 warnings and 1 note; 1 finding waived." in text


@pytest.mark.parametrize(
    ("findings", "headline"),
    [
        ([], "Passed"),
        (album.FINDINGS[2:3], "Passed with warnings"),
        (album.FINDINGS[1:2], "Not passed"),
        (album.FINDINGS[0:1], "Passed"),
    ],
)
def test_headline_follows_the_worst_open_finding(findings, headline):
    view = build_view(album.make_record(findings=findings), "0" * 64)

    assert view.verdict.headline == headline


def test_failed_record_is_never_shown_as_passed():
    record = {**album.make_record(findings=[]), "qc": {"status": "failed", "findings": []}}

    assert build_view(record, "0" * 64).verdict.headline == "Not passed"


def test_page_has_every_checksum_and_figure_of_the_record(report):
    text = page_of(report / "qc-report.html").text.replace(" ", "")
    record = album.make_record()

    for target in record["targets"].values():
        for item in target["deliverables"]:
            assert item["sha256"] in text
            assert item["md5"] in text
            folder, _, name = item["path"].replace(" ", "").rpartition("/")
            assert folder in text
            assert name in text
        for unit in target["units"]:
            for track in unit["tracks"]:
                assert f"{track['loudness']['integrated_lufs']:.1f}".replace("-", "−") in text
    assert album.digest("x") in text


@needs_poppler
def test_every_section_has_the_same_numbers_on_page_and_paper(report):
    """The same view record makes both, so the same numbers must come out, section by section; pictures add their scales."""
    page = pages.page_sections(report / "qc-report.html")
    paper = pages.pdf_sections(report / "qc-report.pdf", list(page))
    drawn = pages.chart_numbers(report / "qc-report.html")

    assert list(page)[1:4] == ["Findings", "Order and times", "Tracks"]
    assert len(page) == 9
    assert sum(len(pages.numbers(text)) for text in page.values()) > 400
    for heading, text in page.items():
        assert pages.numbers(text) - pages.numbers(paper[heading]) == set(), heading
        assert pages.numbers(paper[heading]) - pages.numbers(text) - drawn == set(), heading


@needs_poppler
def test_every_digest_is_in_the_pdf(report):
    text = re.sub(r"\s|\u200b", "", pdf_text(report / "qc-report.pdf"))

    for target in album.make_record()["targets"].values():
        for item in target["deliverables"]:
            assert item["sha256"] in text
            assert item["md5"] in text


@needs_qpdf
@needs_poppler
def test_pdf_is_sound_tagged_and_carries_its_fonts(report):
    path = str(report / "qc-report.pdf")

    assert subprocess.run(["qpdf", "--check", path], capture_output=True, check=False).returncode == 0
    info = subprocess.run(["pdfinfo", path], check=True, capture_output=True, text=True).stdout
    assert re.search(r"Tagged:\s+yes", info)
    assert re.search(r"JavaScript:\s+no", info)
    assert "Night Ferry" in info
    assert re.search(r"CreationDate:\s+.*Dec  ?4 .*2026", info)
    fonts = subprocess.run(["pdffonts", path], check=True, capture_output=True, text=True).stdout.splitlines()[2:]
    assert fonts
    assert all(re.search(r"yes yes yes\s+\d+\s+\d+$", line) for line in fonts)
    plain = subprocess.run(
        ["qpdf", "--qdf", "--object-streams=disable", path, "-"], check=True, capture_output=True
    ).stdout
    assert b"/Lang (en)" in plain
    assert b"/StructTreeRoot" in plain
    assert b"<pdfuaid:part>1</pdfuaid:part>" in plain
    assert len(re.findall(rb"/S /Figure", plain)) == len(re.findall(rb"/Alt [(<]", plain)) == 14
    assert re.search(r"Title:\s+Night Ferry · Quality control report", info)


@needs_poppler
def test_checksums_take_few_pages(report):
    """Two lines a file, also with their orders, levels and gains."""
    paper = pages.pdf_sections(report / "qc-report.pdf", list(pages.page_sections(report / "qc-report.html")))
    files = sum(len(t["deliverables"]) for t in album.make_record()["targets"].values())

    assert files > 50
    assert paper["Targets and deliverables"].count("\f") <= 7


def test_same_input_same_bytes(report, tmp_path):
    record = album.make_record()
    again = write_reports(
        record, album.make_curves(record), tmp_path, identity=album.digest("x"), document_date=date(2026, 12, 4)
    )

    for path in again.paths:
        assert path.read_bytes() == (report / path.name).read_bytes()


def test_no_date_without_a_date(tmp_path):
    record = album.make_record(titles=["One"])
    write_reports(record, {}, tmp_path, identity="0" * 64)

    assert b"CreationDate" not in (tmp_path / "qc-report.pdf").read_bytes()


def test_json_is_sorted_and_complete(report):
    raw = (report / "qc.json").read_text(encoding="utf-8")
    data = json.loads(raw)

    assert raw == json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    assert data["identity"] == album.digest("x")
    assert [f["check"] for f in data["findings"]] == [f["check"] for f in album.FINDINGS]


def test_hostile_texts_are_inert(tmp_path):
    """Markup, template and Typst syntax in titles, messages and reasons come out as text."""
    findings = [{**f, "message": HOSTILE, "remedy": HOSTILE, "waived": f["waived"] and HOSTILE} for f in album.FINDINGS]
    record = album.make_record(
        titles=[HOSTILE, "x" * 10_000, "Tide", '#import "@preview/x:1.0.0"', "]\n= big"], findings=findings
    )
    record["project"] = {**record["project"], "title": HOSTILE, "artist": HOSTILE, "catalogue_number": HOSTILE}

    result = write_reports(record, album.make_curves(record), tmp_path, identity="0" * 64)

    page = page_of(tmp_path / "qc-report.html")
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "img", "iframe", "link", "object", "b"}
    assert not any(key.startswith("on") for _, attributes in page.tags for key in attributes)
    assert "<script>alert(1)</script>" in page.text
    assert "{{7*7}}" in page.text
    assert "\u202e" not in (tmp_path / "qc-report.html").read_text(encoding="utf-8")
    assert any("夜" in f.message for f in result.findings)
    assert [f.check for f in result.findings] == ["documents/missing-glyph"]


def test_page_asks_for_nothing_outside(report):
    html = (report / "qc-report.html").read_text(encoding="utf-8")
    page = page_of(report / "qc-report.html")

    assert not [a for _, a in page.tags if "src" in a]
    assert all(a["href"].startswith("#") for _, a in page.tags if "href" in a)
    assert "@import" not in html
    assert "url(" not in html


def test_headings_and_ids_are_in_order(report):
    page = page_of(report / "qc-report.html")
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    ids = [a["id"] for _, a in page.tags if "id" in a]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))
    assert len(ids) == len(set(ids))
    labels = [i for _, a in page.tags for i in (a.get("aria-labelledby") or "").split()]
    assert set(labels) <= set(ids)


def test_empty_record_still_reports(tmp_path):
    result = write_reports({"version": 1}, {}, tmp_path, identity="0" * 64)

    assert [p.name for p in result.paths] == ["qc-report.html", "qc-report.pdf", "qc.json"]


def test_unverified_and_mismatched_files_say_so(tmp_path):
    record = album.make_record(titles=["One"])
    files = record["targets"]["streaming"]["deliverables"]
    files[0]["verified"] = {}
    files[1]["verified"] = {"by": "ffmpeg", "audio": False}

    groups = build_view(record, "0" * 64).targets[0].files

    told = [row.verified or group.verified for group in groups for row in group.rows]
    assert told == ["not read back", "MISMATCH: audio", "read back by ffmpeg: audio, tags"]


def test_findings_name_tracks_as_the_main_order_does():
    """Disc and number where there are several discs, no number for hidden audio, a file that no track plays by its name."""
    record = album.make_record(titles=["One", "Two", "Three", "Four"])
    main = [{"number": None, "hidden": True}, {"number": 1}, {"number": 2}, {"number": 1}]
    for track, more, disc in zip(record["programme"]["tracks"], main, (1, 1, 1, 2), strict=True):
        track.update({"hidden": False, **more, "disc": disc})
    same = {"check": "audio/mono-source", "status": "note", "code": "mono", "message": "It is so.", "remedy": ""}
    record["qc"]["findings"] = [
        *({**same, "track": t["id"], "source": f"{t['id']}.wav"} for t in record["programme"]["tracks"]),
        {**same, "track": "t2@live"},
        {**same, "track": None, "source": "tone.wav"},
    ]
    view = build_view(record, "0" * 64)

    places = [row.place for row in view.groups[0].rows]
    assert places == ["One (hidden)", "1-1 Two", "1-2 Three", "2-1 Four", "1-1 t2@live", "tone.wav"]
    assert [row.number for row in view.orders[0].rows] == ["\u00b7", "1-1", "1-2", "2-1"]


def test_hidden_tracks_have_no_number():
    record = album.make_record(titles=["One", "Two"])
    for target in record["targets"].values():
        for unit in target["units"]:
            for track in unit["tracks"]:
                if track["key"] == "t2":
                    track["number"] = None

    view = build_view(record, "0" * 64)

    assert [row.number for row in view.orders[0].rows] == ["1", "·"]


def test_each_remedy_with_numbers_is_that_of_its_target():
    held = {
        **album.FINDINGS[2],
        "check": "level/held-back",
        "code": "held-back",
        "status": "warn",
        "message": "Held back.",
    }
    findings = [
        {**held, "target": name, "remedy": f"Lower the aim by {lu} LU."}
        for name, lu in (("cd", 1.2), ("streaming", 2.5), ("vinyl", 1.2))
    ]

    (group,) = build_view(album.make_record(findings=findings), "0" * 64).groups

    (row,) = group.rows
    assert row.messages == ("Held back.",)
    assert row.remedy == "cd, vinyl: Lower the aim by 1.2 LU. streaming: Lower the aim by 2.5 LU."


def test_the_same_finding_in_several_targets_is_one_row():
    outlier = {
        **album.FINDINGS[2],
        "check": "level/outlier",
        "code": "outlier",
        "status": "note",
        "message": "6.3 LU under.",
    }
    findings = [{**outlier, "target": name} for name in ("cd", "streaming", "vinyl")]
    findings[2]["message"] = "6.5 LU under."

    view = build_view(album.make_record(findings=findings), "0" * 64)

    (group,) = view.groups
    (row,) = group.rows
    assert row.place == "1 Departure · cd, streaming, vinyl"
    assert row.messages == ("6.3 to 6.5 LU under.",)
    assert view.verdict.counts[2].value == "3"
    assert [r.text for r in view.tracks[0].remarks] == ["cd, streaming, vinyl: 6.3 to 6.5 LU under."]


def test_two_findings_of_one_kind_in_one_target_stay_two_rows():
    view = build_view(
        album.make_record(findings=[album.FINDINGS[2], {**album.FINDINGS[2], "message": "aac too"}]), "0" * 64
    )

    assert [row.messages for row in view.groups[0].rows] == [(album.FINDINGS[2]["message"],), ("aac too",)]


def test_minus_signs_only_where_numbers_are_negative():
    from release.report.figures import prose

    assert (
        prose("at -3.0 dBTP (-0.5 dB) in mixes/-3.wav, mp3-320, 2026-11")
        == "at −3.0 dBTP (−0.5 dB) in mixes/-3.wav, mp3-320, 2026-11"
    )


@needs_poppler
def test_a_title_of_10000_characters_keeps_the_report_readable(tmp_path):
    record = album.make_record(titles=["x" * 10_000, "Tide"])

    write_reports(record, album.make_curves(record), tmp_path, identity="0" * 64)

    info = subprocess.run(["pdfinfo", tmp_path / "qc-report.pdf"], check=True, capture_output=True, text=True).stdout
    assert int(re.search(r"Pages:\s+(\d+)", info)[1]) < 40
    assert "(10000 characters)" in page_of(tmp_path / "qc-report.html").text
