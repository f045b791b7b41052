"""Selections, joins that targets part, versions, hidden tracks, discs and sides. Ten-second sources at 44.1 kHz."""

import pytest
from resolve_projects import codes, refusal, resolved, source, target

from release.model.programme import Curve, Fade

TEN = 441_000
ALBUM = """\
tracks:
  - {id: a, title: A, source: a.wav, fade_out: 100 ms}
  - {id: b, title: B, source: b.wav, gap: 0 s}
  - {id: c, title: C, source: c.wav, gap: 3 s}
  - {id: d, title: D, source: d.wav, crossfade: 1 s}
targets:
"""
PARTABLE = ALBUM.replace(
    "b.wav, gap: 0 s",
    "b.wav, gap: 0 s, unjoined: {tail: {fade_out: 4 s}, head: {fade_in: 10 ms}, gap: 1 s}",
).replace("crossfade: 1 s", "crossfade: 1 s, unjoined: {head: {fade_in: {length: 2 s, curve: linear}}}")


def _units(text, name="t", sources=None):
    return target(text, name, sources).programme.units


def _keys(units):
    return [[t.key for t in unit.timeline.tracks] for unit in units]


def test_a_target_has_its_own_selection_and_order():
    units = _units(ALBUM + "  t: {kind: download, tracks: [c, d, a, b]}\n")

    assert _keys(units) == [["c", "d", "a", "b"]]
    spans = units[0].timeline.tracks
    assert [s.number for s in spans] == [1, 2, 3, 4]
    # c first: its gap is unused; d keeps its crossfade; a has no gap of its own: the sequence's 2 s; b keeps its join
    assert [s.audio_start for s in spans] == [0, TEN - 44_100, 2 * TEN - 44_100 + 88_200, 3 * TEN - 44_100 + 88_200]


def test_a_plain_gap_moves_with_its_track():
    text = ALBUM.replace("crossfade: 1 s", "gap: 5 s") + "  t: {kind: download, tracks: [a, b, d, c]}\n"

    assert [s.gap for s in _units(text)[0].timeline.tracks] == [0, 0, 220_500, 132_300]


@pytest.mark.parametrize("tracks", ["[b, a, c, d]", "[a, c, d]", "[b, c, d]", "[a, b, c]", "[a, b, d]"])
def test_parting_a_join_is_refused_at_the_later_track(tracks):
    error = refusal(ALBUM + f"  t: {{kind: download, tracks: {tracks}}}\n")

    assert set(codes(error)) == {"parted-join"}
    line = 5 if tracks in ("[b, a, c, d]", "[a, c, d]", "[b, c, d]") else 7
    assert error.problems[0].where == f"project.yaml:{line}:5"
    assert "target 't'" in error.problems[0].problem


def test_unjoined_says_how_a_parted_pair_ends_and_begins():
    clips = _units(PARTABLE + "  t: {kind: download, tracks: [b, a]}\n")[0].timeline.clips

    assert [(c.source, c.fade_in, c.fade_out) for c in clips] == [
        ("b.wav", Fade(441, Curve.S_CURVE), None),
        ("a.wav", None, Fade(176_400, Curve.S_CURVE)),
    ]


def test_a_parted_track_takes_the_gap_of_unjoined_or_the_sequences():
    spans = _units(PARTABLE + "  t: {kind: download, tracks: [a, d, b]}\n")[0].timeline.tracks

    assert [s.gap for s in spans] == [0, 88_200, 44_100]
    assert not any(s.joined for s in spans)


def test_a_parted_crossfade_leaves_the_earlier_track_as_it_is_without_a_tail():
    clips = _units(PARTABLE + "  t: {kind: download, tracks: [a, b, c]}\n")[0].timeline.clips

    assert clips[2].fade_out is None
    clips = _units(PARTABLE + "  t: {kind: download, tracks: [d]}\n")[0].timeline.clips
    assert clips[0].fade_in == Fade(88_200, Curve.LINEAR)


def test_a_target_may_change_a_gap():
    text = ALBUM.replace("gap: 3 s", "gap: {length: 3 s, fill: tone.wav}") + "  t: {kind: download, gaps: {c: 4 s}}\n"
    timeline = _units(text)[0].timeline

    assert timeline.tracks[2].gap == 176_400
    assert [c.source for c in timeline.clips] == ["a.wav", "b.wav", "c.wav", "d.wav"]


def test_a_targets_gap_in_place_of_a_join_parts_it():
    assert codes(refusal(ALBUM + "  t: {kind: download, gaps: {b: 4 s}}\n")) == ["parted-join"]
    spans = _units(PARTABLE + "  t: {kind: download, gaps: {b: 4 s}}\n")[0].timeline.tracks
    assert (spans[1].gap, spans[1].joined) == (176_400, False)


def test_a_targets_gap_of_zero_makes_a_join():
    spans = _units(ALBUM + "  t: {kind: download, gaps: {c: 0 s}}\n")[0].timeline.tracks

    assert (spans[2].gap, spans[2].joined) == (0, True)


def test_discs_restart_numbers_and_drop_the_gap():
    text = "sequence: {discs: [{title: One, first: a}, {title: Two, first: c}]}\n" + ALBUM
    units = _units(text + "  t: {kind: download}\n")

    assert [(u.name, u.title) for u in units] == [("1", "One"), ("2", "Two")]
    assert _keys(units) == [["a", "b"], ["c", "d"]]
    assert [s.number for u in units for s in u.timeline.tracks] == [1, 2, 1, 2]
    assert units[1].timeline.tracks[0].audio_start == 0
    assert units[0].timeline.length == 2 * TEN


def test_a_disc_that_begins_inside_a_join_is_refused():
    text = "sequence: {discs: [{title: One, first: a}, {title: Two, first: b}]}\n" + ALBUM + "  cd: {}\n"

    assert codes(refusal(text)) == ["parted-join"]


def test_cd_discs_override_the_sequences():
    text = "sequence: {discs: [{title: One, first: a}, {title: Two, first: c}]}\n" + ALBUM
    units = _units(text + "  cd: {discs: [[c, d, a, b]]}\n", "cd")

    assert _keys(units) == [["c", "d", "a", "b"]]


def test_each_disc_has_its_own_grid_and_first_pause():
    text = "sequence: {discs: [{title: One, first: a}, {title: Two, first: c}]}\n" + ALBUM + "  cd: {}\n"
    units = _units(text, "cd", {"a.wav": source(n_samples=441_100)})

    assert [u.timeline.tracks[0].pause_start for u in units] == [-88_200, -88_200]
    assert [u.timeline.tracks[0].start for u in units] == [0, 0]


def test_discs_have_folders_of_their_own_so_names_may_come_back():
    text = "sequence: {discs: [{title: One, first: a}, {title: Two, first: c}]}\n" + ALBUM.replace(
        "title: C", "title: A"
    )

    assert _units(text + "  t: {kind: download, names: '{title}'}\n")


def test_same_names_in_one_folder_are_refused():
    text = ALBUM.replace("title: B", "title: a") + "  t: {kind: download, names: '{title}'}\n"
    error = refusal(text)

    assert codes(error) == ["same-name"]
    assert "'a' and 'b'" in error.problems[0].problem


VERSIONS = """\
tracks:
  - {id: a, title: A, source: a.wav, isrc: GBLTR2600001, gain: 2 dB, trim: {start: 1 s}}
  - id: b
    title: B
    title_version: Live
    source: b.wav
    gap: 0 s
    isrc: GBLTR2600002
    fade_in: 1 s
    versions:
      instrumental: {source: bi.wav, isrc: GBLTR2600012}
      radio: br.wav
      karaoke: {source: bk.wav, isrc: GBLTR2600022, title_version: Sing Along}
  - {id: c, title: C, source: c.wav, versions: {instrumental: ci.wav}}
targets:
"""


def test_a_version_inherits_joins_fades_and_chain():
    units = _units(VERSIONS + "  t: {kind: download, tracks: [a, b@instrumental, c]}\n")

    assert _keys(units) == [["a", "b@instrumental", "c"]]
    assert units[0].timeline.tracks[1].joined
    assert units[0].timeline.clips[1].fade_in == Fade(44_100, Curve.S_CURVE)
    assert units[0].timeline.tracks[1].gain_of == "b"


def test_a_version_with_its_own_code_is_another_recording():
    tracks = resolved(VERSIONS + "  t: {kind: download}\n").tracks

    assert tracks["b@instrumental"].isrc == "GBLTR2600012"
    assert tracks["b@instrumental"].display_title == "B (Live, instrumental)"
    assert tracks["b@karaoke"].display_title == "B (Sing Along)"
    assert (tracks["b@radio"].isrc, tracks["b@radio"].display_title) == ("GBLTR2600002", "B (Live)")


def test_missing_versions_fall_back_to_main_or_are_left_out():
    main = target(VERSIONS + "  t: {kind: download, version: instrumental, missing: main}\n", "t")
    assert _keys(main.programme.units) == [["a", "b@instrumental", "c@instrumental"]]

    # leaving a out parts its join to b
    text = VERSIONS.replace("gap: 0 s", "gap: 1 s")
    out = target(text + "  t: {kind: download, version: instrumental, missing: leave-out}\n", "t")
    assert _keys(out.programme.units) == [["b@instrumental", "c@instrumental"]]
    assert out.spec.missing == ("a",)


def test_leaving_out_a_joined_track_is_refused():
    text = VERSIONS + "  t: {kind: download, version: instrumental, missing: leave-out}\n"

    assert codes(refusal(text)) == ["parted-join"]


def test_the_level_of_versions_is_solved_on_their_main_recordings():
    level = "level: {match: album, loudness: -14 LUFS}"
    text = VERSIONS + f"  t: {{kind: download, version: instrumental, missing: main, {level}}}\n"
    solved_on = target(text, "t").level_programme

    assert solved_on is not None
    assert _keys(solved_on.units) == [["a", "b", "c"]]


def test_a_version_beside_its_main_is_matched_alone_only_when_it_says_so():
    level = "level: {match: tracks, loudness: -14 LUFS}"
    own = VERSIONS.replace(
        "versions: {instrumental: ci.wav}", "versions: {instrumental: {source: ci.wav, level_group: own}}"
    )
    text = own + f"  t: {{kind: download, tracks: [a, b, c, c@instrumental], {level}}}\n"
    assert target(text, "t").level_programme is None

    text = VERSIONS + f"  t: {{kind: download, tracks: [a, b, c, c@instrumental], {level}}}\n"
    solved_on = target(text, "t").level_programme
    assert _keys(solved_on.units) == [["a", "b", "c"]]


HIDDEN = """\
tracks:
  - {id: a, title: A, source: a.wav}
  - {id: h, title: H, source: h.wav, gap: 30 s, hidden: true, index: true}
  - {id: b, title: B, source: b.wav}
targets:
"""


def test_hidden_tracks_are_left_out_of_files():
    units = _units(HIDDEN + "  t: {kind: download}\n")

    assert _keys(units) == [["a", "b"]]
    assert units[0].timeline.tracks[1].gap == 88_200


def test_hidden_track_is_the_end_of_the_track_before_on_a_disc():
    a, h, b = _units(HIDDEN + "  cd: {}\n", "cd")[0].timeline.tracks

    assert (a.number, h.number, b.number) == (1, None, 2)
    assert a.end == b.start
    assert h.audio_start == TEN + 1_323_000 == 3000 * 588
    assert a.indexes == (3000 * 588,)
    assert b.pause_start == h.audio_end


def test_hidden_track_can_be_a_track():
    units = _units(HIDDEN + "  t: {kind: download, hidden: track}\n")

    assert [s.number for s in units[0].timeline.tracks] == [1, 2, 3]


def test_hidden_track_goes_with_the_track_before_it():
    units = _units(HIDDEN + "  t: {kind: download, tracks: [b, a], hidden: inside}\n")

    assert _keys(units) == [["b", "a", "h"]]
    assert units[0].timeline.tracks[1].end == units[0].timeline.length


FIRST_HIDDEN = """\
tracks:
  - {id: h, title: H, source: h.wav, hidden: true}
  - {id: a, title: A, source: a.wav, gap: 1 s}
  - {id: b, title: B, source: b.wav}
targets:
"""


def test_hidden_first_track_is_audio_in_the_pause_of_track_1():
    h, a, _ = _units(FIRST_HIDDEN + "  cd: {}\n", "cd")[0].timeline.tracks

    assert (h.number, h.audio_start, a.number, a.start) == (None, 0, 1, 825 * 588)
    assert a.pause_start == -88_200


def test_hidden_first_track_inside_files_is_in_the_first_file():
    spans = _units(FIRST_HIDDEN + "  t: {kind: download, hidden: inside}\n")[0].timeline.tracks

    assert (spans[1].key, spans[1].start, spans[1].audio_start) == ("a", 0, TEN + 44_100)


def test_hidden_first_track_goes_with_the_track_after():
    units = _units(FIRST_HIDDEN + "  t: {kind: download, tracks: [b, a], hidden: inside}\n")

    assert _keys(units) == [["b", "h", "a"]]


LONG = {name: source(minutes * 60) for name, minutes in (("a.wav", 9), ("b.wav", 8), ("c.wav", 7), ("d.wav", 6))}
PLAIN = """\
tracks:
  - {id: a, title: A, source: a.wav}
  - {id: b, title: B, source: b.wav}
  - {id: c, title: C, source: c.wav}
  - {id: d, title: D, source: d.wav}
targets:
"""


def test_written_sides_are_kept():
    units = _units(PLAIN + "  vinyl: {sides: {A: [b, a], B: [d]}}\n", "vinyl", LONG)

    assert [(u.name, [t.key for t in u.timeline.tracks]) for u in units] == [("A", ["b", "a"]), ("B", ["d"])]


def test_auto_sides_are_balanced():
    assert _keys(_units(PLAIN + "  vinyl: {sides: auto}\n", "vinyl", LONG)) == [["a", "b"], ["c", "d"]]


def test_auto_sides_take_as_many_as_are_needed():
    # 12 in at 45 rpm holds 15 minutes: 9 | 8 | 7 | 6, since 7 + 6 would fit only beside three others
    units = _units(PLAIN + "  vinyl: {speed: 45}\n", "vinyl", LONG)

    assert [u.name for u in units] == ["A", "B", "C", "D"]


def test_auto_sides_never_cut_a_join():
    text = PLAIN.replace("c.wav", "c.wav, gap: 0 s")
    assert _keys(_units(text + "  vinyl: {}\n", "vinyl", LONG)) == [["a"], ["b", "c", "d"]]


def test_auto_sides_cut_a_join_that_may_be_parted():
    text = PLAIN.replace("c.wav", "c.wav, gap: 0 s, unjoined: {tail: {fade_out: 1 s}}")
    units = _units(text + "  vinyl: {}\n", "vinyl", LONG)

    assert _keys(units) == [["a", "b"], ["c", "d"]]
    assert units[0].timeline.clips[-1].fade_out == Fade(44_100, Curve.S_CURVE)


def test_auto_sides_that_cannot_fit_are_refused():
    text = PLAIN.replace("b.wav", "b.wav, gap: 0 s").replace("c.wav", "c.wav, gap: 0 s") + "  vinyl: {size: 10 in}\n"
    error = refusal(text, LONG)

    assert codes(error) == ["no-side-fits"]
    assert "14:00" in error.problems[0].problem


def test_cassette_has_two_sides_of_half_the_tape_with_its_head():
    assert _keys(_units(PLAIN + "  cassette: {tape: C46}\n", "cassette", LONG)) == [["a", "b"], ["c", "d"]]
    assert codes(refusal(PLAIN + "  cassette: {tape: C30}\n", LONG)) == ["no-side-fits"]
    # 17:02 of sound and gap on a side of 17:03 with a head of one second; not with one of two
    info = {**LONG, "a.wav": source(9 * 60 + 0.9)}
    assert _units(PLAIN + "  cassette: {tape: C35, head: 1 s}\n", "cassette", info)


def test_sides_keep_hidden_tracks_with_their_neighbours():
    text = PLAIN.replace("b.wav", "b.wav, hidden: true")
    units = _units(text + "  vinyl: {sides: {A: [a], B: [c, d]}}\n", "vinyl", LONG)

    assert _keys(units) == [["a", "b"], ["c", "d"]]


def test_joins_across_written_sides_are_refused():
    text = PLAIN.replace("c.wav", "c.wav, crossfade: 2 s") + "  vinyl: {sides: {A: [a, b], B: [c, d]}}\n"

    assert codes(refusal(text, LONG)) == ["parted-join"]


def test_an_anchor_may_be_named_by_its_id_where_a_version_plays():
    level = "level: {match: anchor, anchor: b, loudness: -14 LUFS}"
    text = VERSIONS + f"  t: {{kind: download, version: instrumental, missing: main, {level}}}\n"

    assert target(text, "t").level.anchor == "b@instrumental"
