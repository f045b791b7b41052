"""What a review page exports: as comments, as an approval; and what strangers may put into it. Listening records and required roles."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from signed_album import SIGNOFF, Album, needs_ssh

from release.errors import UsageError
from release.signoff.guarded_json import parse_json
from release.signoff.statement import parse_approval, parse_review, statement_schemas

LISTENING_ROLE = (
    "  required: [{role: qc, targets: [streaming], listening: start-to-end, other_than: [mastering engineer]}]\n"
)
HEARD = ("--room", "Studio 2", "--chain", "D/A, loudspeakers")
LEE = ("--person", "Lee Fox", "--role", "qc", "--date", "2026-11-20", "--target", "streaming")


def review_of(identity: str, **more: object) -> dict[str, object]:
    return {
        "format": "release-review",
        "version": 1,
        "build": {"identity": identity, "title": "Slack Water"},
        "comments": [
            {
                "time": 12.5,
                "where": {"target": "cd", "track": "two"},
                "severity": 3,
                "text": "a click",
                "author": "Ana Reis",
            }
        ],
        **more,
    }


def form(**more: object) -> dict[str, object]:
    return {
        "person": "Ana Reis",
        "role": "artist",
        "decision": "approved-with-notes",
        "remarks": "louder next time",
        "date": "2026-11-20",
        "scope": {"kind": "target", "target": "cd"},
        **more,
    }


def write(album: Album, value: object, name: str = "review.json") -> Path:
    path = album.folder / name
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return path


def test_comments_are_kept_and_shown(release, album: Album) -> None:
    file = write(album, review_of(album.make()))
    jsonschema.validate(json.loads(file.read_text()), statement_schemas()["review.schema.json"])

    assert release("import", "review", file, "--project", album.folder)[0] == 0

    assert "comment 3/5 cd two at 0:12.500, Ana Reis: a click" in release("status", album.folder)[1]
    album.make(**{"cd/ddp/DDPID": b"x"})
    assert "a click" not in release("status", album.folder)[1]  # another build
    assert "(on a former build): a click" in " ".join(release("status", album.folder, "-v")[1].split())


@needs_ssh
def test_the_form_becomes_an_approval_signed_by_who_imports_it(release, album: Album) -> None:
    file = write(album, review_of(album.make(), approval=form()))

    code, _, err = release("approve", album.folder, "--from", file, "--key", album.key("ana"))

    assert code == 0, err
    statement = album.statement()
    assert (statement["person"], statement["decision"], statement["remarks"]) == (
        "Ana Reis",
        "approved-with-notes",
        "louder next time",
    )
    assert statement["signature"] == "ssh"
    assert "a click" in release("status", album.folder)[1]


@needs_ssh
def test_the_form_needs_the_key_of_its_person(release, album: Album) -> None:
    """A page from a stranger says that Ana approves: only Ana's key makes that true."""
    file = write(album, review_of(album.make(), approval=form()))

    assert release("approve", album.folder, "--from", file)[0] == 2
    assert release("approve", album.folder, "--from", file, "--key", album.key("mallory"))[0] == 9
    assert release("approve", album.folder, "--from", file, "--unsigned")[0] == 0
    assert json.loads(release("status", album.folder, "--json")[1])["approvals"][0]["state"] == "invalid"


@needs_ssh
def test_a_page_of_another_build_approves_nothing(release, album: Album) -> None:
    file = write(album, review_of(album.make(), approval=form()))
    album.make(**{"cd/ddp/DDPID": b"x"})

    code, _, err = release("approve", album.folder, "--from", file, "--key", album.key("ana"))

    assert code == 9
    assert "another build" in err


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        '{"format": "release-review"}',
        '{"a": 1, "a": 2}',
        "[" * 100_000,
        '{"x": NaN}',
        '{"x": 1e999}',
        "\ufeff{}",
        '{"build": {"identity": "' + "0" * 64 + '", "__proto__": {}}}',
    ],
)
def test_damaged_and_hostile_files_are_refused_plainly(release, album: Album, text) -> None:
    file = write(album, text)

    for arguments in (
        ("import", "review", file, "--project", album.folder),
        ("approve", album.folder, "--from", file, "--unsigned"),
    ):
        code, _, err = release(*arguments)
        assert code == 2
        assert "Traceback" not in err
    assert not (album.folder / ".release" / "comments").exists()


def test_keys_of_another_version_are_not_half_read(release, album: Album) -> None:
    for more in ({"version": 2}, {"colour": "red"}, {"comments": [{"text": "t", "author": "a", "severity": 6}]}):
        file = write(album, review_of("0" * 64) | more)
        assert release("import", "review", file, "--project", album.folder)[0] == 2


def test_a_file_that_is_too_large_or_a_link_is_not_read(release, album: Album) -> None:
    large = album.folder / "large.json"
    with large.open("wb") as file:
        file.truncate(9 << 20)
    link = album.folder / "link.json"
    link.symlink_to(write(album, review_of("0" * 64)))

    for path, word in ((large, "larger than"), (link, "link")):
        code, _, err = release("import", "review", path, "--project", album.folder)
        assert code == 2
        assert word in err


def test_comments_cannot_steer_a_terminal(release, album: Album) -> None:
    comment = {"severity": 1, "author": "x\x1b]0;owned\x07\ny", "text": "one\x1b[2J\u202etwo\x00"}
    file = write(album, review_of(album.make()) | {"comments": [comment]})

    assert release("import", "review", file, "--project", album.folder)[0] == 0

    out = release("status", album.folder)[1]
    assert not set("\x1b\x07\x00\u202e") & set(out)
    assert "one\ufffd[2J\ufffdtwo\ufffd" in out


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd", "cd/../../x", "cd//x", "cd/\x01"])
def test_paths_in_statements_do_not_lead_out(path) -> None:
    listening = {
        "path": path,
        "sha256": "0" * 64,
        "heard": "spots",
        "room": "r",
        "chain": "c",
        "date": "2026-11-20",
        "events": [],
    }
    review = review_of("0" * 64, approval=form(listening=[listening]))

    with pytest.raises(UsageError):
        parse_review(json.dumps(review).encode(), "review.json")


@pytest.mark.parametrize(
    "entry", ["0" * 64 + " */etc/passwd", "0" * 64 + " *../x", "0" * 63 + " *x", "0" * 64 + "  x", "x"]
)
def test_deliverables_of_a_statement_are_lines_of_sha256sum(entry) -> None:
    statement = form() | {
        "build": {"identity": "0" * 64}, "signature": "none", "scope": {"kind": "release"}, "deliverables": [entry],
        "format": "release-approval", "version": 1,
    }  # fmt: skip
    with pytest.raises(UsageError):
        parse_approval(json.dumps(statement).encode(), "approval.json")
    good = statement | {"deliverables": ["0" * 64 + " *cd/x y.wav"]}
    assert parse_approval(json.dumps(good).encode(), "approval.json").entries() == [("cd/x y.wav", "0" * 64)]


def test_json_is_strict() -> None:
    assert parse_json(b'{"a": [1, {"b": null}]}') == {"a": [1, {"b": None}]}
    for text in (b'{"a": 1, "a": 1}', b"NaN", b"-Infinity", b"\xff", b"[" * 13 + b"]" * 13, b"{} {}"):
        with pytest.raises(ValueError):
            parse_json(text)


def required(release, album: Album) -> list[tuple[str, str]]:
    told = json.loads(release("status", album.folder, "--json")[1])
    return [(r["state"], r["why"]) for r in told["required"]]


@needs_ssh
def test_a_listening_record_from_start_to_end_is_asked_for(release, album: Album) -> None:
    album.write(SIGNOFF + LISTENING_ROLE)
    release("approve", album.folder, *LEE, "--key", album.key("lee"))
    assert required(release, album) == [("open", "nothing was heard from start to end")]

    release("approve", album.folder, *LEE, "--key", album.key("lee"), "--heard", "streaming/flac", "--spots", *HEARD)
    assert required(release, album)[0][0] == "open"

    release("approve", album.folder, *LEE, "--key", album.key("lee"), "--heard", "streaming/flac/01 One.flac", *HEARD)
    assert "1 of 2 files of streaming/flac not heard" in required(release, album)[0][1]

    code, _, err = release(
        "approve", album.folder, *LEE, "--key", album.key("lee"), "--heard", "streaming/flac", *HEARD
    )
    assert code == 0, err
    assert required(release, album) == [("approved", "")]
    records = [r for n in range(len(album.approvals())) for r in album.statement(n)["listening"]]
    assert {r["room"] for r in records} == {"Studio 2"}


@needs_ssh
def test_the_second_pair_of_ears_is_not_the_mastering_engineers(release, album: Album) -> None:
    both = SIGNOFF.replace("roles: [mastering engineer]", "roles: [mastering engineer, qc]")
    album.write(both + LISTENING_ROLE)
    jo = ("--person", "Jo Marsh", "--role", "qc", "--target", "streaming", "--heard", "streaming/flac", *HEARD)
    assert release("approve", album.folder, *jo, "--key", album.key("jo"))[0] == 0

    state, why = required(release, album)[0]
    assert state == "open"
    assert "Jo Marsh is mastering engineer: another person must approve" in why

    release("approve", album.folder, *LEE, "--heard", "streaming/flac", *HEARD, "--key", album.key("lee"))
    assert required(release, album)[0][0] == "approved"


def test_nobody_passes_for_another_person_when_nobody_is_known(release, album: Album) -> None:
    manifest = "version: 1\nrelease: {title: S, artist: A}\ntracks: [{id: one, title: One, source: one.wav}]\ntargets: {streaming: {}}\n"
    album.write("signoff: {unsigned: accept, required: [{role: qc, other_than: [mastering engineer]}]}\n", manifest)
    release("approve", album.folder, "--person", "X", "--role", "qc", "--unsigned")

    assert "nobody is known as mastering engineer" in required(release, album)[0][1]


@needs_ssh
def test_a_record_with_events_comes_from_a_file(release, album: Album) -> None:
    event = {
        "time": 1.5,
        "type": "click",
        "severity": 2,
        "is_intended": False,
        "text": "left",
        "resolved_by": "Jo Marsh: vinyl noise",
    }
    record = {
        "path": "streaming/flac/01 One.flac",
        "heard": "spots",
        "room": "r",
        "chain": "c",
        "date": "2026-11-20",
        "events": [event],
    }
    file = write(album, [record], "heard.json")

    assert release("approve", album.folder, *LEE, "--key", album.key("lee"), "--listening", file)[0] == 0

    kept = album.statement()["listening"][0]
    assert kept["events"] == [event]
    assert f"{kept['sha256']} *{record['path']}" in album.statement()["deliverables"]


@needs_ssh
@pytest.mark.parametrize(
    ("change", "code"),
    [({}, 2), ({"resolved_by": "new transfer"}, 0), ({"is_intended": True}, 0), ({"severity": 4}, 0)],
)
def test_an_open_event_that_rejects_is_not_approved(release, album: Album, change, code) -> None:
    event = {"time": 1.5, "type": "dropout", "severity": 5, "is_intended": False} | change
    record = {
        "path": "streaming/flac/01 One.flac",
        "heard": "spots",
        "room": "r",
        "chain": "c",
        "date": "2026-11-20",
        "events": [event],
    }
    file = write(album, [record], "heard.json")

    assert release("approve", album.folder, *LEE, "--key", album.key("lee"), "--listening", file)[0] == code
    assert release("approve", album.folder, *LEE, "--key", album.key("lee"), "--listening", file, "--reject")[0] == 0


@needs_ssh
def test_only_what_is_in_scope_was_heard(release, album: Album) -> None:
    code, _, err = release("approve", album.folder, *LEE, "--key", album.key("lee"), "--heard", "cd/ddp", *HEARD)

    assert code == 2
    assert "no audio at cd/ddp" in err
