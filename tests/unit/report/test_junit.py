"""JUnit XML: valid, complete, with stable codes, whatever the texts hold."""

from __future__ import annotations

import shutil
import subprocess
from xml.etree import ElementTree as ET

import pytest

from release.errors import Problem
from release.model.finding import Finding, Status
from release.report.junit import junit_xml

HOSTILE = 'a<b>&"\x00\x1b[2J\ud800\ufffe\u202e]]> 🎵'
FINDINGS = [
    Finding("audio/clipping", Status.FAIL, "clipped", "it clips", "ask for a mix", "cd", "tide", at_s=1.5),
    Finding("level/ceiling", Status.ERROR, "crash", "the check failed"),
    Finding("audio/dc-offset", Status.WARN, "offset", "an offset", source="mixes/a.wav"),
    Finding("audio/mono-source", Status.NOTE, "mono", "one channel"),
    Finding("audio/clipping", Status.FAIL, "clipped", "it clips", waived="it is the sound (Jo Marsh, 2026-11-20)"),
]


def read(data: bytes) -> ET.Element:
    return ET.fromstring(data.decode())


def test_every_finding_is_a_case_with_its_code() -> None:
    suite = read(junit_xml("release build", FINDINGS)).find("testsuite")
    assert suite is not None
    assert {k: suite.get(k) for k in ("name", "tests", "failures", "errors", "skipped")} == {
        "name": "release build", "tests": "5", "failures": "1", "errors": "1", "skipped": "1",
    }  # fmt: skip
    cases = suite.findall("testcase")
    assert (cases[0].get("classname"), cases[0].get("name")) == ("audio.clipping", "clipped [cd tide] at 1.500 s")
    failure = cases[0].find("failure")
    assert failure is not None
    assert (failure.get("type"), failure.get("message"), failure.text) == (
        "clipped",
        "it clips",
        "it clips\nask for a mix",
    )
    assert cases[2].find("failure") is None
    assert cases[2].findtext("system-out") == "warn: an offset"
    skipped = cases[4].find("skipped")
    assert skipped is not None
    assert skipped.get("message") == "waived: it is the sound (Jo Marsh, 2026-11-20)"


def test_problems_fail_and_proofs_pass() -> None:
    root = read(
        junit_xml("release verify", problems=[Problem("a.wav", "changed", "again", "content")], passed=["83 files"])
    )

    assert (root.get("tests"), root.get("failures")) == ("2", "1")
    assert root.find("testsuite/testcase/failure").get("type") == "content"  # type: ignore[union-attr]


def test_nothing_found_is_one_case_that_passes() -> None:
    assert read(junit_xml("release check")).get("tests") == "1"


@pytest.mark.skipif(shutil.which("xmllint") is None, reason="needs xmllint (Debian package libxml2-utils)")
def test_hostile_texts_leave_it_well_formed(tmp_path) -> None:
    path = tmp_path / "junit.xml"
    found = [
        Finding(HOSTILE, s, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, waived=w)
        for s in Status
        for w in (None, HOSTILE)
    ]
    path.write_bytes(junit_xml(HOSTILE, found, [Problem(HOSTILE, HOSTILE, HOSTILE, HOSTILE)], [HOSTILE]))

    subprocess.run(["xmllint", "--noout", str(path)], check=True)
    assert len(read(path.read_bytes()).findall("testsuite/testcase")) == 12


def test_an_error_of_a_command_is_written_too(tmp_path) -> None:
    from release.cli.entry import run

    path = tmp_path / "e.xml"
    for command in ("check", "build", "report"):
        assert run([command, str(tmp_path / "none.yaml"), "--junit", str(path)]) == 3
        assert read(path.read_bytes()).get("failures") == "1"
        path.unlink()
    assert run(["verify", str(tmp_path / "none"), "--junit", str(path)]) == 2
    assert read(path.read_bytes()).find("testsuite/testcase/failure").get("type") == "usage"  # type: ignore[union-attr]
