"""Messages of the system's errors: the file that was being written, not the one that was read."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from release.pipeline import checksum
from release.pipeline.work import as_release_error


def test_a_full_disk_names_what_was_to_be_written() -> None:
    error = OSError(errno.ENOSPC, "No space left on device", "/cache/ab/file", None, "/out/.build/01.flac")

    told = str(as_release_error(error, "streaming"))

    assert "writing /out/.build/01.flac" in told


def test_a_copy_that_fills_the_disk_names_its_target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "a").write_bytes(b"x")
    monkeypatch.setattr(checksum.os, "copy_file_range", full)

    with pytest.raises(OSError, match="No space") as caught:
        checksum.copy_file(tmp_path / "a", tmp_path / "b")

    assert caught.value.filename == str(tmp_path / "b")
