"""Snapping to CD frames, pauses and indexes, by hand. At 44.1 kHz a CD frame is 588 samples; 441000 samples are 750 of them."""

import pytest
from resolve_projects import codes, refusal, resolved, source, target

from release.model.disc_unit import disc_from_unit

FRAME = 588
SOURCES = {"a.wav": source(n_samples=441_100), "b.wav": source(n_samples=441_000)}


def _text(second="fade_in: 1 s", targets="cd: {}", first="", extra=""):
    return f"""\
{extra}tracks:
  - {{id: a, title: A, source: a.wav{", " + first if first else ""}}}
  - {{id: b, title: B, source: b.wav, {second}}}
targets: {{{targets}}}
"""


def _disc(text, name="cd"):
    return target(text, name, SOURCES).programme.units[0].timeline.tracks


def test_start_after_silence_goes_to_the_frame_before():
    b = _disc(_text())[1]

    # asked 441100 + 88200 = 529300 = 900.17 frames
    assert (b.asked_start, b.start, b.audio_start) == (529_300, 900 * FRAME, 529_300)


def test_default_pause_is_rounded_down_where_it_would_reach_sound():
    b = _disc(_text())[1]

    # 150 frames before frame 900 would be 441000, before the end of sound at 441100: 149 frames are left
    assert b.pause_start == 751 * FRAME
    assert b.pause_start >= 441_100


def test_default_pause_is_rounded_up_where_there_is_room():
    b = _disc(_text("gap: 1.999 s, track_start: 100 ms"))[1]

    # asked 441100 + 88156 + 4410 = 533666 = 907.6 frames, in sound: nearest is 908; 88156 = 149.93 frames -> 150
    assert (b.start, b.pause_start) == (908 * FRAME, 758 * FRAME)


@pytest.mark.parametrize(("trim", "frames"), [(441_293, 750), (441_294, 751)])
def test_start_inside_sound_goes_to_the_nearest_frame(trim, frames):
    text = _text("gap: 0 s", first=f"trim: {{end: {trim} samples}}")
    b = target(text, "cd", {"a.wav": source(20)}).programme.units[0].timeline.tracks[1]

    assert b.start == frames * FRAME
    assert b.pause_start is None
    assert b.audio_start == trim


def test_start_after_room_tone_is_inside_sound():
    b = _disc(_text("gap: {length: 529400 samples, fill: tone.wav}"))[1]

    # 970500 = 1650.51 frames
    assert b.start == 1651 * FRAME
    # the room tone belongs to the pause: 900.34 frames before it would begin 7 samples too early
    assert b.pause_start == (1651 - 900) * FRAME


@pytest.mark.parametrize("join", ["gap: 0 s", "gap: -1 s", "crossfade: 2 s"])
def test_joined_tracks_have_no_pause_by_default(join):
    assert _disc(_text(join))[1].pause_start is None


def test_written_pause_is_rounded_up_and_may_reach_into_sound():
    b = _disc(_text("gap: 0 s, pause: 1.001 s"))[1]

    # start 441100 = 750.17 -> 750; 44144 samples = 75.07 frames -> 76
    assert (b.start, b.pause_start) == (750 * FRAME, 674 * FRAME)


def test_shortest_written_pause_is_one_frame():
    b = _disc(_text("gap: 0 s, pause: 1 ms"))[1]

    assert b.start - b.pause_start == FRAME


def test_pause_of_zero_is_none():
    assert _disc(_text("pause: 0 s"))[1].pause_start is None


def test_first_track_has_two_seconds_that_no_gap_changes():
    a = _disc(_text(first="gap: 5 s"))[0]

    assert (a.start, a.pause_start) == (0, -150 * FRAME)


@pytest.mark.parametrize(("pause", "frames"), [("3 s", 225), ("2 s", 150), ("2.001 s", 151)])
def test_first_pause_is_two_seconds_or_more(pause, frames):
    assert _disc(_text(first=f"pause: {pause}"))[0].pause_start == -frames * FRAME


@pytest.mark.parametrize("pause", ["1 s", "0 s", "149 frames"])
def test_a_shorter_first_pause_is_refused_at_its_line(pause):
    error = refusal(_text(first=f"pause: {pause}"), SOURCES)

    assert codes(error) == ["first-pause-short"]
    assert "tracks[a].pause" in error.problems[0].problem


def test_a_pause_of_a_track_that_only_one_target_moves_to_the_front_grows():
    text = _text("pause: 1 s").replace("cd: {}", "cd: {tracks: [b, a]}")

    assert _disc(text)[0].pause_start == -150 * FRAME


def test_indexes_count_from_the_asked_start_and_snap():
    b = _disc(_text("gap: 0 s, indexes: [1 s, 5 s]"))[1]

    # 441100 + 44100 = 485200 = 825.17 frames; + 220500 = 661600 = 1125.17
    assert b.indexes == (825 * FRAME, 1125 * FRAME)
    assert b.asked_indexes == (485_200, 661_600)


@pytest.mark.parametrize(
    ("second", "code"),
    [
        ("gap: 0 s, indexes: [10 s]", "index-beyond"),
        ("gap: 0 s, indexes: [2 s, 2.003 s]", "index-order"),
        ("gap: 0 s, indexes: [1 ms]", "index-order"),
        ("pause: 12 s", "pause-too-long"),
    ],
)
def test_impossible_points_are_refused_with_their_line(second, code):
    error = refusal(_text(second), SOURCES)

    assert codes(error) == [code]
    assert error.problems[0].where.startswith("project.yaml:5:")


def test_index_in_the_following_pause_is_refused():
    assert codes(refusal(_text("pause: 4 s", first="indexes: [9 s]"), SOURCES)) == ["index-beyond"]


def test_more_than_99_indexes_are_refused_by_the_loader_or_here():
    indexes = ", ".join(f"{n / 20} s" for n in range(1, 100))

    assert codes(refusal(_text(f"indexes: [{indexes}]"), SOURCES)) == ["out-of-range"]


def test_files_are_cut_where_the_disc_is():
    text = _text("gap: 0 s", targets="streaming: {}, cd: {}")
    disc, files = _disc(text), _disc(text, "streaming")

    assert [s.start for s in files] == [s.start for s in disc] == [0, 750 * FRAME]
    assert files[0].end == 750 * FRAME


def test_offsets_go_with_the_audio_where_gaps_differ():
    text = _text(targets="streaming: {gaps: {b: 3 s}}, cd: {}")
    disc, files = _disc(text)[1], _disc(text, "streaming")[1]

    assert disc.start - disc.audio_start == files.start - files.audio_start == -100


def test_without_a_cd_target_files_are_cut_to_the_sample():
    assert _disc(_text("gap: 0 s", targets="streaming: {}"), "streaming")[1].start == 441_100


def test_cuts_sample_frees_the_files_not_the_disc():
    text = _text("gap: 0 s", targets="streaming: {}, cd: {}", extra="sequence: {cuts: sample}\n")

    assert _disc(text, "streaming")[1].start == 441_100
    assert _disc(text)[1].start == 750 * FRAME


def test_every_move_is_reported():
    shifts = target(_text("gap: 0 s, indexes: [1 s], pause: 1 s"), "cd", SOURCES).programme.shifts

    assert [(s.track, s.what, s.asked_samples, s.used_samples) for s in shifts] == [
        ("b", "start", 441_100, 441_000),
        ("b", "pause", 397_000, 396_900),
        ("b", "index 02", 485_200, 485_100),
    ]


def test_further_cd_target_snaps_on_its_own_grid_and_says_where_it_differs():
    text = """\
tracks:
  - {id: a, title: A, source: a.wav}
  - {id: b, title: B, source: b.wav}
  - {id: c, title: C, source: c.wav}
targets: {cd: {}, short: {kind: cd, tracks: [b, c]}, streaming: {}}
"""
    project = resolved(text, {**SOURCES, "c.wav": source(10)})
    first, second, files = (t.programme for t in project.targets)

    # on the first disc c is asked at 529300 + 441000 + 88200 = 1058500 = 1800.17 frames; on the second at 529200 = 900
    assert [u.timeline.tracks[-1].start for u in (first.units[0], second.units[0])] == [1800 * FRAME, 900 * FRAME]
    assert files.units[0].timeline.tracks[2].start == 1800 * FRAME
    difference = [s for s in second.shifts if s.differs_from]
    assert [(s.track, s.used_samples, s.elsewhere_samples, s.differs_from) for s in difference] == [
        ("b", 0, -100, "cd"), ("c", 900 * FRAME, 900 * FRAME - 100, "cd"),
    ]  # fmt: skip


def test_a_cut_moved_into_the_sound_of_a_join_does_not_cut_a_parted_track():
    text = """\
tracks:
  - {id: a, title: A, source: a.wav}
  - {id: b, title: B, source: b.wav, gap: 0 s, unjoined: {gap: 1 s}}
  - {id: c, title: C, source: c.wav}
targets: {cd: {}, files: {kind: download, tracks: [a, c, b]}}
"""
    sources = {"a.wav": source(n_samples=441_300), "b.wav": source(10), "c.wav": source(10)}
    project = resolved(text, sources)
    disc, files = (t.programme.units[0].timeline.tracks for t in project.targets)

    assert disc[1].start - disc[1].audio_start == 751 * FRAME - 441_300 > 0
    assert files[2].start == files[2].audio_start


def test_the_disc_model_takes_the_marks_as_they_are():
    resolved_target = target(_text("gap: 3 s, indexes: [1 s]"), "cd", SOURCES)
    disc = disc_from_unit(resolved_target.programme.units[0], resolved_target.tracks, resolved_target.release)

    # b: audio at 441100 + 132300 = 573400 = 975.17 -> 975; pause 225 frames would begin at 750, sound ends at 750.17
    assert disc.tracks[1].indexes[0] - 150 == 975
    assert disc.tracks[1].index00_cd_frames == 150 + 751
    assert disc.lead_out_cd_frames == 150 + 1726


def test_disc_of_99_59_74_is_the_longest():
    frames = 99 * 4500 + 59 * 75 + 74 - 150
    one = "tracks: [{id: a, title: A, source: a.wav}]\ntargets: {cd: {}}\n"

    assert resolved(one, {"a.wav": source(n_samples=frames * FRAME)})
    assert codes(refusal(one, {"a.wav": source(n_samples=frames * FRAME + 1)})) == ["disc-too-long"]


def test_more_than_99_tracks_are_refused():
    lines = "\n".join(f"  - {{id: t{n}, title: T{n}, source: a.wav, trim: {{end: 5 s}}}}" for n in range(100))
    error = refusal(f"tracks:\n{lines}\ntargets: {{cd: {{}}}}\n")

    assert codes(error) == ["too-many-tracks"]
    assert error.problems[0].where == "project.yaml:103:5"


def _pause_shift(text):
    shifts = target(text, "cd", SOURCES).programme.shifts
    return next((s.reason, s.used_samples - s.asked_samples) for s in shifts if s.what == "pause")


def test_a_moved_pause_says_what_moved_it():
    """Sound in the way and the two silent seconds of a disc are not the grid."""
    reason, moved = _pause_shift(_text("track_start: -200 ms"))
    assert reason == "sound"
    assert moved >= 8820

    reason, moved = _pause_shift(_text("gap: 2.004 s"))
    assert reason == "grid"
    assert abs(moved) < FRAME

    hidden = "tracks:\n  - {id: h, title: H, source: h.wav, hidden: true}"
    reason, moved = _pause_shift(_text(first="pause: 3 s").replace("tracks:", hidden))
    # ten seconds of H, a gap of 2 s, and the two seconds before H, in place of 3 s
    assert (reason, moved) == ("first-pause", -11 * 44_100)
