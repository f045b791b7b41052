"""Ways round the sign-off that were found by trying: each stays shut."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import signed_album
import soundfile
from signed_album import SIGNOFF, Album, needs_ssh

from release.manifest.likeness import mixed_scripts
from release.signoff.statement import parse_approval, statement_bytes

pytestmark = needs_ssh
JO = ("--person", "Jo Marsh", "--role", "mastering engineer", "--date", "2026-11-20")
ANA = ("--person", "Ana Reis", "--role", "artist", "--date", "2026-11-20")
LEE = ("--person", "Lee Fox", "--role", "qc", "--date", "2026-11-20")


def status_of(release, album: Album, *more: object) -> dict:
    code, out, err = release("status", album.folder, "--json", "--date", "2026-11-21", *more)
    assert code in (0, 9), err
    return json.loads(out)


def states(told: dict) -> dict[str, str]:
    return {r["target"]: r["state"] for r in told["required"]}


def test_a_rejection_stands_for_the_targets_that_are_as_they_were(release, album: Album) -> None:
    release("approve", album.folder, *ANA, "--reject", "--remarks", "dropout", "--key", album.key("ana"))
    release("approve", album.folder, *JO, "--target", "streaming", "--key", album.key("jo"))
    album.make(**{"cd/pq-sheet.txt": b"new"})

    told = status_of(release, album)

    assert states(told) == {"streaming": "rejected", "cd": "open"}
    assert release("ship", album.folder, "-t", "streaming")[0] == 9


def test_a_rejected_track_blocks_the_disc_that_holds_it(release, album: Album) -> None:
    release("approve", album.folder, *ANA, "--reject", "--track", "one", "--key", album.key("ana"))
    release("approve", album.folder, *JO, "--key", album.key("jo"))
    assert states(status_of(release, album)) == {"streaming": "rejected", "cd": "rejected"}

    album.make(**{"streaming/flac/01 One.flac": b"mended", "cd/pq-sheet.txt": b"new sheet, old image"})
    release("approve", album.folder, *JO, "--key", album.key("jo"))
    assert states(status_of(release, album)) == {"streaming": "approved", "cd": "rejected"}

    album.make(**{"cd/ddp/IMAGE.DAT": b"mended"})
    release("approve", album.folder, *JO, "--key", album.key("jo"))
    assert states(status_of(release, album)) == {"streaming": "approved", "cd": "approved"}


def test_a_rejected_track_of_one_target_is_about_that_target(release, album: Album) -> None:
    release("approve", album.folder, *ANA, "--reject", "--track", "one", "-t", "streaming", "--key", album.key("ana"))
    release("approve", album.folder, *JO, "--key", album.key("jo"))

    assert states(status_of(release, album)) == {"streaming": "rejected", "cd": "approved"}


def test_a_target_that_was_approved_with_others_says_which_of_them_changed(release, album: Album) -> None:
    release("approve", album.folder, *JO, "--key", album.key("jo"))
    album.make(**{"cd/pq-sheet.txt": b"new"})

    why = {r["target"]: r["why"] for r in status_of(release, album)["required"]}

    assert why["cd"] == "changed since it was approved"
    assert why["streaming"] == "approved together with cd, which changed since: approve this target again"


def test_cd_text_that_is_no_longer_written_is_told(release, album: Album, monkeypatch) -> None:
    with monkeypatch.context() as patch:
        patch.setitem(signed_album.CONTENT, "cd", signed_album.CONTENT["cd"] | {"cd/ddp/CDTEXT.BIN": None})
        album.make()
        release("approve", album.folder, *JO, "--key", album.key("jo"))
    (album.build / "cd/ddp/CDTEXT.BIN").unlink()
    album.make(**{"cd/ddp/DDPMS": b"without"})

    told = status_of(release, album)["approvals"][0]

    assert told["why"] == ["cd: CD-TEXT is no longer written"]
    album.make(**{"cd/pq-sheet.txt": b"x"})
    release("approve", album.folder, *ANA, "--key", album.key("ana"))
    album.make(**{"cd/pq-sheet.txt": b"y"})
    told = next(a for a in status_of(release, album)["approvals"] if a["person"] == "Ana Reis")
    assert "the record knows no cause" in told["why"][0]


def write_unsigned(album: Album, **change: object) -> Path:
    """A statement after the first one's pattern, put into the folder by hand."""
    first = album.approvals()[0]
    value = json.loads(first.read_bytes()) | {"signature": "none", "signer": ""} | change
    data = statement_bytes(parse_approval(json.dumps(value).encode(), "x"))
    path = first.with_name(f"2026-11-20-x-{hashlib.sha256(data).hexdigest()[:16]}.json")
    path.write_bytes(data)
    return path


def test_an_unsigned_word_replaces_no_signed_one(release, album: Album) -> None:
    album.write(SIGNOFF + "  unsigned: accept\n")
    release("approve", album.folder, *JO, "--reject", "--key", album.key("jo"))
    digest = hashlib.sha256(album.approvals()[0].read_bytes()).hexdigest()
    write_unsigned(album, decision="approved", supersedes=[digest])

    assert set(states(status_of(release, album)).values()) == {"rejected"}

    release("approve", album.folder, *JO, "--key", album.key("jo"))
    assert set(states(status_of(release, album)).values()) == {"approved"}


def test_the_same_key_under_another_name_is_no_other_person(release, album: Album) -> None:
    album.write(SIGNOFF + "  required: [{role: qc, other_than: [mastering engineer]}]\n")
    jo = " ".join(album.key("jo").with_suffix(".pub").read_text().split()[:2])
    (album.folder / "signers").write_text(f"jo@marsh.example {jo}\nlee@fox.example {jo}\n")
    release("approve", album.folder, *LEE, "--key", album.key("jo"))

    found = next(r for r in status_of(release, album)["required"] if r["target"] == "cd")
    assert found["state"] == "open"
    assert "Lee Fox signs with the key of Jo Marsh" in found["why"]

    mallory = " ".join(album.key("mallory").with_suffix(".pub").read_text().split()[:2])
    (album.folder / "signers").write_text(f"jo@marsh.example {jo}\nlee@fox.example {jo}\njo@marsh.example {mallory}\n")
    release("approve", album.folder, *JO, "--key", album.key("jo"))
    (album.folder / "signers").write_text(
        f"* {jo}\njo@marsh.example {mallory}\n"
    )  # whoever: the same key has signed twice
    found = next(r for r in status_of(release, album)["required"] if r["target"] == "cd")
    assert "Lee Fox signs with the key of Jo Marsh" in found["why"]


@pytest.mark.parametrize("how", ["--from", "--import"])
@pytest.mark.parametrize(
    "option",
    [("--reject",), ("--remarks", "no"), ("--heard", "cd"), ("--target", "cd"), ("--track", "one"), ("--with-notes",),
     ("--room", "A"), ("--date", "2026-11-20"), ("--spots",)],
)  # fmt: skip
def test_what_the_file_says_is_not_said_again(release, album: Album, how, option) -> None:
    form = {"person": "Ana Reis", "role": "artist", "decision": "approved", "date": "2026-11-20", "scope": {"kind": "release"}}  # fmt: skip
    review = {"format": "release-review", "version": 1, "build": {"identity": album.make()}, "comments": [], "approval": form}  # fmt: skip
    file = album.folder / "file.json"
    if how == "--from":
        file.write_text(json.dumps(review))
    else:
        release("approve", album.folder, *ANA, "--draft", file)
        subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", "approval@release-audio", "-f", album.key("ana"), file], check=True)  # fmt: skip
    key = ("--key", album.key("ana")) if how == "--from" else ()

    code, _, err = release("approve", album.folder, how, file, *key, *option)

    assert code == 2
    assert f"leave {option[0]} out" in " ".join(err.split())
    assert not album.approvals()
    assert release("approve", album.folder, how, file, *key)[0] == 0


WAIVER = "qc: {waivers: [{check: level/ceiling, reason: loud, by: Jo Marsh, date: 2026-01-01, expires: 2026-11-25}]}\n"


def test_a_waiver_ends_when_the_record_says_so(release, album: Album) -> None:
    """Whatever is done to the manifest after the build."""
    album.write(WAIVER + SIGNOFF)
    album.findings = [
        {"check": "level/ceiling", "status": "fail", "code": "over", "target": "cd", "message": "m",
         "waived": "loud (Jo Marsh, 2026-01-01; until 2026-11-25)"}
    ]  # fmt: skip
    album.make()
    release("approve", album.folder, *JO, "--key", album.key("jo"))
    assert release("status", album.folder, "--date", "2026-11-25")[0] == 0

    for waiver in (WAIVER, "", WAIVER.replace("2026-11-25", "2030-01-01"), WAIVER.replace(", expires: 2026-11-25", "")):
        album.write(waiver + SIGNOFF)
        code, out, _ = release("status", album.folder, "--date", "2026-11-26")
        assert code == 9
        assert "open: 1 thing before all may ship" in out
        assert release("ship", album.folder, "-t", "cd", "--date", "2026-11-26")[0] == 9
    album.write(WAIVER.replace("2026-11-25", "2026-11-21") + SIGNOFF)  # it may be made to end sooner
    assert release("ship", album.folder, "-t", "cd", "--date", "2026-11-23")[0] == 9


def test_what_was_heard_was_heard_before_it_was_approved(release, album: Album) -> None:
    record = {"path": "cd/ddp/IMAGE.DAT", "heard": "start-to-end", "room": "r", "chain": "c", "date": "2026-11-21"}
    file = album.folder / "heard.json"
    file.write_text(json.dumps([record]))

    assert release("approve", album.folder, *LEE, "--key", album.key("lee"), "--listening", file)[0] == 2
    file.write_text(json.dumps([record | {"date": "2026-11-20"}]))
    assert release("approve", album.folder, *LEE, "--key", album.key("lee"), "--listening", file)[0] == 0


def test_a_word_of_a_day_to_come_is_told(release, album: Album) -> None:
    release("approve", album.folder, *JO[:-1], "2026-11-25", "--key", album.key("jo"))

    assert status_of(release, album)["dated_to_come"] == [
        "the approval by Jo Marsh is dated 2026-11-25, a day that is still to come"
    ]
    assert status_of(release, album, "--date", "2026-11-25")["dated_to_come"] == []


def test_nothing_was_heard_after_the_end(release, album: Album) -> None:
    place = album.build / "release.json"
    record = json.loads(place.read_bytes())
    item = next(d for d in record["targets"]["cd"]["deliverables"] if d["role"] == "image")
    item |= {"samples": 441000, "sample_rate_hz": 44100}
    place.write_text(json.dumps(record))
    file = album.folder / "heard.json"

    for time, wanted in ((10.5, 2), (9.5, 0)):
        event = {"time": time, "type": "click", "severity": 1, "is_intended": False}
        file.write_text(json.dumps([{"path": item["path"], "heard": "spots", "room": "r", "chain": "c", "date": "2026-11-20", "events": [event]}]))  # fmt: skip
        code, _, err = release("approve", album.folder, *LEE, "--key", album.key("lee"), "--listening", file)
        assert code == wanted, err
    assert "10.000 s" not in err


def test_every_package_keeps_its_seal_and_what_becomes_of_it_is_told(release, album: Album) -> None:
    assert release("ship", album.folder, "-t", "cd", "--override", "test", "--by", "Jo Marsh")[0] == 0
    release("approve", album.folder, *JO, "--key", album.key("jo"))
    assert release("ship", album.folder, "-t", "cd", "--to", album.folder / "other")[0] == 0
    assert release("ship", album.folder, "-t", "cd", "--format", "bagit", "--to", album.folder / "other")[0] == 0

    shipped = status_of(release, album)["shipped"]
    assert sorted((s["form"], s["override"] is not None, s["package"]) for s in shipped) == [
        ("bagit", False, "there"),
        ("zip", False, "there"),
        ("zip", True, "there"),
    ]

    overridden, good, bag = next(album.folder.glob("shipped/*.zip")), next(album.folder.glob("other/*.zip")), next(p for p in album.folder.glob("other/*") if p.is_dir())  # fmt: skip
    good.unlink()
    overridden.rename(good)
    sheet = bag / "data/cd/pq-sheet.txt"
    sheet.chmod(0o644)
    sheet.write_bytes(b"touched")
    found = {(s["form"], s["path"].split("/")[0]): s["package"] for s in status_of(release, album)["shipped"]}
    assert found == {("zip", "shipped"): "gone", ("zip", "other"): "another", ("bagit", "other"): "another"}
    assert "WHAT LIES THERE NOW IS NOT WHAT WAS SHIPPED" in " ".join(release("status", album.folder)[1].split())
    shutil.rmtree(bag)
    assert "gone" in {s["package"] for s in status_of(release, album)["shipped"] if s["form"] == "bagit"}


@pytest.mark.parametrize("name", ["Lee F\u043ex", "\u0410na Reis", "Jo M\u03b1rsh"])
def test_names_of_two_scripts_in_a_word_are_odd(name) -> None:
    assert "is not what it seems" in mixed_scripts(name)


@pytest.mark.parametrize("name", ["José Ñandú", "Анна Ким", "山田 Taro", "Żółć O'Neil", "Νίκος Lee", "DJ 3Π", "محمد"])
def test_names_of_any_scripts_are_not(name) -> None:
    assert mixed_scripts(name) == ""


def built(folder: Path, release) -> None:
    at_s = np.arange(44100 * 4) / 44100
    for name, hertz in (("one", 440), ("two", 523)):
        tone = 0.2 * np.sin(2 * np.pi * hertz * at_s) * np.minimum(1, at_s[::-1])
        soundfile.write(folder / f"{name}.wav", np.stack([tone, 0.8 * tone], axis=1), 44100, subtype="PCM_24")
    (folder / "project.yaml").write_text(
        "version: 1\nrelease: {title: T, artist: A}\ntracks:\n"
        "  - {id: one, title: One, source: one.wav, isrc: GB-LTR-26-00001}\n"
        "  - {id: two, title: Two, source: two.wav, isrc: GB-LTR-26-00002}\n"
        "targets: {streaming: {files: [flac]}}\nsignoff: {unsigned: accept}\n"
    )
    code, _, err = release("build", folder)
    assert code in (0, 1), err


def test_a_build_whose_inputs_changed_since_is_neither_approved_nor_shipped(release, tmp_path) -> None:
    """With a real build: a title, a gap, a source; and the sign-off itself, which is no input."""
    folder = tmp_path / "project"
    folder.mkdir()
    built(folder, release)
    jo = ("--person", "Jo Marsh", "--role", "mastering engineer", "--unsigned")
    project, source = folder / "project.yaml", folder / "two.wav"
    text, audio = project.read_text(), source.read_bytes()
    assert release("approve", folder, *jo)[0] == 0

    def told() -> tuple[int, int, int, str]:
        code, out, _ = release("status", folder)
        return code, release("approve", folder, *jo)[0], release("ship", folder, "--override", "x", "--by", "y")[0], out

    for change in (("title: Two", "title: Two Changed"), ("[flac]}}", "[flac], }, cd: {}}")):
        project.write_text(text.replace(*change))
        assert told()[:3] == (9, 9, 9)
        assert "the manifest says something else" in " ".join(told()[3].split())
    project.write_text(text)
    soundfile.write(source, np.zeros((44100 * 4, 2)), 44100, subtype="PCM_16")
    assert told()[:3] == (9, 9, 9)
    assert "the source two.wav has another content" in " ".join(told()[3].split())
    source.unlink()
    assert told()[:3] == (9, 9, 9)

    source.write_bytes(audio)
    project.write_text(
        text.replace("unsigned: accept", "unsigned: accept, required: [mastering engineer]") + "# seen\n"
    )
    assert release("status", folder)[0] == 0
    assert release("ship", folder)[0] == 0
    for path in folder.glob("*.wav"):
        path.unlink()
    code, out, _ = release("status", folder)
    assert code == 0
    assert "the sources are not here" in out
