"""Approvals with the real ssh-keygen: made, imported, judged, voided, forged."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess

import jsonschema
import pytest
from signed_album import SIGNOFF, Album, needs_ssh

from release.signoff.statement import statement_schemas
from release.signoff.store import NAMESPACE

pytestmark = needs_ssh
JO = ("--person", "Jo Marsh", "--role", "mastering engineer", "--date", "2026-11-20")
ANA = ("--person", "Ana Reis", "--role", "artist", "--date", "2026-11-20")


def status_of(release, album: Album, *more: str) -> dict:
    code, out, _ = release("status", album.folder, "--json", "--date", "2026-11-21", *more)
    told = json.loads(out)
    assert code == (0 if told["status"] == "approved" else 9)
    return told


def states(told: dict) -> dict[str, str]:
    return {r["target"]: r["state"] for r in told["required"]}


def test_an_approval_names_exactly_the_files_and_ssh_keygen_accepts_it(release, album: Album) -> None:
    code, out, err = release("approve", album.folder, *JO, "--key", album.key("jo"))

    assert code == 0, err
    assert "approved: the release, 5 files, by Jo Marsh (mastering engineer), 2026-11-20" in out
    path = album.approvals()[0]
    statement = json.loads(path.read_bytes())
    jsonschema.validate(statement, statement_schemas()["approval.schema.json"])
    files = {p: hashlib.sha256((album.build / p).read_bytes()).hexdigest() for p in
             ("cd/ddp/DDPID", "cd/ddp/IMAGE.DAT", "cd/pq-sheet.txt", "streaming/flac/01 One.flac", "streaming/flac/02 Two.flac")}  # fmt: skip
    assert statement["deliverables"] == [f"{digest} *{p}" for p, digest in sorted(files.items())]
    assert statement["build"]["identity"] == hashlib.sha256((album.build / "release.json").read_bytes()).hexdigest()
    verified = subprocess.run(
        ["ssh-keygen", "-Y", "verify", "-f", album.folder / "signers", "-I", "jo@marsh.example", "-n", NAMESPACE, "-s", f"{path}.sig"],
        input=path.read_bytes(), capture_output=True, check=False,
    )  # fmt: skip
    assert verified.returncode == 0
    assert b"Good" in verified.stdout
    assert states(status_of(release, album)) == {"streaming": "approved", "cd": "approved"}


def test_a_draft_signed_by_hand_with_ssh_keygen_is_taken(release, album: Album, tmp_path) -> None:
    draft = tmp_path / "ana.json"
    assert release("approve", album.folder, *ANA, "--target", "cd", "--draft", draft)[0] == 0
    assert not album.approvals()
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", NAMESPACE, "-f", album.key("ana"), draft], check=True)

    code, _, err = release("approve", album.folder, "--import", draft)

    assert code == 0, err
    assert states(status_of(release, album)) == {"streaming": "open", "cd": "approved"}


@pytest.mark.parametrize("namespace", ["file", "git", "approval@elsewhere"])
def test_a_signature_made_for_something_else_is_none(release, album: Album, tmp_path, namespace) -> None:
    draft = tmp_path / "ana.json"
    release("approve", album.folder, *ANA, "--draft", draft)
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", namespace, "-f", album.key("ana"), draft], check=True)

    code, _, err = release("approve", album.folder, "--import", draft)

    assert code == 9
    assert "another namespace" in " ".join(err.split())
    assert not album.approvals()


def test_a_key_that_is_not_the_persons_is_refused(release, album: Album) -> None:
    code, _, err = release("approve", album.folder, *ANA, "--key", album.key("mallory"))

    assert code == 9
    assert "ssh-keygen does not accept" in " ".join(err.split())
    assert not album.approvals()


def test_a_persons_key_is_no_other_persons(release, album: Album) -> None:
    assert release("approve", album.folder, *ANA, "--key", album.key("jo"))[0] == 9


@pytest.mark.parametrize(
    ("person", "role", "said"),
    [("Ana Reis", "qc", "may not approve as qc"), ("Mal Lory", "artist", "is not among the people")],
)
def test_a_role_belongs_to_its_people(release, album: Album, person, role, said) -> None:
    code, _, err = release("approve", album.folder, "--person", person, "--role", role, "--key", album.key("ana"))

    assert code == 9
    assert said in " ".join(err.split())


def test_without_a_signers_file_a_signature_counts_for_nobody(release, album: Album) -> None:
    album.write(signoff="")

    code, _, err = release("approve", album.folder, *JO, "--key", album.key("jo"))

    assert code == 9
    public = album.key("jo").with_suffix(".pub").read_text().split()[1]
    assert public in "".join(err.split())  # the line to add is told
    assert "write a file called signers beside the manifest" in " ".join(err.split())


def test_your_own_signers_file_goes_before_the_projects(release, album: Album, tmp_path) -> None:
    release("approve", album.folder, *JO, "--key", album.key("jo"))
    mine = tmp_path / "mine"
    public = album.key("mallory").with_suffix(".pub").read_text().split()
    mine.write_text(f"jo@marsh.example {public[0]} {public[1]}\n")

    told = status_of(release, album, "--signers", str(mine))

    assert told["approvals"][0]["state"] == "invalid"
    assert told["signers"] == str(mine)
    assert states(status_of(release, album))["cd"] == "approved"


def test_a_key_counts_only_while_it_is_valid(release, album: Album) -> None:
    public = album.key("jo").with_suffix(".pub").read_text().split()
    (album.folder / "signers").write_text(f'jo@marsh.example valid-before="20261101" {public[0]} {public[1]}\n')

    assert release("approve", album.folder, *JO, "--key", album.key("jo"))[0] == 9
    assert release("approve", album.folder, *JO[:-1], "2026-10-20", "--key", album.key("jo"))[0] == 0


def test_a_change_voids_exactly_what_it_touches(release, album: Album) -> None:
    for scope in (("--target", "cd"), ("--target", "streaming"), ("--track", "one"), ("--track", "two"), ()):
        assert release("approve", album.folder, *JO, *scope, "--key", album.key("jo"))[0] == 0
    album.make(**{"streaming/flac/02 Two.flac": b"another two"})

    told = status_of(release, album)

    found = {(a["scope"]["kind"], a["scope"]["target"] or a["scope"]["track"]): a["state"] for a in told["approvals"]}
    assert found == {
        ("target", "cd"): "approved",
        ("target", "streaming"): "stale",
        ("track", "one"): "approved",
        ("track", "two"): "stale",
        ("release", None): "stale",
    }
    stale = next(a for a in told["approvals"] if a["scope"]["target"] == "streaming")
    assert stale["changes"] == ["streaming/flac/02 Two.flac: changed"]
    assert states(told) == {"streaming": "stale", "cd": "approved"}


def test_the_old_bytes_bring_the_approval_back(release, album: Album) -> None:
    release("approve", album.folder, *JO, "--key", album.key("jo"))
    album.make(**{"cd/pq-sheet.txt": b"x"})
    assert states(status_of(release, album)) == {"streaming": "stale", "cd": "stale"}

    album.make(**{"cd/pq-sheet.txt": b"cd/pq-sheet.txt"})

    assert states(status_of(release, album)) == {"streaming": "approved", "cd": "approved"}


def test_why_it_is_stale_is_told_from_the_record_of_the_approved_build(release, album: Album) -> None:
    release("approve", album.folder, *JO, "--key", album.key("jo"))
    album.title = "Slack Waters"
    album.make(**{"cd/pq-sheet.txt": b"x"})

    told = status_of(release, album)

    assert told["approvals"][0]["why"] == ["release title: Slack Water -> Slack Waters"]


def test_track_approvals_add_up_to_a_target_of_files(release, album: Album) -> None:
    release("approve", album.folder, *JO, "--track", "one", "--key", album.key("jo"))
    assert states(status_of(release, album))["streaming"] == "open"

    release("approve", album.folder, *JO, "--track", "two", "--key", album.key("jo"))

    assert states(status_of(release, album)) == {"streaming": "approved", "cd": "open"}


def test_an_edited_approval_counts_no_more(release, album: Album) -> None:
    release("approve", album.folder, *JO, "--key", album.key("jo"))
    path = album.approvals()[0]
    path.write_bytes(path.read_bytes().replace(b'"remarks": ""', b'"remarks": "and all later builds"'))

    told = status_of(release, album)

    assert told["approvals"][0]["state"] == "invalid"
    assert states(told)["cd"] == "open"


def test_an_edited_approval_under_its_new_digests_name_counts_no_more(release, album: Album) -> None:
    release("approve", album.folder, *JO, "--key", album.key("jo"))
    album.make(**{"cd/pq-sheet.txt": b"evil"})
    path = album.approvals()[0]
    old, new = (hashlib.sha256(b).hexdigest().encode() for b in (b"cd/pq-sheet.txt", b"evil"))
    data = path.read_bytes().replace(old, new)
    assert data != path.read_bytes()
    forged = path.with_name(f"2026-11-20-mastering-engineer-{hashlib.sha256(data).hexdigest()[:16]}.json")
    forged.write_bytes(data)
    path.with_name(f"{path.name}.sig").rename(f"{forged}.sig")
    path.unlink()

    told = status_of(release, album)

    assert [a["state"] for a in told["approvals"]] == ["invalid"]
    assert "does not accept its signature" in told["approvals"][0]["why"][0]


def test_a_signature_cannot_be_taken_off(release, album: Album) -> None:
    """Neither by leaving it out, nor by saying that none was meant; what is then unsigned does not count."""
    album.write(SIGNOFF + "  unsigned: refuse\n")
    release("approve", album.folder, *JO, "--key", album.key("jo"))
    path = album.approvals()[0]
    path.with_name(f"{path.name}.sig").unlink()
    assert status_of(release, album)["approvals"][0]["why"] == ["its signature is missing"]

    statement = json.loads(path.read_bytes()) | {"signature": "none", "signer": ""}
    data = (json.dumps(statement, sort_keys=True, indent=1) + "\n").encode()
    path.unlink()
    path.with_name(f"2026-11-20-x-{hashlib.sha256(data).hexdigest()[:16]}.json").write_bytes(data)

    told = status_of(release, album)
    assert told["approvals"][0]["state"] == "invalid"
    assert "unsigned" in told["approvals"][0]["why"][0]


def test_an_approval_of_another_build_is_no_approval_here(release, album: Album, tmp_path) -> None:
    """A replay: signed, good, of the very same paths, but of other bytes."""
    draft = tmp_path / "jo.json"
    release("approve", album.folder, *JO, "--draft", draft)
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", NAMESPACE, "-f", album.key("jo"), draft], check=True)
    album.make(**{"cd/ddp/IMAGE.DAT": b"another image"})

    code, _, err = release("approve", album.folder, "--import", draft)
    assert code == 9
    assert "other files" in err

    folder = album.folder / ".release" / "approvals"
    folder.mkdir(parents=True, exist_ok=True)
    name = f"2026-11-20-mastering-engineer-{hashlib.sha256(draft.read_bytes()).hexdigest()[:16]}.json"
    (folder / name).write_bytes(draft.read_bytes())
    (folder / f"{name}.sig").write_bytes(draft.with_name("jo.json.sig").read_bytes())
    assert [a["state"] for a in status_of(release, album)["approvals"]] == ["stale"]


def test_a_withdrawn_approval_cannot_be_replayed(release, album: Album) -> None:
    release("approve", album.folder, *JO, "--key", album.key("jo"))
    kept = {p.name: p.read_bytes() for p in album.approvals()[0].parent.iterdir()}
    release("approve", album.folder, *JO, "--reject", "--remarks", "a click", "--key", album.key("jo"))
    for name, data in kept.items():
        (album.folder / ".release" / "approvals" / name).write_bytes(data)

    told = status_of(release, album)

    assert sorted(a["state"] for a in told["approvals"]) == ["rejected", "superseded"]
    assert set(states(told).values()) == {"rejected"}


def test_nobody_takes_back_anothers_word(release, album: Album) -> None:
    """A statement may say that it replaces another's; it does not."""
    release("approve", album.folder, *JO, "--reject", "--key", album.key("jo"))
    digest = hashlib.sha256(album.approvals()[0].read_bytes()).hexdigest()
    draft = album.folder / "ana.json"
    release("approve", album.folder, *ANA, "--draft", draft)
    draft.write_text(draft.read_text().replace('"supersedes": []', f'"supersedes": ["{digest}"]'))
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", NAMESPACE, "-f", album.key("ana"), draft], check=True)
    assert release("approve", album.folder, "--import", draft)[0] == 0

    assert set(states(status_of(release, album)).values()) == {"rejected"}


def test_unsigned_only_when_asked_for_and_then_marked(release, album: Album) -> None:
    code, _, err = release("approve", album.folder, *JO)
    assert code == 2
    assert "signed with your SSH key" in err

    code, out, _ = release("approve", album.folder, *JO, "--unsigned")
    assert code == 0
    assert "UNSIGNED" in out
    assert states(status_of(release, album))["cd"] == "open"

    album.write(SIGNOFF + "  unsigned: accept\n")
    assert states(status_of(release, album))["cd"] == "approved"
    assert "UNSIGNED" in release("status", album.folder)[1]


@pytest.mark.parametrize(("status", "word"), [("failed", "checks failed"), ("stale", "inputs have changed")])
def test_what_failed_or_is_stale_is_not_approved_but_may_be_rejected(release, album: Album, status, word) -> None:
    album.status = {"cd": status}
    album.make()

    code, _, err = release("approve", album.folder, *JO, "--target", "cd", "--key", album.key("jo"))
    assert code == 9
    assert word in err
    assert release("approve", album.folder, *JO, "--target", "streaming", "--key", album.key("jo"))[0] == 0
    assert release("approve", album.folder, *JO, "--target", "cd", "--reject", "--key", album.key("jo"))[0] == 0


def test_files_that_are_not_the_records_are_not_approved(release, album: Album) -> None:
    (album.build / "cd" / "pq-sheet.txt").write_bytes(b"edited")

    code, _, err = release("approve", album.folder, *JO, "--key", album.key("jo"))

    assert code == 7
    assert "pq-sheet.txt" in err
    assert not album.approvals()


@pytest.mark.parametrize(
    "name",
    [
        "Jo\x1b[31m Marsh",
        "Jo \u202eMarsh",
        "Jo\u200b Marsh",
        " Jo Marsh",
        "Jo Marsh\n",
        "\u2066Jo Marsh\u2069",
        "Jo\u00ad Marsh",
    ],
)
def test_names_with_format_tricks_are_refused(release, album: Album, name) -> None:
    album.write("signoff: {unsigned: accept}\n")

    code, _, _ = release("approve", album.folder, "--person", name, "--role", "artist", "--unsigned")

    assert code == 2
    assert not album.approvals()


def test_names_of_all_scripts_are_names(release, album: Album) -> None:
    album.write("signoff: {unsigned: accept}\n")
    for name in ("José Ñandú", "山田 太郎", "محمد علی", "می‌خواهم", "Zoë O'Brien-Łuk"):
        code, _, err = release("approve", album.folder, "--person", name, "--role", "artist", "--unsigned", "-t", "cd")
        assert code == 0, err


def test_links_in_the_sign_off_are_not_followed(release, album: Album, tmp_path) -> None:
    release("approve", album.folder, *JO, "--key", album.key("jo"))
    path = album.approvals()[0]
    elsewhere = tmp_path / path.name
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    assert status_of(release, album)["approvals"][0]["state"] == "invalid"

    folder = path.parent
    folder.rename(tmp_path / "approvals")
    folder.symlink_to(tmp_path / "approvals")
    assert release("status", album.folder)[0] == 2


def test_a_signers_file_outside_the_project_must_be_named_by_you(release, album: Album, tmp_path) -> None:
    (tmp_path / "signers").write_bytes((album.folder / "signers").read_bytes())
    album.write(SIGNOFF.replace("signers: signers", "signers: ../signers"))

    code, _, err = release("status", album.folder)

    assert code == 2
    assert "outside the project" in err
    assert release("status", album.folder, "--signers", tmp_path / "signers")[0] == 9


@pytest.mark.skipif(shutil.which("ssh-agent") is None, reason="needs ssh-agent (Debian package openssh-client)")
def test_a_key_in_an_agent_is_named_by_its_public_part(release, album: Album, tmp_path, monkeypatch) -> None:
    """The private key may lie in an agent or on a token: the project sees the public one alone."""
    started = subprocess.run(["ssh-agent", "-s"], capture_output=True, text=True, check=True).stdout
    for name, value in re.findall(r"(SSH_\w+)=([^;]+);", started):
        monkeypatch.setenv(name, value)
    try:
        subprocess.run(["ssh-add", "-q", album.key("jo")], check=True)
        public = tmp_path / "jo.pub"
        public.write_bytes(album.key("jo").with_suffix(".pub").read_bytes())

        assert release("approve", album.folder, *JO, "--key", public)[0] == 0
        assert states(status_of(release, album))["cd"] == "approved"
    finally:
        subprocess.run(["ssh-agent", "-k"], capture_output=True, check=True)


def test_the_status_needs_no_audio_libraries(album: Album) -> None:
    code = "import sys; from release.cli.entry import run; run(sys.argv[1:]); print([m for m in ('numpy','soundfile','av','numba','scipy') if m in sys.modules])"
    import sys

    done = subprocess.run(
        [sys.executable, "-c", code, "status", str(album.folder)], capture_output=True, text=True, check=False
    )

    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("path", ["../secret", "/etc/hostname", "cd/../../secret"])
def test_a_record_whose_paths_lead_out_is_told_by_every_command(release, album: Album, path) -> None:
    """A build folder from a stranger names a file of yours: nothing reads it into an approval, a package or a comparison."""
    (album.folder / "secret").write_bytes(b"secret")
    place = album.build / "release.json"
    place.write_text(place.read_text().replace("cd/pq-sheet.txt", path))

    assert release("approve", album.folder, *JO, "--key", album.key("jo"))[0] == 2
    assert release("ship", album.folder, "--override", "x", "--by", "Jo Marsh")[0] == 2
    code, out, _ = release("verify", album.build, "--json")
    assert code == 7
    assert "outside" in {p["code"] for p in json.loads(out)["problems"]}
    assert not album.approvals()
    assert not list(album.folder.glob("shipped/*"))


def test_a_key_that_the_sign_off_does_not_know_is_refused(release, album: Album) -> None:
    album.write(SIGNOFF.replace("people:", "extra: 1\n  people:"))

    assert release("status", album.folder)[0] == 3


def test_no_edit_of_any_part_keeps_the_signature(release, album: Album) -> None:
    """Every value changed by one character, under a name that fits: each is bad, or no approval at all."""
    from release.signoff.store import Signers, check_approval

    release("approve", album.folder, *JO, "--remarks", "fine", "--key", album.key("jo"))
    path = album.approvals()[0]
    data, signature = path.read_bytes(), path.with_name(f"{path.name}.sig").read_bytes()
    signers = Signers((album.folder / "signers").read_bytes(), "test")

    def check(edited: bytes) -> str:
        name = f"2026-11-20-x-{hashlib.sha256(edited).hexdigest()[:16]}.json"
        return check_approval(name, edited, signature, signers).signature

    assert check(data) == "good"
    places = [m.start() for m in re.finditer(rb"[0-9a-zA-Z](?=[^\n]*\n)", data)]
    for at in places[:: max(len(places) // 40, 1)]:
        swapped = b"b" if data[at : at + 1] == b"a" else b"a"
        assert check(data[:at] + swapped + data[at + 1 :]) in ("bad", "unchecked")
    assert check(data + b" ") == "bad"
    assert check(data.replace(b"\n", b"\r\n")) == "bad"


def test_without_people_the_principal_is_the_persons_name(release, album: Album) -> None:
    album.write("signoff: {signers: signers}\n")
    public = album.key("jo").with_suffix(".pub").read_text().split()
    (album.folder / "signers").write_text(f'"Jo Marsh" {public[0]} {public[1]}\n')

    assert release("approve", album.folder, *JO, "--key", album.key("jo"))[0] == 0
    assert release("approve", album.folder, *ANA, "--key", album.key("jo"))[0] == 9
    assert states(status_of(release, album)) == {"streaming": "approved", "cd": "approved"}
