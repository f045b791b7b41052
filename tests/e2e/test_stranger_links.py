"""A project from elsewhere with links where its build, report and auditions go: nothing outside is written, read or told."""

from __future__ import annotations

import shutil

import pytest
from e2e_studio import Studio, music, track

from release.cli.entry import run

RATE = 44_100
REPORTS = ("qc-report.html", "qc-report.pdf", "qc.json", "client.html", "client.pdf")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A built release of two tracks, to be copied."""
    folder = tmp_path_factory.mktemp("built")
    studio = Studio(folder / "album")
    studio.folder.mkdir()
    for n in (1, 2):
        studio.record(f"{n}.wav", music(2, RATE, n), RATE, 16)
    studio.write(
        tracks=[track(1, "1.wav"), track(2, "2.wav")],
        targets={"web": {"kind": "download", "files": ["flac"], "level": {"match": "none"}}},
    )
    studio.build()
    return studio.folder


@pytest.fixture
def project(built, tmp_path):
    """The project of this test, and a folder outside of it."""
    (tmp_path / "outside").mkdir()
    shutil.copytree(built, tmp_path / "album")
    return tmp_path / "album"


def call(capsys, *arguments):
    """Exit code and all output of a command line."""
    capsys.readouterr()
    code = run([str(a) for a in arguments])
    captured = capsys.readouterr()
    return code, captured.out + captured.err


@pytest.mark.parametrize("make", ["symlink_to", "hardlink_to"])
def test_report_never_writes_through_its_files(project, capsys, make) -> None:
    outside = project.parent / "outside"
    for name in REPORTS:
        (outside / name).write_text("keep")
        (project / "build" / "report" / name).unlink(missing_ok=True)
        getattr(project / "build" / "report" / name, make)(outside / name)

    code, told = call(capsys, "report", project, "--short", "client")

    assert code == 0, told
    for name in REPORTS:
        assert (outside / name).read_text() == "keep", name
        assert (project / "build" / "report" / name).stat().st_size > 100


@pytest.mark.parametrize("name", ["build/report", "build"])
def test_report_refuses_a_linked_folder(project, capsys, name) -> None:
    outside = project.parent / "outside"
    shutil.copytree(project / "build", outside / "build")
    lead = outside / name
    shutil.rmtree(project / name)
    (project / name).symlink_to(lead)
    before = {p: p.read_bytes() for p in outside.rglob("*") if p.is_file()}

    code, told = call(capsys, "report", project, "--short", "client")

    assert code == 2, told
    assert "link" in told
    assert {p: p.read_bytes() for p in outside.rglob("*") if p.is_file()} == before


def test_audition_writes_into_no_linked_folder(project, capsys) -> None:
    (project / "audition").symlink_to(project.parent / "outside")

    code, told = call(capsys, "audition", project, *_keys(project), "--join")

    assert code == 2, told
    assert "the folder audition is a link" in told
    assert list((project.parent / "outside").iterdir()) == []


def _keys(project):
    import json

    return [t["id"] for t in json.loads((project / "build/release.json").read_bytes())["programme"]["tracks"]]


@pytest.mark.parametrize("command", ["audition", "review", "verify", "diff", "approve"])
@pytest.mark.parametrize("how", ["a linked folder", "a path that leads out"])
def test_no_command_opens_deliverables_outside(project, built, capsys, command, how) -> None:
    outside, record = project.parent / "outside", project / "build" / "release.json"
    if how == "a linked folder":
        shutil.move(project / "build" / "web", outside / "web")
        (project / "build" / "web").symlink_to(outside / "web")
    else:
        (outside / "secret").write_text("top secret")
        text = record.read_text()
        for path in (project / "build" / "web").rglob("*.flac"):
            text = text.replace(path.relative_to(project / "build").as_posix(), "../../outside/secret")
        record.write_text(text)
    arguments = {
        "audition": ["audition", project, *_keys(project), "--join"],
        "review": ["report", project, "--review"],
        "verify": ["verify", project / "build"],
        "diff": ["diff", built / "build", project / "build"],
        "approve": ["approve", project, "--person", "Jo Marsh", "--role", "artist", "--unsigned"],
    }[command]

    code, told = call(capsys, *arguments)

    told = " ".join(told.split())
    assert code == (0 if command == "diff" else 2 if command == "approve" and "path" in how else 7), told
    assert "text file" not in told
    assert "missing" in told or "not there" in told or "leads out" in told
    if command == "diff":
        assert "not compared" in told
    assert not (project / ".release" / "approvals").exists()
