"""The first manifest loads as it is, whatever the tags and names say."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from written_manifests import load

from release.manifest.scaffold import ScaffoldTrack, quote, scaffold
from release.manifest.yaml_tree import parse_yaml

TRACKS = (
    ScaffoldTrack(
        "01 Departure.wav",
        "Departure",
        "The Harbour Lights",
        "GBLTR2600001",
        "Night Ferry",
        "The Harbour Lights",
        96_000,
    ),
    ScaffoldTrack("02 - Night_Ferry.flac", sample_rate_hz=44_100),
    ScaffoldTrack("sub/3.wav", 'Say "No": A & B', "Ana, Jo", "not a code"),
    ScaffoldTrack("04.Departure.aiff", "Departure"),
    ScaffoldTrack("1999.wav"),
)


def test_a_scaffold_loads_with_what_is_known():
    project = load(scaffold(Path("/music/Some Album"), TRACKS, "front.png")).project

    assert (project.release.title, project.release.artist, project.release.artwork) == (
        "Night Ferry",
        "The Harbour Lights",
        "front.png",
    )
    assert [t.id for t in project.tracks] == ["departure", "night-ferry", "say-no-a-b", "departure-2", "1999"]
    assert [t.title for t in project.tracks] == ["Departure", "Night Ferry", 'Say "No": A & B', "Departure", "1999"]
    assert [t.source for t in project.tracks] == [t.path for t in TRACKS]
    assert [t.isrc for t in project.tracks] == ["GBLTR2600001", "", "", "", ""]
    assert [a.name for a in project.tracks[2].artists] == ["Ana, Jo"]
    assert project.sequence.sample_rate == 96_000


def test_the_folder_names_the_release_where_no_tag_does():
    project = load(scaffold(Path("/music/Some_Album"), [ScaffoldTrack("a.wav")])).project

    assert (project.release.title, project.release.artist) == ("Some Album", "Unknown Artist")
    assert project.sequence.sample_rate is None


def test_the_commented_lines_are_valid_too():
    text = scaffold(Path("x"), TRACKS)
    opened = (
        text.replace("  # cd:\n  #   dither", "  cd:\n     dither")
        .replace("  #   images", "     images")
        .replace("  #   text", "     text")
    )
    opened = (
        opened.replace("    # level:", "    level:")
        .replace("  # cassette:", "  cassette:")
        .replace("  # language:", "  language:")
    )
    opened = opened.replace("  # vinyl:\n  #   speed", "  vinyl:\n     speed").replace("  #   sides", "     sides")

    assert set(load(opened).project.targets) == {"streaming", "cd", "vinyl", "cassette"}


@given(st.text(max_size=40))
def test_any_text_is_quoted_so_that_it_reads_back(text):
    line = f"key: {quote(text)}   # comment\nother: [{{name: {quote(text, in_brackets=True)}}}]\n"

    assert parse_yaml(line).data == {"key": text, "other": [{"name": text}]}


@given(
    st.lists(
        st.builds(
            ScaffoldTrack,
            st.text(min_size=1, max_size=20).map(lambda s: "a" + s.replace("\x00", "").replace("\n", "")),
            st.text(max_size=20),
            st.text(max_size=20),
            st.text(max_size=14),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_no_tags_make_a_scaffold_that_does_not_load(tracks):
    load(scaffold(Path("folder"), tracks))
