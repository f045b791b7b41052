"""The meters beyond loudness, against plain numpy written from their definitions, and against ffmpeg and scipy."""

from __future__ import annotations

import math
import re
import shutil
import subprocess

import numpy as np
import pytest
import soundfile
from dsp_signals import music, noise, sine, stereo, true_peak_db

from release.dsp.blocks import FixedBlocks
from release.dsp.meter import Meter, measure
from release.dsp.meters.correlation import CorrelationMeter
from release.dsp.meters.dynamic_range import DynamicRangeMeter
from release.dsp.meters.short_peaks import ShortPeaks, peak_to_short_term
from release.dsp.meters.spectrum import NOMINAL_HZ, OCTAVE_HZ, SpectrumMeter

RATE = 44_100


def fed(meter, audio, size=16_384):
    blocks = FixedBlocks(size, audio.shape[1])
    for block in blocks.take(audio):
        meter.process(block)
    meter.process(blocks.rest())
    return meter


def dr_by_the_rules(audio, rate_hz):
    """TT Dynamic Range from its rules, block by block in plain Python."""
    size = 3 * (rate_hz + 60) if rate_hz == 44_100 else 3 * rate_hz
    count = len(audio) // size + 1
    if count < 3:
        return None
    values = []
    for channel in audio.T:
        levels, peaks = [], []
        for n in range(count):
            block = channel[n * size : (n + 1) * size]
            levels.append(math.sqrt(2.0 * float(np.mean(block**2))) if len(block) else 0.0)
            peaks.append(float(np.abs(block).max()) if len(block) else 0.0)
        loudest = sorted(levels)[-max(int(0.2 * count), 1) :]
        mean = math.sqrt(sum(v * v for v in loudest) / len(loudest))
        values.append(20.0 * math.log10(sorted(peaks)[-2] / mean) if mean > 1e-6 else 0.0)
    return sum(values) / len(values)


@pytest.mark.parametrize(
    ("rate_hz", "seconds"), [(44_100, 7.0), (44_100, 31.3), (48_000, 33.0), (48_000, 9.0), (96_000, 10.5)]
)
def test_dynamic_range_follows_the_rules(rate_hz, seconds):
    audio = music(rate_hz, seconds) * 0.2
    audio *= (1.0 + 0.5 * np.sin(np.arange(len(audio)) / rate_hz))[:, np.newaxis]

    meter = fed(DynamicRangeMeter(rate_hz, 2), audio)

    assert meter.dynamic_range() == pytest.approx(dr_by_the_rules(audio, rate_hz), abs=1e-9)


def test_dynamic_range_has_its_anchors():
    tone = stereo(sine(RATE, 997.0, 30.0, 0.5))
    square = np.sign(tone + 1e-9) * 0.5
    halves = tone.copy()
    halves[:, 1] = 0.0

    assert fed(DynamicRangeMeter(RATE, 2), tone).dynamic_range() == pytest.approx(0.0, abs=0.01)
    assert fed(DynamicRangeMeter(RATE, 2), square).dynamic_range() == pytest.approx(-3.01, abs=0.01)
    assert fed(DynamicRangeMeter(RATE, 2), music(RATE, 12.0)[:, :1].repeat(2, 1)).dynamic_range() == pytest.approx(
        fed(DynamicRangeMeter(RATE, 1), music(RATE, 12.0)[:, :1]).dynamic_range()
    )
    assert fed(DynamicRangeMeter(RATE, 2), np.zeros((RATE * 10, 2))).dynamic_range() is None
    assert fed(DynamicRangeMeter(RATE, 2), music(RATE, 5.9)).dynamic_range() is None
    one = music(RATE, 12.0) * np.array([1.0, 0.0])
    both = music(RATE, 12.0)[:, :1].repeat(2, 1)
    assert fed(DynamicRangeMeter(RATE, 2), one).dynamic_range() == pytest.approx(
        fed(DynamicRangeMeter(RATE, 2), both).dynamic_range() / 2.0
    )


def test_crest_factor_has_its_anchors():
    t = np.arange(RATE * 4) / RATE
    triangle = 2.0 * np.abs(2.0 * ((t * 100.0) % 1.0) - 1.0) - 1.0
    audio = np.stack([np.sin(2 * np.pi * 100.0 * t), triangle, np.sign(np.sin(2 * np.pi * 100.5 * t + 0.1))], axis=1)

    crest = fed(DynamicRangeMeter(RATE, 3), audio).crest_db()

    assert crest == pytest.approx((3.0103, 4.7712, 0.0), abs=0.001)
    assert fed(DynamicRangeMeter(RATE, 2), np.zeros((RATE, 2))).crest_db() == (None, None)


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs ffmpeg (Debian package ffmpeg)")
def test_crest_rms_peak_and_dc_are_those_of_ffmpeg(tmp_path):
    audio = music(RATE, 8.3) * 0.15 + 0.002
    soundfile.write(tmp_path / "a.wav", audio, RATE, subtype="DOUBLE")
    told = subprocess.run(
        ["ffmpeg", "-hide_banner", "-i", tmp_path / "a.wav", "-af", "astats", "-f", "null", "-"],
        capture_output=True,
        text=True,
        check=True,
    ).stderr
    theirs = {
        name: [float(v) for v in re.findall(rf"{name}: (-?[\d.]+)", told)][:2]
        for name in ("DC offset", "RMS level dB", "Crest factor")
    }

    crest = fed(DynamicRangeMeter(RATE, 2), audio).crest_db()
    result = measure(audio, RATE)

    assert [10 ** (v / 20) for v in crest] == pytest.approx(theirs["Crest factor"], rel=2e-4)
    assert [10 * math.log10(v) for v in result.mean_squares] == pytest.approx(theirs["RMS level dB"], abs=1e-4)
    assert result.dc == pytest.approx(theirs["DC offset"], abs=2e-6)


def test_lowest_correlation_is_found_in_its_window():
    left = noise(1, RATE * 10)[:, 0]
    right = left.copy()
    right[4 * RATE : 5 * RATE] *= -1.0
    right[7 * RATE : 8 * RATE] = 1e-6

    result = fed(CorrelationMeter(RATE), np.stack([left, right], axis=1)).finish()

    assert result.lowest == pytest.approx(-1.0, abs=1e-9)
    assert 4.0 <= result.lowest_at_s <= 4.6
    # Windows of 400 ms every 100 ms: 7 lie inside the inverted second, 3 are half way at each end and 2 of them above 0.
    readings = plain_correlations(left, right)
    assert result.share_below_zero == pytest.approx(np.mean(readings < 0.0))
    assert result.lowest == pytest.approx(readings.min())


def plain_correlations(left, right):
    found = []
    for start in range(0, len(left) - 4 * 4410 + 1, 4410):
        a, b = left[start : start + 4 * 4410], right[start : start + 4 * 4410]
        if min(np.mean(a**2), np.mean(b**2)) >= 1e-6:
            found.append(np.sum(a * b) / math.sqrt(np.sum(a * a) * np.sum(b * b)))
    return np.array(found)


def test_correlation_over_time_of_random_channels_is_numpys():
    audio = noise(5, RATE * 3)
    audio[:, 1] = 0.3 * audio[:, 0] + audio[:, 1]

    result = fed(CorrelationMeter(RATE), audio).finish()

    readings = plain_correlations(audio[:, 0], audio[:, 1])
    assert result.lowest == pytest.approx(readings.min(), abs=1e-12)


@pytest.mark.parametrize("rate_hz", [22_050, 44_100, 96_000, 192_000])
def test_peaks_of_every_100_ms_are_those_of_exact_interpolation(rate_hz):
    audio = music(rate_hz, 1.2) * 0.3

    meter = ShortPeaks(rate_hz, 2)
    for start in range(0, len(audio), 7_001):
        meter.process(audio[start : start + 7_001])
    peaks = meter.finish()

    assert len(peaks) == 12
    step = rate_hz // 10
    for n in range(12):
        alone = true_peak_db(audio[n * step : (n + 1) * step], factor=8, pad=64)
        inside = 20 * math.log10(np.abs(audio[n * step : (n + 1) * step]).max())
        assert 20 * math.log10(peaks[n]) >= inside - 1e-9
        # Cutting a piece out adds overshoot at its edges, so that the reference is an upper bound there.
        assert 20 * math.log10(peaks[n]) <= alone + 0.1
    assert 20 * math.log10(peaks.max()) == pytest.approx(measure(audio, rate_hz).true_peak_dbtp, abs=0.02)


def test_psr_of_a_steady_tone_is_that_of_the_definition():
    tone = stereo(sine(48_000, 997.0, 8.0, 0.25))
    meter = Meter(48_000)
    meter.process(tone)

    found = peak_to_short_term(fed(ShortPeaks(48_000, 2), tone).finish(), meter.finish().short_term_powers)

    assert (found.lowest, found.median) == pytest.approx((0.0, 0.0), abs=0.05)


def test_psr_finds_the_dense_passage_and_leaves_the_fade_out():
    rate_hz = RATE
    rng = np.random.default_rng(3)
    audio = np.stack([band_noise(rng, 50.0, 4_000.0, 20) * 0.5 for _ in range(2)], axis=1)
    audio[rate_hz * 8 : rate_hz * 12] = stereo(sine(rate_hz, 997.0, 4.0, 0.2))
    audio[rate_hz * 16 :] *= np.linspace(1.0, 0.0, 4 * rate_hz)[:, np.newaxis] ** 4

    measured = measure(audio, rate_hz)
    found = peak_to_short_term(fed(ShortPeaks(rate_hz, 2), audio).finish(), measured.short_term_powers)

    plain = []
    for k, power in enumerate(measured.short_term_powers):
        stretch = audio[k * rate_hz // 10 : k * rate_hz // 10 + 3 * rate_hz]
        level = -0.691 + 10 * math.log10(power)
        if level > -40.0:
            plain.append((20 * math.log10(np.abs(stretch).max()) - level, k / 10))
    assert found.lowest == pytest.approx(min(plain)[0], abs=0.1)
    assert 8.0 <= found.lowest_at_s <= 9.0
    assert found.median == pytest.approx(float(np.median([p for p, _ in plain])), abs=0.1)


def pink(seconds, seed=9, rate_hz=RATE):
    rng = np.random.default_rng(seed)
    spectrum = np.fft.rfft(rng.standard_normal((round(rate_hz * seconds), 2)), axis=0)
    frequency = np.fft.rfftfreq(round(rate_hz * seconds), 1 / rate_hz)
    spectrum[1:] /= np.sqrt(frequency[1:])[:, np.newaxis]
    spectrum[frequency < 10.0] = 0.0
    line = np.fft.irfft(spectrum, axis=0)
    return line / np.abs(line).max() * 0.5


def test_pink_noise_is_flat_in_third_octaves():
    levels = np.array(fed(SpectrumMeter(RATE, 2), pink(60.0)).finish().levels_db)

    # A quarter of a minute of data below 50 Hz still scatters; above, the bands are those of IEC 61260 within 0.3 dB.
    assert np.abs(levels[4:] - levels[4:].mean()).max() < 0.3
    assert np.abs(levels[:4] - levels.mean()).max() < 0.8


@pytest.mark.parametrize("frequency_hz", [31.5, 250.0, 1000.0, 16_000.0])
def test_a_sine_has_its_level_in_its_band(frequency_hz):
    exact = 1000.0 * 10 ** (round(10 * math.log10(frequency_hz / 1000.0)) / 10)
    result = fed(SpectrumMeter(48_000, 2), stereo(sine(48_000, exact, 6.0, 0.1))).finish()

    place = NOMINAL_HZ.index(frequency_hz)
    # At the low end a band is two or three bins wide, and the window spills a little of a line into the next ones.
    assert result.levels_db[place] == pytest.approx(-20.0, abs=0.05 if frequency_hz > 100.0 else 0.4)
    others = [v for n, v in enumerate(result.levels_db) if abs(n - place) > 3]
    assert max(others) < -50.0


def test_third_octaves_equal_scipys_welch():
    signal = pytest.importorskip("scipy.signal")
    audio = music(RATE, 9.0) * 0.2
    size = 16_384
    frequency, density = signal.welch(audio, RATE, "hann", size, size // 2, detrend=False, scaling="spectrum", axis=0)
    _, cross = signal.csd(audio[:, 1], audio[:, 0], RATE, "hann", size, size // 2, detrend=False, scaling="spectrum")
    # "spectrum" scaling is right for a line; a band holds the sum over noise bandwidth 1.5 bins, a sine being 1/2.
    power = density.mean(axis=1) / 1.5 * 2.0

    result = fed(SpectrumMeter(RATE, 2), audio).finish()

    for place, middle in enumerate(1000.0 * 10.0 ** (np.arange(-17, 14) / 10.0)):
        inside = (frequency > middle * 10**-0.05) & (frequency < middle * 10**0.05)
        if np.count_nonzero(inside) < 40:
            continue
        assert result.levels_db[place] == pytest.approx(10 * math.log10(power[inside].sum()), abs=0.15)
        theirs = math.degrees(np.angle(cross[inside].sum()))
        if result.phases_deg[place] is not None:
            assert abs((result.phases_deg[place] - theirs + 180) % 360 - 180) < 3.0


def test_bands_tell_width_phase_and_loss():
    rng = np.random.default_rng(2)
    low, high = (band_noise(rng, *edges) for edges in ((60.0, 400.0), (2_000.0, 9_000.0)))
    other = band_noise(rng, 2_000.0, 9_000.0)
    quarter = np.imag(analytic(low))
    cases = {
        "mono": (low, low),
        "opposite": (low, -low),
        "quarter": (low, quarter),
        "unrelated above": (low + high, low + other),
        "left only": (low, low * 0.0),
    }
    found = {name: fed(SpectrumMeter(RATE, 2), np.stack(pair, axis=1)).finish() for name, pair in cases.items()}
    at_200, at_4k, octave_4k = NOMINAL_HZ.index(200.0), NOMINAL_HZ.index(4000.0), OCTAVE_HZ.index(4000.0)

    assert found["mono"].width_db == -100.0
    assert found["mono"].fold_down_losses_db[at_200] == pytest.approx(0.0, abs=1e-6)
    assert found["mono"].low_correlation == pytest.approx(1.0)
    assert found["mono"].phase_deg == pytest.approx(0.0, abs=1e-6)
    assert found["opposite"].width_db == 100.0
    assert found["opposite"].fold_down_losses_db[at_200] == -100.0
    assert abs(found["opposite"].phase_deg) == pytest.approx(180.0)
    assert found["opposite"].correlations[at_200] == pytest.approx(-1.0)
    assert found["quarter"].phases_deg[at_200] == pytest.approx(90.0, abs=0.5)
    assert found["quarter"].correlations[at_200] == pytest.approx(0.0, abs=0.01)
    mixed = found["unrelated above"]
    assert mixed.side_to_middle_db[at_200] < -40.0
    assert mixed.octave_widths_db[octave_4k] == pytest.approx(0.0, abs=0.3)
    assert mixed.fold_down_losses_db[at_4k] == pytest.approx(-3.01, abs=0.4)
    assert mixed.phases_deg[at_4k] is None
    assert found["left only"].correlations[at_200] is None
    assert found["left only"].side_to_middle_db[at_200] == pytest.approx(0.0, abs=1e-9)


def analytic(line):
    spectrum = np.fft.fft(line)
    spectrum[len(line) // 2 + 1 :] = 0.0
    spectrum[1 : len(line) // 2] *= 2.0
    return np.fft.ifft(spectrum)


def band_noise(rng, low_hz, high_hz, seconds=12):
    n = RATE * seconds
    spectrum = np.fft.rfft(rng.standard_normal(n))
    frequency = np.fft.rfftfreq(n, 1 / RATE)
    spectrum[(frequency < low_hz) | (frequency > high_hz)] = 0.0
    line = np.fft.irfft(spectrum)
    return 0.1 * line / line.std()


def test_silence_and_shortness_give_no_spectrum_or_a_filled_frame():
    assert fed(SpectrumMeter(RATE, 2), np.zeros((RATE, 2))).finish() is None
    assert fed(SpectrumMeter(RATE, 2), np.zeros((0, 2))).finish() is None
    short = fed(SpectrumMeter(RATE, 1), sine(RATE, 1000.0, 0.2, 0.5)[:, np.newaxis]).finish()
    assert short.levels_db[NOMINAL_HZ.index(1000.0)] == max(short.levels_db)


@pytest.mark.parametrize("size", [977, 16_384, 40_000])
def test_sums_do_not_depend_on_blocks(size):
    audio = music(RATE, 7.0) * 0.2
    whole, cut = fed(SpectrumMeter(RATE, 2), audio, 1 << 20).finish(), fed(SpectrumMeter(RATE, 2), audio, size).finish()
    assert whole.levels_db == cut.levels_db
    assert fed(DynamicRangeMeter(RATE, 2), audio, size).dynamic_range() == pytest.approx(
        fed(DynamicRangeMeter(RATE, 2), audio, 1 << 20).dynamic_range(), abs=1e-9
    )
    assert fed(ShortPeaks(RATE, 2), audio, size).finish() == pytest.approx(
        fed(ShortPeaks(RATE, 2), audio, 1 << 20).finish(), rel=0.005
    )
