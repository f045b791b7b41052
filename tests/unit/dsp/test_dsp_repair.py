"""Repairs: damage is found and mended by the stated figures, clean sound passes bit for bit, whatever the block split."""

from __future__ import annotations

import numpy as np
import pytest
from dsp_signals import db, noise, run, sine, stereo
from hypothesis import given, settings
from hypothesis import strategies as st
from repair_signals import HUM_LEVELS, add_clicks, add_hum, clip, driven, drop, tune

from release.dsp.kernels.prediction import solve_levinson
from release.dsp.repair.clipping import tail_mean
from release.dsp.repair.log import BOTH
from release.dsp.repair.noise import SilentPrintError, noise_powers
from release.dsp.repair.prediction import interpolated, least_error, predictors
from release.dsp.steps.registry import STEP_KINDS, make_step

RATE = 44_100
HISS = 10.0 ** (-50.0 / 20.0)
REPAIRS = {
    "dc_removal": {},
    "declick": {},
    "declip": {},
    "dehum": {"frequency": 50.0},
    "dropout": {},
}
ALL = [*REPAIRS, "denoise"]


def parameters_of(kind, **more):
    if kind != "denoise":
        return {**REPAIRS[kind], **more}
    return {"powers": tuple(noise_powers(noise(1, 2 * RATE, scale=HISS), RATE).ravel()), **more}


def mended(kind, audio, rate_hz=RATE, cuts=(), acts_on="both", **more):
    processor = make_step(kind, parameters_of(kind, **more), rate_hz, 2, acts_on=acts_on)
    return run(processor, audio, cuts), processor.take_repairs()


def gained_db(clean, damaged, out):
    """How much less error there is."""
    return 10.0 * np.log10(np.sum((damaged - clean) ** 2) / np.sum((out - clean) ** 2))


def damage(audio):
    """All sorts of damage in one; clipped in floating point, so that flat tops are flat."""
    clicked, _ = add_clicks(audio, RATE, seed=5)
    clipped = np.clip(add_hum(clicked, RATE, 50.02, -40.0) + 0.01, -0.15, 0.15)
    return drop(clipped, RATE, 0.004, seed=6)[0]


@pytest.fixture(scope="module")
def clean():
    return tune(RATE, 20.0, seed=3)


@pytest.fixture(scope="module")
def broken():
    return damage(tune(RATE, 6.0, seed=7))


@pytest.mark.parametrize("kind", REPAIRS)
def test_clean_sound_passes_bit_for_bit_and_nothing_is_noted(kind, clean):
    out, log = mended(kind, clean)
    assert np.array_equal(out, clean)
    assert log == []


@pytest.mark.parametrize("kind", REPAIRS)
@pytest.mark.parametrize(
    "audio", [np.zeros((2 * RATE, 2)), np.zeros((0, 2)), noise(1, 100), noise(2, 5 * RATE, scale=1e-7)]
)
def test_silence_and_scraps_pass(kind, audio):
    out, log = mended(kind, audio)
    assert np.array_equal(out, audio)
    assert log == []


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize(
    "audio", [np.ones((9000, 2)), stereo(np.sign(sine(RATE, 441.0, 0.3))), noise(3, RATE, scale=9.0)]
)
def test_extreme_sound_never_becomes_anything_but_numbers(kind, audio):
    out, _ = mended(kind, audio)
    assert out.shape == audio.shape
    assert np.isfinite(out).all()


@settings(max_examples=12, deadline=None)
@given(st.sampled_from(ALL), st.lists(st.integers(0, 6 * RATE), max_size=6))
def test_any_block_split_gives_the_same_samples_and_notes(broken, kind, cuts):
    before = broken.copy()
    whole, log = mended(kind, broken)
    out, again = mended(kind, broken, cuts=cuts)
    assert np.array_equal(out, whole)
    assert sorted(map(str, log)) == sorted(map(str, again))
    assert np.array_equal(broken, before)


@pytest.mark.parametrize("kind", ALL)
def test_all_outside_of_the_noted_places_is_bit_identical(kind, broken):
    out, log = mended(kind, broken)
    assert log
    free = np.ones(broken.shape, dtype=bool)
    for entry in log:
        assert entry.length > 0
        assert np.isfinite(entry.strength)
        channels = slice(None) if entry.channel == BOTH else entry.channel
        free[entry.at : entry.at + entry.length, channels] = False
    assert np.array_equal(out[free], broken[free])
    assert not np.array_equal(out, broken)


@pytest.mark.parametrize("kind", ALL)
def test_a_start_on_a_later_whole_second_gives_the_same_once_settled(kind):
    settle = int(np.ceil(STEP_KINDS[kind].read(parameters_of(kind)).settle_s()))
    audio = np.tile(damage(tune(RATE, 2.0, seed=9)), (settle // 2 + 3, 1))
    whole, _ = mended(kind, audio)
    late, _ = mended(kind, audio[2 * RATE :])
    assert np.abs(late[settle * RATE :] - whole[(2 + settle) * RATE :]).max() < 1e-6


# -- DC ----------------------------------------------------------------------------------------------------------------


def test_a_constant_offset_goes_and_all_else_stays(clean):
    damaged = clean + np.array([0.02, 0.0])
    out, log = mended("dc_removal", damaged)
    assert abs(out[:, 0].mean()) < 1e-4
    assert np.array_equal(out[:, 1], clean[:, 1])
    assert {entry.channel for entry in log} == {0}
    assert log[0].strength == pytest.approx(db(0.02), abs=0.3)
    assert (
        np.abs(np.diff(out[:, 0] - damaged[:, 0])).max() < 1e-7
    )  # no step, no phase shift: what is taken off hardly moves


def test_digital_black_stays_black_beside_an_offset(clean):
    damaged = clean + 0.02
    damaged[10 * RATE : 11 * RATE] = 0.0
    out, _ = mended("dc_removal", damaged)
    assert not out[10 * RATE : 11 * RATE].any()


# -- clicks ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate_hz", [44_100, 96_000])
def test_nine_clicks_in_ten_are_found_and_mended(rate_hz):
    audio = tune(rate_hz, 16.0, seed=4)
    damaged, places = add_clicks(audio, rate_hz, seed=5, over_db=20.0)
    out, log = mended("declick", damaged, rate_hz)
    found = sum(
        any(e.channel == channel and e.at < at + n and e.at + e.length > at for e in log) for at, n, channel in places
    )
    assert len(places) > 50
    assert found >= 0.9 * len(places)
    assert gained_db(audio, damaged, out) >= 10.0


def test_a_click_at_the_seam_of_two_blocks_is_noted_once(clean):
    part = clean[: 5 * RATE]
    damaged = part.copy()
    damaged[2 * RATE - 6 : 2 * RATE + 6, 0] += 0.8 * np.array([1, -1] * 6)
    out, (entry,) = mended("declick", damaged)
    assert entry.at <= 2 * RATE - 6
    assert entry.at + entry.length >= 2 * RATE + 6
    assert np.abs(out - part).max() < 0.1


def test_notes_that_begin_at_once_are_no_clicks(clean):
    """Struck and synthetic notes: 2 ms of hard attack, then a sound that goes on; loud ones stand over all before them."""
    rng, t = np.random.default_rng(2), np.arange(RATE // 2) / RATE
    audio = clean[: 8 * RATE].copy()
    for number, at in enumerate(range(RATE // 2, 7 * RATE, RATE // 2)):
        knock = rng.standard_normal(len(t)) * np.exp(-t / 0.001) * 0.05
        audio[at : at + len(t)] += stereo(knock + 0.1 * np.sin(2 * np.pi * 110.0 * (number + 1) * t) * np.exp(-t / 0.1))
    out, log = mended("declick", audio)
    assert log == []
    assert np.array_equal(out, audio)


@pytest.mark.parametrize("length", [30, 60, 90, 150])
def test_a_note_that_the_end_of_the_file_cuts_off_is_no_click(clean, length):
    t = np.arange(length) / RATE
    attack = (1.0 - np.exp(-t / 0.0005)) * np.cos(2 * np.pi * 900.0 * t) * 0.6
    audio = clean[: 5 * RATE] * 0.03
    audio[-length:] += stereo(attack)
    out, log = mended("declick", audio)
    assert log == []
    assert np.array_equal(out, audio)


def test_a_lower_threshold_finds_more(clean):
    damaged, _ = add_clicks(clean, RATE, seed=8, over_db=-10.0)
    counts = [len(mended("declick", damaged, threshold=t)[1]) for t in (14.0, 45.0)]
    assert counts[0] > counts[1]


# -- clipping ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("over_db", [3.0, 6.0])
def test_clipped_peaks_come_back(over_db, clean):
    audio = driven(clean[: 8 * RATE])
    damaged, level = clip(audio, over_db)
    out, log = mended("declip", damaged)
    assert log
    assert gained_db(audio, damaged, out) >= 3.0
    assert np.abs(out).max() > 1.1 * level
    is_clipped = np.abs(damaged) >= level - 2.0**-14
    assert np.all(np.abs(out[is_clipped]) >= np.abs(damaged[is_clipped]) - 1e-12)


def test_a_rebuilt_peak_is_at_most_so_much_higher(clean):
    damaged, level = clip(driven(clean[: 4 * RATE]), 6.0)
    out, _ = mended("declip", damaged, most=2.0)
    assert np.abs(out).max() <= (level + 2.0**-15) * 10.0 ** (2.0 / 20.0)


def test_a_full_scale_bass_note_is_not_clipped():
    audio = np.round(stereo(sine(RATE, 41.2, 5.0)) * 32767.0) / 32768.0
    out, log = mended("declip", audio)
    assert log == []
    assert np.array_equal(out, audio)


def test_tops_that_are_flat_by_chance_stay_and_are_not_noted():
    """A crest between two equal samples of 16 bits is found, but there is no peak to put on it."""
    audio = np.round(stereo(0.5 * sine(RATE, 2000.0, 2.0) + 0.1 * sine(RATE, 331.7, 2.0)) * 32767.0) / 32768.0
    top = int(np.argmax(audio[RATE : RATE + 2000, 0])) + RATE
    audio[top - 1 : top + 2] = audio[top]
    out, log = mended("declip", audio)
    assert log == []
    assert np.array_equal(out, audio)


@pytest.mark.parametrize("bound", [-8.0, -1.0, 0.0, 2.0, 6.0, 24.9, 25.1])
def test_the_mean_of_a_tail_is_that_of_the_integral(bound):
    x = np.linspace(max(bound, -9.0), max(bound, -9.0) + 12.0, 400_001)
    weights = np.exp(-0.5 * (x**2 - max(bound, 0.0) ** 2))
    assert tail_mean(bound) == pytest.approx(np.sum(x * weights) / np.sum(weights), abs=2e-3)


# -- hum ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("stated_hz", "hum_hz"), [(50.0, 50.04), (60.0, 59.87)])
def test_hum_is_thirty_decibels_less_and_notes_beside_it_stay(stated_hz, hum_hz, clean):
    beside = [k * hum_hz + side for k in (1, 2, 3) for side in (-20.0, 20.0)]
    audio = clean + stereo(sum(sine(RATE, f, 20.0, 0.01) for f in beside))
    damaged = add_hum(audio, RATE, hum_hz, -40.0)
    out, log = mended("dehum", damaged, frequency=stated_hz)
    assert {entry.channel for entry in log} == {0, 1}
    t, middle = np.arange(len(clean)) / RATE, slice(4 * RATE, 16 * RATE)

    def line(x, f):
        return abs(np.sum(x[middle, 0] * np.exp(-2j * np.pi * f * t[middle]) * np.hanning(12 * RATE)))

    # What is left of the hum: music has something of its own at these frequencies, which has to stay.
    left = np.array([line(out - audio, k * hum_hz) for k in HUM_LEVELS])
    there = np.array([line(damaged - audio, k * hum_hz) for k in HUM_LEVELS])
    assert 10.0 * np.log10(np.sum(left**2) / np.sum(there**2)) < -30.0
    assert db(left / there).max() < -20.0
    assert gained_db(audio, damaged, out) > 20.0
    for f in beside:
        assert abs(db(line(out, f) / line(audio, f))) < 0.5, f


@pytest.mark.parametrize(("rate_hz", "seed"), [(96_000, 4), (44_100, 6)])
def test_hum_is_thirty_decibels_less_at_any_rate_and_under_bass_notes_close_to_it(rate_hz, seed):
    seconds, hum_hz = 14, 50.04  # the bass plays from 82 to 124 Hz, around the second harmonic
    audio = tune(rate_hz, seconds, seed=seed)
    damaged = add_hum(audio, rate_hz, hum_hz, db(np.std(audio)) - 20.0)
    out, _ = mended("dehum", damaged, rate_hz)
    t, middle = np.arange(len(audio)) / rate_hz, slice(3 * rate_hz, 11 * rate_hz)

    def power(x):
        part, place = x[middle, 0] * np.hanning(8 * rate_hz), t[middle]
        return sum(abs(np.sum(part * np.exp(-2j * np.pi * k * hum_hz * place))) ** 2 for k in HUM_LEVELS)

    assert 10.0 * np.log10(power(out - audio) / power(damaged - audio)) < -30.0


def test_a_steady_note_that_is_no_harmonic_is_not_hum(clean):
    audio = clean + stereo(sine(RATE, 55.0, 20.0, 0.05) + sine(RATE, 110.0, 20.0, 0.05) + sine(RATE, 440.0, 20.0, 0.05))
    out, log = mended("dehum", audio)
    assert log == []
    assert np.array_equal(out, audio)


def repeated(seconds, beats, *sounds):
    """Sounds (beats between them, beat of the first, sound) over and over at a tempo, exactly; over a quiet room."""
    out = 1e-4 * np.random.default_rng(2).standard_normal((seconds + 4) * LOW_RATE)
    for every, first, sound in sounds:
        for at_s in np.arange(first, (seconds - 1) * beats / 60.0, every) * 60.0 / beats:
            at = round(at_s * LOW_RATE)
            out[at : at + len(sound)] += sound
    return stereo(out[: seconds * LOW_RATE])


def struck(f, seconds, gain=0.15, decay=0.7):
    """A bass note with seven harmonics and 20 ms of release."""
    t = np.arange(int(seconds * LOW_RATE)) / LOW_RATE
    shape = (1.0 - np.exp(-t / 0.008)) * np.minimum(1.0, (seconds - t) / 0.02) * np.exp(-decay * t)
    return gain * shape * sum(np.sin(2.0 * np.pi * f * k * t) / k for k in range(1, 8))


def kick(low_hz=50.0, high_hz=160.0):
    """Swept down within 0.1 s."""
    t = np.arange(int(0.35 * LOW_RATE)) / LOW_RATE
    phase = 2.0 * np.pi * (low_hz * t + (high_hz - low_hz) / 40.0 * (1.0 - np.exp(-40.0 * t)))
    return 0.5 * np.sin(phase) * np.exp(-9.0 * t) * np.minimum(1.0, (0.35 - t) / 0.01)


LOW_RATE = 8_000
EIGHTH = {beats: 0.9 * 30.0 / beats for beats in (100, 120, 125, 150)}
CHORD = [(4, 0, 0.3 * struck(f, 1.88)) for f in (196.0, 246.9, 293.7)]
MUSIC_ON_THE_MAINS = {
    "swept kick at 120": (120, [(1, 0, kick())]),
    "swept kick at 150": (150, [(1, 0, kick())]),
    "kick to 45 Hz at 120": (120, [(1, 0, kick(45.0))]),
    "kick, bass and chords at 125": (125, [(1, 0, kick()), (0.5, 0, 0.7 * struck(49.0, EIGHTH[125])), *CHORD]),
    "eighths on G1 at 100": (100, [(0.5, 0, struck(49.0, EIGHTH[100]))]),
    "eighths on G1 at 120": (120, [(0.5, 0, struck(49.0, EIGHTH[120]))]),
    "eighths on G sharp at 150": (150, [(0.5, 0, struck(51.91, EIGHTH[150]))]),
    "eighths on 98 Hz at 125": (125, [(0.5, 0, struck(98.0, EIGHTH[125]))]),
    "soft eighths on 100 Hz at 150": (150, [(0.5, 0, 0.1 * struck(100.0, EIGHTH[150]))]),
    "kick of 50 Hz every 0.3 s": (
        200,
        [(1, 0, np.exp(-8.0 * np.arange(2400) / 8e3) * np.sin(np.pi * np.arange(2400) / 80))],
    ),
    "pedal of 50 Hz": (120, [(8, 0, struck(50.0, 3.9, decay=0.5))]),
}


@pytest.mark.parametrize("name", MUSIC_ON_THE_MAINS)
def test_music_that_repeats_on_multiples_of_the_mains_is_not_hum(name):
    beats, sounds = MUSIC_ON_THE_MAINS[name]
    audio = repeated(24, beats, *sounds)
    out, log = mended("dehum", audio, LOW_RATE)
    assert log == []
    assert np.array_equal(out, audio)


@pytest.mark.parametrize("note_s", [0.225, 0.45, 1.9])
@pytest.mark.parametrize("f", [49.0, 51.91])
def test_hum_beside_a_repeated_bass_note_leaves_no_error_larger_than_it_was(note_s, f):
    clean = repeated(24, 120, (2.0 * note_s / 0.9 if note_s < 1.0 else 4.0, 0, struck(f, note_s)))
    t = np.arange(len(clean)) / LOW_RATE
    damaged = clean + stereo(0.008 * sum(np.sin(2.0 * np.pi * 50.0 * k * t + k) / k for k in range(1, 8)))
    out, _ = mended("dehum", damaged, LOW_RATE)
    assert gained_db(clean, damaged, out) >= 0.0


def test_hum_that_is_heard_between_repeated_notes_is_taken_away():
    """The same notes with rests: between them hum lies open, whatever the notes do."""
    clean = repeated(24, 100, (2, 0, struck(55.0, 0.5)))
    t = np.arange(len(clean)) / LOW_RATE
    damaged = clean + stereo(0.004 * sum(np.sin(2.0 * np.pi * 50.03 * k * t + k) / k for k in range(1, 8)))
    out, log = mended("dehum", damaged, LOW_RATE)
    assert log
    assert gained_db(clean, damaged, out) > 15.0


# -- dropouts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("length_s", [0.001, 0.005])
def test_holes_are_found_and_filled(length_s, clean):
    part = clean[: 8 * RATE]
    damaged, places = drop(part, RATE, length_s, seed=6)
    out, log = mended("dropout", damaged)
    assert len(places) > 5
    assert sorted(e.at for e in log) == pytest.approx(sorted(places), abs=12)
    assert gained_db(part, damaged, out) >= 3.0


def test_regular_black_rests_are_filled_and_told_unless_longest_is_shorter():
    """What docs/steps.md says of them: like lost buffers, and a shorter ``longest`` leaves them alone."""
    audio = stereo(sine(RATE, 220.0, 2.0, 0.3))
    starts = range(RATE // 4, 2 * RATE - RATE // 4, RATE // 5)
    for start in starts:
        audio[start : start + RATE // 100] = 0.0

    _, log = mended("dropout", audio)
    kept, none = mended("dropout", audio, longest=0.005)

    assert {event.at for event in log} == set(starts)
    assert np.array_equal(kept, audio)
    assert not none


def test_rests_and_fades_are_no_holes():
    audio = tune(RATE, 4.0, seed=2)
    audio[RATE : RATE + 2205] = 0.0  # 50 ms: longer than a dropout
    ramp = np.linspace(1.0, 0.0, 1000) ** 2
    audio[2 * RATE : 2 * RATE + 1000] *= ramp[:, None]
    audio[2 * RATE + 1000 : 2 * RATE + 1400] = 0.0
    audio[2 * RATE + 1400 : 2 * RATE + 2400] *= ramp[::-1, None]
    out, log = mended("dropout", audio)
    assert log == []
    assert np.array_equal(out, audio)


# -- noise -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reduction", [6.0, 10.0, 20.0])
def test_noise_alone_goes_down_by_what_was_asked(reduction):
    hiss = noise(3, 4 * RATE, scale=HISS)
    out, log = mended("denoise", hiss, reduction=reduction)
    assert db(np.std(out[RATE:]) / np.std(hiss[RATE:])) == pytest.approx(-reduction, abs=1.0)
    assert all(e.strength == pytest.approx(reduction, abs=1.0) for e in log[1:])


def test_noise_over_music_is_less_and_music_is_hardly_touched(clean):
    hissing = clean + noise(3, len(clean), scale=HISS)
    out, _ = mended("denoise", hissing)
    assert gained_db(clean, hissing, out) >= 2.0
    through, _ = mended("denoise", clean)
    assert 10.0 * np.log10(np.sum((through - clean) ** 2) / np.sum(clean**2)) < -28.0


def test_sound_far_over_the_noise_passes_bit_for_bit():
    loud = noise(5, 3 * RATE, scale=0.3)
    powers = tuple(noise_powers(noise(1, RATE, scale=1e-7), RATE).ravel())
    out, log = mended("denoise", loud, powers=powers)
    assert np.array_equal(out[RATE:], loud[RATE:])
    assert all(entry.at + entry.length <= RATE for entry in log)


def test_nothing_is_learned_from_silence_or_from_too_little():
    with pytest.raises(SilentPrintError, match="silent"):
        noise_powers(np.zeros((RATE, 2)), RATE)
    with pytest.raises(SilentPrintError, match="too short"):
        noise_powers(noise(1, 100), RATE)
    with pytest.raises(ValueError, match="measured print"):
        make_step("denoise", {"learn": (0.0, 1.0)}, RATE, 2)
    for wrong in ({}, {"learn": (0.0, 1.0), "print": "a.wav"}, {"learn": (0.0, 0.1)}, {"learn": (2.0, 1.0)}):
        with pytest.raises(ValueError, match=r"noise print|too short|must come after"):
            make_step("denoise", wrong, RATE, 2)


# -- one channel, and the mathematics ------------------------------------------------------------------------------------


def test_a_repair_of_one_channel_leaves_the_other_and_says_so(clean):
    damaged, _ = add_clicks(clean[: 6 * RATE], RATE, seed=5)
    out, log = mended("declick", damaged, acts_on="right")
    assert np.array_equal(out[:, 0], damaged[:, 0])
    assert {entry.channel for entry in log} == {1}
    _, log = mended("declick", damaged, acts_on="mid")
    assert {entry.channel for entry in log} == {BOTH}


def test_levinson_solves_the_normal_equations():
    r = np.fft.irfft(np.abs(np.fft.rfft(noise(1, 512, channels=3), axis=0)) ** 2, axis=0).T[:, :13].copy()
    a = np.zeros_like(r)
    solve_levinson(r, a)
    for row, found in zip(r, a, strict=True):
        matrix = row[np.abs(np.subtract.outer(np.arange(12), np.arange(12)))]
        assert np.allclose(found[1:], np.linalg.solve(matrix, -row[1:]))


def test_a_predictor_finds_the_process_that_made_the_sound():
    line = noise(1, 20_000, channels=1)[:, 0]
    for n in range(2, len(line)):
        line[n] += 1.6 * line[n - 1] - 0.9 * line[n - 2]
    a = predictors((line * np.hanning(len(line)))[np.newaxis], 2)[0]
    assert a == pytest.approx([1.0, -1.6, 0.9], abs=0.02)


def test_least_error_is_the_least_squares_solution():
    line, a = noise(1, 200, channels=1)[:, 0], np.array([1.0, -1.2, 0.5, 0.1])
    unknown = np.array([80, 81, 82, 90, 91])
    matrix = np.zeros((len(line) - 3, len(line)))
    for n in range(len(matrix)):
        matrix[n, n : n + 4] = a[::-1]
    known = np.delete(np.arange(len(line)), unknown)
    wanted = np.linalg.lstsq(matrix[:, unknown], -matrix[:, known] @ line[known], rcond=None)[0]
    assert least_error(line, unknown, a) == pytest.approx(wanted, abs=1e-6)


def test_tones_are_carried_across_a_gap():
    line = sine(RATE, 441.0, 0.2) + 0.5 * sine(RATE, 1003.0, 0.2, phase=1.0)
    unknown = np.arange(4000, 4200)
    damaged = line.copy()
    damaged[unknown] = 0.0
    assert np.abs(interpolated(damaged, unknown, 200, 3) - line).max() < 0.05


@pytest.mark.parametrize("shape", [[0.4], [0.35, -0.3]])
def test_declick_takes_single_samples_out_of_loud_sound(shape):
    """What the check of clicks finds there, the step takes out as it stands."""
    rng = np.random.default_rng(11)
    spectrum = np.fft.rfft(rng.standard_normal((2 * RATE, 2)), axis=0)
    hz = np.fft.rfftfreq(2 * RATE, 1 / RATE)
    sound = np.fft.irfft(spectrum / (1.0 + (hz[:, np.newaxis] / 2000.0) ** 6), axis=0)
    sound = sound * (0.12 / sound.std()) + 0.012 * rng.standard_normal(sound.shape)
    damaged = sound.copy()
    damaged[RATE : RATE + len(shape), 1] += shape

    out, _ = mended("declick", damaged)

    assert gained_db(sound, damaged, out) > 8.0
    assert np.array_equal(mended("declick", sound)[0], sound)
