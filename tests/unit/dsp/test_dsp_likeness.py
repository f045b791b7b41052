"""Prints find a recording again, at another level, rate, start, word length or after an encoder, and no other one."""

import shutil
import subprocess

import numpy as np
import pytest
import soundfile as sf

from release.dsp.likeness import COLUMNS, MOST_STEPS, Print, PrintMaker
from release.dsp.meter import Meter
from release.dsp.meters.low_rate import LowRate

RATE = 44_100


def song(seed, seconds=40, rate=RATE, swing=0.0):
    """Notes at random places of a grid of 8 a second, panned; the same seed is the same song at any rate."""
    rng = np.random.default_rng(seed)
    n = seconds * rate
    out = np.zeros((n + 2 * rate, 2))
    for beat in range(seconds * 8):
        if rng.random() < 0.5:
            key, pan, level = rng.integers(30, 70), rng.random(), rng.uniform(0.05, 0.3)
            t = np.arange(rate) / rate
            note = level * np.exp(-5 * t) * np.sin(2 * np.pi * 440 * 2 ** ((int(key) - 69) / 12) * t)
            at = round((beat / 8 + swing * rng.uniform(-1, 1)) * rate) if beat else 0
            out[max(at, 0) : max(at, 0) + rate] += note[:, None] * [np.cos(pan * np.pi / 2), np.sin(pan * np.pi / 2)]
    return out[:n]


def printed(audio, rate=RATE, block=32_768):
    low = LowRate(rate, audio.shape[1])
    maker = PrintMaker(low.rate_hz)
    meter = Meter(rate, audio.shape[1], finds_peaks=False)
    for at in range(0, len(audio), block):
        part = np.ascontiguousarray(audio[at : at + block])
        meter.process(part)
        if (lows := low.feed(part)) is not None:
            maker.feed(lows)
    maker.feed(low.finish())
    meter.finish()
    return Print(maker.finish(meter.sides))


ONE = song(1)


@pytest.mark.parametrize("shift_s", [0.0, 0.05, 1.234, 7.777])
def test_a_later_start_at_another_level_is_found_with_its_lag(shift_s):
    other = 0.3 * ONE[round(shift_s * RATE) :]

    found = printed(ONE).compare(printed(other))
    assert found.value > 0.93
    assert found.lag_s == pytest.approx(shift_s, abs=0.03)
    assert found.side > 0.8


@pytest.mark.parametrize("rate", [48_000, 96_000])
def test_another_rate_and_word_length_are_found(rate):
    other = np.round(song(1, rate=rate) * 2**15) / 2**15

    assert printed(ONE).compare(printed(other, rate)).value > 0.95


def test_exchanged_sides_move_against_each_other():
    found = printed(ONE).compare(printed(0.5 * ONE[:, ::-1]))

    assert found.value > 0.95
    assert found.side < -0.95


def test_mono_says_nothing_of_sides():
    assert printed(ONE.mean(axis=1, keepdims=True)).compare(printed(ONE)).side is None


@pytest.mark.parametrize("seed", range(2, 7))
def test_another_song_on_the_same_grid_is_not_found(seed):
    assert printed(ONE).compare(printed(song(seed))).value < 0.6


@pytest.mark.skipif(shutil.which("lame") is None, reason="needs lame (Debian package lame)")
@pytest.mark.parametrize("bitrate", ["96", "320"])
def test_an_mp3_of_it_is_found(tmp_path, bitrate):
    """LAME encodes and decodes; its delay and padding are in the file."""
    sf.write(tmp_path / "one.wav", ONE, RATE, subtype="PCM_16")
    for command in (["--quiet", "-b", bitrate, "one.wav", "one.mp3"], ["--quiet", "--decode", "one.mp3", "two.wav"]):
        subprocess.run(["lame", *command], cwd=tmp_path, check=True)
    other, rate = sf.read(tmp_path / "two.wav", always_2d=True)

    assert printed(ONE).compare(printed(other, rate)).value > 0.95


def test_short_sound_is_not_compared_and_long_sound_has_a_bound():
    assert printed(ONE[: 8 * RATE]).compare(printed(ONE)) is None
    assert Print("").compare(printed(ONE)) is None

    maker = PrintMaker(1_000.0)
    for _ in range(70):
        maker.feed(np.random.default_rng(1).standard_normal((20_000, 2)))
    text = maker.finish(np.ones((140_000, 3), dtype=np.float32))
    assert len(text) == MOST_STEPS * COLUMNS * 4 // 3


def test_any_split_into_blocks_makes_the_same_print():
    one, other = printed(ONE, block=32_768), printed(ONE, block=7_001)

    assert one.compare(other).value > 0.99999
