"""Bad files that are only learned from or compared with are told with the line and the track that name them."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile

from release.errors import ManifestError, SourceError
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
    tone = 0.1 * np.sin(np.arange(RATE * 4) / 7.0)
    soundfile.write(folder / "a.wav", np.stack([tone, tone], 1), RATE, subtype="PCM_24")
    (folder / "text.wav").write_text("hello")
    bad = tone[: RATE * 3].copy()
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


def test_a_moment_has_no_tone_to_match(tmp_path, monkeypatch):
    path = project(tmp_path, monkeypatch, "match_eq: {reference: short.wav}")
    soundfile.write(tmp_path / "short.wav", np.zeros((RATE // 10, 2)), RATE, subtype="PCM_24")

    with pytest.raises(ManifestError) as caught:
        check_project(path)

    (problem,) = caught.value.problems
    assert (problem.where, problem.code) == ("p.yaml:9:31", "short-reference")
    assert problem.problem.endswith("0.100 s are too short for a tone to match")


def test_a_single_track_has_no_album_to_be_matched_with(tmp_path, monkeypatch):
    path = project(tmp_path, monkeypatch, "match_eq: {}")
    path.write_text(path.read_text().replace("  - {id: one, title: One, source: a.wav}\n", ""))

    with pytest.raises(ManifestError) as caught:
        check_project(path)

    assert "there is no other track" in caught.value.problems[0].problem


def test_a_bad_source_of_a_track_is_told_as_before(tmp_path, monkeypatch):
    path = project(tmp_path, monkeypatch, "gain: 1 dB")
    (tmp_path / "a.wav").write_text("hello")

    with pytest.raises(SourceError) as caught:
        open_project(path)

    assert "p.yaml" not in str(caught.value)
