from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from release.cli.entry import run


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


@pytest.fixture
def release(capsys: pytest.CaptureFixture[str], tmp_path, monkeypatch) -> Callable[..., Ended]:
    """Run a command line in this process."""
    monkeypatch.setenv("RELEASE_CACHE", str(tmp_path / "cache"))

    def call(*arguments: str) -> Ended:
        capsys.readouterr()
        code = run(arguments)
        captured = capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    return call


@pytest.fixture
def operations(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Stands in for the use cases; tests set the functions that they need."""
    fake = SimpleNamespace()
    monkeypatch.setitem(__import__("sys").modules, "release.operations", fake)
    return fake
