"""What ``init`` leaves out, and says so."""

from __future__ import annotations

import os
from pathlib import Path

import soundfile

from release.manifest.load import load_manifest
from release.operations.scaffold import scaffold_folder


def audio(path: Path) -> None:
    with path.open("wb") as file:
        soundfile.write(file, [[0.1, 0.1]] * 4_800, 48_000, format="FLAC", subtype="PCM_16")


def test_names_that_no_manifest_can_hold_are_left_out_and_told(tmp_path: Path) -> None:
    audio(tmp_path / "good.flac")
    audio(tmp_path / "two\nlines.flac")
    audio(Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff.flac")))

    result = scaffold_folder(tmp_path)

    assert [t.source for t in load_manifest(result.path).project.tracks] == ["good.flac"]
    assert len(result.notes) == 2
    assert all("left out" in note and "Rename it" in note and "\n" not in note for note in result.notes)


def test_a_tag_that_no_manifest_can_hold_is_left_out_and_told(tmp_path: Path) -> None:
    from mutagen.flac import FLAC

    audio(tmp_path / "a.flac")
    tagged = FLAC(tmp_path / "a.flac")
    tagged.update({"ARTIST": "x" * 3_000_000, "TITLE": "Tide", "ISRC": "y" * 3_000_000})
    tagged.save()

    result = scaffold_folder(tmp_path)

    assert [t.title for t in load_manifest(result.path).project.tracks] == ["Tide"]
    assert any("its tag for the artist has 3000000 characters. It is left out" in note for note in result.notes)
    assert all(len(note) < 300 for note in result.notes)


def test_a_tag_that_is_no_isrc_is_told(tmp_path: Path) -> None:
    from mutagen.flac import FLAC

    audio(tmp_path / "a.flac")
    tagged = FLAC(tmp_path / "a.flac")
    tagged["ISRC"] = "GB-LTR-26"
    tagged.save()

    (note,) = scaffold_folder(tmp_path).notes

    assert "a.flac: its tag 'GB-LTR-26' is no ISRC" in note


def test_remedies_are_sentences_of_their_own(tmp_path: Path) -> None:
    audio(tmp_path / "a.flac")
    (tmp_path / "b.wav").write_bytes(b"no audio")

    (note,) = scaffold_folder(tmp_path).notes

    assert "\n" not in note
    assert ". " in note
