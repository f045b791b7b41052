from __future__ import annotations

import os
from pathlib import Path

import pytest

from release.errors import UsageError
from release.pipeline.atomic import open_atomic
from release.pipeline.guarded import (
    leads_away,
    make_plain_folder,
    plain_below,
    read_plain,
    read_plain_json,
    require_own_file,
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with a file, a linked folder, a linked file and a pipe in it; ``outside`` is beside it."""
    folder = tmp_path / "root"
    (folder / "real").mkdir(parents=True)
    (folder / "real" / "file").write_text("own")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "file").write_text("foreign")
    (folder / "linked").symlink_to(tmp_path / "outside")
    (folder / "real" / "link").symlink_to(tmp_path / "outside" / "file")
    os.mkfifo(folder / "real" / "pipe")
    return folder


def test_only_files_of_the_folder_itself_are_found(root: Path) -> None:
    assert plain_below(root, "real/file") == root / "real" / "file"
    for path in ("linked/file", "real/link", "real/pipe", "real", "../outside/file", "real/../real/file", "", "a\0b"):
        assert plain_below(root, path) is None, path
    assert plain_below(root, str(root / "real" / "file")) is None


def test_what_is_only_missing_does_not_lead_away(root: Path) -> None:
    assert not leads_away(root, "real/none")
    assert not leads_away(root, "none/none")
    assert leads_away(root, "linked/none")
    assert leads_away(root, "../none")


def test_reading_is_bounded_and_waits_for_nobody(root: Path) -> None:
    assert read_plain(root / "real" / "file", 3) == b"own"
    with pytest.raises(ValueError, match="larger"):
        read_plain(root / "real" / "file", 2)
    with pytest.raises(ValueError, match="no ordinary file"):
        read_plain(root / "real" / "pipe", 10)
    with pytest.raises(OSError, match="symbolic"):
        read_plain(root / "real" / "link", 10)
    (root / "deep").write_text("[" * 100_000)
    with pytest.raises(ValueError, match="deeply"):
        read_plain_json(root / "deep", 1 << 20)


def test_folders_are_made_but_not_through_links(root: Path) -> None:
    make_plain_folder(root / "new" / "deep", "it")
    assert (root / "new" / "deep").is_dir()
    for name in ("linked", "real/file"):
        with pytest.raises(UsageError):
            make_plain_folder(root / name, "it")


def test_a_second_name_of_a_file_is_not_opened_for_writing(root: Path) -> None:
    require_own_file(root / "real" / "file", "it")
    require_own_file(root / "none", "it")
    (root / "second").hardlink_to(root / "real" / "file")
    with pytest.raises(UsageError, match="second name"):
        require_own_file(root / "second", "it")


def test_a_file_that_fails_half_way_leaves_the_old_one(root: Path) -> None:
    def write_half() -> None:
        with open_atomic(root / "real" / "file") as file:
            file.write(b"half")
            raise RuntimeError

    before = sorted(p.name for p in (root / "real").iterdir())
    with pytest.raises(RuntimeError):
        write_half()

    assert (root / "real" / "file").read_text() == "own"
    assert sorted(p.name for p in (root / "real").iterdir()) == before


def test_a_written_file_replaces_a_link_and_leaves_its_target(root: Path) -> None:
    with open_atomic(root / "real" / "link") as file:
        file.write(b"new")

    assert (root / "real" / "link").read_text() == "new"
    assert (root.parent / "outside" / "file").read_text() == "foreign"
