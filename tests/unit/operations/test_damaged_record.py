"""A record that somebody edited, cut or replaced: said in a sentence, never a fault of the program."""

from __future__ import annotations

from pathlib import Path

import pytest
import soundfile

from release.errors import UsageError
from release.operations.report import report_project
from release.operations.verify import verify_path

MANIFEST = """\
version: 1
release: {title: Night Ferry, artist: The Harbour Lights}
tracks: [{id: a, title: A, source: a.wav}]
targets: {streaming: {}}
"""


@pytest.fixture(params=["{", '{"version": 1, "tool": []}', "[]", ""])
def damaged(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    soundfile.write(tmp_path / "a.wav", [[0.1, 0.1]] * 4_800, 48_000)
    (tmp_path / "project.yaml").write_text(MANIFEST, encoding="utf-8")
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "release.json").write_text(request.param, encoding="utf-8")
    return tmp_path


def test_report_says_what_is_wrong(damaged: Path) -> None:
    with pytest.raises(UsageError, match=r"the record of the build cannot be read: (it|tool) is"):
        report_project(damaged / "project.yaml")


def test_verify_says_it_in_one_plain_sentence(damaged: Path) -> None:
    (problem,) = verify_path(damaged / "build").problems

    assert "\n" not in problem.problem
    assert "pydantic" not in problem.problem
    assert "http" not in problem.problem
