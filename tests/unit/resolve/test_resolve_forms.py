"""Rates, widths, formats, levels, groups, texts, emphasis, digest and paths."""

from datetime import date
from pathlib import Path

import pytest
from resolve_projects import HEAD, codes, load, refusal, resolved, source, target

from release.errors import ManifestError
from release.manifest.load import load_manifest
from release.manifest.resolve import check_paths, resolve, source_ids
from release.manifest.resolving.info import artist_line, listed, roman
from release.model.metadata import Artist
from release.model.target import CdSpec, DitherSpec, FileSpec, LimiterSpec

ONE = "tracks: [{id: a, title: A, source: a.wav}]\ntargets:\n"
HIGH = {"a.wav": source(10, 96_000)}


def test_defaults_of_a_file_target():
    made = target(ONE + "  streaming: {files: [flac, wav, mp3, aac, opus]}\n", "streaming")

    assert (made.sample_rate_hz, made.bit_depth, made.is_float, made.dither) == (44_100, 24, False, DitherSpec())
    assert made.spec.files == (
        FileSpec("flac"),
        FileSpec("wav", chunks=("bext", "axml")),
        FileSpec("mp3", 320),
        FileSpec("aac", 256),
        FileSpec("opus", 128),
    )


def test_a_cd_is_always_44_1_khz_and_16_bits():
    made = target(ONE + "  cd: {}\n", "cd", HIGH)

    assert (made.sample_rate_hz, made.bit_depth, made.spec) == (44_100, 16, CdSpec())


@pytest.mark.parametrize("kind", ["vinyl", "cassette"])
def test_sides_have_the_programmes_rate_and_24_bits(kind):
    made = target(ONE + f"  {kind}: {{}}\n", kind, HIGH)

    assert (made.sample_rate_hz, made.bit_depth) == (96_000, 24)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ("files: [mp3]", "32, 44.1, 48 kHz"),
        ("files: [flac], bit_depth: float", "16 or 24 bits"),
        ("files: [alac], bit_depth: float", "16 or 24 bits"),
        ("files: [aiff], bit_depth: float", "16 or 24 bits"),
        ("files: [aac], sample_rate: 176.4 kHz", "96 kHz"),
    ],
)
def test_formats_that_cannot_carry_it_say_what_they_carry(settings, says):
    error = refusal(ONE + f"  t: {{kind: download, {settings}}}\n", HIGH)

    assert codes(error) == ["cannot-carry"]
    assert says in error.problems[0].problem


@pytest.mark.parametrize(
    "settings", ["files: [opus]", "files: [wav], bit_depth: float", "files: [aac], bit_depth: float"]
)
def test_opus_wav_and_lossy_formats_take_what_others_refuse(settings):
    assert target(ONE + f"  t: {{kind: download, {settings}}}\n", "t", HIGH)


def test_a_float_target_has_no_dither():
    made = target(ONE + "  t: {kind: download, files: [wav], bit_depth: float}\n", "t")

    assert (made.bit_depth, made.is_float, made.dither.type) == (32, True, "none")


def test_shaped_dither_above_48_khz_is_refused():
    text = ONE + "  t: {kind: download, dither: {type: shaped}, sample_rate: %s}\n"

    assert codes(refusal(text % "88.2 kHz")) == ["shaped-rate"]
    assert target(text % "48 kHz", "t").dither.type == "shaped"


ALBUM = """\
tracks:
  - {id: a, title: A, source: a.wav, level_offset: -1 LU}
  - {id: b, title: B, source: b.wav}
  - {id: c, title: C, source: c.wav}
targets:
"""


def _groups(text, name="t"):
    return {s.key: s.level_group for s in target(text, name).programme.units[0].timeline.tracks}


def test_level_as_takes_limiter_and_ceiling():
    text = ALBUM + (
        "  streaming: {level: {match: album, loudness: -14 LUFS, ceiling: -1 dBTP, limiter: {max_reduction: 3 dB}}}\n"
        "  t: {kind: download, level: {as: streaming}}\n"
    )
    level = target(text, "t").level

    assert (level.like, level.ceiling_dbtp, level.limiter) == ("streaming", -1.0, LimiterSpec(max_reduction_db=3.0))
    assert target(text, "streaming").level.offsets_lu == (("a", -1.0),)


@pytest.mark.parametrize("times", ["release: 441001 samples", "look_ahead: 4 samples"])
def test_times_of_a_limiter_in_samples_are_held_against_its_range_at_the_rate(times):
    text = f"  t: {{kind: download, level: {{match: none, ceiling: -1 dBTP, limiter: {{{times}}}}}}}\n"
    error = refusal(ONE + text, {"a.wav": source(10)})

    assert codes(error) == ["out-of-range"]
    assert " s is " in error.problems[0].problem
    in_range = ONE + text.replace("441001", "441000").replace(" 4 ", " 5 ")
    assert target(in_range, "t", {"a.wav": source(10)}).level.limiter is not None


def test_level_as_needs_every_track_in_the_other_target():
    text = ALBUM + "  streaming: {tracks: [a, b]}\n  t: {kind: download, level: {as: streaming}}\n"

    assert codes(refusal(text)) == ["level-as"]


def test_an_anchor_outside_the_target_is_refused():
    level = "level: {match: anchor, anchor: c, loudness: -14 LUFS}"

    assert codes(refusal(ALBUM + f"  t: {{kind: download, tracks: [a, b], {level}}}\n")) == ["unknown-track"]
    assert target(ALBUM + f"  t: {{kind: download, {level}}}\n", "t").level.anchor == "c"


def test_tracks_alone_are_groups_of_one():
    assert _groups(ALBUM + "  t: {kind: download}\n") == {"a": "a", "b": "b", "c": "c"}


def test_joined_tracks_are_a_group():
    groups = _groups(ALBUM.replace("b.wav", "b.wav, gap: 0 s") + "  t: {kind: download}\n")

    assert groups["a"] == groups["b"] != groups["c"]


def test_named_groups_and_works_are_groups():
    named = ALBUM.replace("a.wav", "a.wav, level_group: x").replace("c.wav", "c.wav, level_group: x")
    groups = _groups(named + "  t: {kind: download}\n")
    assert groups["a"] == groups["c"] != groups["b"]

    works = ALBUM.replace("a.wav", "a.wav, work: Suite").replace("b.wav", "b.wav, work: Suite")
    groups = _groups(works + "  t: {kind: download}\n")
    assert groups["a"] == groups["b"] != groups["c"]


def test_own_leaves_a_group_unless_sound_overlaps():
    text = ALBUM.replace("b.wav", "b.wav, level_group: own, gap: %s") + "  t: {kind: download}\n"

    groups = _groups(text % "0 s")
    assert groups["a"] != groups["b"]
    assert codes(refusal(text % "-1 s")) == ["group-overlap"]


def test_own_inside_one_source_is_refused():
    text = ALBUM.replace("b.wav", "a.wav, trim: {start: 5 s}, gap: 0 s, level_group: own") + "  t: {kind: download}\n"

    assert codes(refusal(text)) == ["group-overlap"]


def test_a_parted_join_is_no_group():
    text = ALBUM.replace("b.wav", "b.wav, gap: 0 s, unjoined: {}") + "  t: {kind: download, tracks: [b, a]}\n"

    assert len(set(_groups(text).values())) == 2


def test_edition_lies_over_the_release():
    text = """\
version: 1
release: {title: T, artist: X, barcode: "036000291452", label: L, release_date: 2026-12-04}
tracks: [{id: a, title: A, source: a.wav}]
targets:
  streaming: {edition: {label: M}}
  cd: {edition: {artist: Y}}
"""
    files, disc = resolved(text).targets

    assert (files.release.label, files.release.barcode, files.release.release_date) == (
        "M",
        "036000291452",
        date(2026, 12, 4),
    )
    assert (disc.release.label, disc.release.barcode, disc.release.artist) == ("L", "0036000291452", "Y")
    assert (files.tracks["a"].artist, disc.tracks["a"].artist) == ("X", "Y")


def test_a_movement_is_called_after_its_work():
    work = "work: {title: Symphony No. 5, composer: L v B, movement: 4, movement_title: Allegro}"
    info = resolved(f"tracks: [{{id: a, source: a.wav, {work}}}]\ntargets: {{streaming: {{}}}}\n").tracks["a"]

    assert info.title == "Symphony No. 5: IV. Allegro"
    assert info.work is not None


def test_roman_numbers():
    assert [roman(n) for n in (1, 4, 9, 14, 40, 99, 400)] == ["I", "IV", "IX", "XIV", "XL", "XCIX", "CCCC"]


def test_artist_lines():
    people = (
        Artist("A"),
        Artist("B"),
        Artist("C"),
        Artist("D", "featured"),
        Artist("E", "featured"),
        Artist("F", "with"),
    )

    assert artist_line(people, "X") == "A, B & C with F feat. D & E"
    assert artist_line(people[3:4], "X") == "X feat. D"
    assert artist_line((), "X") == "X"
    assert listed([]) == ""


EMPHASIS = "tracks: [{id: a, title: A, source: a.wav, pre_emphasis: true%s}]\ntargets: {cd: {%s}}\n"


def test_emphasis_passes_untouched_to_cd():
    assert target(EMPHASIS % ("", ""), "cd", {"a.wav": source(10, bits=16)}).tracks["a"].pre_emphasis


@pytest.mark.parametrize(
    ("info", "track"),
    [
        (source(10, bits=24), ""),
        (source(10, 48_000, bits=16), ""),
        (source(10, bits=16), ", fade_in: 1 s"),
    ],
)
def test_emphasis_that_would_be_touched_is_refused(info, track):
    assert codes(refusal(EMPHASIS % (track, ""), {"a.wav": info})) == ["emphasis"]


def test_emphasis_of_a_track_that_overlaps_another_is_refused():
    text = (
        "tracks: [{id: a, title: A, source: a.wav, pre_emphasis: true}, {id: b, title: B, source: b.wav, gap: -1 s}]\n"
        "targets: {cd: {}}\n"
    )

    assert codes(refusal(text, {n: source(10, bits=16) for n in ("a.wav", "b.wav")})) == ["emphasis"]


def test_digest_follows_the_meaning_not_the_layout():
    text = ALBUM + "  t: {kind: download}\n"
    same = resolved("# a comment\n" + text.replace("title: A,", "title: 'A',"))

    assert resolved(text).digest == same.digest
    assert resolved(text.replace("title: A", "title: AA")).digest != same.digest
    assert resolved(text, {"a.wav": source(9)}).digest != same.digest
    assert len(same.digest) == 64


def test_programme_is_the_main_order():
    project = resolved(ALBUM + "  t: {kind: download, tracks: [c]}\n")

    assert [t.key for t in project.programme.tracks] == ["a", "b", "c"]
    assert project.uses == {"a": "a.wav", "b": "b.wav", "c": "c.wav"}


def test_sources_are_listed_once_in_the_order_of_the_file():
    manifest = load(
        "tracks:\n  - {id: a, title: A, source: ./x/a.wav, versions: {v: v.wav}}\n"
        "  - {id: b, title: B, source: x/a.wav, gap: {length: 1 s, fill: tone.wav}}\n"
        "targets: {streaming: {}}\n"
    )

    assert source_ids(manifest) == ("x/a.wav", "v.wav", "tone.wav")


def _project(folder: Path, text: str):
    (folder / "project.yaml").write_text(HEAD + text)
    return load_manifest(folder / "project.yaml", files_must_exist=False)


def test_paths_lead_to_files_inside_the_project(tmp_path):
    (tmp_path / "a.wav").write_bytes(b"x")
    manifest = _project(tmp_path, ONE + "  streaming: {}\n")

    assert check_paths(manifest, ()) == {"a.wav": (tmp_path / "a.wav").resolve()}


def test_all_missing_files_are_named_at_once(tmp_path):
    (tmp_path / "mixdown.wav").write_bytes(b"x")
    text = (
        "tracks: [{id: a, title: A, source: mixdwon.wav}, {id: b, title: B, source: b.wav}]\ntargets: {streaming: {}}\n"
    )
    with pytest.raises(ManifestError) as caught:
        check_paths(_project(tmp_path, text), ())

    assert codes(caught.value) == ["missing-file", "missing-file"]
    assert "mixdown.wav" in caught.value.problems[0].remedy


def test_a_link_out_of_the_project_needs_a_source_root(tmp_path):
    home, away = tmp_path / "home", tmp_path / "away"
    home.mkdir()
    away.mkdir()
    (away / "a.wav").write_bytes(b"x")
    (home / "a.wav").symlink_to(away / "a.wav")
    manifest = _project(home, ONE + "  streaming: {}\n")

    with pytest.raises(ManifestError) as caught:
        check_paths(manifest, ())
    assert codes(caught.value) == ["outside-roots"]
    assert check_paths(manifest, (away,)) == {"a.wav": (away / "a.wav").resolve()}


def test_resolving_is_pure(tmp_path):
    manifest = _project(tmp_path, ONE + "  streaming: {}\n")

    assert resolve(manifest, {"a.wav": source()}) == resolve(manifest, {"a.wav": source()})
