"""What the manifest names beside audio: pictures and checks, refused before anything is read."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import soundfile
import yaml
from PIL import Image

from release.errors import ManifestError, Problem
from release.operations.project import open_project


def project(folder: Path, **changes: object) -> Path:
    soundfile.write(folder / "a.wav", [[0.1, 0.1]] * 48_000, 48_000)
    manifest = {
        "version": 1,
        "release": {"title": "Night Ferry", "artist": "The Harbour Lights", "artwork": "front.png"},
        "tracks": [{"id": "a", "title": "A", "source": "a.wav"}],
        "targets": {"streaming": {}},
    }
    path = folder / "project.yaml"
    path.write_text(yaml.safe_dump({**manifest, **changes}, sort_keys=False), encoding="utf-8")
    return path


def picture(kind: str) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (8, 8), "navy").save(data, kind)
    return data.getvalue()


def problems(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(ManifestError) as caught:
        open_project(path)
    return caught.value.problems


@pytest.mark.parametrize(
    "data", [picture("GIF"), picture("WEBP"), b"no picture", b"\x89PNG\r\n\x1a\n"], ids=["GIF", "WebP", "text", "cut"]
)
def test_a_picture_that_no_tag_can_hold_is_refused_with_its_line(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "front.png").write_bytes(data)

    (problem,) = problems(project(tmp_path))

    assert problem.code == "not-artwork"
    assert problem.where.startswith("project.yaml:5:")


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_png_and_jpeg_are_taken_by_their_content(tmp_path: Path, kind: str) -> None:
    (tmp_path / "front.png").write_bytes(picture(kind))

    assert open_project(project(tmp_path)).paths["front.png"].name == "front.png"


def test_a_picture_too_large_for_flac_is_refused(tmp_path: Path) -> None:
    (tmp_path / "front.png").write_bytes(picture("PNG") + bytes(2**24))

    assert [p.code for p in problems(project(tmp_path))] == ["large-artwork"]


def test_waivers_and_pictures_are_told_together(tmp_path: Path) -> None:
    (tmp_path / "front.png").write_bytes(b"no picture")
    waived = [
        {"check": name, "reason": "meant", "by": "Jo"} for name in ("audio/cliping", "cd/structure", "audio/clipping")
    ]

    found = problems(project(tmp_path, qc={"waivers": waived}))

    assert sorted(p.code for p in found) == ["not-artwork", "not-waivable", "unknown-check"]
    assert "audio/clipping" in next(p.remedy for p in found if p.code == "unknown-check")
