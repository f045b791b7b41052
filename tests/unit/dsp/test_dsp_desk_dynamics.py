"""The desk's dynamics: curves, times, links and mixes against closed forms, plain twins and peers."""

from __future__ import annotations

import shutil
import subprocess

import numpy as np
import pytest
from dsp_signals import db, music, noise, run, sine, stereo
from scipy import signal

from release.dsp.detector import Detector, Listening
from release.dsp.steps.registry import make_step

RATE = 48_000


def step(kind, acts_on="both", rate_hz=RATE, **parameters):
    return make_step(kind, parameters, rate_hz, 2, acts_on=acts_on)


def gain_db(kind, audio, **parameters):
    """Gain over time of the left channel in dB."""
    out = run(step(kind, **parameters), audio)
    return db(out[:, 0] / audio[:, 0])


def constant(level_db, seconds=2.0):
    return np.full((int(RATE * seconds), 2), 10 ** (level_db / 20))


# --- detector


def test_a_full_scale_sine_reads_the_same_by_peak_and_by_power():
    audio = stereo(sine(RATE, 1000.0, 1.0))
    peak = Detector(Listening(), RATE, 2).process(audio)
    power = Detector(Listening(is_rms=True, window_s=0.05), RATE, 2).process(audio)
    assert peak.shape == power.shape == (RATE, 1)
    assert peak.max() == pytest.approx(1.0)
    assert db(power[-5000:]) == pytest.approx(0.0, abs=0.05)


def test_power_is_scipys_filter_of_the_square():
    audio = noise(1, 5000)
    kept = np.exp(-1 / (0.01 * RATE))
    theirs = signal.lfilter([1 - kept], [1, -kept], audio**2, axis=0)
    ours = Detector(Listening(is_rms=True, link=0.0), RATE, 2).process(audio)
    assert ours == pytest.approx(np.sqrt(2 * theirs), rel=1e-9)


def test_link_lies_between_own_and_loudest_in_db():
    audio = np.array([[0.1, 0.5], [0.8, 0.6]])
    levels = {link: Detector(Listening(link=link), RATE, 2).process(audio) for link in (0.0, 0.25, 1.0)}
    assert levels[1.0] == pytest.approx(np.array([[0.5], [0.8]]))
    assert levels[0.0] == pytest.approx(audio)
    assert db(levels[0.25]) == pytest.approx(0.25 * db(levels[1.0]) + 0.75 * db(audio))


def test_bass_below_the_sidechain_highpass_is_not_listened_to():
    audio = stereo(sine(RATE, 50.0, 2.0, 0.8))
    deaf = gain_db("compressor", audio + 1e-9, threshold=-30.0, ratio=4.0, sidechain_highpass=1000.0)
    hears = gain_db("compressor", audio + 1e-9, threshold=-30.0, ratio=4.0)
    assert np.abs(deaf[RATE:]).max() < 0.01
    assert hears[RATE:].max() < -10.0


@pytest.mark.parametrize("rate_hz", [44_100, 96_000])
def test_peaks_are_scipys_maximum_of_half_a_period_however_they_are_cut(rate_hz):
    from scipy.ndimage import maximum_filter1d

    audio = noise(3, 5000)
    detector = Detector(Listening(link=0.0), rate_hz, 2)
    cut = np.concatenate([detector.process(part) for part in np.split(audio, [0, 1, 8, 700, 3000])])
    window = int(np.ceil(rate_hz / 80)) + 1
    padded = np.concatenate([np.zeros((window - 1, 2)), np.abs(audio)])
    theirs = maximum_filter1d(padded, window, axis=0, origin=(window - 1) // 2, mode="constant")
    assert np.array_equal(cut, theirs[window - 1 :])


# --- compressor


@pytest.mark.parametrize(("attack", "release"), [(0.0, 0.05), (0.005, 0.05), (0.02, 0.15), (0.1, 0.2), (0.3, 0.1)])
@pytest.mark.parametrize("frequency_hz", [40.0, 63.0, 997.0, 12_345.0])
def test_a_steady_sine_settles_on_the_curve_with_any_times(frequency_hz, attack, release):
    """Threshold -30 dBFS, 4:1, a sine of -10 dBFS: three quarters of 20 dB, at every moment."""
    audio = stereo(sine(RATE, frequency_hz, 4.0, 10 ** (-10 / 20)))
    settings = {"threshold": -30.0, "ratio": 4.0, "knee": 0.0, "attack": attack, "release": release}
    out = run(step("compressor", **settings), audio)
    last = slice(3 * RATE, 4 * RATE)
    heard = np.abs(audio[last, 0]) > 0.01
    gains = db(out[last, 0][heard] / audio[last, 0][heard])
    assert gains.min() == pytest.approx(-15.0, abs=0.1)
    assert gains.max() == pytest.approx(-15.0, abs=0.1)


def test_a_sine_under_the_threshold_passes_bit_for_bit():
    audio = stereo(sine(RATE, 50.0, 1.0, 0.099))
    assert np.array_equal(run(step("compressor", threshold=-20.0, ratio=20.0, knee=0.0), audio), audio)


def test_mix_is_a_share_of_both():
    audio = music(RATE, 1.0) * 0.5
    settings = {"threshold": -30.0, "ratio": 4.0, "gain": 2.0}
    wet = run(step("compressor", **settings), audio)
    half = run(step("compressor", **settings, mix=0.3), audio)
    assert half == pytest.approx(0.7 * audio + 0.3 * wet, abs=1e-14)
    assert np.array_equal(run(step("compressor", **settings, mix=0.0), audio), audio)


def test_unlinked_channels_are_compressed_apart():
    audio = np.stack([sine(RATE, 440.0, 1.0, 0.9), sine(RATE, 440.0, 1.0, 0.01)], axis=1)
    out = run(step("compressor", threshold=-20.0, ratio=10.0, link=0.0), audio)
    assert np.array_equal(out[:, 1], audio[:, 1])
    assert np.abs(out[RATE // 2 :, 0]).max() < 0.3


def test_rms_reads_a_steady_sine_where_peaks_do():
    """Threshold and ratio mean the same for a sine with either detector, once the detector has settled."""
    audio = stereo(sine(RATE, 1000.0, 3.0, 10 ** (-10 / 20)))
    settings = {"threshold": -20.0, "ratio": 2.0, "knee": 0.0, "attack": 0.2, "release": 0.2}
    out = run(step("compressor", **settings, detector="rms", window=0.05), audio)
    assert db(np.std(out[-RATE:]) / np.std(audio[-RATE:])) == pytest.approx(-5.0, abs=0.02)


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs ffmpeg (Debian package ffmpeg)")
@pytest.mark.parametrize(("level_db", "ratio"), [(-26.0, 4.0), (-12.0, 4.0), (-6.0, 2.0)])
def test_static_curve_agrees_with_ffmpegs_acompressor(tmp_path, level_db, ratio):
    import soundfile

    audio = stereo(sine(RATE, 1000.0, 3.0, 10 ** (level_db / 20)))
    soundfile.write(tmp_path / "in.wav", audio, RATE, subtype="DOUBLE")
    threshold = 10 ** (-20 / 20)
    chain = f"acompressor=threshold={threshold}:ratio={ratio}:attack=5:release=1000:knee=1:detection=peak"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-i", "in.wav", "-af", chain, "-c:a", "pcm_f64le", "out.wav"],
        cwd=tmp_path,
        check=True,
    )
    theirs = soundfile.read(tmp_path / "out.wav", always_2d=True)[0]
    ours = run(step("compressor", threshold=-20.0, ratio=ratio, attack=0.005, release=1.0, knee=0.0), audio)
    last = slice(2 * RATE, 3 * RATE)
    assert db(np.std(ours[last]) / np.std(theirs[last])) == pytest.approx(0.0, abs=0.3)


# --- expander


@pytest.mark.parametrize("knee", [0.0, 8.0])
@pytest.mark.parametrize("ratio", [1.5, 3.0])
def test_expanders_static_curve(ratio, knee):
    settings = {"threshold": -40.0, "ratio": ratio, "range": 60.0, "knee": knee, "release": 0.05}

    def steady(level_db):
        return gain_db("expander", constant(level_db, 3.0), **settings)[-1]

    slope = ratio - 1
    assert steady(-40.0 + knee / 2 + 0.5) == 0.0
    assert steady(-40.0) == pytest.approx(-slope * knee / 8, abs=1e-6)
    assert steady(-50.0) == pytest.approx(-slope * 10.0, abs=1e-6)
    assert steady(-110.0) == pytest.approx(max(-60.0, -slope * 70.0), abs=1e-6)


def test_a_gate_opens_holds_and_closes_in_its_times():
    audio = constant(-80.0, 3.0)
    audio[RATE : 2 * RATE] = 0.5
    settings = {"threshold": -40.0, "ratio": 100.0, "range": 50.0, "knee": 0.0}
    settings |= {"attack": 0.01, "hold": 0.1, "release": 0.2}
    gains = gain_db("expander", audio, **settings)
    assert gains[RATE - 1] == pytest.approx(-50.0, abs=1e-6)
    assert gains[RATE + 480] == pytest.approx(-50.0 * np.exp(-1), abs=0.1)
    assert gains[2 * RATE - 1] == 0.0
    assert gains[2 * RATE + 4799] == 0.0
    assert gains[2 * RATE + 4800 + 9600] == pytest.approx(-50.0 * (1 - np.exp(-1)), abs=0.1)


def test_looking_ahead_opens_before_the_sound():
    audio = constant(-80.0, 1.0)
    audio[24_000:] = 0.5
    settings = {"threshold": -40.0, "ratio": 100.0, "attack": 0.001, "hold": 0.1}
    late = gain_db("expander", audio, **settings)
    early = gain_db("expander", audio, **settings, look_ahead=0.01)
    assert early[: 48_000 - 480] == pytest.approx(late[480:], abs=1e-9)
    assert early[24_000] > -0.01
    assert late[24_000] < -30.0


def test_an_open_gate_changes_nothing():
    audio = music(RATE, 1.0) * 0.5
    settings = {"threshold": -60.0, "ratio": 4.0, "attack": 0.0, "hold": 1.0, "link": 0.0, "look_ahead": 0.05}
    out = run(step("expander", **settings), audio)
    assert np.array_equal(out[100:], audio[100:])


@pytest.mark.parametrize("kind", ["compressor", "expander"])
def test_silence_and_wild_levels_stay_finite(kind):
    wild = np.concatenate(
        [np.zeros((1000, 2)), np.full((1000, 2), 1e-300), np.full((1000, 2), 1e9), np.zeros((1000, 2))]
    )
    for detector in ("peak", "rms"):
        out = run(step(kind, threshold=-30.0, ratio=100.0, detector=detector, link=0.3), wild)
        assert np.isfinite(out).all()
        assert (out[:1000] == 0.0).all()
