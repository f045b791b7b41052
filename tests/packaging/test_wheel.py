"""The wheel carries templates and schemas, and works from another folder than the checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def unpacked(wheel, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    zipfile.ZipFile(wheel).extractall(folder)
    return folder


def run(unpacked, code, cwd):
    """Run Python from another folder, with the unpacked wheel before everything else."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(unpacked)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def test_the_wheel_is_named_and_licensed_as_promised(wheel):
    names = zipfile.ZipFile(wheel).namelist()

    assert wheel.name.startswith("release_audio-")
    assert "release/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not any(name.startswith(("tests/", "benchmarks/", "sample_project/")) for name in names)


def test_every_template_and_schema_is_in_the_wheel(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())

    for kind in ("templates", "schemas"):
        for path in (ROOT / kind).rglob("*"):
            if path.is_file():
                assert f"release/_data/{kind}/{path.relative_to(ROOT / kind).as_posix()}" in names


def test_the_installed_program_finds_its_schemas_and_templates(unpacked, tmp_path):
    code = """
import release, release.resources as r
assert "_data" in str(r.data_dir("templates")), r.data_dir("templates")
print((r.data_dir("schemas") / "project.schema.json").read_text()[:1], release.__version__)
"""
    assert run(unpacked, code, tmp_path).split() == ["{", "0.1.0"]


def test_a_report_renders_from_the_wheel_in_another_folder(unpacked, tmp_path):
    code = """
import json
from pathlib import Path
from release.report.build_report import write_reports
record = json.loads(Path("record.json").read_text())
result = write_reports(record, {}, Path("report"), identity="0" * 64)
print(*(p.name for p in result.paths))
"""
    record = {
        "version": 1,
        "tool": {"name": "release-audio", "version": "0", "libraries": {}, "platform": "x"},
        "project": {
            "digest": "0" * 64,
            "title": "T",
            "artist": "A",
            "catalogue_number": "",
            "barcode": "",
            "label": "",
            "release_date": None,
        },
        "sources": [],
        "programme": {"sample_rate_hz": 44100, "length": 0, "tracks": []},
        "targets": {},
        "qc": {"status": "passed", "findings": []},
    }
    import json

    (tmp_path / "record.json").write_text(json.dumps(record))

    names = run(unpacked, code, tmp_path).split()

    assert names == ["qc-report.html", "qc-report.pdf", "qc.json"]
    assert (tmp_path / "report" / "qc-report.pdf").read_bytes().startswith(b"%PDF")


def test_the_command_of_the_wheel_is_release(wheel):
    archive = zipfile.ZipFile(wheel)
    entry = next(n for n in archive.namelist() if n.endswith("entry_points.txt"))

    assert "release = release.__main__:main" in archive.read(entry).decode()
