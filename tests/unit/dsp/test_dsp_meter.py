"""The meter against numpy, and its promises about blocks, silence and shortness."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest
from dsp_signals import music, noise, sine, stereo
from hypothesis import given, settings
from hypothesis import strategies as st

from release.dsp import loudness
from release.dsp.meter import Meter, MeterResult, measure, pooled_lufs
from release.dsp.meter import loudness_range as range_of


def weighted_by_numpy(audio, rate_hz):
    """K-weighting sample by sample in plain Python: the kernel's twin."""
    b0, b1, b2, a1, a2, h1, h2 = loudness.k_weighting(rate_hz)
    out = np.zeros_like(audio)
    for c in range(audio.shape[1]):
        x1 = x2 = s1 = s2 = y1 = y2 = 0.0
        for i, x in enumerate(audio[:, c]):
            s = b0 * x + b1 * x1 + b2 * x2 - a1 * s1 - a2 * s2
            y = s - 2.0 * s1 + s2 - h1 * y1 - h2 * y2
            x2, x1, s2, s1, y2, y1 = x1, x, s1, s, y1, y
            out[i, c] = y
    return out


@pytest.mark.parametrize(
    ("rate_hz", "expected"),
    [
        (44100, (1.53084123005035, -2.65097999515473, 1.16907907992159, -1.66365511325602, 0.71259542807323)),
        (48000, (1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585)),
        (96000, (1.55971422897580, -2.92674157825108, 1.37826120231582, -1.84460946989011, 0.85584332293064)),
        (192000, (1.57222721509128, -3.04728305156155, 1.47797134097961, -1.92220223060749, 0.92511773511683)),
    ],
)
def test_shelf_coefficients_are_those_of_the_standard(rate_hz, expected):
    assert loudness.k_weighting(rate_hz)[:5] == pytest.approx(expected, abs=2e-14)


def test_high_pass_coefficients_at_48k_are_those_of_the_standard():
    assert loudness.k_weighting(48000)[5:] == pytest.approx((-1.99004745483398, 0.99007225036621), abs=2e-14)


@pytest.mark.parametrize("rate_hz", [8000, 11025, 44100])
def test_block_powers_equal_the_plain_twin(rate_hz):
    audio = noise(3, int(rate_hz * 0.75))
    weighted = weighted_by_numpy(audio, rate_hz)
    result = measure(audio, rate_hz)
    edges = [(k * rate_hz + 50) // 100 for k in range(200)]
    expected = [
        (weighted[edges[10 * j] : edges[10 * j + 40]] ** 2).sum() / (edges[10 * j + 40] - edges[10 * j])
        for j in range(4)
    ]
    assert result.block_powers == pytest.approx(expected, rel=1e-9)
    momentary = [
        (weighted[edges[k] : edges[k + 40]] ** 2).sum() / (edges[k + 40] - edges[k])
        for k in range(len(edges) - 40)
        if edges[k + 40] <= len(audio)
    ]
    assert result.max_momentary_lufs == pytest.approx(loudness.lufs_of_power(max(momentary)), abs=1e-9)


def test_statistics_equal_numpy():
    audio = noise(5, 30_000) + np.array([0.01, -0.02])
    result = measure(audio, 44100)
    assert result.dc == pytest.approx(audio.mean(axis=0), abs=1e-12)
    assert result.mean_squares == pytest.approx((audio**2).mean(axis=0), rel=1e-12)
    left, right = audio.T
    assert result.correlation == pytest.approx((left * right).sum() / np.sqrt((left**2).sum() * (right**2).sum()))
    assert result.mid_mean_square == pytest.approx((((left + right) / 2) ** 2).mean(), rel=1e-12)
    assert result.side_mean_square == pytest.approx((((left - right) / 2) ** 2).mean(), rel=1e-12)
    assert result.sample_peak_dbfs == pytest.approx(20 * np.log10(np.abs(audio).max()), abs=1e-12)
    assert np.abs(audio[result.sample_peak_at_sample]).max() == np.abs(audio).max()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 60_000), max_size=8), st.sampled_from([8000, 11025, 44100, 96000]))
def test_any_block_split_measures_the_same(cuts, rate_hz):
    audio = noise(7, 60_000)
    meter = Meter(rate_hz)
    edges = [0, *sorted(cuts), len(audio)]
    for a, b in itertools.pairwise(edges):
        meter.process(audio[a:b])
    assert meter.finish().to_json() == measure(audio, rate_hz).to_json()


def test_result_survives_json_exactly():
    result = measure(music(44100, 4.0), 44100)
    read = MeterResult.from_json(json.loads(json.dumps(result.to_json())))
    assert read.to_json() == result.to_json()
    assert read.loudness() == result.loudness()
    assert isinstance(read.block_powers, np.ndarray)


@pytest.mark.parametrize("n", [0, 1, 100])
def test_silence_and_nothing_have_no_values(n):
    result = measure(np.zeros((n, 2)), 44100)
    assert result.n_samples == n
    assert all(value is None for value in (result.integrated_lufs, result.range_lu, result.true_peak_dbtp))
    assert result.sample_peak_dbfs is None
    assert result.correlation is None


def test_only_complete_windows_count():
    tone = stereo(sine(48000, 997.0, 4.0, 0.1))
    assert measure(tone[: 48000 * 4 // 10 - 1], 48000).integrated_lufs is None
    assert measure(tone[: 48000 * 4 // 10], 48000).integrated_lufs is not None
    assert measure(tone[: 3 * 48000 - 1], 48000).range_lu is None
    assert measure(tone[: 3 * 48000 - 1], 48000).max_short_term_lufs is None
    assert measure(tone[: 3 * 48000], 48000).range_lu == pytest.approx(0.0, abs=1e-6)
    # a loud tail shorter than a step changes nothing
    louder = np.concatenate([tone[:48000], tone[:4799] * 8.0])
    assert measure(louder, 48000).integrated_lufs == measure(tone[:48000], 48000).integrated_lufs


def test_mono_reads_3_lu_below_the_same_in_both_channels():
    line = sine(48000, 997.0, 2.0, 0.1)
    one, two = measure(line[:, np.newaxis], 48000), measure(stereo(line), 48000)
    assert two.integrated_lufs - one.integrated_lufs == pytest.approx(10 * np.log10(2), abs=1e-9)
    assert one.correlation is None
    assert two.correlation == pytest.approx(1.0)


def test_full_scale_997_hz_in_one_channel_reads_minus_3_01():
    line = sine(48000, 997.0, 5.0)
    audio = np.stack([line, np.zeros_like(line)], axis=1)
    assert measure(audio, 48000).integrated_lufs == pytest.approx(-3.01, abs=0.005)


def test_surround_weights_and_lfe():
    line = sine(48000, 997.0, 2.0, 0.1)
    alone = measure(line[:, np.newaxis], 48000).integrated_lufs
    readings = []
    for channel in range(6):
        audio = np.zeros((len(line), 6))
        audio[:, channel] = line
        result = measure(audio, 48000)
        readings.append(result.integrated_lufs)
        assert result.true_peak_dbtp == pytest.approx(-20.0, abs=0.1)
    assert readings[:3] == pytest.approx([alone] * 3)
    assert readings[3] is None
    assert readings[4:] == pytest.approx([alone + 10 * np.log10(1.41)] * 2)
    with pytest.raises(ValueError, match="7 channels"):
        Meter(48000, 7)


def test_gain_moves_loudness_by_itself_and_pooling_knows_gains():
    quiet, loud = music(44100, 5.0, 1) * 0.1, music(44100, 5.0, 2) * 0.4
    a, b = measure(quiet, 44100), measure(loud, 44100)
    assert measure(quiet * 2.0, 44100).integrated_lufs - a.integrated_lufs == pytest.approx(20 * np.log10(2), abs=1e-9)
    pooled = pooled_lufs([a.block_powers, b.block_powers], [3.0, -1.0])
    scaled = [measure(quiet * 10**0.15, 44100).block_powers, measure(loud * 10**-0.05, 44100).block_powers]
    assert pooled == pytest.approx(pooled_lufs(scaled), abs=1e-9)
    assert pooled_lufs([]) is None
    assert pooled_lufs([np.zeros(5)]) is None
    with pytest.raises(ValueError, match="gains"):
        pooled_lufs([a.block_powers], [1.0, 2.0])


def test_pooled_blocks_are_gated_once():
    loud, quiet = np.full(100, 1e-2), np.full(100, 1e-4)  # 20 LU below: the relative gate takes it away
    assert pooled_lufs([loud, quiet]) == pytest.approx(loudness.lufs_of_power(1e-2))


def test_range_ranks():
    steps = np.concatenate([np.full(50, 1e-3), np.full(50, 1e-2)])
    assert range_of(steps) == pytest.approx(10.0)
    assert range_of(np.zeros(50)) is None


def test_memory_of_filters_dies_quietly():
    """After sound, digital silence must not make the filters crawl through denormal numbers."""
    audio = np.concatenate([noise(1, 44100), np.zeros((44100 * 20, 2))])
    result = measure(audio, 44100)
    assert result.block_powers[-1] == 0.0


@pytest.mark.parametrize("rate_hz", [8000, 11_025, 22_050, 32_000, 176_400, 352_800, 384_000])
def test_reads_right_at_every_rate_that_sources_have(rate_hz):
    result = measure(stereo(sine(rate_hz, 1000.0, 3.2, 10 ** (-23 / 20))), rate_hz)
    assert result.integrated_lufs == pytest.approx(-23.0, abs=0.1)
    assert result.max_short_term_lufs == pytest.approx(-23.0, abs=0.1)
    assert result.true_peak_dbtp == pytest.approx(-23.0, abs=0.1)
