"""Rate conversion: length, place, level, aliases, and any block split."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from dsp_signals import db, noise, run, sine, stereo
from hypothesis import given, settings
from hypothesis import strategies as st

from release.dsp.resample import Resampler, resample

RATES = (44_100, 48_000, 88_200, 96_000, 192_000)


def level_db(line, rate_hz, frequency_hz):
    """Level of a tone in the middle of a line, over whole cycles, by correlation with a window."""
    middle = line[len(line) // 4 : len(line) * 3 // 4]
    window = np.blackman(len(middle))
    t = np.arange(len(middle)) / rate_hz
    return db(2 * np.abs((middle * window * np.exp(-2j * np.pi * frequency_hz * t)).sum()) / window.sum())


def test_equal_rates_pass_the_very_samples():
    audio = noise(1, 1000)
    converter = Resampler(44_100, 44_100, 2)
    assert np.array_equal(converter.process(audio), audio)
    assert len(converter.flush()) == 0


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 5000), st.sampled_from(RATES), st.sampled_from(RATES))
def test_length_is_exact(n, from_hz, to_hz):
    expected = math.floor(Fraction(n * to_hz, from_hz) + Fraction(1, 2))
    assert len(resample(noise(1, n), from_hz, to_hz)) == expected


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.integers(0, 50_000), max_size=12),
    st.sampled_from([(96_000, 44_100), (44_100, 48_000), (48_000, 96_000), (88_200, 44_100)]),
)
def test_any_block_split_gives_the_same_samples(cuts, rates):
    audio = noise(2, 50_000)
    assert np.array_equal(run(Resampler(*rates, 2), audio, cuts), resample(audio, *rates))


def test_blocks_equal_one_shot_soxr(soxr_whole):
    audio = noise(3, 100_000)
    whole = soxr_whole(audio, 96_000, 44_100)
    ours = resample(audio, 96_000, 44_100)
    assert np.array_equal(ours[: len(whole)], whole)
    assert len(ours) == len(whole) + 1  # 45937.5 samples: halves go up here
    assert ours[-1].any()


@pytest.mark.parametrize(
    ("from_hz", "to_hz"), [(96_000, 44_100), (44_100, 96_000), (48_000, 44_100), (192_000, 48_000)]
)
def test_no_delay(from_hz, to_hz):
    place = from_hz // 4  # a whole sample at every rate here
    audio = np.zeros((from_hz // 2, 1))
    audio[place] = 1.0
    out = resample(audio, from_hz, to_hz)[:, 0]
    centre = to_hz // 4
    assert int(np.argmax(np.abs(out))) == centre
    around = out[centre - 200 : centre + 201]
    assert around == pytest.approx(around[::-1], abs=1e-9)


@pytest.mark.parametrize("frequency_hz", [20.0, 997.0, 10_000.0, 19_000.0, 20_000.0])
@pytest.mark.parametrize("from_hz", [48_000, 88_200, 96_000])
def test_flat_to_20_khz_at_44100(from_hz, frequency_hz):
    tone = sine(from_hz, frequency_hz, 1.0, 0.5)[:, np.newaxis]
    assert level_db(resample(tone, from_hz, 44_100)[:, 0], 44_100, frequency_hz) == pytest.approx(-6.0206, abs=0.01)


@pytest.mark.parametrize("from_hz", [48_000, 88_200, 96_000, 176_400, 192_000])
def test_three_db_point_lies_at_99_percent_of_half_the_rate(from_hz):
    """The steep filter was really taken: 3 dB down at 21.84 kHz, where soxr's named qualities are at 20.95 kHz."""
    tone = sine(from_hz, 21_830.0, 1.0, 0.5)[:, np.newaxis]
    assert level_db(resample(tone, from_hz, 44_100)[:, 0], 44_100, 21_830.0) == pytest.approx(-6.02 - 2.9, abs=0.25)


@pytest.mark.parametrize(
    ("frequency_hz", "limit_db"),
    [(22_100.0, -120.0), (23_000.0, -120.0), (24_300.0, -140.0), (30_000.0, -140.0), (45_000.0, -140.0)],
)
def test_nothing_above_half_the_rate_comes_back(frequency_hz, limit_db):
    line = sine(96_000, frequency_hz, 1.0)
    line *= np.hanning(len(line))
    out = resample(stereo(line), 96_000, 44_100)
    assert db(np.abs(out).max()) < limit_db
