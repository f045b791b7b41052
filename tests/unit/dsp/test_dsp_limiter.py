"""The limiter: the ceiling holds, everything else stays as it was."""

from __future__ import annotations

import numpy as np
import pytest
from dsp_signals import db, faded, music, noise, run, stereo, true_peak_db
from hypothesis import given, settings
from hypothesis import strategies as st

from release.dsp.kernels import limiter as kernel
from release.dsp.limiter import CREEP_A_SECOND, Limiter, limit, share_a_second
from release.dsp.meter import measure

RATE = 44_100
CEILING = -1.0


def square_bursts():
    t = np.arange(RATE)
    line = np.sign(np.sin(2 * np.pi * 997 / RATE * (t + 0.5)))
    line[(t // 3000) % 2 == 0] = 0.0
    return stereo(line)


def pulses():
    line = np.zeros(RATE)
    line[[1000, 5000, 5003, 20_000]] = [1.0, -1.0, 1.0, 1.5]
    line[30_000:30_006] = [1.0, 1.0, -1.0, 1.0, -1.0, -1.0]
    return stereo(line)


HARD = {
    "dense music, 6 dB over": music(RATE, 3.0) * 1.6,
    "dense music, 12 dB over": music(RATE, 2.0) * 3.2,
    "isolated pulses": pulses(),
    "square bursts": square_bursts(),
    "tone at 0.45": stereo(faded(1.3 * np.sin(2 * np.pi * 0.45 * np.arange(RATE) + 0.2), 2000)),
    "tone at 0.49": stereo(faded(1.3 * np.sin(2 * np.pi * 0.49 * np.arange(RATE) + 0.2), 2000)),
    "fs/4 at 45 degrees": stereo(faded(1.4 * np.sin(2 * np.pi * 0.25 * np.arange(RATE) + np.pi / 4), 2000)),
    "noise at full scale": np.random.default_rng(1).uniform(-1, 1, (RATE, 2)),
    "starts and ends loud": np.full((3000, 2), 2.0),
}


@pytest.mark.parametrize("name", HARD)
def test_ceiling_holds(name):
    audio = HARD[name]
    out = limit(audio, RATE, CEILING)
    assert out.shape == audio.shape
    assert np.abs(out).max() <= 10 ** (CEILING / 20)
    assert measure(out, RATE).true_peak_dbtp <= CEILING + 0.01
    assert true_peak_db(out) <= CEILING + 0.1


@pytest.mark.parametrize("rate_hz", [8000, 48_000, 96_000, 192_000])
@pytest.mark.parametrize(("release_s", "look_ahead_s"), [(0.1, 0.002), (0.02, 0.0005), (1.0, 0.01)])
def test_ceiling_holds_at_other_rates_and_settings(rate_hz, release_s, look_ahead_s):
    audio = music(rate_hz, 0.8) * 2.0
    limiter = Limiter(rate_hz, 2, -0.3, release_s, look_ahead_s)
    out = run(limiter, audio)
    assert np.abs(out).max() <= 10 ** (-0.3 / 20)
    assert measure(out, rate_hz).true_peak_dbtp <= -0.3 + 0.01


def test_what_stays_below_passes_bit_for_bit():
    audio = music(RATE, 2.0)
    audio *= 10 ** ((CEILING - 0.02 - measure(audio, RATE).true_peak_dbtp) / 20)
    limiter = Limiter(RATE, 2, CEILING)
    assert np.array_equal(run(limiter, audio), audio)
    assert limiter.max_reduction_db == 0.0
    assert limiter.reduction_curve() == [0.0, 0.0]


@pytest.mark.parametrize("over_db", [0.5, 6.0, 18.0])
def test_transparent_two_seconds_after_the_last_over(over_db):
    audio = music(RATE, 4.0)
    audio *= 0.8 / np.abs(audio).max()
    burst = audio[RATE // 2 : RATE // 2 + 400]
    burst *= 10 ** ((CEILING + over_db) / 20) / np.abs(burst).max()
    out = limit(audio, RATE, CEILING)
    after = RATE // 2 + 400 + 2 * RATE
    assert not np.array_equal(out[: RATE // 2 + 400], audio[: RATE // 2 + 400])
    assert np.array_equal(out[after:], audio[after:])


@pytest.mark.parametrize(("release_s", "look_ahead_s"), [(0.5, 0.02), (1.0, 0.002), (3.0, 0.002), (10.0, 0.02)])
@pytest.mark.parametrize("over_db", [6.0, 60.0])
def test_transparent_two_seconds_after_the_last_over_whatever_the_release(release_s, look_ahead_s, over_db):
    rate_hz = 8000
    audio = music(rate_hz, 4.0)
    audio *= 0.8 / np.abs(audio).max()
    stop = rate_hz // 2 + 400
    audio[stop - 400 : stop] *= 10 ** ((CEILING + over_db) / 20) / np.abs(audio[stop - 400 : stop]).max()
    out = run(Limiter(rate_hz, 2, CEILING, release_s, look_ahead_s), audio)
    assert np.array_equal(out[stop + 2 * rate_hz :], audio[stop + 2 * rate_hz :])
    still = slice(stop + rate_hz, stop + rate_hz + 100)  # it is a slow return all the same
    assert not np.array_equal(out[still], audio[still])


def test_releases_up_to_half_a_second_are_left_as_they_are():
    """What ends long releases in time changes nothing for others, even after a reduction of everything."""
    assert max(share_a_second(release_s) for release_s in (0.001, 0.03, 0.1, 0.5)) < CREEP_A_SECOND
    assert share_a_second(0.6) > CREEP_A_SECOND


@pytest.mark.parametrize("over_db", [0.5, 3.0, 12.0])
def test_a_longer_release_is_never_quicker(over_db):
    rate_hz, returns = 8000, []
    for release_s in (0.03, 0.1, 0.5, 1.0, 3.0, 10.0):
        audio = np.full((3 * rate_hz, 2), 0.5)
        audio[1000:1200] = 10 ** ((CEILING + over_db) / 20)
        out = run(Limiter(rate_hz, 2, CEILING, release_s), audio)
        returns.append(int(np.flatnonzero((out != audio).any(axis=1))[-1]))
    assert returns == sorted(returns)


def test_a_step_passes_its_ceiling_by_no_more_than_the_manual_says():
    random = np.random.default_rng(3)
    loud = random.uniform(-1, 1, (3 * RATE, 2)) * 10 ** (6 / 20)
    assert measure(limit(loud, RATE, CEILING), RATE).true_peak_dbtp <= CEILING + 0.02
    dense = music(RATE, 3.0) * 2.0
    assert measure(limit(dense, RATE, CEILING), RATE).true_peak_dbtp <= CEILING + 0.005


def test_aligned_and_only_ever_softer():
    audio = music(RATE, 1.5) * 2.0
    out = limit(audio, RATE, CEILING)
    sounding = np.abs(audio) > 1e-3
    gains = out[sounding] / audio[sounding]
    assert gains.max() <= 1.0
    assert gains.min() > 0.0


def test_gain_moves_smoothly():
    """No step in gain is greater than what the look-ahead allows: no click."""
    audio = np.full((RATE, 2), 0.5)
    audio[20_000] = 2.0
    limiter = Limiter(RATE, 2, CEILING, look_ahead_s=0.002)
    gains = run(limiter, audio)[:, 0] / audio[:, 0]
    window = round(0.002 * RATE)
    assert np.abs(np.diff(gains)).max() < 4.0 * (1 - gains.min()) / window
    assert (gains[: 20_000 - 2 * window] == 1.0).all()


def test_reports_how_much_and_where():
    audio = np.full((3 * RATE, 2), 0.1)
    place = RATE + 1234
    audio[place : place + 50] = 1.6
    limiter = Limiter(RATE, 2, CEILING)
    out = run(limiter, audio)
    least = np.abs(out[place : place + 50]).max() / 1.6
    assert limiter.max_reduction_db == pytest.approx(-db(least), abs=0.6)
    assert abs(limiter.max_reduction_at_sample - place) <= 100
    curve = limiter.reduction_curve()
    assert curve[0] == 0.0
    assert curve[1] == pytest.approx(limiter.max_reduction_db, abs=0.5)
    assert curve[2] == 0.0
    assert len(curve) == 3


def test_link():
    audio = noise(1, RATE, scale=0.05)
    audio[10_000:10_100, 0] = 1.8
    linked, parted, half = (run(Limiter(RATE, 2, CEILING, link=link), audio) for link in (1.0, 0.0, 0.5))
    right = slice(10_000, 10_100)
    assert np.array_equal(parted[:, 1], audio[:, 1])
    gain = np.median(linked[right, 1] / audio[right, 1])
    assert gain == pytest.approx(np.median(linked[right, 0] / audio[right, 0]), rel=1e-6)
    assert db(np.median(half[right, 1] / audio[right, 1])) == pytest.approx(db(gain) / 2, abs=0.1)
    for out in (linked, parted, half):
        assert np.abs(out).max() <= 10 ** (CEILING / 20)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 40_000), max_size=8), st.sampled_from([0.0, 0.3, 1.0]), st.integers(0, 3))
def test_any_block_split_gives_the_same_samples(cuts, link, seed):
    audio = noise(seed, 40_000, scale=0.2)
    audio[15_000:16_000] *= 6.0
    whole = Limiter(RATE, 2, CEILING, link=link)
    pieces = Limiter(RATE, 2, CEILING, link=link)
    assert np.array_equal(run(pieces, audio, cuts), run(whole, audio))
    assert pieces.reduction_curve() == whole.reduction_curve()
    assert pieces.max_reduction_at_sample == whole.max_reduction_at_sample


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 7), st.integers(0, 9), st.integers(0, 12))
def test_kernel_equals_its_plain_twin(seed, length_a, length_b, hold):
    """Sliding minimum, release and running means, each written out in full."""
    length_a, length_b = length_a + 1, length_b + 1
    window = length_a + length_b - 1 + hold
    random = np.random.default_rng(seed)
    peaks = (random.uniform(0, 1, 300) * (random.uniform(0, 1, 300) < 0.1) * 3.0).astype(np.float32)
    ceiling, rise, creep, share = 0.9, 0.01, 1e-4, 3e-3
    one = kernel.ONE
    wanted = np.where(peaks > ceiling, ceiling / np.maximum(peaks.astype(float), ceiling), 1.0)
    past = np.concatenate([np.ones(window - 1), wanted])
    held = np.array([past[i : i + window].min() for i in range(300)])
    gain, depth, smooth = 1.0, 0.0, []
    for value in held:
        gain = min(1.0, gain + (1.0 - gain) * rise + max(creep, depth * share))
        if value < gain:
            gain, depth = value, 1.0 - value
        smooth.append(int(gain * one))
    first = np.convolve(
        np.concatenate([np.full(length_a - 1, one), smooth]), np.ones(length_a, dtype=np.int64), "valid"
    )
    second = np.convolve(
        np.concatenate([np.full(length_b - 1, one * length_a), first]), np.ones(length_b, dtype=np.int64), "valid"
    )
    queue, queue_at = np.ones(window), np.zeros(window, dtype=np.int64)
    box_a, box_b = np.full(length_a, one), np.full(length_b, one * length_a)
    counts = np.array([0, 0, 0, 0, 0, one * length_a, one * length_a * length_b])
    last, gains = np.array([1.0, 0.0]), np.empty(300)
    for a, b in ((0, 100), (100, 101), (101, 300)):
        kernel.smooth_gains(
            peaks[a:b], ceiling, rise, creep, share, queue, queue_at, box_a, box_b, counts, last, gains[a:b]
        )
    assert gains == pytest.approx(second / (one * length_a * length_b), abs=1e-15)
    delay = length_a + length_b - 2
    assert (gains[delay:] <= wanted[: 300 - delay] + 1e-15).all()


@pytest.mark.parametrize(
    "settings_given", [{"release_s": 0.0}, {"look_ahead_s": 1.0}, {"link": 1.5}, {"link": float("nan")}]
)
def test_settings_out_of_range_are_refused(settings_given):
    with pytest.raises(ValueError, match="is not within"):
        Limiter(RATE, 2, CEILING, **settings_given)


def test_low_tone_is_held_without_distortion():
    """The gain must not follow the waves of a 50 Hz tone: harmonics stay low with 3 dB of steady reduction."""
    tone = stereo(np.sin(2 * np.pi * 50 / RATE * np.arange(RATE * 2)) * 10 ** ((CEILING + 3) / 20))
    out = limit(tone, RATE, CEILING)[RATE // 2 : RATE // 2 + RATE, 0]
    spectrum = np.abs(np.fft.rfft(out))
    harmonics = np.sqrt(sum(spectrum[50 * k] ** 2 for k in range(2, 40)))
    assert db(harmonics / spectrum[50]) < -80.0
