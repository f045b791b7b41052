"""The library takes paths as people write them: as text too."""

from __future__ import annotations

from pathlib import Path

import pytest
from e2e_studio import Studio, music, track

import release
from release.errors import UsageError
from release.operations import import_cue, import_ddp, import_toc

RATE = 44_100


def test_every_operation_takes_a_path_as_text(studio: Studio, tmp_path: Path) -> None:
    studio.record("a.wav", music(5, RATE, 1, peak=0.3), RATE, 16)
    target = {"images": ["ddp", "cue", "toc"], "player": False, "dither": "none"}
    studio.write(tracks=[track(1, "a.wav")], targets={"cd": target})
    project = str(studio.folder / "project.yaml")

    assert release.load_project(project).project.targets
    assert release.check(project) == release.check(Path(project))
    assert release.plan(project).steps
    built = Path(release.build(project, jobs=1).output)
    assert release.verify(str(built)).problems == ()
    assert release.verify(str(built / "cd/ddp")).problems == ()
    assert release.diff(str(built), str(built)) == release.diff(built, built)
    assert len(release.measure([str(studio.folder / "mixes/a.wav")])) == 1
    assert release.status(project) == release.status(Path(project))
    (cue,), (toc,) = (built / "cd/cue").glob("*.cue"), (built / "cd/toc").glob("*.toc")
    for number, (read, path) in enumerate(((import_ddp, built / "cd/ddp"), (import_cue, cue), (import_toc, toc))):
        assert read(str(path), output=str(tmp_path / f"out{number}")).manifest.is_file()


def test_a_path_to_nothing_is_a_usage_error_as_text_too() -> None:
    with pytest.raises(UsageError):
        release.verify("no/such/folder")
