"""Hostile and broken YAML: one clear problem with its place, never a crash, never a long wait."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from written_manifests import SMALL, only_problem, problems

from release.errors import ManifestError
from release.manifest.load import load_manifest
from release.manifest.yaml_tree import YamlError, parse_yaml


@pytest.mark.parametrize(
    ("text", "where", "words", "remedy"),
    [
        ("", "1:1", "the file is empty", "version: 1"),
        ("# only a comment\n", "1:1", "the file is empty", "version: 1"),
        ("version: 1\nrelease:\n\ttitle: x\n", "3:1", "a tab stands where YAML wants blanks", "indent with blanks"),
        ("release:\n  title: Night: Ferry\n", "2:15", "a colon stands where no key can be", "quotes"),
        ('release:\n  title: "Night\n', "3:1", "a text in quotes does not end", "close the quotes"),
        ("release: {title: x\ntracks: []\n", "2:7", "does not end", "close the bracket"),
        ("title: @home\n", "1:8", "this text cannot begin like that", "quotes"),
        ("title: *star\n", "1:8", "*star stands for nothing", "quotes"),
        (
            "title: !!python/object:os.system x\n",
            "1:8",
            "the tag !!python/object:os.system is not read",
            "leave it out",
        ),
        ("title: !include x\n", "1:8", "the tag !include is not read", "leave it out"),
        ("version: 1\n---\nversion: 1\n", "2:1", "a second document begins here", "one file is one project"),
        ("a: 1\nb: 2\na: 3\n", "3:1", "the key a is written twice, first at 1:1", "keep one of them"),
        ("a: &x {y: 1}\nb:\n  <<: *x\n", "3:3", "merge keys (<<) are not read", "write the keys out"),
        ("a: &x [*x]\n", "1:8", "*x stands inside itself", "write the value out"),
        ("? [a, b]\n: c\n", "1:3", "a list cannot be a key", "key: value"),
        ("a: \x01\n", "1:4", "a character that YAML forbids", "UTF-8"),
        ("- a\n- b\n", "1:1", "the file is no mapping of keys", "version: 1"),
        ("just text\n", "1:1", "the file is no mapping of keys", "version: 1"),
    ],
)
def test_broken_text_is_explained_where_it_breaks(text, where, words, remedy):
    found = [p for p in problems(text) if words in p.problem]

    assert [p.where for p in found] == [f"project.yaml:{where}"], problems(text)
    assert remedy in found[0].remedy


def test_every_scalar_is_the_text_that_was_written():
    text = "{a: 12:51, b: No, c: 1999, d: 012, e: null, f: ~, g: 1.10, h: 0x1F, i: 2026-12-04, j: '', k: , l: on, m: 1_000}"
    document = parse_yaml(text)

    assert document.data == {
        "a": "12:51", "b": "No", "c": "1999", "d": "012", "e": "null", "f": "~", "g": "1.10", "h": "0x1F",
        "i": "2026-12-04", "j": "", "k": None, "l": "on", "m": "1_000",
    }  # fmt: skip


def test_aliases_are_read_where_they_are_few():
    data = parse_yaml("a: &x {y: [1, 2]}\nb: *x\nc: [*x, *x]\n").data

    assert data == {"a": {"y": ["1", "2"]}, "b": {"y": ["1", "2"]}, "c": [{"y": ["1", "2"]}, {"y": ["1", "2"]}]}


def test_a_bomb_of_aliases_is_refused_quickly():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    started = time.process_time()

    problem = only_problem("\n".join(lines))

    assert "more than 200000 values" in problem.problem
    assert time.process_time() - started < 5


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 50_000, "- " * 50_000, "a: [" * 3])
def test_deep_nesting_is_refused_not_followed(text):
    started = time.process_time()

    assert problems(text)
    assert time.process_time() - started < 5


def test_deep_nesting_through_aliases_is_refused():
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 60)]

    assert "nested deeper than 32" in only_problem("\n".join(lines)).problem


def test_a_long_text_is_refused():
    assert "a text of 200000 characters" in only_problem("title: " + "x" * 200_000).problem


def test_a_byte_order_mark_and_windows_lines_are_read(tmp_path):
    path = tmp_path / "project.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())

    assert load_manifest(path, files_must_exist=False).project.release.title == "Night Ferry"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (SMALL.encode("utf-16"), "not UTF-8"),
        (b"title: caf\xe9\n", "not UTF-8"),
        (b"x" * (2 * 1024 * 1024 + 1), "larger than 2 MiB"),
    ],
)
def test_files_that_are_no_text(tmp_path, data, words):
    path = tmp_path / "project.yaml"
    path.write_bytes(data)

    with pytest.raises(ManifestError) as caught:
        load_manifest(path)
    assert words in caught.value.problems[0].problem
    assert caught.value.problems[0].where.startswith("project.yaml")


def test_a_missing_file_and_a_folder(tmp_path):
    with pytest.raises(ManifestError, match="there is no such file"):
        load_manifest(tmp_path / "project.yaml")
    (tmp_path / "project.yaml").write_text(SMALL)
    with pytest.raises(ManifestError, match="this is a folder") as caught:
        load_manifest(tmp_path)
    assert caught.value.problems[0].remedy.endswith("project.yaml")
    assert caught.value.exit_code == 3


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from(list("abc:-[]{}&*!|>'\"#%@`,?~ \n\t\\<0")), max_size=60))
def test_no_text_makes_the_loader_crash(text):
    for attempt in (text, SMALL + text, SMALL.replace("Night Ferry", text)):
        assert all(p.problem and p.where for p in problems(attempt))


@settings(max_examples=50, deadline=None)
@given(st.recursive(st.text(max_size=5) | st.none(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
    st.sampled_from(["version", "release", "tracks", "targets", "id", "title", "source", "level", "process", "gap", "kind", "cd", "sides"]),
    inner, max_size=4), max_leaves=20))  # fmt: skip
def test_no_shape_of_data_makes_validation_crash(data):
    from release.manifest.validate import validate

    project, faults = validate(data)

    assert (project is None) == bool(faults)


def test_yaml_errors_carry_positions():
    with pytest.raises(YamlError) as caught:
        parse_yaml("a: [")
    assert caught.value.position is not None
