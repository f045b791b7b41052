"""Mono loss, balance, bass, ends and joins of delivered tracks, against their definitions."""

import numpy as np
import pytest

from release.dsp.meter import Meter, measure
from release.dsp.meters.delivered import DeliveredFacts, DeliveredMeter, join_step
from release.dsp.meters.polarity import opposite_bass, opposite_stretches

RATE = 44_100
BLOCK = 32_768


def facts(audio, block=BLOCK, rate=RATE):
    meter, delivered = Meter(rate, 2, finds_peaks=False), DeliveredMeter(rate)
    for at in range(0, len(audio), block):
        part = np.ascontiguousarray(audio[at : at + block])
        meter.process(part)
        delivered.process(part)
    meter.finish()
    return delivered.finish(meter.sides)


def noise(seed=1, seconds=20):
    return np.random.default_rng(seed).standard_normal(seconds * RATE) * 0.05


A, B = noise(1), noise(2)


@pytest.mark.parametrize(
    ("right", "loss_lu"),
    [(A, 0.0), (B, -3.01), (-0.5 * A + 0.5 * B, -7.0), (-0.8 * A, -19.0)],
    ids=["same", "unrelated", "against", "inverted"],
)
def test_mono_loss_is_the_difference_of_two_loudness_readings(right, loss_lu):
    """Loudness of mono on both sides less that of stereo, each read by the meter (measurement.md section 7)."""
    audio = np.stack([A, right], axis=1)
    mono = np.repeat(audio.mean(axis=1, keepdims=True), 2, axis=1)
    wanted = measure(mono, RATE).integrated_lufs - measure(audio, RATE).integrated_lufs

    found = facts(audio).stereo
    assert found.mono_loss_lu == pytest.approx(wanted, abs=0.05)
    assert found.mono_loss_lu == pytest.approx(loss_lu, abs=1.0)


def test_the_worst_three_seconds_are_found():
    right = A.copy()
    right[10 * RATE : 14 * RATE] *= -0.9

    found = facts(np.stack([A, right], axis=1)).stereo
    assert 9.9 <= found.worst_at_s <= 11.1
    assert found.worst_mono_loss_lu < -20
    assert found.mono_loss_lu > -2


@pytest.mark.parametrize("db", [-6.0, 0.0, 3.0])
def test_balance(db):
    assert facts(np.stack([A * 10 ** (db / 20), B], axis=1)).stereo.balance_db == pytest.approx(db, abs=0.1)


@pytest.mark.parametrize("louder", [0, 1])
def test_the_time_of_balance_is_where_the_louder_side_leads_most(louder):
    audio = np.stack([A, B], axis=1)
    audio[:, louder] *= 1.5
    audio[10 * RATE : 14 * RATE, 1 - louder] *= 0.2

    assert 9.9 <= facts(audio).stereo.balance_at_s <= 11.1


def test_the_time_of_the_bass_is_where_it_correlates_least():
    bass = 0.1 * np.sin(2 * np.pi * 80 * np.arange(len(A)) / RATE)
    right = bass.copy()
    right[8 * RATE : 13 * RATE] *= -1.0

    found = facts(np.stack([bass, right], axis=1)).stereo
    assert 7.9 <= found.bass_at_s <= 9.1
    assert facts(np.zeros((9 * RATE, 2))).stereo.bass_at_s is None


def test_bass_correlation_looks_at_the_bass_alone():
    t = np.arange(len(A)) / RATE
    bass = 0.1 * np.sin(2 * np.pi * 80 * t)
    wide = np.stack([A, B], axis=1)
    wide -= np.stack([np.convolve(x, np.ones(300) / 300, "same") for x in (A, B)], axis=1)

    assert facts(wide + np.stack([bass, bass], axis=1)).stereo.bass_correlation > 0.95
    assert facts(wide + np.stack([bass, -bass], axis=1)).stereo.bass_correlation < -0.95


def test_silence_has_no_figures():
    found = facts(np.zeros((RATE, 2)))

    assert found.end is None
    assert found.stereo.mono_loss_lu is None
    assert found.stereo.bass_correlation is None


@pytest.mark.parametrize("block", [BLOCK, 5_001])
@pytest.mark.parametrize("gap_s", [0, 1, 7])
def test_the_end_of_the_sound_is_found_before_any_gap(block, gap_s):
    audio = np.concatenate([np.stack([A, B], axis=1), np.zeros((gap_s * RATE, 2))])

    end = facts(audio, block).end
    assert end.sound_end_s == pytest.approx(20.0, abs=0.001)
    assert end.end_dbfs == pytest.approx(20 * np.log10(0.05), abs=1.0)
    assert end.is_cut == (gap_s == 0)


def test_a_fade_ends_low_and_one_that_stops_short_does_not():
    fade = np.linspace(1.0, 0.0, 3 * RATE)[:, None] ** 2
    whole = np.stack([A, B], axis=1)
    whole[-len(fade) :] *= fade
    short = whole[: -RATE // 2]

    assert facts(whole).end.end_dbfs < -65
    assert facts(short).end.end_dbfs > -60
    assert facts(short).end.before_dbfs - facts(short).end.end_dbfs > 6


def test_facts_come_back_from_json():
    found = facts(np.stack([A, B], axis=1))
    again = DeliveredFacts.from_json(found.to_json())

    assert again.stereo == found.stereo
    assert again.end == found.end
    np.testing.assert_allclose(again.tail, found.tail, atol=1e-8)
    assert again.tail_bend == found.tail_bend


def parted(audio, at):
    return facts(audio[:at]), facts(audio[at:])


def test_a_cut_through_running_sound_is_no_step():
    t = np.arange(2 * RATE) / RATE
    tone = np.stack([0.3 * np.sin(2 * np.pi * 200 * t)] * 2, axis=1)

    _, times, of_greatest = join_step(*parted(tone, RATE + 37))
    assert times < 3
    assert of_greatest < 1.3


@pytest.mark.parametrize("size", [0.01, 0.1])
def test_a_step_at_a_cut_is_measured(size):
    t = np.arange(2 * RATE) / RATE
    tone = np.stack([0.3 * np.sin(2 * np.pi * 200 * t)] * 2, axis=1)
    tone[RATE:, 0] += size

    step, times, of_greatest = join_step(*parted(tone, RATE))
    assert step == pytest.approx(size, rel=0.05)
    assert times > 7
    assert of_greatest > 1.3


def test_the_edge_of_a_square_wave_at_a_cut_is_none():
    t = np.arange(2 * RATE) / RATE
    square = np.stack([0.3 * np.sign(np.sin(2 * np.pi * 100 * t + 1e-3))] * 2, axis=1)

    assert join_step(*parted(square, RATE))[2] < 1.1


def sides_of(audio):
    meter = Meter(RATE, 2, finds_peaks=False)
    meter.process(audio)
    meter.finish()
    return meter.sides


def test_an_inverted_stretch_is_found_with_its_place_and_its_opposite_elsewhere():
    right = 0.8 * A + 0.2 * B
    right[5 * RATE : 13 * RATE] *= -1

    (found, *rest) = opposite_stretches(sides_of(np.stack([A, right], axis=1)), RATE)
    assert rest == []
    assert found.start_s == pytest.approx(5.0, abs=1.0)
    assert found.length_s == pytest.approx(8.0, abs=1.0)
    assert found.correlation < -0.9
    assert found.elsewhere > 0.9


def test_wide_or_one_sided_sound_is_not_inverted():
    assert opposite_stretches(sides_of(np.stack([A, B], axis=1)), RATE) == ()
    assert opposite_stretches(sides_of(np.stack([A, -0.1 * A], axis=1)), RATE) == ()
    assert opposite_bass([], 2.0) == ()


def faded(offset=0.0, cut_s=0.0):
    """Noise that fades in over 10 ms and out over two seconds, on an offset; with ``cut_s`` its last second is lacking."""
    n = 6 * RATE
    rise = np.minimum(np.arange(n) / (0.01 * RATE), 1.0) * np.minimum(np.arange(n)[::-1] / (2 * RATE), 1.0) ** 2
    audio = np.stack([A[:n], B[:n]], axis=1) * rise[:, np.newaxis]
    return audio[: n - round(cut_s * RATE)] + offset


def test_an_offset_is_no_sound_at_the_ends():
    plain, shifted = facts(faded()), facts(faded(0.006))

    assert shifted.offset == pytest.approx((0.006, 0.006), abs=2e-4)
    assert shifted.first_level < 1e-3
    assert shifted.end.end_dbfs == pytest.approx(plain.end.end_dbfs, abs=3.0)
    assert not shifted.end.is_cut


def test_a_cut_on_an_offset_is_still_a_cut():
    plain, shifted = facts(faded(0.0, 1.0)), facts(faded(0.006, 1.0))

    assert shifted.end.is_cut
    assert shifted.end.end_dbfs == pytest.approx(plain.end.end_dbfs, abs=3.0)


def test_an_offset_is_not_taken_from_sound_that_starts_at_once():
    audio = faded()[RATE:] + 0.006

    assert facts(audio).first_level == pytest.approx(np.abs(audio[0] - 0.006).max(), abs=0.007)
