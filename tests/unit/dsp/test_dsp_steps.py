"""Process steps: their settings, their responses, and any block split."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from dsp_signals import db, music, noise, run, sine, stereo
from hypothesis import given, settings
from hypothesis import strategies as st

from release.dsp.elliptical import side_decay
from release.dsp.steps.registry import STEP_KINDS, check, make_step, settle_samples

RATE = 48_000
EXAMPLES = {
    "gain": {"gain": -1.5},
    "highpass": {"frequency": 25.0},
    "lowpass": {"frequency": 15_000.0, "slope": 30},
    "eq": {"shape": "low-shelf", "frequency": 110.0, "gain": 1.5, "q": 0.7},
    "compressor": {"threshold": -24.0, "ratio": 3.0, "attack": 0.02, "release": 0.15},
    "mono_below": {"frequency": 150.0},
    "width": {"width": (0.5, 1.0, 1.3), "crossovers": (150.0, 4000.0)},
    "mono": {},
    "balance": {"balance": 1.5},
    "polarity": {},
    "delay": {"time": 0.00071},
    "deemphasis": {},
    "notch": {"frequency": 1000.0, "q": 5.0},
    "tilt": {"gain": 2.0},
    "expander": {"threshold": -20.0, "ratio": 3.0, "look_ahead": 0.002, "link": 0.5},
    "multiband": {"crossovers": (120.0, 2000.0), "threshold": (-30.0, -20.0, -25.0), "ratio": 2.0, "link": 0.3},
    "de_esser": {"threshold": -25.0},
    "saturation": {"drive": 6.0, "even": 0.3},
    "limiter": {"ceiling": -6.0, "gain": 3.0},
    "dc_removal": {"threshold": -80.0},
    "declick": {"threshold": 14.0},
    "declip": {"most": 6.0},
    "dehum": {"frequency": 50.0},
    "denoise": {"powers": (1e-6,) * 2562},
    "dropout": {"longest": 0.01},
    "match_eq": {"gains": tuple(np.linspace(-3.0, 3.0, 31))},
}


def made(kind, acts_on=None):
    """The example's processor, acting on what its kind names first."""
    return make_step(kind, EXAMPLES[kind], RATE, 2, acts_on=acts_on or STEP_KINDS[kind].acts_on[0])


def impulse_response(kind, parameters, seconds=4.0, rate_hz=RATE):
    audio = np.zeros((int(rate_hz * seconds), 2))
    audio[rate_hz // 2] = 1.0
    out = run(make_step(kind, parameters, rate_hz, 2), audio)
    return out[rate_hz // 2 :, 0]


def gain_at(kind, parameters, frequencies, rate_hz=RATE):
    """Gain in dB read from the impulse response."""
    line = impulse_response(kind, parameters, rate_hz=rate_hz)
    t = np.arange(len(line)) / rate_hz
    return np.array([db((line * np.exp(-2j * np.pi * f * t)).sum()) for f in frequencies])


def test_every_kind_has_an_example_here():
    assert set(EXAMPLES) | {"vst3"} == set(STEP_KINDS)  # which has tests of its own: test_dsp_plugin.py


def test_registry_loads_no_audio_library():
    code = (
        "import sys; import release.dsp.steps.registry as r; assert r.STEP_KINDS['eq'].parameters; print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"numpy", "numba", "soxr", "scipy"} & set(loaded)


@pytest.mark.parametrize("kind", STEP_KINDS)
def test_declarations_are_whole(kind):
    declared = STEP_KINDS[kind]
    assert declared.doc.strip()
    for name, entry in declared.parameters.items():
        assert entry.name == name
        assert entry.doc.endswith(".")
        assert entry.choices or entry.is_text or (entry.minimum is not None and entry.maximum is not None)
        assert entry.required or entry.default is not None
    example = EXAMPLES.get(kind, {"path": "ZaMaximX2"})
    check(kind, example, RATE, acts_on=declared.acts_on[0])
    assert settle_samples(kind, example, RATE) >= 0


@pytest.mark.parametrize(
    ("kind", "parameters", "text"),
    [
        ("reverb", {}, "there is no step 'reverb'"),
        ("gain", {}, "gain needs gain"),
        ("gain", {"gain": 1.0, "pan": 0.0}, "has no parameter 'pan'"),
        ("gain", {"gain": 200.0}, "gain: 200 dB is above 60 dB"),
        ("gain", {"gain": float("nan")}, "not a finite number"),
        ("gain", {"gain": True}, "not a number"),
        ("highpass", {"frequency": 24_000.0}, "frequency: 24000 Hz is not below 24000 Hz, half the sample rate"),
        ("highpass", {"frequency": 100.0, "slope": 10}, "slope: 10 is not one of 6, 12"),
        ("lowpass", {"frequency": 0.0}, "frequency: 0 Hz is below 1 Hz"),
        ("eq", {"shape": "bell", "frequency": 100.0, "gain": 1.0}, "shape: bell is not one of"),
        ("eq", {"shape": "peak", "frequency": 30_000.0, "gain": 1.0}, "half the sample rate"),
        ("compressor", {"threshold": -10.0, "ratio": 0.5}, "ratio: 0.5 is below 1"),
        ("mono_below", {"frequency": 5.0}, "frequency: 5 Hz is below 10 Hz"),
        (
            "eq",
            {"shape": "peak", "frequency": 20.0, "gain": 9.0, "q": 20.0, "phase": "linear"},
            "phase: linear would ring",
        ),
        ("notch", {"frequency": 25_000.0}, "half the sample rate"),
        ("tilt", {"gain": 30.0}, "gain: 30 dB is above 24 dB"),
        ("tilt", {"gain": 3.0, "phase": "zero"}, "phase: zero is not one of minimum, linear"),
        ("multiband", {"crossovers": 300.0, "threshold": (-9.0,) * 3, "ratio": 2.0}, "threshold: 3 values for 2 band"),
        ("multiband", {"threshold": -9.0, "ratio": 2.0}, "multiband needs crossovers"),
        ("compressor", {"threshold": -9.0, "ratio": 2.0, "sidechain_highpass": 2e4, "detector": "vu"}, "vu is not one"),
        ("saturation", {"oversampling": 3}, "oversampling: 3 is not one of 2, 4, 8, 16"),
        ("limiter", {"ceiling": 1.0}, "ceiling: 1 dBTP is above 0 dBTP"),
        ("mono", {"keep": "side"}, "keep: side is not one of mean, left, right"),
        ("delay", {"time": 0.001}, "delay needs channels: left, right, mid or side"),
        ("gain", {"gain": (1.0, 2.0)}, "gain: one value is expected here, not 2"),
        ("width", {"width": (1.0, 2.0)}, "width: 2 values for 1 band"),
        ("width", {"width": 5.0}, "width: 5 is above 4"),
        ("width", {"width": (1.0, -2.0)}, "width: -2 is below 0"),
        ("width", {"width": 1.0, "crossovers": (900.0, 200.0)}, "each must be higher"),
        ("width", {"width": 1.0, "crossovers": (900.0, 24_000.0)}, "crossovers: 24000 Hz is not below 24000 Hz"),
        ("width", {"width": 1.0, "crossovers": (1.0, 2.0, 3.0, 4.0)}, "crossovers: 4 make 5 band"),
    ],
)
def test_what_cannot_be_is_refused_in_plain_words(kind, parameters, text):
    with pytest.raises(ValueError, match=text.replace("(", r"\(")):
        check(kind, parameters, RATE)
    with pytest.raises(ValueError, match=text.replace("(", r"\(")):
        make_step(kind, parameters, RATE, 2)


def test_mono_below_needs_stereo():
    with pytest.raises(ValueError, match="needs stereo"):
        make_step("mono_below", {"frequency": 100.0}, RATE, 1)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([(kind, part) for kind in sorted(EXAMPLES) for part in STEP_KINDS[kind].acts_on]),
    st.lists(st.integers(0, 20_000), max_size=8),
)
def test_any_block_split_gives_the_same_samples(kind_and_part, cuts):
    kind, part = kind_and_part
    audio = noise(11, 20_000, scale=0.3)
    before = audio.copy()
    whole = run(made(kind, part), audio)
    assert np.array_equal(run(made(kind, part), audio, cuts), whole)
    assert whole.shape == audio.shape
    assert np.array_equal(audio, before)


@pytest.mark.parametrize("slope", [6, 12, 18, 24, 48])
@pytest.mark.parametrize(("kind", "frequency"), [("highpass", 80.0), ("lowpass", 2000.0)])
def test_butterworth_response(kind, frequency, slope):
    """The analogue formula at the frequency that the bilinear transform maps each one from."""
    frequencies = np.array([10.0, 40.0, 80.0, 160.0, 1000.0, 2000.0, 4000.0, 12_000.0])
    ratio = np.tan(np.pi * frequencies / RATE) / np.tan(np.pi * frequency / RATE)
    ratio = 1 / ratio if kind == "highpass" else ratio
    expected = -10 * np.log10(1 + ratio ** (2 * slope // 6))
    measured = gain_at(kind, {"frequency": frequency, "slope": slope}, frequencies)
    audible = expected > -150
    assert measured[audible] == pytest.approx(expected[audible], abs=1e-3)
    assert gain_at(kind, {"frequency": frequency, "slope": slope}, [frequency])[0] == pytest.approx(-3.0103, abs=1e-3)


def test_default_slope_is_12_db_an_octave():
    low = gain_at("highpass", {"frequency": 400.0}, [25.0, 50.0])
    assert low[1] - low[0] == pytest.approx(12.0, abs=0.1)


@pytest.mark.parametrize("gain", [6.0, -9.0])
@pytest.mark.parametrize("rate_hz", [44_100, 96_000])
def test_equaliser_shapes(gain, rate_hz):
    far = [5.0, 20_000.0]
    low = {"shape": "low-shelf", "frequency": 200.0, "gain": gain, "q": 0.7071}
    assert gain_at("eq", low, [*far, 200.0], rate_hz) == pytest.approx([gain, 0.0, gain / 2], abs=0.05)
    high = {"shape": "high-shelf", "frequency": 2000.0, "gain": gain, "q": 0.7071}
    assert gain_at("eq", high, [*far, 2000.0], rate_hz) == pytest.approx([0.0, gain, gain / 2], abs=0.05)
    peak = {"shape": "peak", "frequency": 1000.0, "gain": gain, "q": 2.0}
    assert gain_at("eq", peak, [*far, 1000.0], rate_hz) == pytest.approx([0.0, 0.0, gain], abs=0.05)
    # half of the gain in dB stands at the edges of a band of frequency / q (little bent at 1 kHz)
    edges = 1000.0 * (np.array([-1, 1]) / 4 + np.sqrt(1 + 1 / 16))
    assert gain_at("eq", peak, edges, rate_hz) == pytest.approx([gain / 2] * 2, abs=0.06)


def test_nothing_to_do_leaves_every_sample():
    audio = noise(2, 5000)
    for kind, parameters in (
        ("gain", {"gain": 0.0}),
        ("eq", {"shape": "peak", "frequency": 100.0, "gain": 0.0}),
        ("compressor", {"threshold": -1.0, "ratio": 4.0, "knee": 0.0}),
    ):
        assert np.array_equal(run(make_step(kind, parameters, RATE, 2), audio * 0.5), audio * 0.5), kind


def test_equaliser_undoes_itself():
    audio = noise(2, 20_000)
    boost = run(make_step("eq", {"shape": "peak", "frequency": 500.0, "gain": 7.0, "q": 1.3}, RATE, 2), audio)
    back = run(make_step("eq", {"shape": "peak", "frequency": 500.0, "gain": -7.0, "q": 1.3}, RATE, 2), boost)
    assert back == pytest.approx(audio, abs=1e-12)


# --- compressor


def steady_gain(level_db, parameters, seconds=3.0):
    """Gain in dB for a constant at a level, once settled."""
    audio = np.full((int(RATE * seconds), 2), 10 ** (level_db / 20))
    return db(run(make_step("compressor", parameters, RATE, 2), audio)[-1, 0] / audio[-1, 0])


@pytest.mark.parametrize("ratio", [1.5, 2.0, 10.0])
@pytest.mark.parametrize("knee", [0.0, 6.0])
def test_static_curve(ratio, knee):
    parameters = {"threshold": -20.0, "ratio": ratio, "attack": 0.005, "release": 0.05, "knee": knee}
    slope = 1 - 1 / ratio
    assert steady_gain(-20 - knee / 2 - 1, parameters) == 0.0
    assert steady_gain(-10.0, parameters) == pytest.approx(-slope * 10.0, abs=1e-6)
    assert steady_gain(-20.0, parameters) == pytest.approx(-slope * knee / 8, abs=1e-6)
    made_up = {**parameters, "gain": 3.0}
    assert steady_gain(-10.0, made_up) == pytest.approx(3.0 - slope * 10.0, abs=1e-6)


def test_attack_and_release_take_their_time():
    parameters = {"threshold": -20.0, "ratio": 4.0, "attack": 0.02, "release": 0.1, "knee": 0.0}
    audio = np.full((RATE, 2), 0.01)
    audio[10_000:30_000] = 1.0
    gains = db(run(make_step("compressor", parameters, RATE, 2), audio) / audio)[:, 0]
    full = -15.0
    assert gains[29_999] == pytest.approx(full, abs=1e-3)
    assert gains[10_000 + int(0.02 * RATE)] == pytest.approx(full * (1 - np.exp(-1)), abs=0.02)
    heard = int(np.ceil(RATE / 80))  # the last peak, held for half a period of 40 Hz
    assert gains[30_000 + heard + int(0.1 * RATE)] == pytest.approx(full * np.exp(-1), abs=0.02)
    assert (gains[:10_000] == 0.0).all()


def test_linked_channels_get_one_gain():
    audio = noise(5, RATE, scale=0.02)
    audio[:, 0] += sine(RATE, 440.0, 1.0, 0.8)
    out = run(make_step("compressor", {"threshold": -20.0, "ratio": 4.0}, RATE, 2), audio)
    ratio = out / audio
    assert ratio[:, 0] == pytest.approx(ratio[:, 1], rel=1e-12)
    assert ratio[RATE // 2 :, 1].max() < 0.7


def compressor_by_python(audio, parameters):
    last, out = 0.0, []
    attack, release = (np.exp(-1 / (parameters[k] * RATE)) for k in ("attack", "release"))
    held = int(np.ceil(RATE / 80))
    for n in range(len(audio)):
        peak = np.abs(audio[max(n - held, 0) : n + 1]).max()
        over = 20 * np.log10(peak) - parameters["threshold"] if peak > 0 else -999.0
        knee, slope = parameters["knee"], 1 - 1 / parameters["ratio"]
        wanted = (
            0.0 if 2 * over <= -knee else slope * (over if 2 * over >= knee else (over + knee / 2) ** 2 / (2 * knee))
        )
        keep = attack if wanted > last else release
        last = wanted + (last - wanted) * keep
        out.append(last)
    return np.array(out)


def test_compressor_equals_its_plain_twin():
    audio = noise(6, 4000, scale=0.2)
    parameters = {"threshold": -24.0, "ratio": 3.0, "attack": 0.003, "release": 0.05, "knee": 8.0}
    out = run(make_step("compressor", parameters, RATE, 2), audio)
    assert out == pytest.approx(audio * 10 ** (-compressor_by_python(audio, parameters) / 20)[:, None], rel=1e-9)


def biquads_by_python(audio, sections):
    out = audio.copy()
    for b0, b1, b2, a1, a2 in sections:
        x1 = x2 = y1 = y2 = np.zeros(audio.shape[1])
        for i, x in enumerate(out.copy()):
            y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2
            x2, x1, y2, y1 = x1, x, y1, y
            out[i] = y
    return out


def test_biquads_equal_their_plain_twin():
    from release.dsp.filters import BiquadFilter, butterworth, equaliser

    audio = noise(7, 2000)
    sections = np.concatenate([butterworth("highpass", 300.0, 5, RATE), equaliser("peak", 3000.0, 5.0, 1.0, RATE)])
    assert run(BiquadFilter(sections, 2), audio) == pytest.approx(biquads_by_python(audio, sections), abs=1e-12)


# --- mono_below


@pytest.mark.parametrize("rate_hz", [44_100, 96_000])
def test_side_falls_below_the_frequency_and_stays_above(rate_hz):
    n = rate_hz * 2
    audio = np.zeros((n, 2))
    audio[n // 2] = [1.0, -1.0]
    out = run(make_step("mono_below", {"frequency": 150.0}, rate_hz, 2), audio)
    assert out[:, 0] == pytest.approx(-out[:, 1], abs=1e-15)
    frequencies = np.array([1.0, 15.0, 75.0, 150.0, 300.0, 5000.0])
    t = (np.arange(n) - n // 2) / rate_hz
    response = np.array([(out[:, 0] * np.exp(-2j * np.pi * f * t)).sum() for f in frequencies])
    decay = side_decay(150.0, rate_hz)
    w = 2 * np.pi * frequencies / rate_hz
    expected = 1 - (1 - decay) ** 2 / (1 - 2 * decay * np.cos(w) + decay**2)
    assert response.real == pytest.approx(expected, abs=1e-6)
    assert np.abs(response.imag).max() < 1e-6  # linear phase, aligned
    assert db(expected[3]) == pytest.approx(-6.0206, abs=1e-6)
    assert db(expected[2]) - db(expected[1]) == pytest.approx(12.0 * np.log2(5), abs=2.0)


def test_middle_passes_and_equal_channels_come_out_as_they_went_in():
    line = music(44_100, 1.0)[:, 0]
    audio = stereo(line)
    assert np.array_equal(run(make_step("mono_below", {"frequency": 150.0}, 44_100, 2), audio), audio)
    wide = noise(3, 44_100)
    out = run(make_step("mono_below", {"frequency": 150.0}, 44_100, 2), wide)
    assert out.sum(axis=1) == pytest.approx(wide.sum(axis=1), abs=1e-12)


def test_mono_below_equals_its_plain_twin():
    audio = noise(8, 3000)
    decay = side_decay(400.0, 8000)
    k = np.arange(-600, 601)
    weights = decay ** np.abs(k) * (1 - decay) / (1 + decay)
    low = np.convolve((audio[:, 0] - audio[:, 1]) / 2, weights, "same")
    out = run(make_step("mono_below", {"frequency": 400.0}, 8000, 2), audio)
    assert out == pytest.approx(audio + np.stack([-low, low], axis=1), abs=1e-7)


REPAIRS = sorted(kind for kind, declared in STEP_KINDS.items() if declared.strength)


@pytest.mark.parametrize("kind", sorted(set(EXAMPLES) - set(REPAIRS)))
def test_settling_time_is_long_enough(kind):
    """A step that has heard ``settle_samples`` of what came before gives what it would have given from the start."""
    # What lies at half the rate is interpolated in sections from the start of a stream: there a limiter's gain may differ.
    audio = music(RATE, 5.0) * 0.5 if kind == "limiter" else noise(12, 5 * RATE, scale=0.3)
    whole = run(made(kind), audio)
    settle = settle_samples(kind, EXAMPLES[kind], RATE)
    start = 4 * RATE
    part = run(made(kind), audio[start - settle :])[settle:]
    assert np.abs(part - whole[start:]).max() < 10 ** (-100 / 20)


@pytest.mark.parametrize("kind", REPAIRS)
def test_what_a_trim_cuts_away_from_a_repair_changes_nothing_after_it(kind):
    """The same for repairs, which hear seconds around: fed from a whole second, as programmes feed them.

    What lies before is quite another sound: clean where it is damaged later, and damaged where it is clean later.
    """
    settle_s = -(-settle_samples(kind, EXAMPLES[kind], RATE) // RATE)
    damaged, clean = broken(kind, settle_s + 4), noise(13, (settle_s + 4) * RATE, scale=0.01)
    for before, after in ((clean, damaged), (damaged, clean)):
        audio = np.concatenate([before[: 3 * RATE], after])
        whole = run(made(kind), audio)
        part = run(made(kind), audio[3 * RATE :])
        assert part.shape == after.shape
        kept = slice(settle_s * RATE, None)
        assert np.abs(part[kept] - whole[3 * RATE :][kept]).max() < 10 ** (-100 / 20)
        if after is damaged:
            assert not np.array_equal(part[kept], after[kept])  # it is at work there


def broken(kind, seconds):
    """Noise with what this kind repairs, all the time."""
    audio = noise(12, seconds * RATE, scale=0.01)
    if kind == "dc_removal":
        return audio + 0.02
    if kind == "dehum":
        return audio + stereo(sum(sine(RATE, 50.02 * k, seconds, 0.02) for k in (1, 2, 3)))
    tone = stereo(sine(RATE, 313.0, seconds, 0.3))
    audio += tone
    for at in range(RATE // 3, len(audio) - RATE // 3, RATE // 3):
        if kind == "declip":
            audio[at : at + 1000] = np.clip(audio[at : at + 1000] + tone[at : at + 1000], -0.4, 0.4)
        elif kind == "dropout":
            audio[at : at + 150] = 0.0
        elif kind == "declick":
            audio[at : at + 4] += np.array([[0.9], [-0.8], [0.7], [-0.4]])
    return audio
