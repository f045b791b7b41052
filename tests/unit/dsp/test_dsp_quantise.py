"""Word length: exactness, statistics of the dither, the shaped spectrum, silence and clipping."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from dsp_signals import db, noise, sine, stereo
from hypothesis import given, settings
from hypothesis import strategies as st

from release.dsp.quantise import CURVES, Quantiser, channel_key, codes_to_audio


def triangle_by_numpy(seed, channel, n, start=0):
    """The kernel's noise, vectorised: SplitMix64 of key and index, low half less high half."""
    with np.errstate(over="ignore"):
        z = np.uint64(channel_key(seed, channel)) + (
            np.arange(start, start + n, dtype=np.uint64) + np.uint64(1)
        ) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    return ((z & np.uint64(0xFFFFFFFF)).astype(float) - (z >> np.uint64(32)).astype(float)) / 2.0**32


def shaped_by_python(audio, full_scale, seed, taps):
    out = np.zeros(audio.shape, dtype=np.int32)
    for c in range(audio.shape[1]):
        dither = triangle_by_numpy(seed, c, len(audio))
        errors = [0.0] * len(taps)
        for i in range(len(audio)):
            if not audio[i].any():
                code, error = 0.0, 0.0
            else:
                wanted = audio[i, c] * full_scale
                for k, tap in enumerate(taps):
                    wanted -= tap * errors[k]
                code = min(max(np.rint(wanted + dither[i]), -full_scale), full_scale - 1)
                error = min(2.0, max(-2.0, code - wanted))
            errors = [error, *errors[:-1]]
            out[i, c] = code
    return out


@pytest.mark.parametrize("bits", [16, 24])
def test_codes_pass_exactly_without_dither(bits):
    codes = np.random.default_rng(1).integers(-(2 ** (bits - 1)), 2 ** (bits - 1), (20_000, 2)).astype(np.int32)
    codes[:4] = [[-(2 ** (bits - 1)), 2 ** (bits - 1) - 1], [0, 1], [-1, 0], [1, -1]]
    quantiser = Quantiser(bits, "none")
    assert np.array_equal(quantiser.process(codes_to_audio(codes, bits)), codes)
    assert quantiser.clipped == 0


@pytest.mark.parametrize("dither", ["none", "tpdf", "shaped"])
def test_clipped_samples_are_counted_and_stay_in_range(dither):
    audio = np.array([[1.0, -1.0], [1.5, -1.5], [0.0, 0.5], [-1.2, 0.9]])
    quantiser = Quantiser(16, dither, seed=b"x")
    codes = quantiser.process(audio)
    assert codes.max() <= 32767
    assert codes.min() >= -32768
    assert 4 <= quantiser.clipped <= 5  # -1.0 itself may go either way with noise on it
    if dither == "none":
        assert codes.tolist() == [[32767, -32768], [32767, -32768], [0, 16384], [-32768, 29491]]
        assert quantiser.clipped == 4


def test_tpdf_equals_its_numpy_twin():
    audio = noise(2, 5000)
    expected = np.stack(
        [np.rint(audio[:, c] * 32768 + triangle_by_numpy(b"seed", c, len(audio))) for c in range(2)], axis=1
    )
    assert np.array_equal(Quantiser(16, "tpdf", seed=b"seed").process(audio), expected)


@pytest.mark.parametrize("curve", sorted(CURVES))
def test_shaped_equals_its_plain_twin(curve):
    audio = noise(2, 1500)
    audio[400:450] = 0.0
    audio[700:720] *= 20.0
    expected = shaped_by_python(audio, 32768.0, b"seed", CURVES[curve])
    assert np.array_equal(Quantiser(16, "shaped", curve, seed=b"seed").process(audio), expected)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 3000), max_size=6),
    st.sampled_from(["none", "tpdf", "shaped"]),
    st.sampled_from(["keep", "dither"]),
    st.sampled_from([16, 24]),
)
def test_any_block_split_gives_the_same_codes(cuts, dither, silence, bits):
    audio = noise(9, 3000, scale=0.6)
    audio[1000:1300] = 0.0
    whole = Quantiser(bits, dither, silence=silence, seed=b"s").process(audio)
    pieces = Quantiser(bits, dither, silence=silence, seed=b"s")
    edges = [0, *sorted(cuts), len(audio)]
    assert np.array_equal(np.concatenate([pieces.process(audio[a:b]) for a, b in pairwise(edges)]), whole)


@pytest.mark.parametrize("dc", [0.1, 0.25, 0.5, 0.77, 0.0])
def test_tpdf_error_has_no_mean_and_a_quarter_of_an_lsb_squared_at_any_level(dc):
    """Mean and power of the total error don't depend on the signal (Lipshitz, Wannamaker, Vanderkooy)."""
    audio = np.full((400_000, 1), dc / 32768.0)
    codes = Quantiser(16, "tpdf", silence="dither", seed=b"d", channels=1).process(audio)
    error = codes[:, 0] - dc
    assert error.mean() == pytest.approx(0.0, abs=0.004)
    assert (error**2).mean() == pytest.approx(0.25, rel=0.02)


def test_noise_is_triangular_white_and_its_own_in_each_channel_and_seed():
    a, b, c = (triangle_by_numpy(s, ch, 200_000) for s, ch in ((b"a", 0), (b"a", 1), (b"b", 0)))
    histogram, edges = np.histogram(a, 20, (-1, 1))
    middle = (edges[1:] + edges[:-1]) / 2
    assert histogram / len(a) == pytest.approx((1 - np.abs(middle)) * 0.1, abs=0.0025)
    assert a.var() == pytest.approx(1 / 6, rel=0.01)
    assert (a**4).mean() == pytest.approx(1 / 15, rel=0.02)
    for other in (b, c, np.roll(a, 1), np.roll(a, 7)):
        assert abs(np.corrcoef(a, other)[0, 1]) < 0.01
    power = (np.abs(np.fft.rfft(a.reshape(-1, 2000), axis=1)) ** 2).mean(axis=0)
    assert power[1:-1] == pytest.approx(np.full(999, 2000 / 6), rel=0.6)
    assert power[1:-1].reshape(-1, 37).mean(axis=1) == pytest.approx(np.full(27, 2000 / 6), rel=0.1)


def test_a_tone_below_the_last_bit_stays_a_clean_tone():
    n, cycles = 1 << 20, 23_778  # about 1 kHz at 44.1 kHz, whole cycles
    tone = 1e-5 * np.sin(2 * np.pi * cycles / n * np.arange(n))  # -100 dBFS
    codes = Quantiser(16, "tpdf", seed=b"t", channels=1).process(tone[:, np.newaxis])
    spectrum = db(np.abs(np.fft.rfft(codes[:, 0] / 32768.0)) * 2 / n)
    assert spectrum[cycles] == pytest.approx(-100.0, abs=0.2)
    assert max(spectrum[k * cycles] for k in range(2, 20)) < -130.0
    bare = Quantiser(16, "none", channels=1).process(tone[:, np.newaxis])
    assert not bare.any()  # without dither the tone is gone


@pytest.mark.parametrize("curve", [None, *sorted(CURVES)])
def test_no_harmonics_in_an_average_over_blocks(curve):
    """2^20 points, averaged sample by sample over 32 blocks: strong shaping lifts noise itself above -130 dBFS in one."""
    n, cycles = 1 << 20, 23_778
    tone = 1e-5 * np.sin(2 * np.pi * cycles / n * np.arange(n))[:, np.newaxis]
    quantiser = Quantiser(16, "shaped" if curve else "tpdf", curve or "lipshitz", seed=b"h", channels=1)
    mean = sum(quantiser.process(tone)[:, 0] / 32.0 for _ in range(32))
    spectrum = db(np.abs(np.fft.rfft(mean / 32768.0)) * 2 / n)
    assert spectrum[cycles] == pytest.approx(-100.0, abs=0.02)
    assert max(spectrum[k * cycles] for k in range(2, 23)) < -130.0


def transfer(taps, frequency):
    k = np.arange(1, len(taps) + 1)
    return 1.0 - (np.array(taps) * np.exp(-2j * np.pi * np.multiply.outer(frequency, k))).sum(axis=-1)


@pytest.mark.parametrize(
    ("curve", "table"),
    [
        ("modified-e-9", (-7.7, -8.8, -21.4, -3.8, 3.7, 8.7, 13.2)),
        ("lipshitz", (-16.6, -15.9, -21.5, -0.8, -6.5, 11.9, 18.7)),
        ("wannamaker-3", (-12.0, -12.5, -18.7, -2.7, 5.1, 9.2, 11.2)),
        ("wannamaker-9", (-12.0, -13.4, -24.5, -2.3, -5.8, 12.1, 25.5)),
    ],
)
def test_shaping_coefficients_give_the_published_curves(curve, table):
    frequency = np.array([0, 1000, 3500, 8000, 12000, 16000, 20000]) / 44100
    assert db(transfer(CURVES[curve], frequency)) == pytest.approx(table, abs=0.06)
    # Gerzon-Craven: the mean of the curve in dB is 0
    assert db(transfer(CURVES[curve], np.arange(20_000) / 40_000 + 1 / 80_000)).mean() == pytest.approx(0.0, abs=0.01)
    assert np.abs(np.roots([1.0, *(-np.array(CURVES[curve]))])).max() < 1.0


@pytest.mark.parametrize("curve", sorted(CURVES))
def test_error_spectrum_is_the_designed_curve_within_half_a_db(curve):
    size = 256
    audio = stereo(sine(44100, 997.0, 14.0, 0.3))
    error = Quantiser(16, "shaped", curve, seed=b"n").process(audio) - audio * 32768
    frames = error[: len(error) // size * size, 0].reshape(-1, size) * np.hanning(size)
    power = (np.abs(np.fft.rfft(frames, axis=1)) ** 2).mean(axis=0)
    frequency = np.fft.rfftfreq(size)[3:-3]
    measured = 10 * np.log10(power[3:-3] / (0.25 * (np.hanning(size) ** 2).sum()))
    smear = np.array([-1, -0.5, 0, 0.5, 1]) / size
    weight = np.array([0.25, 1, 1.5, 1, 0.25]) ** 2
    designed = 10 * np.log10(
        sum(w * np.abs(transfer(CURVES[curve], frequency + s)) ** 2 for s, w in zip(smear, weight, strict=True))
        / weight.sum()
    )
    assert np.abs(measured - designed).max() < 0.5


def test_digital_black_stays_black_and_restarts_the_loop():
    audio = noise(3, 4000, scale=0.2)
    audio[1000:2000] = 0.0
    for dither in ("tpdf", "shaped"):
        codes = Quantiser(16, dither, seed=b"k").process(audio)
        assert not codes[1000:2000].any()
        assert codes[2000:].any()
    kept = Quantiser(16, "shaped", silence="dither", seed=b"k").process(audio)
    assert kept[1000:2000].any()


def test_one_silent_channel_is_not_digital_black():
    audio = noise(3, 4000, scale=0.2)
    audio[:, 1] = 0.0
    assert Quantiser(16, "tpdf", seed=b"k").process(audio)[:, 1].any()


@pytest.mark.parametrize(
    "words", [{"bit_depth": 20}, {"dither": "rectangular"}, {"curve": "best"}, {"silence": "maybe"}]
)
def test_unknown_words_are_refused(words):
    with pytest.raises(ValueError, match="is not one of"):
        Quantiser(**{"bit_depth": 16, **words})
