"""Any legal disc through its manifest and back: the resolver makes the disc that was read."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from release.errors import ManifestError
from release.formats.cdtext import genre_code
from release.formats.ddp.writer import write_control_files
from release.manifest.disc_scaffold import DiscProject, scaffold_disc
from release.manifest.load import parse_manifest
from release.manifest.resolve import resolve
from release.model.disc import Copy, Disc, DiscText, DiscTrack, TextBlock
from release.model.disc_compare import compare_disc
from release.model.disc_parts import disc_parts
from release.model.source import SourceInfo
from release.targets.cd import discs_of

sys.path.append(str(Path(__file__).parents[2] / "formats"))
from disc_examples import EAN, LATIN, discs, text_block, track


def made_again(disc: Disc, *, is_silent: bool = False, inherits: bool = True) -> Disc:
    """The disc that the manifest of a disc makes, with sound or silence in its pauses."""
    parts = disc_parts(disc, lambda _start, _end: is_silent)
    files = tuple(f"audio/{part.track:02}.wav" for part in parts)
    project = DiscProject(disc, parts, files, ("ddp",), "a test", inherits=inherits)
    manifest = parse_manifest(scaffold_disc(project), Path("/nowhere/project.yaml"))
    sources = {
        file: SourceInfo("wav", "pcm_s16", 44_100, 2, (p.end_cd_frames - p.start_cd_frames) * 588, 16, False, False, 0)
        for file, p in zip(files, parts, strict=True)
    }
    (made,) = discs_of(resolve(manifest, sources).targets[0])
    blocks = (replace(b, genre_code=genre_code(b.genre)) if b.genre else b for b in made.text_blocks)
    return replace(made, text_blocks=tuple(blocks))


def without_double_codes(disc: Disc) -> Disc:
    """The disc with each ISRC once, as a manifest demands it."""
    seen: set[str] = set()
    tracks = []
    for each in disc.tracks:
        tracks.append(replace(each, isrc="" if each.isrc in seen else each.isrc))
        seen.add(each.isrc)
    return replace(disc, tracks=tuple(tracks))


@given(discs(most_tracks=12, texts=LATIN.filter(str.strip)), st.booleans())
@settings(max_examples=25, deadline=None)
def test_random_discs_come_back(disc: Disc, is_silent: bool) -> None:
    disc = without_double_codes(replace(disc, ean=disc.ean if disc.ean.strip("0") else ""))
    made = [made_again(disc, is_silent=is_silent, inherits=inherits) for inherits in (True, False)]

    assert [] in [compare_disc(disc, other) for other in made]
    best = next(other for other in made if not compare_disc(disc, other))
    assert write_control_files(best) == write_control_files(disc)


TEXTS = st.builds(DiscText, *(st.just("") | LATIN.filter(str.strip) for _ in range(6)))


@given(
    st.lists(TEXTS, min_size=2, max_size=4),
    TEXTS,
    st.lists(TEXTS, min_size=4, max_size=4),
    EAN.filter(lambda ean: ean.strip("0")),
    st.booleans(),
)
@settings(max_examples=25, deadline=None)
def test_random_texts_in_two_languages_come_back(tracks, album, others, ean, has_codes) -> None:
    isrcs = tuple(f"GBLTR26{n:05}" for n in range(len(tracks)))
    more = {"disc_id": "LTR014", "genre": "Folk", "ean": ean, "isrcs": isrcs} if has_codes else {}
    blocks = (
        TextBlock("en", album, tuple(tracks), genre_code=11 if has_codes else None, **more),
        TextBlock("de", others[-1], tuple(others[: len(tracks)]), **more),
    )
    disc = Disc(
        tracks=tuple(
            DiscTrack(n, (150 + 400 * (n - 1),), 0 if n == 1 else None, isrcs[n - 1], text=tracks[n - 1])
            for n in range(1, len(tracks) + 1)
        ),
        lead_out_cd_frames=150 + 400 * len(tracks),
        ean=ean,
        catalogue="LTR014",
        text_blocks=blocks,
    )

    made = made_again(disc, inherits=False)

    assert [d for d in compare_disc(disc, made) if "genre code" not in d] == []


@pytest.mark.parametrize("first", [150, 151, 225, 9999])
def test_a_first_pause_stays_where_it_is(first: int) -> None:
    disc = Disc(tracks=(track(1, first, pause=0), track(2, first + 400)), lead_out_cd_frames=first + 800)
    for is_silent in (True, False):
        assert compare_disc(disc, made_again(disc, is_silent=is_silent)) == []


def test_99_tracks_with_99_indexes_of_one_cd_frame_each() -> None:
    tracks = tuple(
        track(n, *(150 + 310 * (n - 1) + i for i in range(99)), pause=0 if n == 1 else None) for n in range(1, 100)
    )
    disc = Disc(tracks=tracks, lead_out_cd_frames=150 + 310 * 99)
    assert compare_disc(disc, made_again(disc)) == []


def test_flags_and_names_that_yaml_could_misread() -> None:
    titles = [
        "No",
        "12:51",
        "null",
        "~",
        "- x",
        "#1",
        "{a}",
        "'q'",
        '"',
        "a: b",
        "yes",
        " lead",
        "trail ",
        "1e3",
        "é,ü",
    ]
    tracks = tuple(
        track(n, 150 + 400 * (n - 1), pause=0 if n == 1 else None, copy=list(Copy)[n % 3], has_pre_emphasis=n % 2 == 0,
              text=DiscText(title, f"{title} & co"))
        for n, title in enumerate(titles, start=1)
    )  # fmt: skip
    block = replace(text_block(titles), tracks=tuple(t.text for t in tracks))
    disc = Disc(tracks=tracks, lead_out_cd_frames=150 + 400 * len(titles), text_blocks=(block,), catalogue="No: 1")
    assert compare_disc(disc, made_again(disc)) == []


def test_texts_that_stay_empty_have_to_belong_to_a_track() -> None:
    disc = Disc(tracks=(track(1, 150, pause=0),), lead_out_cd_frames=600, text_blocks=(text_block([""], performer=""),))
    assert compare_disc(disc, made_again(disc, inherits=False)) == []
    parts = disc_parts(disc, lambda _start, _end: False)
    text = scaffold_disc(DiscProject(disc, parts, ("1.wav",), ("ddp",), "a test", inherits=False))
    assert "empty: [disc.performer, track-1.title]" in text
    for wrong in ("tide.title", "disc.colour", "title"):
        with pytest.raises(ManifestError, match=r"project\.yaml:\d+"):
            parse_manifest(text.replace("track-1.title", wrong), Path("/nowhere/project.yaml"))
