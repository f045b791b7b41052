"""Clicks, holes, bursts, silences and edges are found where they were put, and nowhere else."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from release.audio.defects import DefectFinder
from release.audio.edges import SoundEdges
from release.audio.probe import probe
from release.audio.scan import scan

sys.path.insert(0, str(Path(__file__).parents[1] / "dsp"))
from repair_signals import add_clicks, tune

RATE = 48_000
BLOCK = 32_768


def found(audio, rate_hz=RATE, blocks=(BLOCK,), scale=1.0):
    """Defects of an array (n, channels), fed in blocks whose sizes take turns."""
    finder = DefectFinder(rate_hz, audio.shape[1], scale)
    at, turn = 0, 0
    while at < len(audio):
        size = blocks[turn % len(blocks)]
        finder.feed(np.ascontiguousarray(audio[at : at + size].T))
        at, turn = at + size, turn + 1
    defects, counts = finder.finish()
    return defects, dict(counts), finder.quiet_stretches


@pytest.fixture(scope="module")
def music():
    return tune(RATE, 20.0, seed=3)


def test_clean_music_has_no_defects(music):
    defects, counts, quiet = found(music)

    assert defects == ()
    assert set(counts) == {"click", "hole", "drop", "held", "burst"}
    assert not any(counts.values())
    assert quiet == ()


def test_clicks_are_found_at_their_places(music):
    damaged, places = add_clicks(music, RATE, seed=8, over_db=20.0, per_s=1.0)

    defects, counts, _ = found(damaged)

    hits = [p for p in places if any(abs(d.at_sample - p[0]) <= 3 and d.channel == p[2] for d in defects)]
    assert len(hits) >= 0.95 * len(places)
    assert counts["click"] == len(defects) <= len(places)
    assert all(d.kind == "click" and 20.0 < d.strength_db < 90.0 for d in defects)


def masked(length):
    """Loud noise below 6 kHz, and in it a click of one or two samples that stands little over it, or a snap of 3 ms."""
    rng = np.random.default_rng(11)
    spectrum = np.fft.rfft(rng.standard_normal((2 * RATE, 2)), axis=0)
    hz = np.fft.rfftfreq(2 * RATE, 1 / RATE)
    audio = np.fft.irfft(spectrum / (1.0 + (hz[:, np.newaxis] / 2000.0) ** 6), axis=0)
    audio = audio * (0.12 / audio.std()) + 0.012 * rng.standard_normal(audio.shape)
    shape = {1: [0.35], 2: [0.3, -0.25]}.get(length)
    if shape is None:
        shape = 0.3 * rng.standard_normal(length) * np.exp(-3.0 * np.arange(length) / length)
    audio[RATE : RATE + length, 1] += shape
    return audio


@pytest.mark.parametrize("length", [1, 2])
def test_one_sample_is_found_in_loud_sound(length):
    defects, _, _ = found(masked(length))

    assert [(d.kind, d.channel) for d in defects] == [("click", 1)]
    assert abs(defects[0].at_sample - RATE) <= 8
    assert defects[0].strength_db < 30.0


def test_the_snap_of_a_drum_in_loud_sound_is_no_click():
    assert found(masked(144))[0] == ()


@pytest.mark.parametrize("blocks", [(1000,), (77_777,), (BLOCK, 1, 4095), (17,)])
def test_any_split_into_blocks_gives_the_same_answer(music, blocks):
    damaged, _ = add_clicks(music[: 6 * RATE], RATE, seed=8, over_db=20.0, per_s=2.0)
    damaged[100_000:100_300] = 0.0
    damaged[150_000:150_900] = np.random.default_rng(1).uniform(-0.5, 0.5, (900, 2))
    damaged[200_000 : 200_000 + 60_000] = 0.0

    assert found(damaged, blocks=blocks) == found(damaged)


def test_integers_and_floats_give_the_same_answer(music):
    damaged, _ = add_clicks(music[: 6 * RATE], RATE, seed=8, over_db=20.0, per_s=2.0)
    words = np.round(damaged * 2.0**23).astype(np.int32)

    assert found(words, scale=2.0**-23) == found(words * 2.0**-23)


@pytest.mark.parametrize("rate_hz", [32_000, 44_100, 64_000, 96_000, 192_000])
def test_places_at_every_rate(rate_hz):
    audio = tune(rate_hz, 3.0, seed=5)
    at = round(1.37 * rate_hz)
    audio[at, 0] += 0.5
    gap = round(2.2 * rate_hz)
    audio[gap : gap + round(0.004 * rate_hz), 1] = 0.0

    defects, _, _ = found(audio, rate_hz)

    assert [(d.kind, d.at_sample, d.channel) for d in defects] == [("click", at, 0), ("hole", gap, 1)]
    assert defects[1].is_alone
    assert defects[1].length == round(0.004 * rate_hz)


@pytest.mark.parametrize("length_ms", [1.5, 5.0, 40.0])
def test_holes_in_all_channels_have_their_exact_bounds(music, length_ms):
    audio = music.copy()
    at, length = 5 * RATE + 7, round(length_ms * RATE / 1000)
    audio[at : at + length] = 0.0

    defects, counts, _ = found(audio)

    assert [(d.kind, d.at_sample, d.length, d.channel, d.is_alone) for d in defects] == [
        ("hole", at, length, 0, False),
        ("hole", at, length, 1, False),
    ]
    assert counts["hole"] == 2


def test_a_held_value_is_told_with_its_bounds(music):
    audio = music.copy()
    at = 5 * RATE + 7
    audio[at + 1 : at + 400] = audio[at]

    defects, _, _ = found(audio)

    assert {(d.kind, d.channel) for d in defects} == {("held", 0), ("held", 1)}
    assert all(abs(d.at_sample - at) <= 1 and abs(d.length - 400) <= 1 for d in defects)


def test_a_fall_of_fifty_decibels_that_comes_back_is_told(music):
    audio = music.copy()
    at = 5 * RATE + 5000
    audio[at : at + 480] *= 10.0 ** (-50.0 / 20.0)

    defects, _, _ = found(audio)

    assert {d.kind for d in defects} == {"drop"}
    assert all(abs(d.at_sample - at) <= 48 and abs(d.length - 480) <= 48 for d in defects)
    assert all(40.0 < d.strength_db < 60.0 for d in defects)


def test_a_burst_of_noise_is_told_where_it_starts(music):
    audio = music.copy()
    at = 5 * RATE + 7
    audio[at : at + 900] = np.random.default_rng(2).uniform(-0.4, 0.4, (900, 2))

    defects, _, _ = found(audio)

    bursts = [d for d in defects if d.kind == "burst"]
    assert {d.channel for d in bursts} == {0, 1}
    assert all(abs(d.at_sample - at) < RATE // 1000 and abs(d.length - 900) < RATE // 500 for d in bursts)


def drum(seed=1):
    """Noise that starts at once and dies away."""
    t = np.arange(RATE // 2) / RATE
    return np.random.default_rng(seed).standard_normal((len(t), 1)) * np.exp(-t * 25.0)[:, None] * 0.2


def test_drums_are_neither_bursts_nor_clicks(music):
    audio = music.copy()
    for beat in range(2, 18):
        at = beat * RATE
        audio[at : at + RATE // 2] += drum(beat)

    assert found(audio)[0] == ()


def test_square_waves_and_their_rests_are_no_clicks_and_no_holes():
    t = np.arange(4 * RATE) / RATE
    square = 0.3 * np.sign(np.sin(2 * np.pi * 41.3 * t + 0.1)) * (t % 0.5 < 0.3)

    assert found(np.stack([square, square], axis=1))[0] == ()


def test_hundreds_of_clicks_are_counted_and_the_first_hundred_listed():
    audio = tune(RATE, 20.0, seed=3)
    places = np.arange(RATE // 10, 20 * RATE - RATE // 10, RATE // 10)
    audio[places, 0] += 0.6

    defects, counts, _ = found(audio)

    assert len(defects) == 100
    assert 150 < counts["click"] <= len(places)
    assert [d.at_sample for d in defects] == sorted(d.at_sample for d in defects)


def test_quiet_stretches_of_a_second_and_more_lie_where_they_are(music):
    audio = music.copy()
    audio[5 * RATE : 8 * RATE] = np.random.default_rng(1).standard_normal((3 * RATE, 2)) * 1e-5
    audio[12 * RATE : 12 * RATE + RATE // 2] = 0.0
    audio[: 2 * RATE] = 0.0
    audio[-2 * RATE :] = 0.0

    _, _, quiet = found(audio)

    assert len(quiet) == 1
    assert abs(quiet[0][0] - 5 * RATE) <= 32
    assert abs(quiet[0][1] - 3 * RATE) <= 64


@pytest.mark.parametrize("block", [50, 500, BLOCK])
def test_edges_are_measured_at_the_first_and_the_last_sound(block):
    audio = np.zeros((RATE, 1))
    audio[1000:40_000, 0] = 0.5
    audio[1000:1040, 0] = 0.05
    audio[39_900:40_000, 0] = 0.25
    edges = SoundEdges(RATE, 1.0)
    for at in range(0, RATE, block):
        part = audio[at : at + block]
        sounding = np.flatnonzero(audio[: at + block, 0])
        first, last = (int(sounding[0]), int(sounding[-1])) if len(sounding) else (None, -1)
        edges.feed(np.ascontiguousarray(part.T), at, first, last)

    head, tail = edges.finish()

    assert head == pytest.approx((-6.0206, -6.0206), abs=1e-3)
    assert tail == pytest.approx((-6.0206, -6.0206), abs=1e-3)
    assert SoundEdges(RATE, 1.0).finish() == (None, None)


def test_soft_edges_are_told_from_hard_ones():
    audio = np.full((RATE, 1), 0.5)
    audio[:96, 0] = 0.05
    audio[-240:, 0] = 0.005
    edges = SoundEdges(RATE, 1.0)
    edges.feed(np.ascontiguousarray(audio.T), 0, 0, RATE - 1)

    head, tail = edges.finish()

    assert head == pytest.approx((-26.0206, -6.0206), abs=1e-3)
    assert tail == pytest.approx((-46.0206, -6.0206), abs=1e-3)


@pytest.mark.skipif(shutil.which("sox") is None, reason="needs sox (Debian package sox)")
def test_a_click_and_a_hole_made_by_sox(tmp_path):
    def sox(*words):
        subprocess.run(["sox", *words], check=True, cwd=tmp_path)

    sox("-n", "-R", "-r", "48000", "-b", "24", "-c", "1", "tone.wav", "synth", "4", "pluck", "E2", "synth", "4", "sine", "mix", "329.6", "gain", "-12")  # fmt: skip
    sox("-n", "-r", "48000", "-b", "24", "-c", "1", "tick.wav", "synth", "1s", "square", "1", "vol", "0.4", "pad", "60000s", "131999s")  # fmt: skip
    sox("-m", "-v", "1", "tone.wav", "-v", "1", "tick.wav", "clicked.wav")
    sox("clicked.wav", "a.wav", "trim", "0", "=120000s")
    sox("clicked.wav", "b.wav", "trim", "120192s")
    sox("-n", "-r", "48000", "-b", "24", "-c", "1", "gap.wav", "trim", "0", "192s")
    sox("a.wav", "gap.wav", "b.wav", "both.wav")
    path = tmp_path / "both.wav"
    assert soundfile.info(path).frames == 192_000

    facts = scan(path, probe(path))

    assert [(d.kind, d.channel) for d in facts.defects] == [("click", 0), ("hole", 0)]
    assert abs(facts.defects[0].at_sample - 60_000) <= 1
    assert abs(facts.defects[1].at_sample - 120_000) <= 1
    assert abs(facts.defects[1].length - 192) <= 2
