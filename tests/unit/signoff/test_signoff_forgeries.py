"""Packages by a forger who holds genuine signatures: none passes, neither by our verifier nor by the commands of VERIFY.txt."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from signed_album import PEOPLE, SIGNOFF, Album, needs_ssh

from release.signoff.store import NAMESPACE

pytestmark = [
    needs_ssh,
    pytest.mark.skipif(
        any(shutil.which(p) is None for p in ("sha256sum", "sed", "find")),
        reason="needs sha256sum, sed, find (Debian packages coreutils, sed, findutils)",
    ),
]
JO = ("--person", "Jo Marsh", "--role", "mastering engineer", "--date", "2026-11-20")
ANA = ("--person", "Ana Reis", "--role", "artist", "--date", "2026-11-20")
LEE = ("--person", "Lee Fox", "--role", "qc", "--date", "2026-11-20")
THREE = SIGNOFF + "  required: [mastering engineer, artist, qc]\n"


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class Forgery:
    """A package unpacked, for a stranger to change, with record, shipment and list of checksums made to fit."""

    def __init__(self, package: Path, folder: Path, target: str) -> None:
        with zipfile.ZipFile(package) as archive:
            archive.extractall(folder)
        self.folder = folder / package.stem
        self.target = target
        self.record = json.loads((self.folder / "sign-off/release.json").read_bytes())
        self.shipment = json.loads((self.folder / "sign-off/shipment.json").read_bytes())

    @property
    def deliverables(self) -> list[dict]:
        return self.record["targets"][self.target]["deliverables"]

    def write(self, item: dict, data: bytes) -> None:
        path = self.folder / item["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        item |= {"sha256": sha256(data), "md5": hashlib.md5(data).hexdigest(), "bytes": len(data)}

    def approval(self, role: str) -> Path:
        found = next(a for a in self.shipment["approvals"] if a["role"] == role)
        return self.folder / "sign-off/approvals" / found["file"]

    def keep_approvals(self, *roles: str) -> None:
        for said in self.shipment["approvals"]:
            if said["role"] not in roles:
                for path in (self.folder / "sign-off/approvals").glob(f"{said['file']}*"):
                    path.unlink()
        self.shipment["approvals"] = [a for a in self.shipment["approvals"] if a["role"] in roles]

    def replace_approval(self, role: str, statement: dict, key: Path | None) -> None:
        """A statement of the forger's own in the place of a genuine one, signed with a key or with none."""
        old = self.approval(role)
        data = (json.dumps(statement, sort_keys=True, indent=1, ensure_ascii=False) + "\n").encode()
        new = old.with_name(f"2026-11-20-x-{sha256(data)[:16]}.json")
        for path in (old, old.with_name(f"{old.name}.sig")):
            path.unlink()
        new.write_bytes(data)
        print_ = ""
        if key is not None:
            subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", NAMESPACE, "-f", key, new], check=True)
            told = subprocess.run(["ssh-keygen", "-lf", f"{key}.pub"], check=True, capture_output=True, text=True)
            print_ = told.stdout.split()[1]
        listed = next(a for a in self.shipment["approvals"] if a["role"] == role)
        listed |= {"file": new.name, "signer": statement["signer"], "fingerprint": print_}

    def seal(self) -> Path:
        data = (json.dumps(self.record, sort_keys=True, indent=2, ensure_ascii=False) + "\n").encode()
        (self.folder / "sign-off/release.json").write_bytes(data)
        self.shipment["build"]["identity"] = sha256(data)
        (self.folder / "sign-off/shipment.json").write_text(json.dumps(self.shipment, sort_keys=True, indent=1) + "\n")
        sums = self.folder / "checksums.sha256"
        files = sorted(p for p in self.folder.rglob("*") if p.is_file() and p != sums)
        sums.write_text("".join(f"{sha256(p.read_bytes())} *{p.relative_to(self.folder).as_posix()}\n" for p in files))
        return self.folder


@pytest.fixture
def package(release, album: Album, tmp_path) -> Callable[..., Forgery]:
    """An approved and shipped target, unpacked by a stranger."""

    def ship(target: str = "streaming", *more: object) -> Forgery:
        code, out, err = release("ship", album.folder, "-t", target, "--date", "2026-11-21", "--json", *more)
        assert code == 0, err + out
        return Forgery(Path(json.loads(out)["packages"][0]["path"]), tmp_path / "stranger", target)

    return ship


@pytest.fixture
def verified(release, album: Album) -> Callable[..., dict]:
    """The package as the label's own keys see it, or with other options."""

    def verify(folder: Path, *more: object) -> dict:
        options = more or ("--signers", album.folder / "signers")
        code, out, _ = release("verify", folder, "--json", *(o for o in options if o is not None))
        told: dict = json.loads(out)
        assert code == {"passed": 0, "failed": 7, "unproved": 9}[told["status"]]
        return told

    return verify


def by_hand(folder: Path) -> bool:
    """Whether the commands of VERIFY.txt prove the package, read as it says."""
    guide = (folder / "VERIFY.txt").read_text().splitlines()
    checks = [line for line in guide if re.match(r"(sha256sum|ssh-keygen|sed) ", line)]
    script = "set -e -o pipefail\n" + "\n".join(checks)
    done = subprocess.run(["bash", "-c", script], cwd=folder, capture_output=True, check=False)
    lists = [line for line in guide if re.match(r"\(sed |find ", line)]
    assert len(lists) == 2
    said = [
        subprocess.run(["bash", "-c", line], cwd=folder, capture_output=True, text=True, check=True) for line in lists
    ]
    return (
        done.returncode == 0
        and said[0].stdout == ""
        and set(said[1].stdout.split()) == {"./VERIFY.txt", "./checksums.sha256"}
    )


def codes(told: dict) -> set[str]:
    return {p["code"] for p in told["problems"]}


def test_the_genuine_package_passes_both_ways(release, album: Album, package, verified) -> None:
    release("approve", album.folder, *JO, "--key", album.key("jo"))
    made = package()

    assert by_hand(made.folder)
    told = verified(made.folder)
    assert (told["status"], told["unproved"], told["problems"]) == ("passed", [], [])
    assert verified(made.folder, None)["status"] == "unproved"


def test_other_audio_beside_one_file_that_was_approved_fails(release, album: Album, package, verified) -> None:
    """All files but one are others, under other names; the one is as it was signed."""
    release("approve", album.folder, *JO, "--key", album.key("jo"))
    made = package()
    item = made.deliverables[0]
    (made.folder / item["path"]).unlink()
    item["path"] = item["path"].replace("One", "One (Master)")
    made.write(item, b"evil")
    folder = made.seal()

    assert {"other-bytes", "unapproved"} <= codes(verified(folder))
    assert not by_hand(folder)


@pytest.mark.parametrize("role", ["audio", "checksums"])
def test_tracks_that_nobody_approved_fail(release, album: Album, package, verified, role) -> None:
    """A genuine approval of one track, beside another track of the forger's, by whatever role the record calls it."""
    for track in ("one", "two"):
        release("approve", album.folder, *JO, "--track", track, "--key", album.key("jo"))
    made = package()
    kept = [p for p in (made.folder / "sign-off/approvals").glob("*.json") if '"track": "one"' in p.read_text()]
    gone = next(p for p in (made.folder / "sign-off/approvals").glob("*.json") if p not in kept)
    for path in (gone, gone.with_name(f"{gone.name}.sig")):
        path.unlink()
    made.shipment["approvals"] = [a for a in made.shipment["approvals"] if a["file"] == kept[0].name]
    made.write(made.deliverables[1], b"evil")
    made.deliverables[1]["role"] = role
    lines = made.folder / "VERIFY.txt"
    lines.write_text("\n".join(x for x in lines.read_text().splitlines() if gone.name not in x or x.startswith("(")).replace(f"sign-off/approvals/{gone.name}", "/dev/null"))  # fmt: skip
    folder = made.seal()

    assert "unapproved" in codes(verified(folder))
    assert not by_hand(folder)


def test_a_track_that_was_taken_out_does_not_go_unsaid(release, album: Album, package, verified) -> None:
    """Files and approval of a track are gone from package and record: what is left is genuine, and not all."""
    for track in ("one", "two"):
        release("approve", album.folder, *JO, "--track", track, "--key", album.key("jo"))
    made = package()
    assert verified(made.folder)["status"] == "passed"
    gone = made.deliverables.pop()
    (made.folder / gone["path"]).unlink()
    for said in list(made.shipment["approvals"]):
        path = made.folder / "sign-off/approvals" / said["file"]
        if '"track": "two"' in path.read_text():
            made.shipment["approvals"].remove(said)
            path.unlink()
            path.with_name(f"{path.name}.sig").unlink()

    told = verified(made.seal())

    assert told["status"] == "unproved"
    assert any("that no track is missing" in text for text in told["unproved"])


def test_a_file_more_fails(release, album: Album, package, verified) -> None:
    release("approve", album.folder, *JO, "--key", album.key("jo"))
    made = package()
    made.deliverables.append(dict(made.deliverables[0]) | {"path": "streaming/flac/03 Bonus.flac", "track": "bonus"})
    made.write(made.deliverables[-1], b"evil")
    folder = made.seal()

    assert {"other-bytes", "unapproved"} <= codes(verified(folder))
    assert not by_hand(folder)


@pytest.mark.parametrize("place", ["master/01 One.flac", "README.txt", "sign-off/approvals-2/x.json"])
def test_a_file_beside_the_target_fails(release, album: Album, package, verified, place) -> None:
    release("approve", album.folder, *JO, "--key", album.key("jo"))
    made = package()
    path = made.folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"evil")

    assert codes(verified(made.seal())) == {"stray"}


def test_an_approval_in_another_persons_name_is_not_proved(release, album: Album, package, verified) -> None:
    """Eve's key stands in the label's signers file, honestly, as hers."""
    release("approve", album.folder, *JO, "--key", album.key("jo"))
    made = package()
    statement = json.loads(made.approval("mastering engineer").read_bytes()) | {"signer": "eve@fan.example"}
    made.replace_approval("mastering engineer", statement, album.key("eve"))
    made.shipment |= {"required": None, "people": []}
    folder = made.seal()
    public = album.key("eve").with_suffix(".pub").read_text().split()[:2]
    with (album.folder / "signers").open("a") as signers:
        signers.write(f"eve@fan.example {' '.join(public)} Eve Fan\n")

    told = verified(folder)

    assert told["status"] == "unproved"
    assert any("signed by eve@fan.example, whom your signers file calls Eve Fan, under the name Jo Marsh" in t for t in told["unproved"])  # fmt: skip
    assert not any("Jo Marsh" in text for text in told["checked"] if text.startswith("approved"))

    made.shipment |= {"required": [], "people": [{"name": "Jo Marsh", "signer": "jo@marsh.example", "roles": ["mastering engineer"]}]}  # fmt: skip
    assert "approval" in codes(verified(made.seal()))


def test_an_unsigned_approval_counts_for_nothing(release, album: Album, package, verified) -> None:
    release("approve", album.folder, *JO, "--key", album.key("jo"))
    made = package()
    statement = json.loads(made.approval("mastering engineer").read_bytes()) | {"signature": "none", "signer": ""}
    made.replace_approval("mastering engineer", statement, None)
    folder = made.seal()
    assert {"requirement", "unapproved"} <= codes(verified(folder))
    assert {"requirement", "unapproved"} <= codes(verified(folder, None))

    made.shipment["unsigned"] = "accept"  # the forger's own leave
    folder = made.seal()
    assert verified(folder)["status"] == "failed"
    assert verified(folder, None)["status"] == "unproved"


def test_without_keys_or_without_ssh_keygen_nothing_is_proved(
    release, album: Album, package, verified, monkeypatch
) -> None:
    release("approve", album.folder, *JO, "--key", album.key("jo"))
    made = package()
    (made.folder / "sign-off/allowed_signers").unlink()
    folder = made.seal()
    told = verified(folder, None)
    assert told["status"] == "unproved"
    assert any("no signers file says whose key this is" in text for text in told["unproved"])

    monkeypatch.setattr("release.tools.ssh.shutil.which", lambda _: None)
    told = verified(folder)
    assert told["status"] == "unproved"
    assert any("ssh-keygen, which is not installed" in text for text in told["unproved"])


def test_what_was_required_cannot_be_cut_out(release, album: Album, package, verified) -> None:
    """One approval where three were asked, on an override that somebody deletes: the statement itself says three."""
    album.write(THREE)
    release("approve", album.folder, *JO, "--key", album.key("jo"))
    made = package("streaming", "--override", "test", "--by", "Jo Marsh")
    told = verified(made.folder)
    assert told["status"] == "unproved"
    assert [r["state"] for r in made.shipment["required"]] == ["approved", "open", "open"]

    made.shipment |= {"override": None}
    assert codes(verified(made.seal())) == {"requirement"}
    for required in ([made.shipment["required"][0]], [], None):
        made.shipment |= {"required": required}
        assert codes(verified(made.seal())) == {"requirement"}, required


def test_a_requirement_that_is_taken_out_after_people_signed_needs_their_word_again(release, album: Album) -> None:
    album.write(THREE)
    release("approve", album.folder, *JO, "--key", album.key("jo"))
    album.write(SIGNOFF + "  required: [mastering engineer]\n")
    assert release("ship", album.folder)[0] == 9

    release("approve", album.folder, *JO, "--key", album.key("jo"))
    assert release("ship", album.folder)[0] == 0


def test_three_of_three_pass(release, album: Album, package, verified) -> None:
    album.write(THREE)
    for who, name in ((JO, "jo"), (ANA, "ana"), (LEE, "lee")):
        release("approve", album.folder, *who, "--key", album.key(name))
    made = package("cd")
    assert verified(made.folder)["status"] == "passed"
    assert by_hand(made.folder)

    made.keep_approvals("mastering engineer", "artist")
    assert codes(verified(made.seal())) == {"requirement"}


def test_the_report_is_the_one_that_was_approved(release, album: Album, package, verified) -> None:
    report = album.build / "report"
    report.mkdir()
    (report / "qc-report.html").write_text("<p>one warning</p>")
    (report / "qc.json").write_text("{}")
    release("approve", album.folder, *JO, "--key", album.key("jo"))
    made = package()
    assert (made.folder / "report/qc-report.html").read_text() == "<p>one warning</p>"
    assert verified(made.folder)["status"] == "passed"

    (made.folder / "report/qc-report.html").write_text("<p>all is well</p>")
    assert codes(verified(made.seal())) == {"report"}


def test_a_report_that_was_edited_since_stays_behind(release, album: Album, package, verified) -> None:
    report = album.build / "report"
    report.mkdir()
    (report / "qc-report.html").write_text("<p>one warning</p>")
    (report / "qc.json").write_text("{}")
    release("approve", album.folder, *JO, "--key", album.key("jo"))
    (report / "qc-report.html").write_text("<p>all is well</p>")
    (report / "qc.json").write_text('{"status": "all is well"}')

    code, out, _ = release("ship", album.folder, "-t", "streaming")

    assert code == 0
    assert "left out: report/qc-report.html" in out
    made = Forgery(next(album.folder.glob("shipped/*.zip")), album.folder / "seen", "streaming")
    assert not (made.folder / "report/qc-report.html").exists()
    told = json.loads((made.folder / "report/qc.json").read_bytes())
    assert (told["status"], told["identity"]) == ("passed", made.shipment["build"]["identity"])
    assert verified(made.folder)["status"] == "passed"
    (made.folder / "report/qc.json").write_text('{"status": "all is well"}')
    assert codes(verified(made.seal())) == {"report"}


def test_a_name_in_letters_of_two_scripts_is_told(release, album: Album, package, verified) -> None:
    odd = "Lee F\u043ex"
    album.write("signoff: {unsigned: accept}\n")
    release("approve", album.folder, *LEE[:1], odd, *LEE[2:], "--unsigned")
    assert "CYRILLIC SMALL LETTER O" in " ".join(release("status", album.folder)[1].split())

    told = verified(package().folder, None)

    assert told["status"] == "unproved"
    assert any("CYRILLIC SMALL LETTER O" in text for text in told["warnings"])


def test_a_name_in_letters_of_two_scripts_is_refused_among_the_people(release, album: Album) -> None:
    album.write(SIGNOFF.replace("Lee Fox", "Lee F\u043ex"))

    code, out, err = release("check", album.folder)

    assert code == 3
    assert "CYRILLIC SMALL LETTER O" in " ".join((out + err).split())


def test_a_strangers_manifest_does_not_say_who_is_who(release, album: Album, tmp_path) -> None:
    """He calls Eve's key Lee Fox, and accepts what is unsigned; by keys of one's own neither counts."""
    album.write(SIGNOFF.replace("lee@fox.example", "eve@fan.example") + "  unsigned: accept\n")
    eve = " ".join(album.key("eve").with_suffix(".pub").read_text().split()[:2])
    (album.folder / "signers").write_text(f"eve@fan.example {eve}\n")
    mine = tmp_path / "mine"
    lee = " ".join(album.key("lee").with_suffix(".pub").read_text().split()[:2])
    mine.write_text(f"{PEOPLE['lee']} {lee} Lee Fox\neve@fan.example {eve} Eve Fan\n")
    release("approve", album.folder, *LEE, "--target", "cd", "--key", album.key("eve"))
    release("approve", album.folder, *JO, "--unsigned")
    assert release("status", album.folder)[0] == 0

    code, out, _ = release("status", album.folder, "--signers", mine, "--json")

    assert code == 9
    whys = [why for a in json.loads(out)["approvals"] for why in a["why"]]
    assert any("signed by eve@fan.example" in why and "under the name Lee Fox" in why for why in whys)
    assert any("unsigned" in why for why in whys)
    assert release("ship", album.folder, "--signers", mine)[0] == 9
    assert release("approve", album.folder, *LEE, "--key", album.key("eve"), "--signers", mine)[0] == 9


@pytest.mark.parametrize("what", ["info", "more", "gone"])
def test_what_lies_beside_the_payload_of_our_bag_is_listed(release, album: Album, what) -> None:
    release("approve", album.folder, *JO, "--key", album.key("jo"))
    release("ship", album.folder, "-t", "cd", "--format", "bagit")
    bag = next(p for p in album.folder.glob("shipped/*") if p.is_dir())
    signers = ("--signers", album.folder / "signers")
    assert release("verify", bag, *signers)[0] == 0
    (bag / "tagmanifest-sha256.txt").chmod(0o644)
    (bag / "bag-info.txt").chmod(0o644)

    if what == "more":
        (bag / "READ_ME_FIRST.txt").write_text("the master is elsewhere")
    else:
        (bag / "tagmanifest-sha256.txt").unlink()
    if what == "info":
        info = (bag / "bag-info.txt").read_text()
        (bag / "bag-info.txt").write_text(info.replace("LTR014", "LTR015"))

    assert release("verify", bag, *signers)[0] == 7
