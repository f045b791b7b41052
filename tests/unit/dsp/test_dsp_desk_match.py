"""Tone matching: third octaves against closed forms, gains against their rule, and the filter through them."""

from __future__ import annotations

import numpy as np
import pytest
from dsp_signals import db, noise, run, sine, stereo

from release.dsp.steps.registry import make_step
from release.dsp.tone_match import MIDDLES_HZ, ToneMeter, match_gains

RATE = 48_000


def measured(audio, rate_hz=RATE, cuts=()):
    meter = ToneMeter(rate_hz, audio.shape[1])
    for part in np.split(audio, cuts):
        meter.process(part)
    levels = meter.finish()
    return None if levels is None else np.array(levels)


def pink(seed, rate_hz=RATE, seconds=20.0, level=0.1):
    n = int(rate_hz * seconds)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(n))
    frequency = np.fft.rfftfreq(n, 1 / rate_hz)
    spectrum[1:] /= np.sqrt(frequency[1:])
    spectrum[0] = 0.0
    line = np.fft.irfft(spectrum, n)
    return stereo(line * level / line.std())


@pytest.mark.parametrize("rate_hz", [44_100, 96_000])
def test_a_sine_stands_in_its_band_at_its_level(rate_hz):
    for band in (4, 17, 27):
        levels = measured(stereo(sine(rate_hz, MIDDLES_HZ[band], 5.0, 0.5)), rate_hz)
        assert levels[band] == pytest.approx(db(0.5), abs=0.05)
        assert np.delete(levels, band).max() < -35.0


def test_pink_noise_is_flat_in_third_octaves():
    levels = measured(pink(1, seconds=60.0))
    assert levels[7:] - levels[10:].mean() == pytest.approx(0.0, abs=0.3)


def test_silence_has_no_tone_and_quiet_frames_do_not_count():
    assert measured(np.zeros((RATE, 2))) is None
    assert measured(noise(1, RATE, scale=1e-5)) is None
    loud = pink(2, seconds=4.0)
    padded = np.concatenate([loud, np.zeros((20 * RATE, 2))])
    assert measured(padded)[10:] == pytest.approx(measured(loud)[10:], abs=0.3)


def test_any_block_split_measures_the_same():
    audio = pink(3, seconds=3.0)
    assert np.array_equal(measured(audio), measured(audio, cuts=[1, 777, 50_000, 50_001]))
    assert measured(audio[:500]) is not None


def test_gains_take_their_share_within_their_limit():
    own = np.zeros(31)
    other = np.where(MIDDLES_HZ > 900.0, 8.0, 0.0) + 25.0  # the level as a whole does not matter
    full = np.array(match_gains(own, [other], 1.0, 20.0))
    half = np.array(match_gains(own, [other], 0.5, 20.0))
    assert full[-1] - full[0] == pytest.approx(8.0)
    assert half == pytest.approx(full / 2, abs=1e-3)
    assert np.abs(match_gains(own, [other], 1.0, 1.5)).max() == 1.5
    assert match_gains(own, [own + 3.0], 1.0, 6.0) == [0.0] * 31


def test_several_references_count_by_their_median():
    own = np.zeros(31)
    shapes = [own, np.linspace(-3, 3, 31) + 10, np.linspace(30, -50, 31)]
    middle = np.median([s - s[7:28].mean() for s in shapes], axis=0)
    found = np.array(match_gains(own, shapes, 1.0, 20.0))
    assert found[12:20] == pytest.approx(np.convolve(middle, [0.25, 0.5, 0.25], "same")[12:20], abs=0.01)


def test_bands_that_hold_nothing_take_their_neighbours_gain():
    own = np.where(MIDDLES_HZ > 15_000.0, -150.0, 0.0)  # a lossy mix
    gains = np.array(match_gains(own, [np.linspace(0, 6, 31)], 1.0, 20.0))
    assert gains[-2:] == pytest.approx(gains[-3], abs=0.3)
    assert np.abs(gains).max() < 6.0


@pytest.mark.parametrize("phase", ["linear", "minimum"])
@pytest.mark.parametrize("rate_hz", [44_100, 96_000])
def test_the_filter_goes_through_the_gains(phase, rate_hz):
    gains = np.round(3.0 * np.sin(np.arange(31) / 3.0), 3)
    audio = np.zeros((2 * rate_hz, 2))
    audio[rate_hz] = 1.0
    out = run(make_step("match_eq", {"gains": tuple(gains), "phase": phase}, rate_hz, 2), audio)[:, 0]
    t = (np.arange(len(out)) - rate_hz) / rate_hz
    found = np.array([(out * np.exp(-2j * np.pi * f * t)).sum() for f in MIDDLES_HZ])
    assert db(found) == pytest.approx(gains, abs=0.1)
    if phase == "linear":
        assert np.abs(found.imag).max() < 1e-10


def test_a_matched_sound_has_the_tone_of_its_reference():
    own, reference = pink(4), run(make_step("tilt", {"gain": 6.0}, RATE, 2), pink(5)) * 0.3
    gains = match_gains(measured(own), [measured(reference)], 1.0, 12.0)
    out = measured(run(make_step("match_eq", {"gains": tuple(gains)}, RATE, 2), own))
    difference = out - measured(reference)
    assert np.abs(difference[7:29] - difference[7:29].mean()).max() < 0.5


def test_without_measured_gains_it_does_not_run():
    with pytest.raises(ValueError, match="measured gains"):
        make_step("match_eq", {}, RATE, 2)
    with pytest.raises(ValueError, match="leave one of them out"):
        make_step("match_eq", {"track": "a", "reference": "b.wav"}, RATE, 2)
