from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path

import pytest

from release.errors import RenderError, UsageError
from release.pipeline.journal import FileOps
from release.pipeline.publish import Workspace, check_output, open_workspace, publish, recover_output


@pytest.fixture(autouse=True)
def _no_sync(monkeypatch: pytest.MonkeyPatch) -> None:
    """Crashes are simulated, power stays on: waiting for the disk would take most of the time here."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


def record(word: str) -> str:
    return json.dumps({"tool": {"name": "release-audio"}, "word": word})


OLD = {"release.json": record("old"), "cd/a.txt": "old a", "vinyl/b.txt": "old b", "mine.txt": "not ours"}
NEW = {
    "release.json": record("new"),
    "cd/a.txt": "new a",
    "cd/deep/c.txt": "new c",
    "report/r.html": "new r",
    "mine.txt": "not ours",
}
ENTRIES, REMOVE, OWNED = ("cd", "report"), ("vinyl",), ("cd", "vinyl")


def write_tree(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def read_tree(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): p.read_text() for p in sorted(folder.rglob("*")) if p.is_file()}


class Crash(BaseException):
    """The process dies here."""


class CrashingOps(FileOps):
    """Dies after (or, for trees, in the middle of) the n-th operation."""

    def __init__(self, n_left: int, error: type[BaseException] = Crash) -> None:
        self.n_left, self.error = n_left, error
        self.n_done = 0

    def _count(self) -> None:
        self.n_done += 1
        self.n_left -= 1
        if self.n_left == 0:
            raise self.error

    def rename(self, source, target):
        super().rename(source, target)
        self._count()

    def replace(self, source, target):
        super().replace(source, target)
        self._count()

    def mkdir(self, folder):
        super().mkdir(folder)
        self._count()

    def write(self, path, data):
        super().write(path, data)
        self._count()

    def unlink(self, path):
        super().unlink(path)
        self._count()

    def remove_tree(self, folder):
        below = sorted(folder.rglob("*")) if folder.exists() else []
        for path in below[: len(below) // 2]:
            if path.is_file():
                path.unlink()
        self._count()
        super().remove_tree(folder)
        self._count()


class FailingOps(CrashingOps):
    """The n-th operation is refused and changes nothing; later ones work again."""

    def _run(self, call, *args):
        self.n_done += 1
        self.n_left -= 1
        if self.n_left == 0:
            raise OSError(errno.ENOSPC, "No space left on device", str(args[0]))
        call(*args)

    def rename(self, source, target):
        self._run(super(CrashingOps, self).rename, source, target)

    def replace(self, source, target):
        self._run(super(CrashingOps, self).replace, source, target)

    def mkdir(self, folder):
        self._run(super(CrashingOps, self).mkdir, folder)

    def write(self, path, data):
        self._run(super(CrashingOps, self).write, path, data)

    def unlink(self, path):
        self._run(super(CrashingOps, self).unlink, path)

    def remove_tree(self, folder):
        self._run(super(CrashingOps, self).remove_tree, folder)


def dead_workspace(folder: Path, *, has_old: bool) -> Workspace:
    """A workspace as a process that dies leaves it: nothing cleans up."""
    output, staging = folder / "build", folder / ".build.staging-1"
    if has_old:
        write_tree(output, OLD)
    write_tree(staging, {n: t for n, t in NEW.items() if n != "mine.txt"})
    return Workspace(output, staging, folder / ".build.scratch-1", "release.json", None)


def do_publish(workspace: Workspace, ops: FileOps) -> None:
    publish(workspace, ENTRIES, remove=REMOVE, owned=OWNED, ops=ops)


def count_operations(folder: Path) -> int:
    ops = CrashingOps(-1)
    do_publish(dead_workspace(folder, has_old=True), ops)
    assert read_tree(folder / "build") == NEW
    return ops.n_done


def check_old_or_new(folder: Path, *, has_old: bool) -> dict[str, str]:
    with open_workspace(folder / "build"):
        pass  # any build cleans up what is left
    assert [p.name for p in folder.iterdir() if "staging" in p.name or ".old" in p.name or "journal" in p.name] == []
    found = read_tree(folder / "build") if (folder / "build").exists() else {}
    old = OLD if has_old else {}
    new = NEW if has_old else {n: t for n, t in NEW.items() if n != "mine.txt"}
    assert found in (old, new)
    return found


@pytest.mark.parametrize("has_old", [True, False])
def test_a_crash_after_any_operation_leaves_the_old_or_the_new_build(tmp_path: Path, has_old: bool) -> None:
    n_operations = count_operations(tmp_path / "count")
    assert n_operations > 10
    seen = set()
    for n in range(1, n_operations + 1):
        folder = tmp_path / str(n)
        workspace = dead_workspace(folder, has_old=has_old)
        try:
            do_publish(workspace, CrashingOps(n))
        except Crash:
            recover_output(folder / "build")
        seen.add("new a" in check_old_or_new(folder, has_old=has_old).values())
    assert True in seen


def test_a_crash_in_the_recovery_of_a_crash_is_recovered_too(tmp_path: Path) -> None:
    n_operations = count_operations(tmp_path / "count")
    for n in range(1, n_operations):
        for m in range(1, n_operations):
            folder = tmp_path / f"{n}-{m}"
            workspace = dead_workspace(folder, has_old=True)
            with pytest.raises(Crash):
                do_publish(workspace, CrashingOps(n))
            try:
                recover_output(folder / "build", CrashingOps(m))
            except Crash:
                recover_output(folder / "build")
            check_old_or_new(folder, has_old=True)
            shutil.rmtree(folder)


def test_a_refused_operation_leaves_the_old_build_or_finishes(tmp_path: Path) -> None:
    n_operations = count_operations(tmp_path / "count")
    n_errors = 0
    for n in range(1, n_operations + 1):
        folder = tmp_path / str(n)
        workspace = dead_workspace(folder, has_old=True)
        expected = NEW
        try:
            do_publish(workspace, FailingOps(n))
        except RenderError as error:
            expected, n_errors = OLD, n_errors + ("disk is full" in str(error))
        assert read_tree(folder / "build") == expected
        assert check_old_or_new(folder, has_old=True) == expected
    assert n_errors > 5


def test_a_crash_while_undoing_is_recovered(tmp_path: Path) -> None:
    class Both(FailingOps):
        def __init__(self, fails_at: int, dies_at: int) -> None:
            super().__init__(fails_at)
            self.dies_at = dies_at

        def _run(self, call, *args):
            super()._run(call, *args)
            if self.n_done == self.dies_at:
                raise Crash

    for n in range(2, 9):
        for m in range(n + 1, n + 8):
            folder = tmp_path / f"{n}-{m}"
            workspace = dead_workspace(folder, has_old=True)
            try:
                do_publish(workspace, Both(n, m))
            except (Crash, RenderError):
                recover_output(folder / "build")
            check_old_or_new(folder, has_old=True)


def test_a_whole_publication(tmp_path: Path) -> None:
    output = tmp_path / "build"
    for _ in range(2):
        with open_workspace(output) as workspace:
            write_tree(workspace.staging, {"release.json": record("x"), "cd/a": "1"})
            publish(workspace, ["cd"], owned=["cd"])
    assert read_tree(output) == {"release.json": record("x"), "cd/a": "1"}
    assert {p.name for p in tmp_path.iterdir()} <= {"build", ".build.lock"}


def test_leftovers_of_a_dead_build_are_removed(tmp_path: Path) -> None:
    write_tree(tmp_path, {".build.staging-99/x": "", ".build.scratch-99/x": "", ".other.staging-99/x": ""})

    with open_workspace(tmp_path / "build"):
        pass

    assert not (tmp_path / ".build.staging-99").exists()
    assert not (tmp_path / ".build.scratch-99").exists()
    assert (tmp_path / ".other.staging-99").exists()


def test_a_foreign_folder_is_refused_and_untouched(tmp_path: Path) -> None:
    write_tree(tmp_path / "build", {"letters.txt": "dear"})

    with pytest.raises(UsageError, match="letters"), open_workspace(tmp_path / "build"):
        pass

    assert read_tree(tmp_path / "build") == {"letters.txt": "dear"}


def test_a_foreign_record_is_refused(tmp_path: Path) -> None:
    write_tree(tmp_path / "build", {"release.json": '{"tool": {"name": "other"}}'})

    with pytest.raises(UsageError):
        check_output(tmp_path / "build")


def test_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "build").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(UsageError, match="link"):
        check_output(tmp_path / "build")


def test_a_linked_entry_is_replaced_not_followed(tmp_path: Path) -> None:
    write_tree(tmp_path, {"precious/a.txt": "keep", "build/release.json": record("old")})
    (tmp_path / "build" / "cd").symlink_to(tmp_path / "precious")

    with open_workspace(tmp_path / "build") as workspace:
        write_tree(workspace.staging, {"release.json": record("new"), "cd/a.txt": "new"})
        publish(workspace, ["cd"], owned=["cd"])

    assert (tmp_path / "precious" / "a.txt").read_text() == "keep"
    assert not (tmp_path / "build" / "cd").is_symlink()


def test_somebody_elses_entry_is_never_replaced(tmp_path: Path) -> None:
    write_tree(tmp_path / "build", {"release.json": record("old"), "cd/notes.txt": "by hand"})

    with open_workspace(tmp_path / "build") as workspace:
        write_tree(workspace.staging, {"release.json": record("new"), "cd/a": "1"})
        with pytest.raises(UsageError, match="cd"):
            publish(workspace, ["cd"], owned=[])

    assert read_tree(tmp_path / "build") == {"release.json": record("old"), "cd/notes.txt": "by hand"}


def plant_journal(folder: Path, swaps: list[list[object]], **changed: object) -> Path:
    """A journal as a project from elsewhere may bring one along, after its own staging folder; returns its path."""
    staging = folder / ".build.staging-1"
    journal = {
        "format": 2,
        "staging": staging.name,
        "aside": ".build.old-1",
        "swaps": swaps,
        "record": "release.json",
        "record_sha256": "0" * 64,
        "had_output": True,
        "mark": staging.stat().st_ino,
    }
    path = folder / ".build.journal"
    path.write_text(json.dumps(journal | changed))
    return path


@pytest.mark.parametrize("name", ["../x", "a/b", "..", "", ".profile", "secret.txt", "release.json"])
def test_a_journal_cannot_reach_outside(tmp_path: Path, name: str) -> None:
    write_tree(
        tmp_path,
        {"x": "keep", "build/release.json": record("old"), ".build.staging-1/release.json": record("new")},
    )
    (tmp_path / "build" / ".profile").write_text("keep")
    plant_journal(tmp_path, [[name, True, False]])
    before = read_tree(tmp_path / "build")

    with pytest.raises(RenderError):
        recover_output(tmp_path / "build")

    assert (tmp_path / "x").read_text() == "keep"
    assert read_tree(tmp_path / "build") == before


@pytest.mark.parametrize(
    ("linked", "swap"),
    [
        (".build.old-1", ["cd", True, False]),
        (".build.staging-1", ["cd", False, True]),
        ("build", ["cd", False, True]),
        ("build", ["cd", True, False]),
        (".build.staging-1/cd", ["cd", True, True]),
    ],
)
def test_a_journal_beside_links_moves_nothing(tmp_path: Path, linked: str, swap: list[object]) -> None:
    victim, project = tmp_path / "victim", tmp_path / "project"
    secret = {"secret.txt": "keep", "cd/mine": "keep"} if swap != ["cd", True, False] else {"secret.txt": "keep"}
    write_tree(victim, secret | {"release.json": record("theirs")} if linked == ".build.staging-1" else secret)
    write_tree(project, {".build.staging-1/release.json": record("new"), "build/release.json": record("old")})
    write_tree(project, {("build/cd/a" if swap[1] else ".build.staging-1/cd/a"): "a"})
    if linked == "build" and swap[1]:
        write_tree(victim, {"cd/mine": "keep"})
    if os.path.lexists(project / linked):
        shutil.rmtree(project / linked)
    (project / linked).symlink_to(victim)
    plant_journal(project, [swap])
    before = read_tree(victim)

    with pytest.raises(RenderError, match="not followed"):
        recover_output(project / "build")

    assert read_tree(victim) == before
    assert (project / linked).is_symlink()


def test_a_journal_that_was_cloned_moves_nothing(tmp_path: Path) -> None:
    first = tmp_path / "first"
    write_tree(first, {".build.staging-1/release.json": record("new"), ".build.staging-1/cd/a": "new"})
    write_tree(first, {"build/release.json": record("old"), "build/cd/a": "old"})
    plant_journal(first, [["cd", True, True]])
    shutil.copytree(first, tmp_path / "clone")

    with pytest.raises(RenderError, match="came with the project"):
        recover_output(tmp_path / "clone" / "build")

    assert (tmp_path / "clone" / "build" / "cd" / "a").read_text() == "old"
    assert recover_output(first / "build")  # where it was written it is followed
    assert (first / "build" / "cd" / "a").read_text() == "new"


def test_a_pipe_in_the_place_of_a_journal_holds_nobody_up(tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    os.mkfifo(tmp_path / ".build.journal")

    with pytest.raises(RenderError, match="cannot be read"):
        recover_output(tmp_path / "build")


def test_a_journal_nested_too_deeply_is_told(tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    (tmp_path / ".build.journal").write_text("[" * 200_000)

    with pytest.raises(RenderError, match="cannot be read"):
        recover_output(tmp_path / "build")


def test_a_record_nested_too_deeply_is_no_record(tmp_path: Path) -> None:
    write_tree(tmp_path, {"build/release.json": "[" * 200_000})

    with pytest.raises(UsageError, match="no record"), open_workspace(tmp_path / "build"):
        pass


@pytest.mark.parametrize("make", ["symlink", "hardlink", "pipe"])
def test_a_lock_of_an_output_folder_leads_nowhere(tmp_path: Path, make: str) -> None:
    (tmp_path / "outside").write_text("keep")
    lock = tmp_path / ".build.lock"
    if make == "symlink":
        lock.symlink_to(tmp_path / "outside")
    elif make == "hardlink":
        lock.hardlink_to(tmp_path / "outside")
    else:
        os.mkfifo(lock)

    with pytest.raises(UsageError, match="lock"), open_workspace(tmp_path / "build"):
        pass

    assert (tmp_path / "outside").read_text() == "keep"


def test_an_unwritable_parent_puts_the_work_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output = tmp_path / "out"
    output.mkdir()
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path)

    for _ in range(2):
        with open_workspace(output) as workspace:
            assert workspace.staging.parent == output
            write_tree(workspace.staging, {"release.json": record("new"), "cd/a": "1"})
            publish(workspace, ["cd"], owned=["cd"])

    assert {p.name for p in tmp_path.iterdir()} == {"out"}
    assert {p.name for p in output.iterdir()} <= {"cd", "release.json", ".release.lock"}
