"""Profiles move limits where they speak, ask for approvals, and are refused where nobody could judge them."""

import json

import pytest

from release.errors import ManifestError
from release.manifest.load import load_manifest
from release.operations.profiles import asked_approvals, limited, profile_problems, project_profiles
from release.operations.signoff_project import read_policy
from release.qc.contexts import SideContext, SourceContext
from release.qc.named_profiles import (
    ProfileError,
    ProjectLimits,
    named_profile,
    parse_profile,
    profile_names,
    profiles_table,
)
from release.qc.profiles import default_limits

MANIFEST = """
version: 1
release: {{title: Night Ferry, artist: Us}}
tracks: [{{id: a, title: A, source: a.wav}}]
qc: {qc}
targets:
  vinyl: {{sides: {{A: [a]}}}}
  streaming: {{files: [flac]}}
"""
OWN = {"title": "Ours", "kind": "plant", "for": ["vinyl"], "as_of": "2026-11", "source": "their form"}


def manifest(folder, qc):
    (folder / "a.wav").write_bytes(b"")
    (folder / "project.yaml").write_text(MANIFEST.format(qc=qc))
    return load_manifest(folder / "project.yaml")


def side(length_s):
    return SideContext("vinyl", "vinyl", "A", length_s, "12in-33")


@pytest.mark.parametrize("name", profile_names())
def test_shipped_profiles_are_dated_and_cited(name):
    found = named_profile(name)

    assert found.as_of >= "2026"
    assert found.source
    assert found.limits or found.approvals


def test_rows_show_the_house_limit_beside():
    row = next(r for r in profiles_table() if r["name"] == "plant-78-minutes")

    (longest,) = (x for x in row["limits"] if x["name"] == "longest_cd_frames")
    assert (longest["value"], longest["house"]) == (351_000, 359_849)


def test_limits_move_only_for_the_targets_that_a_profile_speaks_of(tmp_path):
    written = manifest(tmp_path, "{profiles: [plant-enormous-door]}")
    kinds = {"vinyl": "vinyl", "streaming": "streaming"}

    (vinyl, other) = limited([side(1400.0), SourceContext("a.wav", None)], written, kinds)

    assert vinyl.limits.get("side/length", "12in-33_longest_s") == 1500.0
    assert other.limits.get("side/length", "12in-33_longest_s") == 1380.0


def test_a_plants_profile_decides_whether_a_side_is_too_long(tmp_path):
    from release.qc.runner import run_checks

    written = manifest(tmp_path, "{profiles: [plant-enormous-door]}")
    house = run_checks([side(1400.0)])
    theirs = run_checks(limited([side(1400.0)], written, {"vinyl": "vinyl"}))

    assert [f.code for f in house.findings if f.check == "side/length"] == ["too-long"]
    assert [f.code for f in theirs.findings if f.check == "side/length"] == ["long"]


def test_own_limits_lie_over_profiles_and_later_profiles_over_earlier():
    quiet, again = (
        named_profile("label-quiet-sources"),
        parse_profile("x", json.dumps({**OWN, "for": [], "limits": {"audio/hum": {"warn_dbfs": -85}}})),
    )

    assert ProjectLimits([quiet, again]).of_kind(None).get("audio/hum", "warn_dbfs") == -85
    assert ProjectLimits([again, quiet]).of_kind("cd").get("audio/hum", "warn_dbfs") == -90
    assert (
        ProjectLimits([quiet], [("audio/hum", "warn_dbfs", -50.0)]).of_kind(None).get("audio/hum", "warn_dbfs") == -50
    )
    assert default_limits().get("audio/hum", "warn_dbfs") == -72


def test_a_profile_asks_for_a_second_listener(tmp_path):
    policy = read_policy(manifest(tmp_path, "{profiles: [label-second-listener]}"))

    (required,) = policy.required
    assert (required.role, required.listening, required.other_than) == ("qc", "start-to-end", ("mastering engineer",))
    assert required.targets == ()


def test_a_projects_own_profile_asks_only_for_its_targets(tmp_path):
    (tmp_path / "ours.json").write_text(json.dumps({**OWN, "approvals": [{"role": "plant"}]}))

    (asked,) = asked_approvals(manifest(tmp_path, "{profiles: [ours.json]}"))

    assert (asked.role, asked.targets) == ("plant", ("vinyl",))


@pytest.mark.parametrize(
    ("qc", "words"),
    [
        ("{profiles: [plant-78-minuets]}", "there is no profile"),
        ("{profiles: [gone.json]}", "No such file"),
        ("{profiles: [../outside.json]}", "outside of the manifest's folder"),
        (
            "{limits: [{check: audio/hum, name: warn_db, value: 1, reason: x}]}",
            "has no limit 'warn_db'; it has warn_dbfs",
        ),
        ("{limits: [{check: audio/humm, name: warn_db, value: 1, reason: x}]}", "audio/humm has no limits"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_place(tmp_path, qc, words):
    written = manifest(tmp_path, qc)

    (problem,) = profile_problems(written)
    assert words in problem.problem
    assert problem.where.startswith("project.yaml:5:")
    if "profiles" in qc:
        with pytest.raises(ManifestError):
            project_profiles(written)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"source": ""}, "source is missing"),
        ({"as_of": None}, "as_of is missing"),
        ({"kind": "friend"}, "kind is one of plant"),
        ({"for": ["tape"]}, "for is a list of streaming"),
        ({"limit": {}}, "no key 'limit'"),
        ({"limits": {"audio/hum": {"warn_dbfs": "loud"}}}, "not a number"),
        ({"limits": {"audio/hum": {"loud": 1}}}, "no limit 'loud'"),
        ({"approvals": [{"listening": "spots"}]}, "an approval has a role"),
        ({"approvals": [{"role": "qc", "listening": "twice"}]}, "an approval has a role"),
    ],
)
def test_a_profile_that_is_none_says_why(change, words):
    with pytest.raises(ProfileError, match=words):
        parse_profile("x", json.dumps({**OWN, **change}))
    with pytest.raises(ProfileError, match="not JSON"):
        parse_profile("x", "{")
