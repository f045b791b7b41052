"""True peak against exact Fourier interpolation."""

from __future__ import annotations

import numpy as np
import pytest
from dsp_signals import faded, music, noise, stereo, true_peak_db
from hypothesis import given, settings
from hypothesis import strategies as st

from release.dsp.kernels import truepeak as kernel
from release.dsp.meter import measure
from release.dsp.truepeak import interpolator


def reading(audio, rate_hz=48000):
    result = measure(audio, rate_hz)
    assert result.true_peak_dbtp >= result.sample_peak_dbfs
    return result.true_peak_dbtp


@pytest.mark.parametrize("frequency", [0.05, 0.1, 0.2, 0.25, 0.3, 0.4, 0.45, 0.47, 0.49])
@pytest.mark.parametrize("eighth", range(8))
def test_steady_tones_at_eight_phases(frequency, eighth):
    line = faded(0.5 * np.sin(2 * np.pi * frequency * np.arange(20_000) + np.pi * eighth / 8), 4800)
    assert reading(stereo(line)) == pytest.approx(20 * np.log10(0.5), abs=0.2 if frequency > 0.41 else 0.1)


@pytest.mark.parametrize(
    ("name", "audio", "above"),
    [
        ("music", music(44100, 2.0), 0.05),
        ("noise up to half the rate", noise(1, 40_000), 0.1),
        ("uniform noise at full scale", np.random.default_rng(2).uniform(-1, 1, (40_000, 2)), 0.1),
        ("square burst", stereo(np.pad(np.sign(np.sin(2 * np.pi * 997 / 44100 * (np.arange(9000) + 0.5))), 3000)), 0.1),
        ("pulses", stereo(np.pad(np.tile([1.0, 1.0, -1.0, 1.0, 0.0, 0.0, 0.0], 60), 4000)), 0.1),
        ("one sample", stereo(np.pad([1.0], 500)), 0.01),
        ("abrupt ends", stereo(np.ones(3000)), 0.1),
    ],
)
def test_reads_like_a_32_fold_reference(name, audio, above):
    assert reading(audio) == pytest.approx(true_peak_db(audio), abs=above), name


def test_peak_between_the_last_samples_and_at_the_first_counts():
    ringing = np.zeros((5000, 2))
    ringing[-4:, 0] = [0.5, -0.5, 0.9, 0.9]
    result = measure(ringing, 44100)
    assert result.true_peak_dbtp == pytest.approx(true_peak_db(ringing), abs=0.1)
    assert 4996 <= result.true_peak_at_sample <= 4999
    turned = measure(ringing[::-1].copy(), 44100)
    assert turned.true_peak_dbtp == pytest.approx(result.true_peak_dbtp, abs=0.01)
    assert 0 <= turned.true_peak_at_sample <= 3


def test_place_of_the_peak():
    audio = noise(4, 120_000, scale=0.01)
    audio[70_000:70_002] += 0.6
    result = measure(audio, 48000)
    assert result.true_peak_at_sample in {70_000, 70_001}


def test_short_interpolator_is_flat_and_unity_at_dc():
    taps, norm = interpolator()
    assert taps.sum(axis=1) == pytest.approx(np.ones(3), abs=1e-6)
    assert taps[0] == pytest.approx(taps[2][::-1], abs=1e-7)
    assert norm >= np.abs(taps).sum(axis=1).max()
    for frequency in (0.1, 0.2, 0.3, 0.4, 0.45, 0.46):
        for phase in range(3):
            place = np.arange(taps.shape[1]) - (taps.shape[1] // 2 - 1) - (phase + 1) / 4
            gain = np.abs((taps[phase] * np.exp(2j * np.pi * frequency * place)).sum())
            assert 20 * np.log10(gain) == pytest.approx(0.0, abs=0.12)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 400), st.integers(0, 2**32))
def test_kernel_equals_its_plain_twin(n, seed):
    """Every interpolated value by a plain sum, every parabola by its formula."""
    taps, norm = interpolator()
    length = taps.shape[1]
    line = np.zeros(length + n + length + 2 * kernel.WIDTH, dtype=np.float32)
    line[: n + length] = np.random.default_rng(seed).uniform(-1, 1, n + length)
    first = length // 2
    values = []
    for at in range(first - 1, first + n + 1):
        window = line[at - (length // 2 - 1) : at + length // 2 + 1]
        values += [line[at], *(taps @ window)]
    heights = np.abs(values)
    for k in range(1, len(values) - 1):
        low, top, high = np.array(values[k - 1 : k + 2]) * np.sign(values[k])
        if top >= low and top >= high and 2 * top - low - high > 0:
            heights[k] = top + (high - low) ** 2 / (8 * (2 * top - low - high))
    expected = np.array([heights[4 * (i + 1) - 2 : 4 * (i + 1) + 3].max() for i in range(n)])

    rows, out = np.zeros((3, kernel.WIDTH), dtype=np.float32), np.zeros(kernel.RUN, dtype=np.float32)
    top = np.zeros(n // kernel.STRIDE + 20, dtype=np.float32)
    flags = np.zeros(2, dtype=np.bool_)
    peaks = np.zeros(n, dtype=np.float32)
    kernel.raise_peaks(line, first, n, taps, norm, top, 0.0, rows, out, flags, peaks)
    assert peaks == pytest.approx(expected, abs=2e-6)
    best, index = kernel.scan_peak(line, first, n, taps, norm, top, 0.0, rows, out, flags)
    assert best == pytest.approx(expected.max(), abs=2e-6)
    assert expected[index] == pytest.approx(expected.max(), abs=2e-6)
