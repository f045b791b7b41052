"""The null test: gain, dither, edits and shifts told apart on noise whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from release.dsp.null_test import null_test

RATE = 44_100


def music(seconds: float = 6.0, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal((round(seconds * RATE), 2)) * 0.1
    return noise * (0.3 + 0.7 * np.sin(np.linspace(0, 9, len(noise)))[:, None] ** 2)


def words(audio: np.ndarray, bits: int, seed: int | None = None) -> np.ndarray:
    """Audio in words, with TPDF dither of a seed, or rounded."""
    step = 2.0 ** (1 - bits)
    dither = 0.0
    if seed is not None:
        rng = np.random.default_rng(seed)
        dither = (rng.random(audio.shape) - rng.random(audio.shape)) * step
    return np.round((audio + dither) / step) * step


def null(old: np.ndarray, new: np.ndarray, bits: int = 16):
    return null_test(
        lambda s, n: old[s : s + n], len(old), lambda s, n: new[s : s + n], len(new), rate_hz=RATE, bit_depth=bits
    )


def test_the_same_is_exact() -> None:
    audio = music()

    found = null(audio, audio.copy())

    assert found.is_exact
    assert (found.gain_db, found.regions_s, found.residual_peak) == (0.0, (), 0.0)


def test_silence_is_the_same_as_silence() -> None:
    assert null(np.zeros((RATE, 2)), np.zeros((RATE, 2))).is_exact


@pytest.mark.parametrize("gain_db", [-6.0, -0.5, 0.02, 1.0, 5.99])
@pytest.mark.parametrize("bits", [16, 24])
def test_a_gain_is_found_through_two_dithers(gain_db, bits) -> None:
    audio = music()
    old = words(audio, bits, seed=5)
    new = words(audio * 10 ** (gain_db / 20), bits, seed=6)

    found = null(old, new, bits)

    assert not found.is_exact
    assert found.gain_db == pytest.approx(gain_db, abs=0.005)
    assert found.regions_s == ()
    assert found.share_alike == 1.0


def test_another_dither_is_no_change() -> None:
    audio = music()

    found = null(words(audio, 16, seed=5), words(audio, 16, seed=6))

    assert (found.gain_db, found.regions_s, found.is_exact) == (0.0, (), False)
    assert 0.0 < found.residual_peak <= 24 * 2.0**-15


@pytest.mark.parametrize("gain_db", [0.0, -3.0])
@pytest.mark.parametrize("depth", [0.002, 0.2])
def test_a_click_is_found_where_it_is(gain_db, depth) -> None:
    audio = music()
    new = audio * 10 ** (gain_db / 20)
    new[2 * RATE + 100, 0] += depth

    found = null(words(audio, 16, seed=1), words(new, 16, seed=2))

    assert found.regions_s == ((2.0, 2.1),)
    assert found.gain_db == pytest.approx(gain_db, abs=0.005)


def test_a_mended_passage_does_not_spoil_the_gain_of_the_rest() -> None:
    audio = music()
    new = audio * 10 ** (-1 / 20)
    new[RATE : 3 * RATE] = music(seed=9)[RATE : 3 * RATE]

    found = null(audio, new, 24)

    assert found.regions_s == ((1.0, 3.0),)
    assert found.gain_db == pytest.approx(-1.0, abs=0.005)


def test_another_balance_is_no_gain() -> None:
    audio = music()

    found = null(audio, audio * [1.0, 0.9], 24)

    assert found.share_alike < 0.5
    assert found.regions_s == ((0.0, 6.0),)


def test_another_polarity_is_a_change() -> None:
    audio = music()

    assert null(audio, -audio, 24).regions_s == ((0.0, 6.0),)


@pytest.mark.parametrize("shift", [137, -4410, 3 * RATE])
def test_the_same_audio_elsewhere_is_found(shift) -> None:
    audio = music(12.0)
    new = np.concatenate([np.zeros((shift, 2)), audio]) if shift > 0 else audio[-shift:]

    found = null(audio, new, 24)

    assert found.shift_samples == shift
    assert found.share_alike == 1.0
    assert found.regions_s == (((0.0, round(shift / RATE, 3)),) if shift > 0 else ())


@pytest.mark.parametrize("more", [RATE, -RATE])
def test_a_longer_or_shorter_end_is_told(more) -> None:
    audio = music()
    new = np.concatenate([audio, np.zeros((more, 2))]) if more > 0 else audio[:more]

    found = null(audio, new, 24)

    assert not found.is_exact
    assert found.regions_s == (((6.0, 7.0),) if more > 0 else ((5.0, 6.0),))


def test_other_music_is_all_changed() -> None:
    found = null(music(seed=1), music(seed=2), 24)

    assert found.regions_s == ((0.0, 6.0),)
    assert found.shift_samples == 0


def test_the_last_short_block_counts() -> None:
    audio = music(1.0)[: RATE - 17]
    new = audio.copy()
    new[-1, 1] += 0.1

    assert null(audio, new, 24).regions_s == ((0.9, 1.0),)
