"""Every fact of a full pass, on signals whose facts are known beforehand."""

import hashlib
import json
import math

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from odd_files import fmt_chunk, wav

from release.audio.facts_json import facts_from_json, facts_to_json
from release.audio.probe import probe
from release.audio.scan import BLOCK_SAMPLES, scan
from release.errors import SourceError
from release.model.source import ClipRun, Defect, Hum, OppositeStretch, SourceFacts, SourceInfo

RATE = 48_000
N = 3 * BLOCK_SAMPLES + 1234


def sine(n=N, hz=997.0, peak=0.5, rate=RATE, channels=2):
    return np.repeat(peak * np.sin(2 * np.pi * hz * np.arange(n) / rate)[:, np.newaxis], channels, axis=1)


def scanned(tmp_path, signal, subtype="PCM_24", rate=RATE, name="a.wav") -> SourceFacts:
    """Facts of a signal in a file; integers are rounded here, since libsndfile would cut."""
    path = tmp_path / name
    if subtype.startswith("PCM_"):
        bits = int(subtype[4:])
        words = np.clip(np.round(signal * 2.0 ** (bits - 1)), -(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
        signal = (words.astype(np.int64) << (32 - bits)).astype(np.int32)
    soundfile.write(path, signal, rate, subtype)
    return scan(path, probe(path))


def refusal(tmp_path, values, channels=2):
    path = tmp_path / "a.wav"
    path.write_bytes(wav(np.asarray(values, "<f4").tobytes(), fmt_chunk(3, channels, RATE, 32)))
    with pytest.raises(SourceError) as caught:
        scan(path, probe(path), "take.wav")
    return caught.value.problems[0]


def test_levels_of_a_sine(tmp_path):
    """997 Hz at -6.02 dBFS in both channels: loudness is the sine's RMS level of both, -0.691 + 0.691 (K at 997 Hz)."""
    facts = scanned(tmp_path, sine())

    assert facts.sample_peak_dbfs == pytest.approx((-6.02, -6.02), abs=0.01)
    assert facts.true_peak_dbtp == pytest.approx(-6.02, abs=0.05)  # the sudden end adds a little
    assert facts.integrated_lufs == pytest.approx(-6.02, abs=0.05)
    assert facts.noise_floor_dbfs == pytest.approx(-9.03, abs=0.01)
    assert facts.correlation == pytest.approx(1.0)
    assert facts.is_identical
    assert facts.dead_channels == ()
    assert facts.sha256 == hashlib.sha256((tmp_path / "a.wav").read_bytes()).hexdigest()


def test_mono_is_measured_as_it_is_played_on_two_channels(tmp_path):
    mono = scanned(tmp_path, sine(channels=1))
    both = scanned(tmp_path, sine(channels=2))

    assert mono.integrated_lufs == pytest.approx(both.integrated_lufs, abs=1e-9)
    assert (mono.is_identical, mono.correlation) == (False, None)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e9])
@pytest.mark.parametrize("at", [0, BLOCK_SAMPLES - 1, BLOCK_SAMPLES, N - 1])
def test_numbers_that_are_no_samples_are_refused_with_their_place(tmp_path, value, at):
    signal = sine()
    signal[at, 1] = value

    problem = refusal(tmp_path, signal)

    assert problem.code == "not-finite"
    assert f"sample {at} " in problem.problem
    assert "channel 2" in problem.problem
    assert problem.where == "take.wav"


@pytest.mark.parametrize(("subtype", "scale"), [("PCM_16", 1), ("PCM_24", 1), ("FLOAT", 1)])
def test_clip_runs_at_full_scale(tmp_path, subtype, scale):
    signal = sine(peak=0.5)
    top = {"PCM_16": 32767 / 32768, "PCM_24": 1 - 2**-23, "FLOAT": 1.0}[subtype]
    signal[1000:1003, 0] = top
    signal[BLOCK_SAMPLES - 2 : BLOCK_SAMPLES + 5, 0] = top
    signal[5000:5002, 0] = top
    signal[9000:9004, 1] = -1.0

    facts = scanned(tmp_path, signal, subtype)

    assert facts.clip_runs == (
        ClipRun(1000, 0, 3, top),
        ClipRun(9000, 1, 4, -1.0),
        ClipRun(BLOCK_SAMPLES - 2, 0, 7, top),
    )
    assert facts.clip_run_count == 3


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "FLOAT"])
def test_clipping_that_was_turned_down_is_found(tmp_path, subtype):
    clipped = np.clip(sine(peak=1.4), -1.0, 1.0) * 0.7

    facts = scanned(tmp_path, clipped, subtype)

    periods = N * 997 / RATE
    assert facts.clip_run_count == pytest.approx(4 * periods, rel=0.01)
    assert len(facts.clip_runs) == 100
    assert all(abs(abs(run.value) - 0.7) < 1e-4 and run.length >= 3 for run in facts.clip_runs)


@pytest.mark.parametrize("hz", [20.0, 55.0, 441.0])
@pytest.mark.parametrize("peak", [0.9, 0.01])
def test_smooth_peaks_that_round_to_equal_samples_are_no_clipping(tmp_path, hz, peak):
    facts = scanned(tmp_path, sine(hz=hz, peak=peak), "PCM_16")

    assert facts.clip_run_count == 0


def test_a_run_to_the_very_end(tmp_path):
    signal = sine()
    signal[-5:, 1] = 1 - 2**-23

    assert scanned(tmp_path, signal).clip_runs == (ClipRun(N - 5, 1, 5, 1 - 2**-23),)


def test_overs_are_counted_apart_when_10_ms_lie_between(tmp_path):
    """A quarter-rate sine at 45 degrees has samples 3 dB below its true peak."""
    n = np.arange(N)
    burst = 0.8 * np.sin(np.pi / 2 * n + np.pi / 4)[:, np.newaxis] * np.sqrt(2.0)
    gate = np.zeros((N, 1))
    for start in (RATE // 2, RATE // 2 + 600, RATE, BLOCK_SAMPLES - 100, 2 * RATE):
        gate[start : start + 300] = 1.0
    facts = scanned(tmp_path, np.repeat(burst * gate, 2, axis=1))

    assert max(facts.sample_peak_dbfs) < 0.0
    assert facts.true_peak_dbtp > 0.9
    assert facts.overs == 4
    assert facts.clip_run_count == 0


def test_no_overs_at_full_scale_exactly(tmp_path):
    n = 10_000
    fade = np.concatenate([np.linspace(0, 1, n), np.ones(N - 2 * n), np.linspace(1, 0, n)])[:, np.newaxis]
    signal = sine(hz=1000.0, peak=1.0) * fade

    facts = scanned(tmp_path, np.round(signal * 2**23) / 2**23, "FLOAT")

    assert facts.sample_peak_dbfs == pytest.approx((0.0, 0.0), abs=1e-9)
    assert facts.overs == 0


def test_dc_is_that_of_the_sound(tmp_path):
    signal = sine(n=RATE * 2) + np.array([0.01, 0.0])
    silent = np.concatenate([np.zeros((RATE * 3, 2)), signal])

    assert scanned(tmp_path, silent).dc_offset == pytest.approx((0.01, 0.0), abs=1e-4)


def test_a_click_in_digital_silence_is_no_offset(tmp_path):
    silent = np.zeros((RATE * 4, 2))
    silent[RATE * 2] = 0.5

    # One sample over the half second that follows it.
    assert scanned(tmp_path, silent).dc_offset == pytest.approx((1.0 / RATE,) * 2, rel=1e-3)


def test_silence_and_quiet_at_the_edges(tmp_path):
    signal = np.zeros((N, 2))
    signal[1500 : N - 700] = sine(n=N - 2200, peak=0.25) + 0.3
    signal[1000:1500, 1] = 0.0005
    signal[N - 700 : N - 300, 0] = -0.0009
    facts = scanned(tmp_path, signal)

    assert (facts.head_silence_samples, facts.tail_silence_samples) == (1000, 300)
    assert (facts.head_quiet_samples, facts.tail_quiet_samples) == (1500, 700)
    assert (facts.first_sample_dbfs, facts.last_sample_dbfs) == (None, None)


def test_the_first_and_last_sample(tmp_path):
    signal = sine()
    signal[0], signal[-1] = [0.0, -0.5], [0.25, 0.125]

    facts = scanned(tmp_path, signal)

    assert facts.first_sample_dbfs == pytest.approx(-6.02, abs=0.01)
    assert facts.last_sample_dbfs == pytest.approx(-12.04, abs=0.01)


def test_inner_silences_of_a_millisecond_and_more(tmp_path):
    signal = sine() + 0.6
    signal[2000:2047] = 0.0
    signal[5000:5048] = 0.0
    signal[9000:9100, 0] = 0.0
    signal[BLOCK_SAMPLES - 50 : BLOCK_SAMPLES + 50] = 0.0
    signal[:30] = 0.0

    assert scanned(tmp_path, signal).inner_silences == ((5000, 48), (BLOCK_SAMPLES - 50, 100))


def test_digital_silence(tmp_path):
    facts = scanned(tmp_path, np.zeros((N, 2)))

    assert facts.sample_peak_dbfs == (None, None)
    assert (facts.true_peak_dbtp, facts.integrated_lufs, facts.noise_floor_dbfs) == (None, None, None)
    assert (facts.head_silence_samples, facts.tail_silence_samples) == (N, N)
    assert (facts.head_quiet_samples, facts.tail_quiet_samples) == (N, N)
    assert (facts.used_bits, facts.correlation, facts.bandwidth_hz) == (0, None, None)
    assert facts.dead_channels == ()
    assert facts.dc_offset == (0.0, 0.0)


@pytest.mark.parametrize(
    ("coarse", "subtype"), [(16, "PCM_24"), (20, "PCM_24"), (24, "PCM_24"), (12, "PCM_16"), (16, "FLOAT")]
)
def test_used_bits(tmp_path, coarse, subtype):
    rng = np.random.default_rng(8)
    signal = np.round(rng.uniform(-0.5, 0.5, (N, 2)) * 2.0 ** (coarse - 1)) / 2.0 ** (coarse - 1)

    assert scanned(tmp_path, signal, subtype).used_bits == coarse


def test_floats_that_are_no_integers_use_no_number_of_bits(tmp_path):
    signal = sine()
    signal[-1] = 1e-9

    assert scanned(tmp_path, signal, "FLOAT").used_bits is None


def test_channels_that_differ_or_are_dead(tmp_path):
    signal = sine()
    signal[N // 2, 1] += 2**-20
    one_sided = sine()
    one_sided[:, 0] = 0.0
    inverted = sine() * [1.0, -1.0]

    assert not scanned(tmp_path, signal).is_identical
    assert scanned(tmp_path, one_sided).dead_channels == (0,)
    assert scanned(tmp_path, one_sided).correlation is None
    assert scanned(tmp_path, inverted).correlation == pytest.approx(-1.0)


def low_passed(n, rate, edge_hz, slope_hz=50.0, seed=9):
    """White noise that falls by 120 dB within ``slope_hz`` at the edge."""
    rng = np.random.default_rng(seed)
    spectrum = np.fft.rfft(rng.standard_normal(n))
    hz = np.fft.rfftfreq(n, 1 / rate)
    fall = np.clip((hz - edge_hz) / slope_hz, 0.0, 1.0) * 120.0
    signal = np.fft.irfft(spectrum * 10.0 ** (-fall / 20.0), n)
    return np.repeat((0.2 * signal / signal.std())[:, np.newaxis], 2, axis=1)


@pytest.mark.parametrize(("rate", "edge_hz"), [(44_100, 16_000.0), (96_000, 22_050.0), (192_000, 24_000.0)])
def test_the_edge_of_a_brick_wall(tmp_path, rate, edge_hz):
    facts = scanned(tmp_path, low_passed(rate * 4, rate, edge_hz), rate=rate)

    # The level crosses -60 dB half-way down the slope; smoothing over 100 Hz adds its half width.
    assert facts.bandwidth_hz == pytest.approx(edge_hz, abs=120.0)
    assert facts.bandwidth_edge_db > 60.0


def test_a_gentle_slope_is_no_wall(tmp_path):
    facts = scanned(tmp_path, low_passed(44_100 * 4, 44_100, 12_000.0, slope_hz=8_000.0), rate=44_100)

    assert facts.bandwidth_hz == pytest.approx(16_000.0, abs=300.0)
    assert facts.bandwidth_edge_db < 15.0


def test_white_noise_reaches_half_the_rate(tmp_path):
    signal = np.random.default_rng(3).normal(0.0, 0.1, (44_100 * 3, 2))
    facts = scanned(tmp_path, signal, rate=44_100)

    assert facts.bandwidth_hz > 21_900.0
    assert facts.bandwidth_edge_db is None


@pytest.mark.parametrize(("peak", "subtype"), [(1.5, "FLOAT"), (0.5, "PCM_24"), (0.5, "DOUBLE")])
@pytest.mark.parametrize(("hz", "offset"), [(997.0, 0.0), (50.0, 0.0), (15_000.0, 0.1)])
def test_a_tone_reaches_as_far_as_itself(tmp_path, hz, offset, peak, subtype):
    facts = scanned(tmp_path, sine(hz=hz, peak=peak, n=RATE * 4) + offset, subtype)

    assert facts.bandwidth_hz == pytest.approx(hz, abs=200.0)
    assert facts.bandwidth_edge_db is None  # no filter is suspected


@pytest.mark.parametrize("subtype", ["PCM_24", "FLOAT"])
def test_a_constant_has_no_bandwidth(tmp_path, subtype):
    facts = scanned(tmp_path, np.full((RATE * 4, 2), 0.25), subtype)

    assert (facts.bandwidth_hz, facts.bandwidth_edge_db) == (None, None)


def test_dither_above_the_music_is_not_taken_for_music(tmp_path):
    """An upsampled file in 16 bits with dither: the flat floor above 20 kHz is noise."""
    signal = low_passed(96_000 * 4, 96_000, 20_000.0) * 0.01
    signal = signal + np.random.default_rng(1).triangular(-1, 0, 1, signal.shape) / 32768

    facts = scanned(tmp_path, signal, "PCM_16", rate=96_000)

    assert facts.bandwidth_hz == pytest.approx(20_000.0, abs=150.0)


def test_a_file_too_short_for_a_spectrum(tmp_path):
    facts = scanned(tmp_path, sine(n=100))

    assert (facts.bandwidth_hz, facts.integrated_lufs) == (None, None)
    assert facts.noise_floor_dbfs is not None


def test_the_noise_floor_is_that_of_the_pauses(tmp_path):
    rng = np.random.default_rng(2)
    signal = rng.normal(0.0, 1e-4, (RATE * 10, 2))
    signal[RATE : RATE * 9] += sine(n=RATE * 8)
    signal = np.concatenate([np.zeros((RATE, 2)), signal, np.zeros((RATE, 2))])

    assert scanned(tmp_path, signal).noise_floor_dbfs == pytest.approx(-80.0, abs=0.5)


def test_notes_tell_of_what_was_left_unread(tmp_path):
    path = tmp_path / "a.wav"
    path.write_bytes(wav(bytes(400)) + b"GARBAGE")

    assert "7 bytes after the end" in scan(path, probe(path)).notes[0]


@pytest.mark.parametrize("rate", [8_000, 44_100, 384_000])
@pytest.mark.parametrize("channels", [1, 2, 6, 9])
def test_all_rates_and_channel_counts_scan(tmp_path, rate, channels):
    facts = scanned(tmp_path, sine(n=20_000, channels=channels, rate=rate), rate=rate)

    assert len(facts.sample_peak_dbfs) == channels


FINITE = st.floats(-200, 200)
LEVEL = st.none() | FINITE
COUNT = st.integers(0, 2**40)
INFO = st.builds(
    SourceInfo,
    container=st.just("wav"), codec=st.just("pcm_s24"), sample_rate_hz=st.integers(8000, 384000),
    channels=st.integers(1, 8), n_samples=COUNT, bit_depth=st.none() | st.integers(1, 53), is_float=st.booleans(),
    is_lossy=st.booleans(), bytes=COUNT,
)  # fmt: skip
FACTS = st.builds(
    SourceFacts,
    sha256=st.text("0123456789abcdef", min_size=64, max_size=64), info=INFO,
    sample_peak_dbfs=st.tuples(LEVEL, LEVEL), true_peak_dbtp=LEVEL, true_peak_at_sample=COUNT, overs=COUNT,
    clip_runs=st.lists(st.builds(ClipRun, COUNT, COUNT, COUNT, FINITE), max_size=3).map(tuple), clip_run_count=COUNT,
    dc_offset=st.tuples(FINITE), head_silence_samples=COUNT, tail_silence_samples=COUNT, head_quiet_samples=COUNT,
    tail_quiet_samples=COUNT, first_sample_dbfs=LEVEL, last_sample_dbfs=LEVEL,
    inner_silences=st.lists(st.tuples(COUNT, COUNT), max_size=3).map(tuple), used_bits=st.none() | COUNT,
    is_identical=st.booleans(), dead_channels=st.lists(COUNT, max_size=2).map(tuple), correlation=LEVEL,
    bandwidth_hz=LEVEL, bandwidth_edge_db=LEVEL, integrated_lufs=LEVEL, noise_floor_dbfs=LEVEL,
    notes=st.lists(st.text(max_size=5), max_size=2).map(tuple),
    hums=st.lists(
        st.builds(Hum, COUNT, FINITE, FINITE, FINITE, st.lists(COUNT, max_size=3).map(tuple)), max_size=2
    ).map(tuple),
    bass_correlation=LEVEL,
    opposite=st.lists(
        st.builds(OppositeStretch, COUNT, COUNT, FINITE, st.sampled_from(["all", "bass"]), LEVEL), max_size=2
    ).map(tuple),
    likeness=st.text("0123456789abcdef", max_size=8),
    defects=st.lists(
        st.builds(Defect, st.sampled_from(["click", "hole", "burst"]), COUNT, COUNT, COUNT, FINITE, st.booleans()),
        max_size=2,
    ).map(tuple),
    defect_counts=st.lists(st.tuples(st.sampled_from(["click", "hole"]), COUNT), max_size=2).map(tuple),
    quiet_stretches=st.lists(st.tuples(COUNT, COUNT), max_size=2).map(tuple),
    head_edge_dbfs=st.none() | st.tuples(FINITE, FINITE), tail_edge_dbfs=st.none() | st.tuples(FINITE, FINITE),
)  # fmt: skip


@given(facts=FACTS)
def test_facts_survive_json(facts):
    assert facts_from_json(json.loads(json.dumps(facts_to_json(facts), allow_nan=False))) == facts
