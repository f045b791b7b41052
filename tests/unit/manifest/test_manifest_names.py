"""File names: the pattern's few fields, and names that every file system takes."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release.manifest.names import NAME_FIELDS, check_template, format_name, is_reserved, safe_name
from release.manifest.scalars import ScalarError

FIELDS = {"disc": 1, "number": 2, "title": "Tide (Live)", "artist": "The Harbour Lights", "isrc": "GBLTR2600002",
          "barcode": "4006381333931", "catalogue_number": "LTR014"}  # fmt: skip


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("{number:02} {title}", "02 Tide (Live)"),
        ("{number} {title}", "2 Tide (Live)"),
        ("{disc}-{number:03} {artist} - {title}", "1-002 The Harbour Lights - Tide (Live)"),
        ("{catalogue_number}_{isrc}", "LTR014_GBLTR2600002"),
        ("{barcode}_{number:2}", "4006381333931_02"),
    ],
)
def test_patterns(template, name):
    check_template(template)

    assert format_name(template, FIELDS) == name


@pytest.mark.parametrize(
    "template",
    [
        "", "all the same", "{titel}", "{title", "title}", "{title:02}", "{number:x}", "{number:}", "{number:123}", "{}",
        "{number!r} {title}", "{title.__class__}", "{title[0]}", "{{title}}", "a/{title}", "..\\{title}", "{title}:", "{title}\n",
        "{artist}", "{number:0}", "{ title }",
    ],
)  # fmt: skip
def test_patterns_that_are_none(template):
    with pytest.raises(ScalarError) as caught:
        check_template(template)
    assert caught.value.code == "bad-names"
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("AC/DC: Live?", "AC-DC - Live-"),
        ("../../etc/passwd", "-..-etc-passwd"),
        ("con", "con_"),
        ("NUL.txt", "NUL_.txt"),
        ("com1", "com1_"),
        ("...", "untitled"),
        ("  Tide. . ", "Tide"),
        (".hidden", "hidden"),
        ("a\tb\nc", "abc"),
        ("cafe\u0301", "caf\u00e9"),
        ("夜のフェリー", "夜のフェリー"),
        ("\u202etxt.exe", "txt.exe"),
        ("é" * 100, "é" * 60),
        ("🎧" * 40, "🎧" * 30),
    ],
)
def test_names_are_safe(text, name):
    assert safe_name(text) == name


@given(st.text(max_size=200))
def test_no_title_makes_an_unsafe_name(title):
    name = format_name("{number:02} {title}", {"number": 1, "title": title})

    for made in (name, safe_name(title)):
        assert made
        assert len(made.encode()) <= 120
        assert not set(made) & set('/\\:*?"<>|\0\n')
        assert made[-1] not in ". "
        assert made[0] not in ". "
        assert not is_reserved(made)
        assert unicodedata.normalize("NFC", made) == made
        assert safe_name(made) == made


@given(st.lists(st.sampled_from([*"{}:!.[]()0123x ", *NAME_FIELDS]), max_size=20).map("".join))
def test_no_pattern_does_more_than_name(template):
    try:
        check_template(template)
    except ScalarError:
        return
    assert "{" not in format_name(template, FIELDS)
