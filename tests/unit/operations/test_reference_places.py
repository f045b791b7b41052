"""Bad files that are only learned from or compared with are told with the line and the track that name them."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile

from release.errors import SourceError
from release.operations.check import check_project
from release.operations.project import open_project

RATE = 48_000
MANIFEST = """\
version: 1
release: {title: T, artist: A}
tracks:
  - {id: one, title: One, source: a.wav}
  - id: two
    title: Two
    source: a.wav
    process:
      - STEP
targets:
  download: {}
"""


def project(folder, monkeypatch, step):
    monkeypatch.setenv("RELEASE_CACHE", str(folder / "cache"))
    tone = 0.1 * np.sin(np.arange(RATE * 2) / 7.0)
    soundfile.write(folder / "a.wav", np.stack([tone, tone], 1), RATE, subtype="PCM_24")
    (folder / "text.wav").write_text("hello")
    bad = tone[:RATE].copy()
    bad[1000] = np.nan
    soundfile.write(folder / "nan.wav", bad, RATE, subtype="FLOAT")
    (folder / "p.yaml").write_text(MANIFEST.replace("STEP", step))
    return folder / "p.yaml"


@pytest.mark.parametrize(
    ("step", "column", "what"),
    [("denoise: {print: FILE}", 26, "noise print"), ("match_eq: {reference: FILE}", 31, "reference")],
)
@pytest.mark.parametrize(("file", "said"), [("text.wav", "a text file"), ("nan.wav", "is not a number")])
def test_a_bad_reference_is_told_with_line_and_track(tmp_path, monkeypatch, step, column, what, file, said):
    path = project(tmp_path, monkeypatch, step.replace("FILE", file))

    with pytest.raises(SourceError) as caught:
        check_project(path)

    (problem,) = caught.value.problems
    assert problem.where == file
    assert said in problem.problem
    assert problem.problem.endswith(f" (p.yaml:9:{column}, {what} of track two)")


def test_a_bad_source_of_a_track_is_told_as_before(tmp_path, monkeypatch):
    path = project(tmp_path, monkeypatch, "gain: 1 dB")
    (tmp_path / "a.wav").write_text("hello")

    with pytest.raises(SourceError) as caught:
        open_project(path)

    assert "p.yaml" not in str(caught.value)
