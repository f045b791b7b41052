"""Packages: what ships, what does not, what proves them years later without us, and what strangers may do to them."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import stat
import subprocess
import zipfile
from pathlib import Path

import pytest
from signed_album import SIGNOFF, Album, needs_ssh

from release.operations import package_files

pytestmark = needs_ssh
JO = ("--person", "Jo Marsh", "--role", "mastering engineer", "--date", "2026-11-20")
ANA = ("--person", "Ana Reis", "--role", "artist", "--date", "2026-11-20")
REQUIRED = SIGNOFF + "  required: [mastering engineer, {role: artist, targets: [cd]}]\n"
needs_tools = pytest.mark.skipif(
    any(shutil.which(p) is None for p in ("unzip", "sha256sum", "sed")),
    reason="needs unzip, sha256sum, sed (Debian packages unzip, coreutils, sed)",
)


@pytest.fixture
def approved(release, album: Album) -> Album:
    release("approve", album.folder, *JO, "--key", album.key("jo"))
    return album


def ship(release, album: Album, *more: object) -> Path:
    code, out, err = release("ship", album.folder, "--target", "cd", "--date", "2026-11-21", "--json", *more)
    assert code == 0, err + out
    return Path(json.loads(out)["packages"][0]["path"])


def verify(release, path: Path, *more: object) -> dict:
    code, out, _ = release("verify", path, "--json", *more)
    told = json.loads(out)
    if "error" in told:
        return {"status": "error", "problems": told["error"]["problems"], "exit": code}
    assert code == {"passed": 0, "failed": 7, "unproved": 9}[told["status"]]
    return told


def codes(told: dict) -> set[str]:
    return {p["code"] for p in told["problems"]}


def prove_with_standard_tools(folder: Path) -> subprocess.CompletedProcess[str]:
    """The commands that VERIFY.txt names, and nothing else, run by a shell."""
    guide = (folder / "VERIFY.txt").read_text()
    commands = [line for line in guide.splitlines() if re.match(r"(sha256sum|ssh-keygen|sed) ", line)]
    script = "set -e -o pipefail\n" + "\n".join(commands)
    return subprocess.run(["bash", "-c", script], cwd=folder, capture_output=True, text=True, check=False)


def test_nothing_ships_unapproved(release, album: Album) -> None:
    code, _, err = release("ship", album.folder)

    assert code == 9
    assert "nobody has approved" in err
    assert not list(album.folder.glob("shipped/*"))


def test_every_required_role_must_stand(release, album: Album) -> None:
    album.write(REQUIRED)
    release("approve", album.folder, *JO, "--key", album.key("jo"))

    assert release("ship", album.folder, "--target", "cd")[0] == 9
    assert release("ship", album.folder, "--target", "streaming")[0] == 0

    release("approve", album.folder, *ANA, "--target", "cd", "--key", album.key("ana"))
    assert release("ship", album.folder, "--target", "cd")[0] == 0


def test_a_stale_approval_does_not_ship(release, approved: Album) -> None:
    approved.make(**{"cd/ddp/IMAGE.DAT": b"new"})

    code, _, err = release("ship", approved.folder, "--target", "cd")

    assert code == 9
    assert "stale" in err


@needs_tools
@pytest.mark.parametrize("form", ["zip", "bagit"])
def test_standard_tools_alone_prove_a_package(release, approved: Album, tmp_path, form) -> None:
    release("approve", approved.folder, *ANA, "--target", "cd", "--key", approved.key("ana"))
    path = ship(release, approved, "--format", form)
    if form == "zip":
        subprocess.run(["unzip", "-q", path, "-d", tmp_path / "years-later"], check=True)
        folder = tmp_path / "years-later" / path.stem
    else:
        folder = path / "data"
        for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
            subprocess.run(["sha256sum", "--quiet", "--strict", "-c", manifest], cwd=path, check=True)

    done = prove_with_standard_tools(folder)

    assert done.returncode == 0, done.stderr
    assert done.stdout.count('Good "approval@release-audio" signature') == 2
    assert done.stdout.count("cd/ddp/IMAGE.DAT: OK") == 3  # the list, and what each of two people approved
    identity = hashlib.sha256((approved.build / "release.json").read_bytes()).hexdigest()
    assert f"{identity}  sign-off/release.json" in done.stdout
    assert identity in (folder / "VERIFY.txt").read_text()


@needs_tools
def test_standard_tools_find_a_changed_file_that_the_lists_were_made_to_fit(release, approved: Album, tmp_path) -> None:
    """Somebody changes the image and writes the list of checksums again: the approvals still name the old bytes."""
    path = ship(release, approved)
    subprocess.run(["unzip", "-q", path, "-d", tmp_path], check=True)
    folder = tmp_path / path.stem
    image, sums = folder / "cd" / "ddp" / "IMAGE.DAT", folder / "checksums.sha256"
    old = hashlib.sha256(image.read_bytes()).hexdigest()
    for file in (image, sums):
        file.chmod(0o644)
    image.write_bytes(b"something else")
    sums.write_text(sums.read_text().replace(old, hashlib.sha256(b"something else").hexdigest()))

    done = prove_with_standard_tools(folder)

    assert done.returncode != 0
    assert "cd/ddp/IMAGE.DAT: FAILED" in done.stdout
    assert "content" in codes(verify(release, folder))


def test_the_same_build_ships_as_the_same_bytes(release, approved: Album, tmp_path) -> None:
    first, second = (ship(release, approved, "--to", tmp_path / name) for name in ("a", "b"))
    bags = [ship(release, approved, "--to", tmp_path / name, "--format", "bagit") for name in ("a", "b")]

    assert first.read_bytes() == second.read_bytes()
    trees = [{p.relative_to(bag): p.read_bytes() for p in bag.rglob("*") if p.is_file()} for bag in bags]
    assert trees[0] == trees[1]
    with zipfile.ZipFile(first) as archive:
        assert {i.date_time for i in archive.infolist()} == {(2026, 12, 4, 0, 0, 0)}
        assert archive.namelist() == sorted(
            archive.namelist(), key=lambda n: (n.endswith("/checksums.sha256"), n.encode())
        )


def test_a_shipped_set_is_sealed(release, approved: Album) -> None:
    path = ship(release, approved)
    before = path.read_bytes()
    assert not path.stat().st_mode & stat.S_IWUSR

    assert "already shipped, byte for byte" in release("ship", approved.folder, "--target", "cd")[1]
    release("approve", approved.folder, *ANA, "--key", approved.key("ana"))  # one more word: other bytes
    code, _, err = release("ship", approved.folder, "--target", "cd")
    assert code == 2
    assert "sealed" in err
    assert path.read_bytes() == before

    approved.make(**{"cd/ddp/IMAGE.DAT": b"new"})
    release("approve", approved.folder, *JO, "--key", approved.key("jo"))
    assert ship(release, approved) != path
    assert path.read_bytes() == before


def test_a_package_that_somebody_touched_is_not_taken_for_the_same(release, approved: Album) -> None:
    path = ship(release, approved, "--format", "bagit")
    sheet = path / "data" / "cd" / "pq-sheet.txt"
    sheet.chmod(0o644)
    sheet.write_bytes(b"touched")

    assert release("ship", approved.folder, "--target", "cd", "--format", "bagit")[0] == 2
    assert codes(verify(release, path)) == {"content", "oxum"}


@pytest.mark.parametrize(
    "title", ["x" * 10_000, "<script>alert(1)</script>", "a\u202eb\x1b[2J", "夜のフェリー 🎵", "ab " * 66 + "c d"]
)
def test_hostile_titles_stop_nobody_and_steer_nothing(release, album: Album, title) -> None:
    album.title = title
    album.make()

    assert release("approve", album.folder, *JO, "--key", album.key("jo"))[0] == 0
    path = ship(release, album)
    told = verify(release, path, "--signers", album.folder / "signers")
    assert told["status"] == "passed"
    with zipfile.ZipFile(path) as archive:
        guide = archive.read(f"{path.stem}/VERIFY.txt").decode()
    assert not {"\u202e", "\x1b"} & set(guide)
    assert release("status", album.folder)[0] == 0


def test_an_override_may_name_files_of_any_name(release, album: Album) -> None:
    """What was open names a file; its name is text of others."""
    release("approve", album.folder, *JO, "--track", "one", "--key", album.key("jo"))
    assert release("ship", album.folder, "-t", "streaming", "--override", "why", "--by", "Jo Marsh")[0] == 0


def test_a_build_does_not_go_where_packages_lie(release, approved: Album) -> None:
    bag = ship(release, approved, "--format", "bagit")
    for place in (bag, bag.parent):
        code, _, err = release("build", approved.folder, "--output", place)
        assert code in (2, 3, 4), err  # refused as a folder of others, or before that for its sources
    assert verify(release, bag)["problems"] == []
    from release.errors import UsageError
    from release.pipeline.publish import check_output

    for place in (bag, bag.parent):
        with pytest.raises(UsageError, match="holds other things"):
            check_output(place)


def test_packages_do_not_go_into_the_build(release, approved: Album) -> None:
    assert release("ship", approved.folder, "--to", approved.build / "out")[0] == 2


def test_an_override_is_printed(release, album: Album) -> None:
    assert release("ship", album.folder, "--target", "cd", "--override", "why")[0] == 2

    code, out, _ = release("ship", album.folder, "--target", "cd", "--override", "test pressing", "--by", "Jo Marsh")

    assert code == 0
    assert "OVERRIDE by Jo Marsh: test pressing" in out
    path = next(album.folder.glob("shipped/*.zip"))
    with zipfile.ZipFile(path) as archive:
        guide = archive.read(f"{path.stem}/VERIFY.txt").decode()
    assert "SHIPPED ON AN OVERRIDE" in guide
    assert "Reason: test pressing" in guide
    told = verify(release, path, "--signers", album.folder / "signers")
    assert told["status"] == "unproved"  # nobody has signed the override
    assert "open: approval by any role is open: nobody has approved" in told["warnings"]
    assert "shipped on an override by Jo Marsh: test pressing" in told["warnings"]
    assert "on an override" in release("status", album.folder)[1]


@pytest.mark.parametrize("status", ["failed", "stale"])
def test_no_override_ships_what_failed(release, album: Album, status) -> None:
    album.status = {"cd": status}
    album.make()

    assert release("ship", album.folder, "--target", "cd", "--override", "hurry", "--by", "Jo Marsh")[0] == 9


def test_a_failure_under_a_waiver_that_has_ended_does_not_ship(release, album: Album) -> None:
    waiver = (
        "qc: {waivers: [{check: level/ceiling, reason: loud, by: Jo Marsh, date: 2026-01-01, expires: 2026-11-25}]}\n"
    )
    album.write(waiver + SIGNOFF)
    album.findings = [
        {"check": "level/ceiling", "status": "fail", "code": "over", "target": "cd", "message": "m", "waived": "loud (Jo Marsh)"}
    ]  # fmt: skip
    album.make()
    release("approve", album.folder, *JO, "--key", album.key("jo"))

    assert release("status", album.folder, "--date", "2026-11-25")[0] == 0
    code, out, _ = release("status", album.folder, "--date", "2026-11-26")
    assert code == 9
    assert "ended on 2026-11-25, and a failure leans on it" in " ".join(out.split())
    assert release("ship", album.folder, "--target", "cd", "--date", "2026-11-26")[0] == 9
    assert release("ship", album.folder, "--target", "streaming", "--date", "2026-11-26")[0] == 0
    assert release("ship", album.folder, "--target", "cd", "--date", "2026-11-25")[0] == 0


def test_files_changed_after_approval_do_not_ship(release, approved: Album) -> None:
    (approved.build / "cd" / "ddp" / "IMAGE.DAT").write_bytes(b"edited")

    assert release("ship", approved.folder, "--target", "cd")[0] == 7
    assert not list(approved.folder.glob("shipped/*"))


@pytest.mark.parametrize("form", ["zip", "bagit"])
def test_our_verifier_agrees_and_tells_whose_keys_they_are(release, approved: Album, form) -> None:
    path = ship(release, approved, "--format", form)

    told = verify(release, path)

    assert told["status"] == "unproved"
    assert any("approved by Jo Marsh" in text and "as jo@marsh.example" in text for text in told["checked"])
    assert any("they came with the package" in text for text in told["unproved"])
    told = verify(release, path, "--signers", approved.folder / "signers")
    assert (told["status"], told["unproved"], told["not_provable"]) == ("passed", [], [])
    strangers = approved.folder / "strangers"
    public = approved.key("mallory").with_suffix(".pub").read_text()
    strangers.write_text(f"jo@marsh.example {public}")
    assert codes(verify(release, path, "--signers", strangers)) == {"approval", "requirement", "unapproved"}


def rewrite(path: Path, change) -> Path:
    """A ZIP again, with each (name, data) as a function wants it; None leaves it out."""
    made = path.with_name("again.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w") as new:
        for info in old.infolist():
            data = change(info.filename, old.read(info))
            if data is not None:
                new.writestr(info.filename, data)
    return made


def fit_sums(files: dict[str, bytes], top: str) -> dict[str, bytes]:
    """The list of checksums made to fit."""
    sums = "".join(
        f"{hashlib.sha256(data).hexdigest()} *{name.removeprefix(f'{top}/')}\n"
        for name, data in sorted(files.items())
        if not name.endswith("/checksums.sha256")
    )
    return {**files, f"{top}/checksums.sha256": sums.encode()}


def forged(path: Path, change) -> Path:
    """A package with files changed by a function of all files, and checksums to fit."""
    with zipfile.ZipFile(path) as old:
        files = {i.filename: old.read(i) for i in old.infolist()}
    made = path.with_name("forged.zip")
    with zipfile.ZipFile(made, "w") as new:
        for name, data in fit_sums(change(dict(files)), path.stem).items():
            new.writestr(name, data)
    return made


def test_a_forger_with_his_own_image_is_found(release, approved: Album) -> None:
    """Image, record, shipment and checksums all fit each other; only the signature does not."""
    path = ship(release, approved)

    def change(files: dict[str, bytes]) -> dict[str, bytes]:
        top = path.stem
        old, new = files[f"{top}/cd/ddp/IMAGE.DAT"], b"forged here"
        files[f"{top}/cd/ddp/IMAGE.DAT"] = new
        record = files[f"{top}/sign-off/release.json"]
        identity = hashlib.sha256(record).hexdigest().encode()
        record = record.replace(hashlib.sha256(old).hexdigest().encode(), hashlib.sha256(new).hexdigest().encode())
        record = record.replace(f'"bytes": {len(old)}'.encode(), f'"bytes": {len(new)}'.encode())
        files[f"{top}/sign-off/release.json"] = record
        shipment = f"{top}/sign-off/shipment.json"
        files[shipment] = files[shipment].replace(identity, hashlib.sha256(record).hexdigest().encode())
        return files

    told = verify(release, forged(path, change))

    assert "other-bytes" in codes(told)


def test_the_shipment_cannot_lend_a_signature_to_somebody_else(release, approved: Album) -> None:
    path = ship(release, approved)

    def change(files: dict[str, bytes]) -> dict[str, bytes]:
        name = f"{path.stem}/sign-off/shipment.json"
        files[name] = files[name].replace(b"Jo Marsh", b"The Label")
        return files

    assert "approval" in codes(verify(release, forged(path, change)))


@pytest.mark.parametrize(
    "lost", ["cd/ddp/DDPID", "sign-off/release.json", "checksums.sha256", "VERIFY.txt", "approvals/", ".sig"]
)
def test_what_is_missing_is_told(release, approved: Album, lost) -> None:
    path = ship(release, approved)

    told = verify(release, rewrite(path, lambda name, data: None if lost in name else data))

    assert told["status"] == "failed"


def test_what_is_added_is_told(release, approved: Album) -> None:
    path = ship(release, approved)

    def change(files: dict[str, bytes]) -> dict[str, bytes]:
        return {**files, f"{path.stem}/cd/extra.wav": b"surprise"}

    assert codes(verify(release, forged(path, change))) == {"stray"}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../outside.txt", "name"),
        ("/etc/cron.d/evil", "name"),
        ("top/../../outside", "name"),
        ("C:/evil", "name"),
        ("top\\evil", "name"),
        ("top/a\x1b[2J", "name"),
        ("top/a\u202ecod.exe", "name"),
    ],
)
def test_names_that_lead_out_or_deceive_are_told_and_nothing_is_written(release, tmp_path, name, code) -> None:
    path = tmp_path / "evil.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("top/checksums.sha256", "")
        info = zipfile.ZipInfo("x")
        info.filename = name
        archive.writestr(info, b"evil")
    before = sorted(tmp_path.rglob("*"))

    told = verify(release, path)

    assert code in codes(told)
    assert sorted(tmp_path.rglob("*")) == before


def test_links_and_doubled_names_in_a_zip_are_told(release, tmp_path) -> None:
    path = tmp_path / "evil.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("top/link")
        info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
        archive.writestr("top/a", b"1")
        archive.writestr("top/A", b"2")

    assert codes(verify(release, path)) >= {"link", "doubled"}


def test_a_decompression_bomb_is_not_unpacked(release, tmp_path, monkeypatch) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(4):
            archive.writestr(f"top/{n}", bytes(40 << 20))
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_, **__: pytest.fail("it was unpacked"))

    assert "bomb" in codes(verify(release, path))


def test_a_record_that_is_far_too_large_is_not_read(release, approved: Album, monkeypatch) -> None:
    path = ship(release, approved)
    monkeypatch.setattr(package_files, "MOST_SMALL_BYTES", 1000)

    told = verify(release, path)

    assert told["status"] == "failed"
    assert any("far too large" in p["problem"] for p in told["problems"])


def test_a_header_that_lies_about_its_size_is_told(release, approved: Album) -> None:
    path = ship(release, approved)
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = (12).to_bytes(4, "little")
    lying = path.with_name("lying.zip")
    lying.write_bytes(data)

    assert verify(release, lying)["status"] in ("failed", "error")


def bag(folder: Path, payload: dict[str, bytes], manifest: str | None = None) -> Path:
    """A bag written by hand after RFC 8493."""
    folder.mkdir()
    (folder / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    for name, data in payload.items():
        path = folder / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    lines = "".join(f"{hashlib.sha256(d).hexdigest()}  data/{n.replace('%', '%25')}\n" for n, d in payload.items())
    (folder / "manifest-sha256.txt").write_text(lines if manifest is None else manifest)
    return folder


def test_anybodys_bag_is_verified(release, tmp_path) -> None:
    made = bag(tmp_path / "bag", {"a.wav": b"1", "deep/100%.wav": b"2"})
    (made / "manifest-md5.txt").write_text(
        f"{hashlib.md5(b'1').hexdigest()} data/a.wav\n{hashlib.md5(b'2').hexdigest()} data/deep/100%25.wav\n"
    )
    (made / "bag-info.txt").write_text("Payload-Oxum: 2.2\n")

    told = verify(release, made)
    assert told["status"] == "passed"
    assert told["kind"] == "bag"

    (made / "data" / "a.wav").write_bytes(b"3")
    assert codes(verify(release, made)) == {"content"}
    (made / "data" / "b.wav").write_bytes(b"4")
    assert codes(verify(release, made)) == {"content", "stray", "oxum"}


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "data/../../x"])
def test_a_bag_that_names_files_outside_is_told(release, tmp_path, name) -> None:
    made = bag(tmp_path / "bag", {}, manifest=f"{hashlib.sha256(b'x').hexdigest()}  {name}\n")
    (tmp_path / "x").write_bytes(b"x")

    assert codes(verify(release, made)) == {"name"}


def test_links_and_fetches_in_a_bag_are_told(release, tmp_path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    made = bag(tmp_path / "bag", {"a": b"1"})
    (made / "data" / "link").symlink_to(tmp_path / "secret")
    (made / "fetch.txt").write_text("https://example.org/a 1 data/b\n")

    assert codes(verify(release, made)) == {"link", "fetch"}


def test_the_library_of_congress_agrees(release, approved: Album) -> None:
    """Python's bagit, written by the people who wrote the format."""
    bagit = pytest.importorskip("bagit", reason="needs bagit (PyPI package bagit)")
    path = ship(release, approved, "--format", "bagit")

    found = bagit.Bag(str(path))
    found.validate(processes=1)

    assert found.info["External-Identifier"] == "LTR014"
    (path / "data" / "cd" / "pq-sheet.txt").chmod(0o644)
    (path / "data" / "cd" / "pq-sheet.txt").write_bytes(b"changed")
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(path)).validate()
