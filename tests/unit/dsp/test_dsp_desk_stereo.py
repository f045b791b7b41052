"""The desk's stereo steps: mid and side for any step, width, mono, balance, polarity, delay, de-emphasis."""

from __future__ import annotations

import shutil
import subprocess

import numpy as np
import pytest
from dsp_signals import db, noise, run, sine

from release.dsp.steps.registry import make_step, settle_samples

RATE = 48_000


def step(kind, parameters, acts_on="both", rate_hz=RATE):
    return make_step(kind, parameters, rate_hz, 2, acts_on=acts_on)


def response(out, at, frequencies, rate_hz=RATE):
    """Complex gain from an impulse response whose "now" is sample ``at``."""
    t = (np.arange(len(out)) - at) / rate_hz
    return np.array([(out * np.exp(-2j * np.pi * f * t)).sum() for f in frequencies])


def mid_side(audio):
    return (audio[:, 0] + audio[:, 1]) / 2, (audio[:, 0] - audio[:, 1]) / 2


@pytest.mark.parametrize("part", ["mid", "side", "left", "right"])
def test_a_step_on_one_part_is_that_step_on_that_part_alone(part):
    audio = noise(4, 12_000)
    eq = {"shape": "peak", "frequency": 700.0, "gain": 6.0, "q": 1.0}
    out = run(step("eq", eq, part), audio)
    alone = dict(zip(("left", "right", "mid", "side"), (*audio.T, *mid_side(audio)), strict=True))
    heard = dict(zip(("left", "right", "mid", "side"), (*out.T, *mid_side(out)), strict=True))
    other = {"left": "right", "right": "left", "mid": "side", "side": "mid"}[part]
    expected = run(make_step("eq", eq, RATE, 1), alone[part][:, None])[:, 0]
    assert heard[part] == pytest.approx(expected, abs=1e-14)
    assert heard[other] == pytest.approx(alone[other], abs=1e-16)


@pytest.mark.parametrize("part", ["mid", "side", "left", "right"])
def test_a_step_that_changes_nothing_leaves_every_bit(part):
    audio = noise(5, 12_000)
    out = run(step("compressor", {"threshold": 0.0, "ratio": 4.0, "knee": 0.0}, part), audio * 0.3)
    assert np.array_equal(out, audio * 0.3)


def test_a_part_needs_stereo():
    with pytest.raises(ValueError, match="needs stereo"):
        make_step("gain", {"gain": 1.0}, RATE, 1, acts_on="side")
    with pytest.raises(ValueError, match="middle is not one of"):
        make_step("gain", {"gain": 1.0}, RATE, 2, acts_on="middle")
    with pytest.raises(ValueError, match="both channels together"):
        make_step("mono", {}, RATE, 2, acts_on="left")


@pytest.mark.parametrize("rate_hz", [44_100, 192_000])
def test_width_by_band_follows_its_formula_and_leaves_the_middle(rate_hz):
    audio = np.zeros((2 * rate_hz, 2))
    audio[rate_hz] = [1.0, -1.0]
    settings = {"width": (0.0, 1.0, 1.5), "crossovers": (150.0, 4000.0)}
    out = run(step("width", settings, rate_hz=rate_hz), audio)
    frequencies = np.array([10.0, 75.0, 150.0, 800.0, 4000.0, 12_000.0])
    warped = np.tan(np.pi * frequencies / rate_hz)
    upper = [1 / (1 + (np.tan(np.pi * c / rate_hz) / warped) ** 4) for c in settings["crossovers"]]
    expected = 0.0 + 1.0 * upper[0] + 0.5 * upper[1]
    measured = response(mid_side(out)[1], rate_hz, frequencies, rate_hz)
    assert measured.real == pytest.approx(expected, abs=2e-5)
    assert np.abs(measured.imag).max() < 1e-10
    wide = noise(3, rate_hz // 4)
    assert mid_side(run(step("width", settings, rate_hz=rate_hz), wide))[0] == pytest.approx(
        mid_side(wide)[0], abs=1e-16
    )


def test_width_without_bands_scales_the_side():
    audio = noise(3, 5000)
    assert np.array_equal(run(step("width", {"width": 1.0}), audio), audio)
    mono = run(step("width", {"width": 0.0}), audio)
    assert mono[:, 0] == pytest.approx(mono[:, 1], abs=1e-16)
    assert mid_side(run(step("width", {"width": 2.0}), audio))[1] == pytest.approx(2 * mid_side(audio)[1], abs=1e-15)


def test_mono_balance_and_polarity():
    audio = noise(3, 5000)
    mean = audio.mean(axis=1)
    for keep, line in (("mean", mean), ("left", audio[:, 0]), ("right", audio[:, 1])):
        out = run(step("mono", {"keep": keep}), audio)
        assert np.array_equal(out[:, 0], out[:, 1])
        assert out[:, 0] == pytest.approx(line, abs=1e-16)
    right = run(step("balance", {"balance": 6.0}), audio)
    assert np.array_equal(right[:, 1], audio[:, 1])
    assert right[:, 0] == pytest.approx(audio[:, 0] * 10 ** (-6 / 20), rel=1e-12)
    assert np.array_equal(run(step("balance", {"balance": -6.0}), audio)[:, 0], audio[:, 0])
    assert np.array_equal(run(step("polarity", {}), audio), -audio)
    assert run(step("polarity", {}, "right"), audio) == pytest.approx(audio * [1, -1], abs=1e-15)
    assert run(step("polarity", {}, "side"), audio) == pytest.approx(audio[:, ::-1], abs=1e-15)


@pytest.mark.parametrize("samples", [37, -37, 0, 30_000, -30_000])
def test_whole_samples_of_delay_are_exact(samples):
    audio = noise(6, 20_000)
    time = min(max(samples / RATE, -0.1), 0.1)
    moved = round(time * RATE)
    out = run(step("delay", {"time": time}, "right"), audio)
    expected = np.zeros(len(audio))
    if moved >= 0:
        expected[moved:] = audio[: len(audio) - moved, 1]
    else:
        expected[:moved] = audio[-moved:, 1]
    assert np.array_equal(out[:, 0], audio[:, 0])
    assert out[:, 1] == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize("time", [0.00031, -0.00031])
def test_parts_of_a_sample_are_interpolated(time):
    audio = np.zeros((8192, 2))
    audio[4096] = 1.0
    out = run(step("delay", {"time": time}, "left"), audio)[:, 0]
    frequencies = np.array([20.0, 1000.0, 10_000.0, 20_000.0, 0.48 * RATE])
    measured = response(out, 4096, frequencies)
    assert np.abs(db(measured)).max() < 0.01
    assert measured * np.exp(2j * np.pi * frequencies * time) == pytest.approx(1.0, abs=1.2e-3)


@pytest.mark.parametrize("rate_hz", [44_100, 48_000, 96_000, 192_000])
def test_deemphasis_is_the_analogue_curve(rate_hz):
    audio = np.zeros((rate_hz // 4, 2))
    audio[100] = 1.0
    out = run(step("deemphasis", {}, rate_hz=rate_hz), audio)[:, 0]
    frequencies = np.array([20.0, 1000.0, 3183.0, 5000.0, 10_610.0, 16_000.0, 0.4999 * rate_hz])
    w = 2 * np.pi * frequencies
    expected = (1 + 15e-6j * w) / (1 + 50e-6j * w)
    measured = response(out, 100, frequencies, rate_hz)
    assert db(measured) == pytest.approx(db(expected), abs=0.001)
    # the phase too, away from half the rate, where minimum phase of a sampled filter must come back to zero
    low = frequencies < 0.12 * rate_hz
    assert np.angle(measured[low]) == pytest.approx(np.angle(expected[low]), abs=0.06)
    assert (out[:100] == 0.0).all()


@pytest.mark.skipif(shutil.which("sox") is None, reason="needs sox (Debian package sox)")
def test_deemphasis_agrees_with_sox(tmp_path):
    """SoX's own filter is specified within 0.06 dB of the curve to 20 kHz."""
    import soundfile

    rate_hz = 44_100
    for frequency in (1000.0, 5000.0, 12_000.0, 18_000.0):
        line = sine(rate_hz, frequency, 1.0, 0.25)
        audio = np.stack([line, line], axis=1)
        soundfile.write(tmp_path / "in.wav", audio, rate_hz, subtype="DOUBLE")
        subprocess.run(
            ["sox", "in.wav", "-b", "32", "-e", "floating-point", "out.wav", "deemph"], cwd=tmp_path, check=True
        )
        theirs = soundfile.read(tmp_path / "out.wav", always_2d=True)[0]
        ours = run(step("deemphasis", {}, rate_hz=rate_hz), audio)
        middle = slice(10_000, 30_000)
        assert db(np.std(ours[middle]) / np.std(theirs[middle])) == pytest.approx(0.0, abs=0.07)


def test_long_filters_keep_digital_black():
    audio = np.zeros((4 * RATE, 2))
    audio[RATE : RATE + 2000] = noise(8, 2000)
    settings = {"width": (0.5, 1.0), "crossovers": 200.0}
    out = run(step("width", settings), audio)
    reach = settle_samples("width", settings, RATE)
    assert (out[: RATE - reach] == 0.0).all()
    assert (out[RATE + 2000 + reach :] == 0.0).all()
    assert (out[RATE - 50 : RATE] != 0.0).any()
