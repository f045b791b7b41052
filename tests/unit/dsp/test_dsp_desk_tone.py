"""The desk's tone steps: notch, tilt, and the linear phase of every filter, against closed forms and scipy."""

from __future__ import annotations

import numpy as np
import pytest
from dsp_signals import db, noise, run
from scipy import signal

from release.dsp.filters import butterworth, equaliser, notch, response, tilt
from release.dsp.fir import FirFilter, linear_phase, minimum_phase
from release.dsp.steps.registry import make_step, settle_samples

FREQUENCIES = np.array([12.0, 30.0, 80.0, 200.0, 550.0, 1000.0, 1800.0, 5000.0, 9000.0, 16_000.0, 21_000.0])
FILTERS = {
    "highpass": {"frequency": 30.0, "slope": 24},
    "highpass 6": {"frequency": 120.0, "slope": 6},
    "highpass 48": {"frequency": 80.0, "slope": 48},
    "lowpass": {"frequency": 9000.0, "slope": 18},
    "eq": {"shape": "low-shelf", "frequency": 80.0, "gain": 4.0},
    "eq peak": {"shape": "peak", "frequency": 1000.0, "gain": -9.0, "q": 8.0},
    "eq high": {"shape": "high-shelf", "frequency": 8000.0, "gain": 3.0},
    "tilt": {"gain": 3.0, "frequency": 800.0},
}


def sections_of(name, p, rate_hz):
    kind = name.split()[0]
    if kind == "eq":
        return equaliser(p["shape"], p["frequency"], p["gain"], p.get("q", 0.7071), rate_hz)
    if kind == "tilt":
        return tilt(p["frequency"], p["gain"], rate_hz)
    return butterworth(kind, p["frequency"], p["slope"] // 6, rate_hz)


def complex_response(out, at, frequencies, rate_hz):
    t = (np.arange(len(out)) - at) / rate_hz
    return np.array([(out * np.exp(-2j * np.pi * f * t)).sum() for f in frequencies])


@pytest.mark.parametrize("rate_hz", [44_100, 96_000])
@pytest.mark.parametrize("name", FILTERS)
def test_linear_phase_has_the_level_of_minimum_phase_and_no_phase(name, rate_hz):
    settings = {**FILTERS[name], "phase": "linear"}
    audio = np.zeros((4 * rate_hz, 2))
    now = 2 * rate_hz
    audio[now] = 1.0
    out = run(make_step(name.split()[0], settings, rate_hz, 2), audio)[:, 0]
    expected = np.abs(response(sections_of(name, settings, rate_hz), FREQUENCIES, rate_hz))
    measured = complex_response(out, now, FREQUENCIES, rate_hz)
    assert np.abs(measured.imag).max() < 1e-12
    heard = expected > 10 ** (-50 / 20)
    assert db(measured.real[heard]) == pytest.approx(db(expected[heard]), abs=0.02)
    assert np.abs(measured.real - expected).max() < 2e-3
    assert out[now - 5000 : now] == pytest.approx(out[now + 5000 : now : -1], abs=1e-15)
    reach = settle_samples(name.split()[0], settings, rate_hz)
    assert np.abs(out[: now - reach - 1]).max() == 0.0


@pytest.mark.parametrize("name", FILTERS)
def test_minimum_phase_equals_scipys_sosfilt(name):
    rate_hz = 48_000
    audio = noise(9, 20_000)
    sections = sections_of(name, FILTERS[name], rate_hz)
    sos = np.insert(sections, 3, 1.0, axis=1)
    ours = run(make_step(name.split()[0], FILTERS[name], rate_hz, 2), audio)
    assert ours == pytest.approx(signal.sosfilt(sos, audio, axis=0), abs=1e-10)


@pytest.mark.parametrize("order", [1, 2, 3, 5, 8])
@pytest.mark.parametrize("shape", ["highpass", "lowpass"])
def test_butterworth_is_scipys(shape, order):
    sos = signal.butter(order, 900.0, shape, output="sos", fs=48_000)
    _, theirs = signal.freqz_sos(sos, FREQUENCIES, fs=48_000)
    ours = response(butterworth(shape, 900.0, order, 48_000), FREQUENCIES, 48_000)
    assert ours == pytest.approx(theirs, rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("q", [2.0, 30.0])
def test_notch_is_scipys(q):
    b, a = signal.iirnotch(1000.0, q, 48_000)
    _, theirs = signal.freqz(b, a, FREQUENCIES, fs=48_000)
    assert response(notch(1000.0, q, 48_000), FREQUENCIES, 48_000) == pytest.approx(theirs, abs=3e-3)


@pytest.mark.parametrize("phase", ["minimum", "linear"])
def test_notch_takes_its_frequency_out_and_is_3_db_down_at_its_edges(phase):
    rate_hz, q = 48_000, 5.0
    audio = np.zeros((4 * rate_hz, 2))
    audio[2 * rate_hz] = 1.0
    out = run(make_step("notch", {"frequency": 1000.0, "q": q, "phase": phase}, rate_hz, 2), audio)[:, 0]
    edges = 1000.0 * (np.array([-1, 1]) / (2 * q) + np.sqrt(1 + 1 / (4 * q * q)))
    gains = db(complex_response(out, 2 * rate_hz, [1000.0, *edges, 200.0, 5000.0], rate_hz))
    assert gains[0] < -90.0
    assert gains[1:3] == pytest.approx(-3.01, abs=0.05)
    assert gains[3:] == pytest.approx(0.0, abs=0.03)


def test_tilt_turns_about_its_frequency():
    gains = db(response(tilt(1000.0, 6.0, 96_000), np.array([1.0, 250.0, 1000.0, 4000.0, 47_999.0]), 96_000))
    assert gains[[0, 2, 4]] == pytest.approx([-3.0, 0.0, 3.0], abs=1e-3)
    assert gains[1] == pytest.approx(-gains[3], abs=0.05)
    w = 0.25
    a = 10 ** (6.0 / 40)
    assert gains[1] == pytest.approx(db(np.abs((1j * a * w + 1) / (1j * w + a))), abs=0.01)


def test_fir_is_a_convolution_aligned_on_its_centre():
    audio = noise(3, 30_000)
    taps = noise(4, 301, 1)[:, 0]
    for centre in (0, 150, 300):
        out = run(FirFilter(taps, centre, 2), audio)
        for channel in (0, 1):
            expected = np.convolve(audio[:, channel], taps)[centre : centre + len(audio)]
            assert out[:, channel] == pytest.approx(expected, abs=1e-12)


def test_minimum_phase_taps_are_scipys():
    taps = linear_phase(lambda f: 0.5 + 0.5 * np.exp(-f / 3000.0), 48_000, 0.05)
    ours = minimum_phase(lambda f: 0.5 + 0.5 * np.exp(-f / 3000.0), 48_000, 256)
    theirs = signal.minimum_phase(taps, method="homomorphic", half=False, n_fft=1 << 16)
    assert ours[:200] == pytest.approx(theirs[:200], abs=2e-4)


def test_a_sound_shorter_than_the_filter_comes_out_whole():
    audio = noise(3, 50)
    out = run(make_step("eq", {**FILTERS["eq"], "phase": "linear"}, 48_000, 2), audio)
    assert out.shape == audio.shape
    assert np.isfinite(out).all()
    assert run(make_step("eq", {**FILTERS["eq"], "phase": "linear"}, 48_000, 2), audio[:0]).shape == (0, 2)
