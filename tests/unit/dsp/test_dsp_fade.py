"""Fade laws and their ends."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from release.dsp.fade import apply_gains, crossfade_gains, fade_gain
from release.model.programme import Curve

CURVES = tuple(Curve)


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize("length", [2, 3, 10, 44_100])
def test_ends_are_exact_and_the_way_is_monotonic(curve, length):
    rising = fade_gain(length, curve, 0, length, rising=True)
    assert rising[0] == 0.0
    assert rising[-1] == 1.0
    assert (np.diff(rising) >= 0).all()
    falling = fade_gain(length, curve, 0, length, rising=False)
    assert np.array_equal(falling, rising[::-1])


@pytest.mark.parametrize("curve", CURVES)
def test_before_and_after_the_fade(curve):
    assert fade_gain(10, curve, -3, 16, rising=True)[[0, 1, 2, 13, 14, 15]].tolist() == [0, 0, 0, 1, 1, 1]
    assert fade_gain(10, curve, -3, 16, rising=False)[[0, 1, 2, 13, 14, 15]].tolist() == [1, 1, 1, 0, 0, 0]


@given(st.integers(0, 300), st.integers(-50, 300), st.integers(0, 200), st.sampled_from(CURVES), st.booleans())
def test_any_stretch_is_a_part_of_the_whole(length, start, count, curve, rising):
    whole = fade_gain(length, curve, -100, 1000, rising=rising)
    part = fade_gain(length, curve, start, count, rising=rising)
    assert np.array_equal(part, whole[start + 100 : start + 100 + count])


@pytest.mark.parametrize(
    ("curve", "half"),
    [
        (Curve.S_CURVE, 0.5),
        (Curve.LINEAR, 0.5),
        (Curve.EQUAL_POWER, np.sqrt(0.5)),
        (Curve.EXPONENTIAL, 10 ** (-30 / 20)),
        (Curve.LOGARITHMIC, 1 - 10 ** (-30 / 20)),
    ],
)
def test_half_way(curve, half):
    assert fade_gain(1001, curve, 500, 1, rising=True)[0] == pytest.approx(half, rel=1e-12)


def test_laws_by_their_formulas():
    t = np.arange(1001) / 1000
    assert fade_gain(1001, "s-curve", 0, 1001, rising=True) == pytest.approx((1 - np.cos(np.pi * t)) / 2, abs=1e-15)
    assert fade_gain(1001, "equal-power", 0, 1001, rising=True) == pytest.approx(np.sin(np.pi * t / 2), abs=1e-15)
    exponential = fade_gain(1001, "exponential", 0, 1001, rising=True)
    assert 20 * np.log10(exponential[50:]) == pytest.approx(60 * (t[50:] - 1), abs=1e-9)
    assert np.diff(exponential[:51]) == pytest.approx(exponential[50] / 50, rel=1e-9)


def test_crossfades_keep_level():
    for curve in ("linear", "s-curve"):
        out, into = crossfade_gains((5000, curve), (5000, curve), 0, 5000)
        assert out + into == pytest.approx(np.ones(5000), abs=1e-12)
    out, into = crossfade_gains((5000, "equal-power"), (5000, "equal-power"), 0, 5000)
    assert out**2 + into**2 == pytest.approx(np.ones(5000), abs=1e-12)
    out, into = crossfade_gains((100, "linear"), (40, "linear"), 0, 100)
    assert into[39:].tolist() == [1.0] * 61


def test_gains_apply_to_every_channel_and_leave_the_input_alone():
    audio = np.ones((3, 2))
    assert apply_gains(audio, np.array([0.0, 0.5, 1.0])).tolist() == [[0, 0], [0.5, 0.5], [1, 1]]
    assert audio.all()
