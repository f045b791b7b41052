from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from release.errors import ExitCode, LockedError, UsageError
from release.pipeline.lock import hold_project
from release.pipeline.publish import open_workspace

HOLDER = """
import sys, time
from pathlib import Path
from release.pipeline.lock import hold_project
with hold_project(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_build_is_refused_and_told_by_whom(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        try:
            with pytest.raises(LockedError) as caught, hold_project(tmp_path):
                pass
        finally:
            os.kill(holder.pid, signal.SIGKILL)

    assert caught.value.exit_code == ExitCode.LOCKED
    assert f"process {holder.pid} on" in caught.value.problems[0].problem
    for _ in range(100):
        try:
            with hold_project(tmp_path):  # the lock went with its process
                return
        except LockedError:
            time.sleep(0.05)
    pytest.fail("the lock of a dead process stayed")


def test_the_lock_can_be_taken_again(tmp_path: Path) -> None:
    for _ in range(2):
        with hold_project(tmp_path):
            pass


def test_an_output_folder_is_held_by_one(tmp_path: Path) -> None:
    with open_workspace(tmp_path / "build"), pytest.raises(LockedError), open_workspace(tmp_path / "build"):
        pass


def test_a_linked_release_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".release").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(UsageError), hold_project(tmp_path):
        pass


@pytest.mark.parametrize("is_there", [True, False])
def test_a_linked_lock_is_refused_and_makes_nothing_outside(tmp_path: Path, is_there: bool) -> None:
    outside = tmp_path / "outside"
    if is_there:
        outside.write_text("keep")
    (tmp_path / "project" / ".release").mkdir(parents=True)
    (tmp_path / "project" / ".release" / "lock").symlink_to(outside)

    with pytest.raises(UsageError, match="the lock file is a link"), hold_project(tmp_path / "project"):
        pass

    assert outside.read_text() == "keep" if is_there else not outside.exists()


def test_a_read_only_project_is_locked_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELEASE_CACHE", str(tmp_path / "cache"))
    (tmp_path / "project").mkdir()
    mkdir = Path.mkdir

    def refuse(self: Path, *args, **kwargs) -> None:
        if self.parent == tmp_path / "project":
            raise PermissionError(errno.EROFS, "Read-only file system", str(self))
        mkdir(self, *args, **kwargs)

    monkeypatch.setattr(Path, "mkdir", refuse)

    with hold_project(tmp_path / "project"), pytest.raises(LockedError), hold_project(tmp_path / "project"):
        pass
