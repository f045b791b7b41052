"""Third octaves along a stream: the right band at the right level at the right time, however the stream is cut."""

from __future__ import annotations

import numpy as np
import pytest

from release.dsp.meters.running_spectrum import RunningSpectrum
from release.dsp.meters.spectrum import NOMINAL_HZ, SpectrumMeter

RATE = 44_100


def sine(hz: float, seconds: float, amplitude: float = 1.0) -> np.ndarray:
    t = np.arange(round(seconds * RATE)) / RATE
    return (amplitude * np.sin(2 * np.pi * hz * t))[:, None] * np.ones((1, 2))


def levels(audio: np.ndarray, cuts: list[int] | None = None) -> np.ndarray:
    meter = RunningSpectrum(RATE, 2, 5)
    for block in np.split(audio, cuts or []):
        meter.process(block)
    return meter.finish()


@pytest.mark.parametrize(("hz", "band"), [(100.0, 100.0), (1000.0, 1000.0), (10_000.0, 10_000.0)])
def test_a_full_scale_sine_is_nought_decibels_in_its_band(hz, band):
    found = levels(sine(hz, 2.0))

    assert found.shape == (10, 31)
    assert np.argmax(found[5]) == NOMINAL_HZ.index(band)
    assert found[5].max() == pytest.approx(0.0, abs=0.1)


def test_a_change_is_seen_when_it_is_heard():
    found = levels(np.concatenate([sine(200.0, 2.0), sine(3150.0, 2.0, 0.1)]))

    loudest = [NOMINAL_HZ[i] for i in found.argmax(axis=1)]
    assert loudest[:10] == [200.0] * 10
    assert loudest[11:] == [3150.0] * 9  # the frame of the step between them holds both
    assert found[15].max() == pytest.approx(-20.0, abs=0.1)


def test_any_split_gives_the_same():
    audio = np.random.default_rng(3).normal(0, 0.1, (RATE * 5 + 321, 2))

    whole = levels(audio)
    assert len(whole) == 26
    assert np.array_equal(whole, levels(audio, [7, 5000, 5001, 90_000, 180_001]))


def test_the_mean_of_noise_is_what_the_long_spectrum_reads():
    audio = np.random.default_rng(4).normal(0, 0.1, (RATE * 20, 2))
    meter = SpectrumMeter(RATE, 2)
    meter.process(audio)

    mean = 10 * np.log10((10 ** (levels(audio)[1:-1] / 10)).mean(axis=0))
    assert mean[8:] == pytest.approx(np.array(meter.finish().levels_db)[8:], abs=0.5)


def test_silence_is_nothing_and_nothing_is_empty():
    assert levels(np.zeros((RATE, 2))).max() == -200.0
    assert RunningSpectrum(RATE, 2, 5).finish().shape == (0, 31)
