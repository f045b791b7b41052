"""Checksum lists of any program beside a DDP set, or above it: all are read, none is passed over in silence."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import zlib
from pathlib import Path

import pytest
from disc_examples import WORKED_EXAMPLE, image_bytes

from release.formats.ddp.checksum import find_lists, parse_checksum_list
from release.formats.ddp.reader import check_ddp
from release.formats.ddp.writer import write_control_files
from release.model.finding import Status
from release.operations.verify_ddp import verify_ddp

needs_coreutils = pytest.mark.skipif(shutil.which("sha256sum") is None, reason="needs sha256sum (Debian coreutils)")


def write_set(folder: Path) -> dict[str, bytes]:
    folder.mkdir(parents=True)
    files = {**write_control_files(WORKED_EXAMPLE), "IMAGE.DAT": image_bytes(WORKED_EXAMPLE)}
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return files


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(bytes(data))


@needs_coreutils
@pytest.mark.parametrize(
    ("command", "name"),
    [
        (["md5sum"], "MD5.TXT"),
        (["md5sum", "--tag"], "md5.txt"),
        (["sha256sum"], "CHECKSUM.SHA256"),
        (["sha256sum", "-b"], "SHA256SUMS"),
        (["sha256sum", "--tag"], "sums.sha256"),
        (["sha1sum"], "album.sha1"),
        (["sha512sum"], "whatever.txt"),
        (["md5sum"], "hashes.asc"),
    ],
)
def test_lists_of_other_programs_find_a_changed_sample(tmp_path: Path, command: list[str], name: str) -> None:
    files = write_set(tmp_path / "ddp")
    listed = subprocess.run([*command, *files], cwd=tmp_path / "ddp", capture_output=True, check=True).stdout
    (tmp_path / "ddp" / name).write_bytes(listed)

    good = verify_ddp(tmp_path / "ddp")
    flip(tmp_path / "ddp/IMAGE.DAT", 400_000)
    bad = verify_ddp(tmp_path / "ddp")

    assert (good.problems, good.not_provable) == ((), ())
    assert f"{name}: {len(files)} files as listed" in good.checked
    assert not any("no checksum file" in warning for warning in good.warnings)
    assert [(p.code, Path(p.where).name) for p in bad.problems] == [("checksum", "IMAGE.DAT")]


@needs_coreutils
def test_a_list_that_was_written_one_folder_up_and_moved(tmp_path: Path) -> None:
    files = write_set(tmp_path / "ddp")
    names = [f"ddp/{name}" for name in files]
    listed = subprocess.run(["md5sum", *names], cwd=tmp_path, capture_output=True, check=True).stdout
    (tmp_path / "ddp/CHECKSUM.MD5").write_bytes(b"\xef\xbb\xbf" + listed)

    assert {f.status for f in check_ddp(tmp_path / "ddp")} <= {Status.NOTE}


@needs_coreutils
def test_our_list_at_the_top_of_a_target(tmp_path: Path) -> None:
    files = write_set(tmp_path / "cd/ddp")
    names = [f"ddp/{name}" for name in files]
    listed = subprocess.run(["sha256sum", *names], cwd=tmp_path / "cd", capture_output=True, check=True).stdout
    (tmp_path / "cd/checksums.sha256").write_bytes(listed)

    good = verify_ddp(tmp_path / "cd/ddp")
    flip(tmp_path / "cd/ddp/DDPID", 40)
    bad = verify_ddp(tmp_path / "cd/ddp")

    assert (good.problems, good.not_provable) == ((), ())
    assert f"../checksums.sha256: {len(files)} files as listed" in good.checked
    assert ["../checksums.sha256" in p.problem for p in bad.problems] == [True]


def test_a_file_that_one_list_lacks_is_told(tmp_path: Path) -> None:
    files = write_set(tmp_path / "ddp")
    md5 = {name: hashlib.md5(data).hexdigest() for name, data in files.items()}
    (tmp_path / "ddp/CHECKSUM.MD5").write_text("".join(f"{md5[n]} *{n}\n" for n in files if n != "DDPMS"))
    (tmp_path / "ddp/CHECKSUM.TXT").write_text("".join(f"{n}={zlib.crc32(d):08X}\n" for n, d in files.items()))

    (finding,) = [f for f in check_ddp(tmp_path / "ddp") if f.status is Status.WARN]

    assert str(finding) == "DDPMS: CHECKSUM.MD5 does not list DDPMS; CHECKSUM.TXT does"


@needs_coreutils
def test_the_remedy_for_lists_that_cannot_be_read_mends_the_set(tmp_path: Path) -> None:
    folder = tmp_path / "ddp"
    write_set(folder)
    (folder / "CHECKSUM.MD5").write_bytes(b"nonsense\n")
    (folder / "old sums.md5").write_bytes(b"nonsense\n")

    problems = verify_ddp(folder).problems
    assert {(p.code, Path(p.where).name) for p in problems} == {
        ("checksum-list", "CHECKSUM.MD5"), ("checksum-list", "old sums.md5"),
    }  # fmt: skip
    (remedy,) = {p.remedy for p in problems}
    subprocess.run(["sh", "-c", remedy.partition("what is here: ")[2]], cwd=folder, check=True)

    good = verify_ddp(folder)
    assert good.problems == ()
    assert any(text.startswith("CHECKSUM.MD5: ") for text in good.checked)


@needs_coreutils
def test_a_list_that_lists_itself(tmp_path: Path) -> None:
    write_set(tmp_path / "ddp")
    (tmp_path / "ddp/CHECKSUM.MD5").touch()
    subprocess.run(["sh", "-c", "md5sum * > CHECKSUM.MD5"], cwd=tmp_path / "ddp", check=True)

    (problem,) = verify_ddp(tmp_path / "ddp").problems

    assert problem.code == "checksum-list-itself"
    assert problem.problem == "it lists itself, as it was before it was written; no list can hold its own checksum"
    assert problem.remedy == "take its line about itself out of the list; the others stay"
    path = tmp_path / "ddp/CHECKSUM.MD5"
    path.write_text("".join(line for line in path.read_text().splitlines(True) if "CHECKSUM" not in line))
    assert verify_ddp(tmp_path / "ddp").problems == ()


def test_papers_are_no_lists() -> None:
    small = {"pq-sheet.txt": b"PQ SHEET\n01 00 deadbeef\n", "notes.txt": b"take care deadbeef\n", "sums.md5": b"x\n"}

    found = find_lists(small)

    assert (dict(found.entries), [name for name, _ in found.unreadable]) == ({}, ["sums.md5"])


def test_a_tag_that_does_not_fit_its_digest_is_no_line() -> None:
    with pytest.raises(ValueError, match="line 1 is no checksum"):
        parse_checksum_list(b"SHA256 (DDPID) = 0123456789abcdef0123456789abcdef\n")


def test_other_case_folders_and_wrappings_are_told(tmp_path: Path) -> None:
    write_set(tmp_path / "ddp")
    (tmp_path / "ddp/IMAGE.DAT").rename(tmp_path / "ddp/image.dat")
    (tmp_path / "ddp/art").mkdir()
    text = tmp_path / "ddp/CDTEXT.BIN"
    text.write_bytes(text.read_bytes() + b"\0")

    found = {f.code: f.message for f in check_ddp(tmp_path / "ddp")}

    assert found["case"] == "IMAGE.DAT is spelt image.dat on disk"
    assert found["folder"].startswith("art is a folder")
    assert found["wrapping"].endswith("with its wrapping the file has 163")
