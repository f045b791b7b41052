"""EBU Tech 3341: the minimum requirement signals 1 to 6 and 9 to 23, at five sample rates (7 and 8 are programmes)."""

from __future__ import annotations

import numpy as np
import pytest
from ebu_signals import burst_tone, segments, steady_tone, surround_case_6

from release.dsp.loudness import lufs_curve
from release.dsp.meter import Meter, measure

RATES = (44_100, 48_000, 88_200, 96_000, 192_000)
pytestmark = pytest.mark.parametrize("rate_hz", RATES)
EXACT = {"abs": 0.1}


@pytest.mark.parametrize("level", [-23.0, -33.0])
def test_cases_1_and_2(rate_hz, level):
    result = measure(segments(rate_hz, [(level, 20.0)]), rate_hz)
    assert result.integrated_lufs == pytest.approx(level, **EXACT)
    assert result.max_momentary_lufs == pytest.approx(level, **EXACT)
    assert result.max_short_term_lufs == pytest.approx(level, **EXACT)
    assert lufs_curve(result.block_powers) == pytest.approx(np.full(len(result.block_powers), level), **EXACT)
    assert result.curve == pytest.approx(np.full(len(result.curve), level), **EXACT)


@pytest.mark.parametrize(
    "parts",
    [
        [(-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0)],
        [(-72.0, 10.0), (-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0), (-72.0, 10.0)],
        [(-26.0, 20.0), (-20.0, 20.1), (-26.0, 20.0)],
    ],
    ids=["3", "4", "5"],
)
def test_cases_3_to_5(rate_hz, parts):
    assert measure(segments(rate_hz, parts), rate_hz).integrated_lufs == pytest.approx(-23.0, **EXACT)


def test_case_6(rate_hz):
    audio = surround_case_6(rate_hz)
    assert measure(audio, rate_hz).integrated_lufs == pytest.approx(-23.0, **EXACT)
    with_lfe = np.insert(audio, 3, audio[:, 2] * 2.0, axis=1)  # WAVE order; a loud LFE counts for nothing
    assert measure(with_lfe, rate_hz).integrated_lufs == pytest.approx(-23.0, **EXACT)


def test_case_9(rate_hz):
    result = measure(segments(rate_hz, [(-20.0, 1.34), (-30.0, 1.66)] * 5), rate_hz)
    assert result.curve == pytest.approx(np.full(len(result.curve), -23.0), **EXACT)
    assert result.max_short_term_lufs == pytest.approx(-23.0, **EXACT)


def test_case_10(rate_hz):
    for i in range(20):
        audio = segments(rate_hz, [(None, i * 0.15), (-23.0, 3.0), (None, 1.0)])
        assert measure(audio, rate_hz).max_short_term_lufs == pytest.approx(-23.0, **EXACT), i


def running_maxima(rate_hz, parts, segment, reading):
    """The reading after each of 20 segments, from a meter that has heard no more than that."""
    audio = segments(rate_hz, parts)
    for i in range(20):
        meter = Meter(rate_hz)
        start = max(0, round((i - 1) * segment * rate_hz))  # what lies further back is softer
        meter.process(audio[start : round((i + 1) * segment * rate_hz)])
        yield getattr(meter.finish(), reading)


def test_case_11(rate_hz):
    parts = [p for i in range(20) for p in ((None, i * 0.15), (-38.0 + i, 3.0), (None, 3.0 - i * 0.15))]
    maxima = list(running_maxima(rate_hz, parts, 6.0, "max_short_term_lufs"))
    assert maxima == pytest.approx([-38.0 + i for i in range(20)], **EXACT)


def test_case_12(rate_hz):
    result = measure(segments(rate_hz, [(-20.0, 0.18), (-30.0, 0.22)] * 25), rate_hz)
    after_1_s = lufs_curve(result.block_powers)[6:]
    assert after_1_s == pytest.approx(np.full(len(after_1_s), -23.0), **EXACT)
    assert result.max_momentary_lufs == pytest.approx(-23.0, **EXACT)


def test_case_13(rate_hz):
    for i in range(20):
        audio = segments(rate_hz, [(None, i * 0.02), (-23.0, 0.4), (None, 1.0)])
        assert measure(audio, rate_hz).max_momentary_lufs == pytest.approx(-23.0, **EXACT), i


def test_case_14(rate_hz):
    parts = [p for i in range(20) for p in ((None, i * 0.02), (-38.0 + i, 0.4), (None, 0.4 - i * 0.02))]
    maxima = list(running_maxima(rate_hz, parts, 0.8, "max_momentary_lufs"))
    assert maxima == pytest.approx([-38.0 + i for i in range(20)], **EXACT)


@pytest.mark.parametrize(
    ("share", "amplitude", "degrees", "expected"),
    [
        (1 / 4, 0.50, 0.0, -6.0),
        (1 / 4, 0.50, 45.0, -6.0),
        (1 / 6, 0.50, 60.0, -6.0),
        (1 / 8, 0.50, 67.5, -6.0),
        (1 / 4, 1.41, 45.0, 3.0),
    ],
    ids=["15", "16", "17", "18", "19"],
)
def test_cases_15_to_19(rate_hz, share, amplitude, degrees, expected):
    reading = measure(steady_tone(rate_hz, share, amplitude, degrees), rate_hz).true_peak_dbtp
    assert expected - 0.4 <= reading <= expected + 0.2
    assert reading == pytest.approx(20.0 * np.log10(amplitude), abs=0.1)


@pytest.mark.parametrize("first", range(4), ids=["20", "21", "22", "23"])
def test_cases_20_to_23(rate_hz, first):
    audio = burst_tone(rate_hz, first)
    result = measure(audio, rate_hz)
    assert -0.4 <= result.true_peak_dbtp <= 0.2
    # of one waveform sampled at four places, the readings agree, and with interpolation by 32
    assert result.true_peak_dbtp == pytest.approx(measure(burst_tone(rate_hz, 0), rate_hz).true_peak_dbtp, abs=0.1)
    start = round(1.51 * rate_hz) - 8192  # the burst in the middle of the window
    line = audio[start : start + 16384, 0] * np.hanning(16384) ** 0.1
    exact = np.abs(np.fft.irfft(np.fft.rfft(line), 16384 * 32)).max() * 32
    assert result.true_peak_dbtp == pytest.approx(20.0 * np.log10(exact), abs=0.1)
