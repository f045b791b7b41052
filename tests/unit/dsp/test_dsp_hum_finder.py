"""Hum is found with its frequency and level, and notes, pedals and loops at the same places are not taken for it."""

import numpy as np
import pytest

from release.dsp.meters.hum import LowEnd
from release.dsp.meters.low_rate import LowRate

RATE = 44_100
SECONDS = 60


def hums(audio, rate=RATE, block=32_768):
    low = LowRate(rate, audio.shape[1])
    end = LowEnd(low.rate_hz, audio.shape[1])
    for at in range(0, len(audio), block):
        part = low.feed(np.ascontiguousarray(audio[at : at + block]))
        if part is not None:
            end.feed(part)
    end.feed(low.finish())
    return end.finish()


def time(rate=RATE, seconds=SECONDS):
    return np.arange(rate * seconds) / rate


def music(rate=RATE, seconds=SECONDS):
    """Notes that die away, with rests, over noise at -85 dBFS."""
    rng = np.random.default_rng(4)
    t = time(rate, seconds)
    out = rng.standard_normal(len(t)) * 10 ** (-85 / 20)
    for n, key in enumerate(rng.integers(28, 60, seconds // 2)):
        at = 2 * n * rate
        local = t[: len(t) - at][: 4 * rate]
        hz = 440 * 2 ** ((int(key) - 69) / 12)
        if n % 5 == 4:
            continue  # a rest
        out[at : at + len(local)] += 0.2 * np.exp(-5.0 * local) * np.sin(2 * np.pi * hz * local)
    return np.repeat(out[:, None], 2, axis=1)


def tone(hz, dbfs, rate=RATE, seconds=SECONDS, harmonics=(1,)):
    t = time(rate, seconds)
    return sum(10 ** (dbfs / 20) / k * np.sin(2 * np.pi * k * hz * t + k) for k in harmonics)[:, None]


@pytest.mark.parametrize("rate", [44_100, 48_000, 96_000])
@pytest.mark.parametrize("mains_hz", [50.03, 59.97])
def test_frequency_and_level_of_planted_hum(rate, mains_hz):
    planted = tone(mains_hz, -54.0, rate, harmonics=(1, 2, 3))

    found = hums(music(rate) + planted, rate)

    wanted_dbfs = -54.0 + 10 * np.log10(1 + 1 / 4 + 1 / 9)
    assert [h.channel for h in found] == [0, 1]
    for hum in found:
        assert hum.fundamental_hz == pytest.approx(mains_hz, abs=0.02)
        assert hum.level_dbfs == pytest.approx(wanted_dbfs, abs=1.0)
        assert hum.harmonics[:2] == (1, 2)


def test_hum_of_one_channel_is_told_of_that_channel():
    audio = music()
    audio[:, 1] += tone(50.0, -55.0, harmonics=(1, 2))[:, 0]

    assert [h.channel for h in hums(audio)] == [1]


def test_clean_music_has_none():
    assert hums(music()) == ()


@pytest.mark.parametrize("hz", [49.0, 51.0, 98.0, 100.0, 120.0, 50.0])
def test_a_note_that_starts_and_stops_is_no_hum(hz):
    t = time()
    held = (t % 20.0 < 12.0) * tone(hz, -30.0, harmonics=(1, 2, 3))[:, 0]

    assert hums(music() + held[:, None]) == ()


@pytest.mark.parametrize("hz", [48.999, 51.913, 97.999, 58.27, 61.735])
def test_a_pedal_of_an_instrument_in_tune_is_no_hum(hz):
    """G1, G#1, G2, A#1 and B1 held from start to end: no key at 440 Hz lies within two thousandths of the mains."""
    assert hums(music() + tone(hz, -30.0, harmonics=(1, 2, 3, 4))) == ()


def test_a_drone_that_moves_is_no_hum():
    t = time()
    gliding = 0.02 * np.sin(2 * np.pi * (50.0 * t + 3.0 * np.sin(2 * np.pi * t / 17.0)))

    assert hums(music() + gliding[:, None]) == ()


def test_a_loop_has_lines_at_the_mains_and_is_no_hum():
    """At 120 beats a minute every multiple of 2 Hz is a line that never stops."""
    n = RATE // 2
    beat = np.exp(-np.arange(n) / RATE * 30) * np.sin(2 * np.pi * 55 * np.arange(n) / RATE)
    looped = np.tile(0.3 * beat, 2 * SECONDS)

    assert hums(looped[:, None] + np.zeros((1, 2))) == ()


def test_any_split_into_blocks_finds_the_same():
    audio = music() + tone(50.0, -50.0, harmonics=(1, 2))

    one, other = hums(audio, block=32_768), hums(audio, block=4_999)
    assert [h.harmonics for h in one] == [h.harmonics for h in other]
    assert one[0].level_dbfs == pytest.approx(other[0].level_dbfs, abs=1e-6)


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 48_000, 88_200, 96_000, 176_400, 192_000])
def test_the_low_rate_keeps_level_and_place(rate):
    """Against the tone itself: sample k stands at k / rate of the result, within a fifth of a millisecond."""
    t = np.arange(rate * 3) / rate
    low = LowRate(rate, 2)
    parts = [low.feed(np.ascontiguousarray(np.stack([np.sin(2 * np.pi * 90 * t), np.cos(2 * np.pi * 90 * t)], axis=1)))]
    out = np.concatenate([p for p in [*parts, low.finish()] if p is not None])

    at = np.arange(len(out)) / low.rate_hz
    inside = slice(200, -200)
    apart = np.angle(((out[:, 0] + 1j * out[:, 1]) * np.exp(2j * np.pi * 90 * at))[inside].mean()) - np.pi / 2
    assert abs(apart) / (2 * np.pi * 90) < 2.0e-4
    assert np.std(out[inside, 0]) == pytest.approx(2**-0.5, rel=0.01)


def test_what_folds_over_is_far_down():
    """Against a plain tone that a decimation without a filter would lay on 50 Hz."""
    t = np.arange(RATE * 4) / RATE
    low = LowRate(RATE, 1)
    for hz in (low.rate_hz - 50, 2 * low.rate_hz + 50, 7350 - 50):
        follower = LowRate(RATE, 1)
        first = follower.feed(np.sin(2 * np.pi * hz * t)[:, None])
        out = np.concatenate([p for p in (first, follower.finish()) if p is not None])
        assert 20 * np.log10(np.std(out[200:-200, 0]) / 2**-0.5) < -44
