"""The compiled survey and the closer look give what plain numpy gives."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import solve_toeplitz

from release.dsp.kernels.click import look_for_click
from release.dsp.kernels.defects import load_floats, load_ints, survey

RATE = 48_000


def test_survey_sums_squares_of_samples_and_of_their_differences():
    rng = np.random.default_rng(1)
    samples = rng.standard_normal((2, 1000)) * 0.1
    lines = np.zeros((2, 1016), np.float32)
    load_floats(samples, np.float32(1.0), lines, 16)
    figures = np.full((3, 2, 64), -1.0, np.float32)

    survey(lines, 16, 16, figures, 2)

    padded = np.concatenate([np.zeros((2, 16)), samples], axis=1)[:, : 16 + 62 * 16]
    for number, differences in enumerate((4, 0, 1)):
        values = np.diff(padded, differences, axis=1)[:, 16 - differences :] ** 2
        expected = values.reshape(2, 62, 16).sum(axis=2)
        assert figures[number, :, 2:] == pytest.approx(expected, rel=1e-4, abs=1e-9)
    assert (figures[:, :, :2] == -1.0).all()


def test_words_are_loaded_at_their_scale():
    lines = np.zeros((1, 4), np.float32)

    load_ints(np.array([[-(2**23), 2**22, 1]], np.int32), np.float32(2.0**-23), lines, 1)

    assert lines.tolist() == [[0.0, -1.0, 0.5, 2.0**-23]]


def look(line, place, order=32, half=960, gap=53, stretch=96):
    window = np.hanning(2 * half + 2)[1:-1].copy()
    result = np.zeros(6)
    look_for_click(line.astype(np.float32), place, window, gap, order, stretch, result)
    return result, window


def test_the_closer_look_predicts_as_the_normal_equations_do():
    rng = np.random.default_rng(2)
    n, place, order, half, gap = 4000, 2000, 32, 960, 53
    t = np.arange(n) / RATE
    line = 0.2 * np.sin(2 * np.pi * 700 * t) + 0.1 * np.sin(2 * np.pi * 1900 * t) + 0.003 * rng.standard_normal(n)
    line = line.astype(np.float32).astype(np.float64)
    line[place] += 0.25

    result, window = look(line, place)

    part = line[place - half : place + half].astype(np.float32).astype(np.float64)
    low, high = half - gap - 1, half + gap + 1
    model = part.copy()
    model[low : high + 1] = np.linspace(part[low], part[high], high - low + 1)
    model *= window
    r = np.correlate(model, model, "full")[2 * half - 1 :][: order + 1]
    r[0] = r[0] * (1.0 + 1e-8) + 1e-24
    a = np.concatenate([[1.0], solve_toeplitz(r[:order], -r[1 : order + 1])])
    ahead = np.convolve(part, a)[order : 2 * half - order]
    back = np.convolve(part[::-1], a)[order : 2 * half - order][::-1]
    top = np.minimum(np.abs(ahead), np.abs(back)).max()
    levels = [np.sqrt(np.mean(side**2)) for side in (part[order:low], part[high : 2 * half - order])]
    assert place - 8 <= result[0] <= place < result[0] + result[1] <= place + 9
    assert result[4] == pytest.approx(top / max(levels), rel=1e-6)
    assert result[2] > 10.0


def test_a_step_is_predicted_from_its_own_side():
    line = np.full(4000, -0.3)
    line[2000:] = 0.3
    line += np.random.default_rng(3).standard_normal(4000) * 1e-3

    result, _ = look(line, 2000)

    assert result[2] < 10.0
