"""The neutral set: what comes from release and track, what is left out, what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tag_material import RELEASE, TRACK, full_set, make_jpeg_head, make_png

from release.errors import ManifestError, RenderError
from release.model.metadata import Credit, ReleaseInfo, TrackInfo, Work, Writer
from release.tags import TagSet, artwork_from_bytes, info_pairs, tagset_for
from release.tags.credit import role_key
from release.tags.language import to_three_letters


def test_a_bare_release_has_only_what_it_says() -> None:
    tagset = tagset_for(ReleaseInfo("Album", "Band"), TrackInfo("a", "Song", ""), 1, 1)

    assert tagset.fields() == {
        "title": ("Song",),
        "artist": ("Band",),
        "artists": ("Band",),
        "album": ("Album",),
        "album_artist": ("Band",),
        "track": ("1/1",),
        "disc": ("1/1",),
        "release_type": ("album",),
        "media": ("Digital Media",),
    }


def test_writers_and_credits_keep_their_order_and_say_nothing_twice() -> None:
    track = TrackInfo(
        "a", "Song", "Band",
        writers=(Writer("Jo", "composer"), Writer("Al", "composer"), Writer("Jo", "composer")),
        credits=(Credit("Producer", "Ida"), Credit("composer", "Jo"), Credit("", "Nobody"), Credit("bass", "")),
    )  # fmt: skip

    assert tagset_for(RELEASE, track, 1, 1).credits == (
        ("composer", "Jo"),
        ("composer", "Al"),
        ("producer", "Ida"),
        ("mastering", "Jo Marsh"),
        ("involved:photographer", "P. Hoto"),
    )


def test_the_composer_of_a_work_is_its_composer() -> None:
    track = TrackInfo("a", "Song", "Band", work=Work("Suite", "J. S. Bach", 2, "Air"))

    assert tagset_for(ReleaseInfo("A", "B"), track, 1, 1).credits == (("composer", "J. S. Bach"),)


@pytest.mark.parametrize(
    ("role", "key"),
    [
        ("mastering engineer", "mastering"),
        ("Mix Engineer", "mixer"),
        ("DJ-mixer", "dj_mixer"),
        ("Producer", "producer"),
        ("executive producer", "involved:executive producer"),
        ("cover art", "involved:cover art"),
        ("guitar", "performer:guitar"),
        ("lead vocals", "performer:lead vocals"),
    ],
)
def test_roles_find_their_place(role: str, key: str) -> None:
    assert role_key(role) == key


@pytest.mark.parametrize("text", ["a\0b", "half a pair \ud83c"])
@pytest.mark.parametrize("field", ["title", "artist", "comment", "p_line"])
def test_what_no_tag_can_carry_is_refused(field: str, text: str) -> None:
    values = {"title": "T", "artist": "A", "album": "B", field: text}

    with pytest.raises(ManifestError, match=field):
        TagSet(**values)


def test_names_inside_lists_are_looked_at_too() -> None:
    with pytest.raises(ManifestError, match="credits"):
        TagSet(title="T", artist="A", album="B", credits=(("composer", "a\0"),))
    with pytest.raises(ManifestError, match="work"):
        TagSet(title="T", artist="A", album="B", work=Work("a\0"))


def test_info_pairs_are_riffs_own() -> None:
    assert dict(info_pairs(full_set())) == {
        "INAM": "Tide (Live)",
        "IART": "The Harbour Lights feat. Ana Reis",
        "IPRD": "Night Ferry",
        "ITRK": "2",
        "ICRD": "2026-12-04",
        "IGNR": "Indie Folk",
        "ICOP": "2026 Lowtide Publishing",
        "ILNG": "eng",
        "IMED": "Digital Media",
        "IMUS": "Jo Hale; Kim Bo",
        "IWRI": "Sam Song",
        "IPRO": "Ida Berg",
        "ICMT": "Recorded at sea",
    }


@pytest.mark.parametrize(
    ("written", "code"),
    [("en", "eng"), ("pt-BR", "por"), ("jpn", "jpn"), ("zxx", "zxx"), ("DE", "deu"), ("", ""), ("qq", ""), ("x1", "")],
)
def test_languages_have_three_letters(written: str, code: str) -> None:
    assert to_three_letters(written) == code


@pytest.mark.skipif(
    not Path("/usr/share/iso-codes/json/iso_639-2.json").exists(), reason="needs Debian package iso-codes"
)
def test_languages_agree_with_debians_list() -> None:
    listed = json.loads(Path("/usr/share/iso-codes/json/iso_639-2.json").read_text())["639-2"]
    theirs = {entry["alpha_2"]: entry["alpha_3"] for entry in listed if "alpha_2" in entry}

    assert {two: to_three_letters(two) for two in theirs} == theirs


class TestArtwork:
    def test_png_header(self) -> None:
        art = artwork_from_bytes(make_png(30, 20))

        assert (art.mime, art.width_px, art.height_px, art.depth_bits) == ("image/png", 30, 20, 24)

    def test_jpeg_header(self) -> None:
        art = artwork_from_bytes(make_jpeg_head(640, 480))

        assert (art.mime, art.width_px, art.height_px, art.depth_bits) == ("image/jpeg", 640, 480, 24)

    @pytest.mark.parametrize(
        ("data", "reason"),
        [(b"GIF89a", "neither"), (b"", "neither"), (make_png()[:20], "damaged"), (make_jpeg_head()[:12], "damaged")],
    )
    def test_anything_else_is_refused(self, data: bytes, reason: str) -> None:
        with pytest.raises(RenderError, match=reason):
            artwork_from_bytes(data)


def test_hidden_defaults_do_not_slip_in() -> None:
    plain = TagSet(title="T", artist="A", album="B", media="")

    assert set(plain.fields()) == {"title", "artist", "album"}
    assert TRACK.display_title == full_set().title
