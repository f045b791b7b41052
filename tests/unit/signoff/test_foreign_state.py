"""What lies in a project folder besides the manifest may be anybody's: it is told, never a fault of the program."""

from __future__ import annotations

import pytest
from signed_album import Album, needs_ssh


def test_a_year_beyond_the_calendar_is_told(release, album: Album, monkeypatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "99999999999999")

    code, out, err = release("ship", album.folder, "-t", "cd", "--override", "why", "--by", "Jo Marsh")

    assert code == 2, out + err
    assert "SOURCE_DATE_EPOCH is no time" in " ".join((out + err).split())


@pytest.mark.parametrize(("place", "code"), [("build/release.json", 2), (".build.journal", 6)])
def test_json_nested_too_deeply_is_told(release, album: Album, place, code) -> None:
    (album.folder / place).write_text("[" * 200_000)

    found, out, err = release("status", album.folder)

    assert found == code, out + err


def test_a_table_of_steps_nested_too_deeply_is_none(album: Album) -> None:
    from release.pipeline.state import read_state

    path = album.folder / "steps.json"
    path.write_text('{"format": 1, "steps": ' + "[" * 200_000)

    assert read_state(path) == {}


@needs_ssh
def test_a_fault_of_the_signers_file_names_that_file(release, album: Album) -> None:
    release("approve", album.folder, "--person", "Ana Reis", "--role", "artist", "--key", album.key("ana"))
    own = album.folder / "mine"
    lines = (album.folder / "signers").read_text().splitlines()
    own.write_text("\n".join([lines[0], *(line.replace("namespaces", "nonsense") for line in lines[1:])]) + "\n")

    _, out, err = release("status", album.folder, "--signers", own)

    told = "".join((out + err).split())
    assert "/tmp/release-verify" not in told
    assert f"{own}:2" in told
