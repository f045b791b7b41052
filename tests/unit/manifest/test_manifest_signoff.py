"""The sign-off keys of the manifest: read, refused with places, and no part of what a build is made from."""

from __future__ import annotations

from pathlib import Path

import pytest

from release.errors import ManifestError
from release.manifest.load import parse_manifest
from release.operations.signoff_project import read_policy
from release.signoff.policy import Person, Required

BASE = """\
version: 1
release: {title: T, artist: A, credits: [{role: mastering engineer, name: Jo Marsh}]}
tracks: [{id: one, title: One, source: one.wav}]
targets: {streaming: {}, cd: {}}
"""


def load(text: str):
    return parse_manifest(BASE + text, Path("project.yaml"))


def codes(text: str) -> set[str]:
    with pytest.raises(ManifestError) as caught:
        load(text)
    assert all(
        p.where.startswith("project.yaml:5") or p.where.startswith("project.yaml:6") for p in caught.value.problems
    )
    return {p.code for p in caught.value.problems}


def test_what_is_written_becomes_a_policy() -> None:
    policy = read_policy(
        load(
            "signoff: {people: [{name: Jo Marsh, roles: [qc]}, {name: Ana, signer: ana@x, roles: [artist, label]}],"
            " required: [qc, {role: artist, targets: [cd], listening: spots, other_than: [mastering engineer]}]}\n"
        )
    )

    assert policy.people == (Person("Jo Marsh", "Jo Marsh", ("qc",)), Person("Ana", "ana@x", ("artist", "label")))
    assert policy.required == (Required("qc"), Required("artist", ("cd",), "spots", ("mastering engineer",)))
    assert policy.credits == {"mastering engineer": frozenset({"Jo Marsh"})}
    assert not policy.accepts_unsigned


def test_without_a_word_one_signed_approval_is_asked_for() -> None:
    policy = read_policy(load(""))

    assert policy.required == (Required(),)
    assert policy.objection("Jo", "any", "Jo") == ""
    assert policy.objection("Jo", "any", "ana@x") != ""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("signoff: {required: [{role: qc, targets: [tape]}]}\n", "unknown-target"),
        ("signoff: {people: [{name: A, roles: [qc]}], required: [qcc]}\n", "unknown-role"),
        ("signoff: {people: [{name: A, roles: [qc]}, {name: A, roles: [x]}]}\n", "duplicate-person"),
        ("signoff: {people: [{name: A, roles: []}]}\n", "missing"),
        ("signoff: {required: [{role: qc, other_than: [qc]}]}\n", "conflict"),
        ("signoff: {required: [{role: qc, listening: some}]}\n", "unknown-value"),
        ("signoff: {signers: /etc/passwd}\n", "bad-path"),
        ("signoff: {unsigned: maybe}\n", "unknown-value"),
        ("qc: {waivers: [{check: audio/clipping, by: Jo, reason: ' '}]}\n", "missing"),
    ],
)
def test_mistakes_are_told_with_their_place(text, code) -> None:
    assert codes(text) == {code}
