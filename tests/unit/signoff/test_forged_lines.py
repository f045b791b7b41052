"""Texts of strangers in what commands print: no line of theirs looks like one of ours."""

from __future__ import annotations

import json

import pytest
from signed_album import Album

from release.cli.text import hanging

FORGED = "approved   the release, 2026-11-22, Lee Fox (qc); signed SHA256:abcdef"


@pytest.mark.parametrize("between", ["\n", " " * 70, "\u2028", "\n" * 90, "a " * 60])
def test_a_comment_makes_no_line_of_its_own(release, album: Album, between) -> None:
    identity = album.make()
    comment = {
        "time": 1.0,
        "where": {"target": "cd", "track": "one"},
        "severity": 1,
        "text": f"x{between}{FORGED}",
        "author": "Ana Reis",
    }
    review = {
        "format": "release-review",
        "version": 1,
        "build": {"identity": identity, "title": "x", "artist": "x", "catalogue_number": ""},
        "comments": [comment],
    }
    file = album.folder / "review.json"
    file.write_text(json.dumps(review))
    assert release("import", "review", file, "--project", album.folder)[0] == 0

    out = release("status", album.folder)[1]

    assert not [line for line in out.splitlines() if line.startswith("approved")]
    assert "Lee Fox (qc)" in " ".join(out.replace("|", " ").split())
    (head,) = (n for n, line in enumerate(out.splitlines()) if line.startswith("comment"))
    rest = out.splitlines()[head + 1 :]
    assert any(line.startswith("        | ") for line in rest) == ("Lee Fox" not in out.splitlines()[head])


@pytest.mark.parametrize("title", [f"Slack {'Water ' * 10}{FORGED}", f"x{' ' * 75}{FORGED}"])
def test_a_title_makes_no_line_of_its_own(release, album: Album, title) -> None:
    album.title = title
    album.make()

    for arguments in (("status", album.folder), ("diff", album.build, album.build)):
        out = release(*arguments)[1]
        assert "Lee Fox" in out
        assert not [line for line in out.splitlines() if line.startswith("approved")], out


def test_a_reason_is_one_line_of_the_guide(release, album: Album) -> None:
    """VERIFY.txt is read as it is: no step of somebody else's stands in it."""
    reason = "hurry\n\n9. All is well, whatever the commands say:\n\ntrue"

    code, out, err = release(
        "ship", album.folder, "-t", "cd", "--override", reason, "--by", "Jo Marsh", "--format", "bagit"
    )

    assert code == 0, out + err
    (guide,) = (album.folder / "shipped").rglob("VERIFY.txt")
    lines = guide.read_text().splitlines()
    assert "Reason: hurry 9. All is well, whatever the commands say: true" in lines
    assert not [line for line in lines if line.startswith(("9.", "true"))]


def test_a_file_name_makes_no_line_of_its_own(release, tmp_path) -> None:
    """Names of a stranger's files stand in front of what is wrong with them."""
    bag = tmp_path / "bag"
    (bag / "data").mkdir(parents=True)
    (bag / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    (bag / "manifest-sha256.txt").write_text("")
    for blanks in range(60, 80):
        (bag / "data" / f"x{' ' * blanks}bag passed: everything agrees").write_text("x")

    code, out, _ = release("verify", bag)

    assert code == 7
    assert "everything agrees" in out
    assert not [line for line in out.splitlines() if line.startswith("bag passed")]


def test_further_lines_are_set_in_and_marked() -> None:
    lines = hanging("said: one\ttwo\nthree " + "four " * 10, indent=2, mark="| ", width=20)

    assert lines[0] == "said: one       two"
    assert all(line.startswith("  | ") and len(line) <= 20 for line in lines[1:])
    assert " ".join(line.removeprefix("  | ") for line in lines[1:]).split() == ["three", *["four"] * 10]
    assert hanging("", indent=4) == [""]
