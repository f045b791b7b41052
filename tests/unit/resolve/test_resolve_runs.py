"""Where tracks run through the sequence's chain. Ten-second sources at 44.1 kHz, gaps of two seconds."""

from resolve_projects import target

from release.model.programme import Clip, Curve, Fade

TEN, GAP = 441_000, 88_200
CHAIN = "sequence: {process: [{highpass: {frequency: 30 Hz}, name: rumble}]}\n"
ALBUM = (
    CHAIN
    + """\
tracks:
  - {id: a, title: A, source: a.wav}
  - {id: b, title: B, source: b.wav, crossfade: 1 s, unjoined: {tail: {fade_out: 2 s}, head: {fade_in: 3 s}, gap: 4 s}}
  - {id: c, title: C, source: c.wav, versions: {inst: ci.wav, radio: cr.wav}}
  - {id: d, title: D, source: d.wav, gap: {length: 5 s, fill: tone.wav}}
targets:
"""
)
C_AT = 2 * TEN - 44_100 + GAP
D_AT = C_AT + TEN + 220_500


def _programme(settings, name="t", album=ALBUM):
    return target(album + f"  t: {{kind: download{settings}}}\n", name).programme


def test_the_main_order_plays_one_run_as_it_is():
    programme = _programme("")

    assert programme.units[0].timeline.clips == (Clip("@main", 0, D_AT + TEN, 0),)
    (run,) = programme.sequences
    assert (run.id, [s.kind for s in run.chain]) == ("@main", ["highpass"])
    assert [c.source for c in run.timeline.clips] == ["a.wav", "b.wav", "c.wav", "tone.wav", "d.wav"]
    assert run.timeline.length == D_AT + TEN


def test_without_a_chain_there_are_no_runs():
    programme = _programme("", album=ALBUM.removeprefix(CHAIN))

    assert programme.sequences == ()
    assert programme.units[0].timeline.clips[0].source == "a.wav"


def test_a_target_that_leaves_the_only_step_out_has_no_run():
    programme = _programme(", without: [rumble]")

    assert programme.sequences == ()


def test_a_selection_takes_each_track_from_its_place_with_the_tail_in_its_gap():
    album = ALBUM.replace("gap: {length: 5 s, fill: tone.wav}", "gap: 5 s")
    programme = _programme(", tracks: [c, a, b]", album=album)
    clips = programme.units[0].timeline.clips

    assert clips == (
        Clip("@main", C_AT, TEN + GAP, 0),
        Clip("@main", 0, 2 * TEN - 44_100, TEN + GAP),
    )


def test_a_track_parted_from_the_room_tone_behind_it_keeps_its_tail():
    programme = _programme(", tracks: [c, a, b]")
    variant = programme.sequences[1]

    assert [c.source for c in variant.timeline.clips] == ["a.wav", "b.wav", "c.wav", "d.wav"]
    assert programme.units[0].timeline.clips[0] == Clip(variant.id, C_AT, TEN + GAP, 0)


def test_a_tail_reaches_as_far_as_both_gaps():
    programme = _programme(", tracks: [a, b, d], gaps: {d: 1 s}")
    clips = programme.units[0].timeline.clips

    # b is followed by two seconds in the main order and by one here
    assert clips[0] == Clip("@main", 0, 2 * TEN - 44_100 + 44_100, 0)


def test_room_tone_goes_with_its_track_through_the_chain():
    programme = _programme(", tracks: [a, b, d]")
    first, second = programme.units[0].timeline.clips
    end = 2 * TEN - 44_100

    assert first == Clip("@main", 0, end + GAP, 0)
    assert second == Clip("@main", D_AT - 220_500, 220_500 + TEN, end)


def test_a_version_runs_in_its_place_and_the_rest_comes_from_the_main_run():
    programme = _programme(", tracks: [a, b, c@inst, d]")
    main, variant = programme.sequences

    assert [c.source for c in variant.timeline.clips] == ["a.wav", "b.wav", "ci.wav", "tone.wav", "d.wav"]
    assert main.id == "@main"
    clips = programme.units[0].timeline.clips
    assert [c.source for c in clips] == ["@main", variant.id, "@main"]
    assert clips[1] == Clip(variant.id, C_AT, TEN + 220_500, C_AT)
    assert clips[2].position == C_AT + TEN


def test_two_versions_of_one_track_need_two_variants():
    programme = _programme(", tracks: [c@inst, c@radio]")

    assert len(programme.sequences) == 2
    assert {c.source for r in programme.sequences for c in r.timeline.clips} >= {"ci.wav", "cr.wav"}


def test_a_parted_track_runs_with_its_unjoined_fades():
    programme = _programme(", tracks: [b, a]")
    (variant,) = programme.sequences
    a, b, *_ = variant.timeline.clips

    assert (a.fade_out, b.fade_in) == (Fade(88_200, Curve.S_CURVE), Fade(132_300, Curve.S_CURVE))
    assert [(t.audio_start, t.gap) for t in variant.timeline.tracks[:2]] == [(0, 0), (TEN + 4 * 44_100, 4 * 44_100)]
    # b first, with the two seconds that follow it there; then a, four seconds before b in its run, last here
    assert programme.units[0].timeline.clips == (
        Clip(variant.id, TEN + 4 * 44_100, TEN + GAP, 0),
        Clip(variant.id, 0, TEN, TEN + GAP),
    )


def test_spans_do_not_depend_on_the_chain():
    with_chain, without = _programme(""), _programme("", album=ALBUM.removeprefix(CHAIN))

    assert with_chain.units[0].timeline.tracks == without.units[0].timeline.tracks


def test_a_chain_left_out_of_tracks_leaves_its_mark_on_the_run():
    album = ALBUM.replace("a.wav", "a.wav, process: [{gain: {gain: 1 dB}, name: lift}]")
    kept, dropped = _programme("", album=album), _programme(", without: [lift]", album=album)

    assert len(kept.sequences[0].timeline.clips[0].chain) == 1
    assert dropped.sequences[0].timeline.clips[0].chain == ()
