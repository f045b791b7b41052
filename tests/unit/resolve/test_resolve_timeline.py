"""Gaps, joins, trims and merged sources: positions computed by hand at 44.1 kHz (ten-second sources: 441000 samples)."""

import pytest
from resolve_projects import codes, refusal, resolved, source, target

from release.model.programme import Clip, Curve, Fade

TEN = 441_000
FILES = "targets: {streaming: {kind: streaming}}\n"


def _spans(text, sources=None):
    return target(text, "streaming", sources).programme.units[0].timeline.tracks


def _clips(text, sources=None):
    return target(text, "streaming", sources).programme.units[0].timeline.clips


def _two(second, first="", extra=""):
    return f"""\
{extra}tracks:
  - {{id: a, title: A, source: a.wav{", " + first if first else ""}}}
  - {{id: b, title: B, source: b.wav, {second}}}
{FILES}"""


def test_default_gap_is_two_seconds_of_silence():
    a, b = _spans(_two("fade_in: 1 s"))

    assert (a.start, a.end, a.audio_end) == (0, TEN + 88_200, TEN)
    assert (b.start, b.audio_start, b.end, b.gap, b.joined) == (
        TEN + 88_200,
        TEN + 88_200,
        2 * TEN + 88_200,
        88_200,
        False,
    )


def test_sequence_gap_is_the_default_of_all_tracks():
    assert _spans(_two("fade_in: 1 s", extra="sequence: {gap: 500 ms}\n"))[1].gap == 22_050


def test_gap_of_zero_is_a_butt_join():
    a, b = _spans(_two("gap: 0 s"))

    assert (a.end, b.start, b.joined) == (TEN, TEN, True)


def test_negative_gap_overlaps_at_full_level():
    text = _two("gap: -1.5 s")
    a, b = _spans(text)

    assert (b.audio_start, b.gap, b.joined) == (TEN - 66_150, -66_150, True)
    assert [(c.fade_in, c.fade_out) for c in _clips(text)] == [(None, None), (None, None)]
    assert a.end == b.start


def test_crossfade_length_sets_overlap_and_both_fades():
    first, second = _clips(_two("crossfade: 4 s"))

    fade = Fade(176_400, Curve.EQUAL_POWER)
    assert (first.fade_out, second.fade_in, second.position) == (fade, fade, TEN - 176_400)


def test_incoming_fade_starts_with_the_overlap_and_may_be_shorter():
    first, second = _clips(_two("crossfade: {out: 4 s, in: 1 s, curve: linear}"))

    assert first.fade_out == Fade(176_400, Curve.LINEAR)
    assert second.fade_in == Fade(44_100, Curve.LINEAR)
    assert second.position == TEN - 176_400


def test_room_tone_fills_the_gap_exactly_and_repeats():
    clips = _clips(_two("gap: {length: 30 s, fill: tone.wav}"))

    assert clips[1] == Clip("tone.wav", 0, 1_323_000, TEN, repeats=True)
    assert clips[2].position == TEN + 1_323_000


@pytest.mark.parametrize("join", ["gap: -11 s", "crossfade: 11 s"])
def test_overlap_longer_than_a_track_is_refused(join):
    assert "overlap" in codes(refusal(_two(join)))


def test_overlap_is_held_against_the_shorter_of_both():
    error = refusal(_two("gap: -3 s", first="trim: {end: 2 s}"))

    assert "'a' has only 88200" in error.problems[0].problem
    assert error.problems[0].where == "project.yaml:5:43"


def test_fade_longer_than_the_track_is_refused():
    assert codes(refusal(_two("fade_in: 10.5 s"))) == ["fade-too-long"]


def test_trim_is_in_source_time_and_rounded_once():
    text = f"""\
sequence: {{sample_rate: 96 kHz}}
tracks: [{{id: a, title: A, source: a.wav, trim: {{start: 1001 samples, end: 3.00001 s}}}}]
{FILES}"""
    clip = _clips(text, {"a.wav": source(10, 44_100)})[0]

    # 1001 / 44100 s * 96000 = 2179.05 -> 2179; 3.00001 s * 96000 = 288000.96 -> 288001
    assert (clip.source_start, clip.length) == (2179, 288_001 - 2179)


@pytest.mark.parametrize("trim", ["{start: 10 s}", "{end: 10.001 s}", "{start: 11 s, end: 12 s}"])
def test_trim_outside_the_source_is_refused(trim):
    error = refusal(f"tracks: [{{id: a, title: A, source: a.wav, trim: {trim}}}]\n{FILES}")

    assert "trim-outside" in codes(error)
    assert "a.wav is 0:10.000 long" in error.problems[0].problem


def test_trim_that_leaves_no_sample_is_refused():
    text = f"tracks: [{{id: a, title: A, source: a.wav, trim: {{start: 1 s, end: 1.000001 s}}}}]\n{FILES}"

    assert codes(refusal(text)) == ["empty-track"]


def test_common_rate_of_the_sources_is_the_programmes():
    project = resolved(_two("fade_in: 1 s"), {"a.wav": source(1, 96_000), "b.wav": source(1, 96_000)})

    assert project.programme.rate_hz == 96_000


def test_mixed_rates_must_be_written_and_are_listed():
    error = refusal(_two("fade_in: 1 s"), {"b.wav": source(10, 96_000)})

    assert codes(error) == ["mixed-rates"]
    assert "a.wav 44.1 kHz, b.wav 96 kHz" in str(error)


def test_common_rate_that_no_programme_has_must_be_written():
    info = {"a.wav": source(10, 32_000), "b.wav": source(10, 32_000)}

    assert codes(refusal(_two("fade_in: 1 s"), info)) == ["bad-rate"]
    assert resolved(_two("fade_in: 1 s", extra="sequence: {sample_rate: 48 kHz}\n"), info).programme.rate_hz == 48_000


LIVE = f"""\
tracks:
  - {{id: a, title: A, source: live.wav, gain: 1 dB, fade_in: 1 s}}
  - {{id: b, title: B, source: live.wav, trim: {{start: 3 s}}, gap: 0 s, gain: 1 dB}}
  - {{id: c, title: C, source: live.wav, trim: {{start: 7 s, end: 9 s}}, gap: 0 s, gain: 1 dB, fade_out: 1 s}}
{FILES}"""


def test_one_source_with_many_tracks_is_one_clip():
    spans, clips = _spans(LIVE), _clips(LIVE)

    assert [(s.start, s.end) for s in spans] == [(0, 132_300), (132_300, 308_700), (308_700, 396_900)]
    fade = Fade(44_100, Curve.S_CURVE)
    assert clips == (Clip("live.wav", 0, 396_900, 0, 1.0, fade_in=fade, fade_out=fade),)
    assert len({s.level_group for s in spans}) == 1


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("gap: 0 s, gain: 1 dB}", "gap: 0 s, gain: 2 dB}"),
        ("gap: 0 s, gain: 1 dB}", "gap: 0 s, gain: 1 dB, process: [{highpass: {frequency: 20 Hz}}]}"),
        ("gap: 0 s, gain: 1 dB}", "gap: 0 s, gain: 1 dB, fade_in: 1 s}"),
    ],
)
def test_one_clip_has_one_gain_one_chain_and_no_fade_inside(was, now):
    assert "one-clip" in codes(refusal(LIVE.replace(was, now, 1)))


def test_same_source_with_a_gap_stays_two_clips_to_their_own_ends():
    text = LIVE.replace("gap: 0 s, gain: 1 dB}", "gap: 1 s, gain: 1 dB}", 1)
    clips = _clips(text)

    assert [(c.source_start, c.length) for c in clips] == [(0, TEN), (132_300, 396_900 - 132_300)]


def test_timeline_begins_with_a_track_start_before_the_audio():
    text = f"tracks: [{{id: a, title: A, source: a.wav, track_start: -250 ms}}]\n{FILES}"
    timeline = target(text, "streaming").programme.units[0].timeline

    assert timeline.clips[0].position == 11_025
    assert (timeline.tracks[0].start, timeline.tracks[0].audio_start, timeline.length) == (0, 11_025, TEN + 11_025)


def test_first_file_holds_the_audio_before_its_track_start():
    text = f"tracks: [{{id: a, title: A, source: a.wav, track_start: 250 ms}}]\n{FILES}"

    assert _spans(text)[0].start == 0


def test_track_start_in_the_gap_and_in_the_sound_move_the_cut():
    assert _spans(_two("track_start: -200 ms"))[1].start == TEN + 88_200 - 8_820
    assert _spans(_two("track_start: 300 ms"))[1].start == TEN + 88_200 + 13_230


def test_sequence_track_start_is_the_default():
    spans = _spans(_two("fade_in: 1 s", extra="sequence: {track_start: -100 ms}\n"))

    assert spans[1].start == 4_410 + TEN + 88_200 - 4_410


def test_track_start_after_the_end_is_refused():
    assert codes(refusal(_two("track_start: 10 s"))) == ["start-beyond"]


def test_track_start_before_the_earlier_start_is_refused():
    assert codes(refusal(_two("track_start: -13 s"))) == ["track-order"]


def test_gaps_can_be_left_out_of_files():
    text = _two("gap: 3 s").replace("{kind: streaming}", "{kind: streaming, gaps_in_files: none}")
    a, b = _spans(text)

    assert (a.end, b.start) == (TEN, TEN + 132_300)


@pytest.mark.parametrize("second", ["gap: 0 s", "track_start: 300 ms", "crossfade: 1 s"])
def test_leaving_gaps_out_never_leaves_sound_out(second):
    """A start that lies inside sound, asked for or snapped there, parts two files; nothing between them is lost."""
    text = _two(second).replace("{kind: streaming}", "{kind: streaming, gaps_in_files: none}, cd: {}")
    a, b = target(text, "streaming", {"a.wav": source(n_samples=TEN + 400)}).programme.units[0].timeline.tracks

    assert a.end == b.start


def test_all_problems_are_reported_at_once_in_the_order_of_the_file():
    text = """\
tracks:
  - {id: a, title: A, source: a.wav, trim: {end: 11 s}}
  - {id: b, title: B, source: b.wav, fade_in: 12 s}
  - {id: c, title: C, source: c.wav, gap: -11 s}
targets: {streaming: {kind: streaming, sample_rate: 96 kHz, files: [mp3]}}
"""
    error = refusal(text)

    assert codes(error) == ["trim-outside", "fade-too-long", "overlap", "cannot-carry"]
    assert [p.where for p in error.problems][:2] == ["project.yaml:4:50", "project.yaml:5:5"]
