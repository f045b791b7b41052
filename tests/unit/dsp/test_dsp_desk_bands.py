"""Multiband compression, de-essing, saturation and the limiter as a step."""

from __future__ import annotations

import numpy as np
import pytest
from dsp_signals import db, music, noise, run, sine, stereo, true_peak_db

from release.dsp.bands import BandSplitter
from release.dsp.limiter import Limiter
from release.dsp.steps.registry import make_step

RATE = 48_000


def step(kind, rate_hz=RATE, **parameters):
    return make_step(kind, parameters, rate_hz, 2)


def spectrum_db(line, rate_hz=RATE):
    """Level of each 1 Hz bin of the last second, 0 dB for a full-scale sine; Blackman-Harris-like window."""
    n = rate_hz
    k = 2 * np.pi * np.arange(n) / n
    window = 0.35875 - 0.48829 * np.cos(k) + 0.14128 * np.cos(2 * k) - 0.01168 * np.cos(3 * k)
    return db(np.abs(np.fft.rfft(line[-n:] * window)) * 2 / window.sum())


# --- bands


@pytest.mark.parametrize("crossovers", [(150.0,), (120.0, 2000.0), (80.0, 800.0, 8000.0)])
@pytest.mark.parametrize("rate_hz", [44_100, 96_000])
def test_bands_sum_to_the_input_and_part_where_they_should(crossovers, rate_hz):
    audio = np.zeros((rate_hz, 2))
    audio[rate_hz // 2] = 1.0
    splitter = BandSplitter(crossovers, rate_hz, 2)
    parts = [np.concatenate(p) for p in zip(splitter.process(audio), splitter.flush(), strict=True)]
    assert np.array_equal(parts[0], audio)
    bands = [a - b for a, b in zip(parts, [*parts[1:], np.zeros_like(audio)], strict=True)]
    assert sum(bands) == pytest.approx(audio, abs=1e-15)
    t = (np.arange(rate_hz) - rate_hz // 2) / rate_hz
    for number, corner in enumerate(crossovers):
        low, high = ((b[:, 0] * np.exp(-2j * np.pi * corner * t)).sum() for b in bands[number : number + 2])
        assert db(low) == pytest.approx(-6.02, abs=0.1)
        assert db(high) == pytest.approx(-6.02, abs=0.1)
        octaves = [db((bands[number + 1][:, 0] * np.exp(-2j * np.pi * corner / d * t)).sum()) for d in (2, 4)]
        if number == 0:
            assert octaves[0] == pytest.approx(-24.6, abs=0.3)
            assert octaves[0] - octaves[1] == pytest.approx(24.0, abs=0.7)


def test_an_idle_multiband_is_the_input_bit_for_bit():
    audio = music(RATE, 2.0) * 0.4
    settings = {"crossovers": (120.0, 2000.0, 7000.0), "threshold": 0.0, "ratio": 8.0, "knee": 0.0, "link": 0.0}
    assert np.array_equal(run(step("multiband", **settings), audio), audio)
    assert np.array_equal(run(step("multiband", crossovers=300.0, threshold=-60.0, ratio=1.0), audio), audio)


def test_each_band_has_its_own_curve():
    """Tones far inside their bands are compressed as a compressor alone would; bands without work keep theirs."""
    tones = {60.0: -6.0, 700.0: -6.0, 9000.0: -26.0}
    audio = stereo(sum(sine(RATE, f, 4.0, 10 ** (level / 20)) for f, level in tones.items()))
    out = run(
        step(
            "multiband",
            crossovers=(250.0, 3000.0),
            threshold=(-16.0, -80.0, -16.0),
            ratio=(2.0, 1.0, 2.0),
            gain=(0.0, 0.0, 1.5),
            attack=0.3,
            release=0.6,
            knee=0.0,
            detector="rms",
            window=0.1,
        ),
        audio,
    )
    change = spectrum_db(out[:, 0]) - spectrum_db(audio[:, 0])
    assert [change[int(f)] for f in tones] == pytest.approx([-5.0, 0.0, 1.5], abs=0.1)


def test_a_gain_in_one_band_is_an_equaliser_in_linear_phase():
    audio = np.zeros((RATE, 2))
    audio[RATE // 2] = 0.5
    out = run(step("multiband", crossovers=1000.0, threshold=0.0, ratio=1.0, gain=(0.0, 6.0)), audio)[:, 0] / 0.5
    t = (np.arange(RATE) - RATE // 2) / RATE
    warped = np.tan(np.pi * 700.0 / RATE) / np.tan(np.pi * 1000.0 / RATE)
    expected = 1 + (10 ** (6 / 20) - 1) / (1 + warped**-4)
    measured = (out * np.exp(-2j * np.pi * 700.0 * t)).sum()
    assert measured.real == pytest.approx(expected, abs=2e-5)
    assert abs(measured.imag) < 1e-12


# --- de-esser


def test_de_esser_holds_the_top_down_and_only_that():
    audio = stereo(sine(RATE, 500.0, 3.0, 0.3) + sine(RATE, 9000.0, 3.0, 0.2))
    out = run(step("de_esser", threshold=-24.0, frequency=2500.0, ratio=4.0, release=0.5), audio)
    change = spectrum_db(out[:, 0]) - spectrum_db(audio[:, 0])
    over = db(0.2) + 24.0
    assert change[9000] == pytest.approx(-0.75 * over, abs=0.15)
    assert change[500] == pytest.approx(0.0, abs=0.01)
    far = run(step("de_esser", threshold=-60.0, frequency=2000.0, ratio=100.0, range=6.0), audio)
    assert (spectrum_db(far[:, 0]) - spectrum_db(audio[:, 0]))[9000] == pytest.approx(-6.0, abs=0.1)


def test_de_esser_leaves_what_has_no_s():
    audio = stereo(sine(RATE, 500.0, 2.0, 0.5))
    assert np.array_equal(run(step("de_esser", threshold=-30.0), audio), audio)


# --- saturation


def test_soft_sound_passes_and_peaks_end_at_the_bend():
    quiet = noise(2, RATE, scale=1e-5)
    assert run(step("saturation", drive=0.0), quiet) == pytest.approx(quiet, abs=1e-13)
    loud = run(step("saturation", drive=12.0), stereo(sine(RATE, 100.0, 1.0, 1.0)))
    assert np.abs(loud[5000:-5000]).max() == pytest.approx(np.tanh(10 ** (12 / 20)) / 10 ** (12 / 20), rel=1e-3)


def test_samples_are_those_of_the_formula_where_nothing_folds():
    """A low tone has no harmonics near half the rate, so the oversampled bend is the bend of each sample."""
    audio = stereo(sine(RATE, 50.0, 1.0, 0.7))
    out = run(step("saturation", drive=6.0), audio)
    k = 10 ** (6 / 20)
    assert out[4000:-4000] == pytest.approx(np.tanh(k * audio)[4000:-4000] / k, abs=1e-7)
    half = run(step("saturation", drive=6.0, mix=0.5, gain=2.0), audio)
    wet = out * 10 ** (2 / 20)
    assert half == pytest.approx(0.5 * audio + 0.5 * wet, abs=1e-12)


def test_even_adds_even_harmonics_and_no_offset():
    audio = stereo(sine(RATE, 1000.0, 3.0, 0.5))
    plain, even = (spectrum_db(run(step("saturation", drive=6.0, even=e), audio)[:, 0]) for e in (0.0, 0.5))
    assert plain[2000] < -140.0
    assert plain[3000] > -40.0
    assert even[2000] > -40.0
    assert even[0] < -90.0


@pytest.mark.parametrize(("factor", "limit_dbfs"), [(1, None), (4, -120.0), (8, -200.0)])
def test_aliases_of_a_driven_tone(factor, limit_dbfs):
    """5 kHz at full scale, 12 dB of drive, 44.1 kHz: whatever is no harmonic below half the rate is an alias."""
    rate_hz = 44_100
    audio = stereo(sine(rate_hz, 5000.0, 3.0, 0.99))
    if factor == 1:
        k = 10 ** (12 / 20)
        line = np.tanh(k * audio[:, 0]) / k
    else:
        line = run(step("saturation", rate_hz, drive=12.0, oversampling=factor), audio)[:, 0]
    levels = spectrum_db(line[: 2 * rate_hz + 22_050], rate_hz)
    bins = np.arange(len(levels))
    harmonic = np.zeros(len(levels), dtype=bool)
    for n in range(5):
        harmonic |= np.abs(bins - 5000 * n) < 6
    worst = levels[~harmonic & (bins < 20_000)].max()
    if limit_dbfs is None:
        assert worst > -45.0  # without oversampling there is something to avoid
    else:
        assert worst < limit_dbfs


# --- limiter


def test_limiter_step_is_the_limiter_behind_its_gain():
    audio = music(RATE, 3.0) * 0.4
    out = run(step("limiter", ceiling=-3.0, gain=4.0, release=0.05), audio)
    theirs = run(Limiter(RATE, 2, -3.0, 0.05), audio * 10 ** (4 / 20))
    assert np.array_equal(out, theirs)
    assert true_peak_db(out) < -2.95
    calm = audio * 0.05
    assert np.array_equal(run(step("limiter", ceiling=-3.0), calm), calm)


@pytest.mark.parametrize("kind", ["multiband", "de_esser", "saturation", "limiter"])
def test_silence_short_and_loud_sounds_stay_finite(kind):
    settings = {
        "multiband": {"crossovers": (100.0, 1000.0), "threshold": -40.0, "ratio": 100.0},
        "de_esser": {"threshold": -60.0},
        "saturation": {"drive": 36.0, "even": 1.0},
        "limiter": {"ceiling": -1.0},
    }[kind]
    for audio in (np.zeros((3000, 2)), noise(1, 7), noise(1, 0), noise(1, 3000, scale=300.0)):
        out = run(step(kind, **settings), audio)
        assert out.shape == audio.shape
        assert np.isfinite(out).all()
