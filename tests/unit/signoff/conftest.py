from __future__ import annotations

import pytest
from signed_album import Album


@pytest.fixture(scope="session")
def key_folder(tmp_path_factory):
    """Keys are made once: they cost the most."""
    return tmp_path_factory.mktemp("keys")


@pytest.fixture
def album(tmp_path, key_folder) -> Album:
    """A built album with three people whose keys are known."""
    folder = tmp_path / "album"
    folder.mkdir()
    made = Album(folder, key_folder)
    made.write()
    made.make()
    return made


@pytest.fixture
def release(capsys, monkeypatch, tmp_path):
    """Run a command line in this process; gives exit code, stdout, stderr."""
    from release.cli.entry import run

    for name in ("RELEASE_SIGNERS", "RELEASE_SIGNING_KEY", "SOURCE_DATE_EPOCH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RELEASE_CACHE", str(tmp_path / "cache"))

    def call(*arguments):
        capsys.readouterr()
        code = run([str(a) for a in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call
