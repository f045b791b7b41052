"""The order and the values of the signal path (manifest.md), against NumPy and SciPy with exact gains."""

from __future__ import annotations

import numpy as np
import pytest
from e2e_studio import Studio, ints, lay, music, ramp, read_codes, track
from scipy import signal

from release.dsp.steps.registry import make_step
from release.errors import ManifestError
from release.operations.project import open_project

NONE = {"match": "none"}
RATE = 48_000
HALF_CODE = 1.5 + 1e-3
"""What TPDF dither and rounding may add, in codes."""


def highpass(audio: np.ndarray, frequency: float, rate: int = RATE) -> np.ndarray:
    return signal.sosfilt(signal.butter(2, frequency, "highpass", fs=rate, output="sos"), audio, axis=0)


def lowpass(audio: np.ndarray, frequency: float, rate: int = RATE) -> np.ndarray:
    return signal.sosfilt(signal.butter(2, frequency, "lowpass", fs=rate, output="sos"), audio, axis=0)


def linear(db: float) -> float:
    return 10.0 ** (db / 20.0)


def streaming(**more) -> dict:
    return {"streaming": {"files": ["flac"], "bit_depth": 24, "level": NONE, **more}}


def codes_off(found: np.ndarray, expected: np.ndarray) -> float:
    return float(np.abs(found - expected * (1 << 23)).max())


def test_gain_acts_before_the_chain(studio: Studio) -> None:
    """A compressor tells: 12 dB less before it is not 12 dB less after it."""
    a = studio.record("a.wav", music(3, RATE, 1, peak=0.9), RATE, 24)
    studio.record("quiet.wav", a * linear(-12), RATE, "double")
    squeeze = [{"compressor": {"threshold": "-18 dBFS", "ratio": 4, "attack": "5 ms", "release": "80 ms"}}]
    studio.write(
        tracks=[track(1, "a.wav", gain="-12 dB", process=squeeze), track(2, "quiet.wav", process=squeeze)],
        targets=streaming(gaps_in_files="none"),
    )

    one, two = studio.build().codes("streaming")

    assert np.abs(one - two).max() <= 2 * HALF_CODE
    assert np.abs(one - a * linear(-12) * (1 << 23)).max() > 10_000  # it was compressed at all


def test_chain_runs_from_before_the_trim_and_fades_come_after(studio: Studio) -> None:
    a = studio.record("a.wav", music(6, RATE, 1), RATE, 24)
    studio.write(
        tracks=[
            track(
                1, "a.wav", trim={"start": "2 s", "end": "5 s"}, fade_in={"length": "1 s", "curve": "linear"},
                fade_out="500 ms", gain="-3 dB", process=[{"highpass": {"frequency": "60 Hz"}}],
            )
        ],
        targets=streaming(),
    )  # fmt: skip

    expected = highpass(a * linear(-3), 60)[2 * RATE : 5 * RATE]
    expected[:RATE] *= ramp(RATE, "linear")[:, None]
    expected[-RATE // 2 :] *= ramp(RATE // 2, "s-curve")[::-1, None]
    assert codes_off(studio.build().programme("streaming"), expected) <= HALF_CODE


def test_chain_steps_run_in_order_at_the_programme_rate(studio: Studio, soxr_whole) -> None:
    a = studio.record("a.wav", music(3, 96_000, 1), 96_000, 24)
    studio.write(
        sequence={"sample_rate": "48 kHz"},
        tracks=[track(1, "a.wav", process=[{"gain": {"gain": "-2 dB"}}, {"highpass": {"frequency": "200 Hz"}}])],
        targets=streaming(),
    )

    expected = highpass(soxr_whole(a, 96_000, RATE) * linear(-2), 200)
    assert codes_off(studio.build().programme("streaming"), expected) <= HALF_CODE + 0.5


def test_sequence_chain_runs_once_over_the_main_order(studio: Studio) -> None:
    """A filter with memory carries the end of one track into the next, wherever a target puts it."""
    a = studio.record("a.wav", music(2, RATE, 1), RATE, 24)
    b = studio.record("b.wav", music(2, RATE, 2), RATE, 24)
    c = studio.record("c.wav", music(2, RATE, 3), RATE, 24)
    studio.write(
        sequence={"gap": "0.5 s", "process": [{"highpass": {"frequency": "40 Hz"}}], "cuts": "sample"},
        tracks=[track(1, "a.wav"), track(2, "b.wav", gap="0 s"), track(3, "c.wav")],
        targets={**streaming(), "download": {"files": ["flac"], "level": NONE, "tracks": ["t3", "t1", "t2"]}},
    )

    built = studio.build()

    half = RATE // 2
    whole = highpass(lay(len(a) + len(b) + half + len(c), (0, a), (len(a), b), (len(a) + len(b) + half, c)), 40)
    found = built.programme("streaming")
    joined, last = slice(0, len(a) + len(b)), slice(len(a) + len(b) + half, None)
    assert codes_off(found, whole) <= HALF_CODE  # what rings on in the gap included
    assert np.abs(found[len(a) + len(b) :][: RATE // 100]).max() > 1000
    other = built.programme("download")
    assert codes_off(other[: len(c)], whole[last]) <= HALF_CODE
    assert codes_off(other[len(c) + half :], whole[joined]) <= HALF_CODE


def test_target_gain_and_chain_run_over_each_side_apart(studio: Studio) -> None:
    a = studio.record("a.wav", music(2, RATE, 1), RATE, 24)
    b = studio.record("b.wav", music(2, RATE, 2), RATE, 24)
    c = studio.record("c.wav", music(2, RATE, 3), RATE, 24)
    studio.write(
        sequence={"gap": "1 s"},
        tracks=[track(n, f"{x}.wav") for n, x in enumerate("abc", 1)],
        targets={
            "vinyl": {
                "sides": {"A": ["t1", "t2"], "B": ["t3"]}, "gain": "-4 dB", "level": NONE,
                "process": [{"lowpass": {"frequency": "5 kHz"}}], "matrix": {"A": "A", "B": "B"},
            }
        },
    )  # fmt: skip

    built = studio.build()

    side_a = lowpass(lay(5 * RATE, (0, a), (3 * RATE, b)) * linear(-4), 5000)
    side_b = lowpass(c * linear(-4), 5000)
    assert codes_off(read_codes(built.folder / "vinyl/A.wav", 24), side_a) <= HALF_CODE
    assert codes_off(read_codes(built.folder / "vinyl/B.wav", 24), side_b) <= HALF_CODE


def test_level_gain_comes_after_everything_and_dither_once(studio: Studio) -> None:
    """One gain, exact to the record's figure, and noise of one dither: its power and its independence of the sound."""
    a = studio.record("a.wav", music(4, RATE, 1), RATE, 24)
    studio.write(
        tracks=[track(1, "a.wav", gain="-2 dB")],
        targets=streaming(level={"match": "album", "loudness": "-20 LUFS"}, gain="-3 dB", bit_depth=16),
    )

    built = studio.build()

    found = built.programme("streaming", bits=16)
    exact = a * linear(-5)
    gain = float((found * exact).sum() / (exact * exact).sum()) / (1 << 15)
    assert 20 * np.log10(gain) == pytest.approx(built.gains("streaming")["t1"], abs=0.001)
    error = found - exact * gain * (1 << 15)
    assert error.std() == pytest.approx(0.5, abs=0.005)
    assert abs(np.corrcoef(error[:, 0], error[:, 1])[0, 1]) < 0.01
    assert abs(np.corrcoef(error[:, 0], exact[:, 0])[0, 1]) < 0.01


def test_silence_stays_silent_and_dithers_when_asked(studio: Studio) -> None:
    a = studio.record("a.wav", music(1, RATE, 1), RATE, 24)
    studio.write(
        tracks=[track(1, "a.wav"), track(2, "a.wav", gap="1 s", trim={"end": "0.9 s"})],
        targets={
            **streaming(bit_depth=16),
            "download": {"files": ["flac"], "bit_depth": 16, "level": NONE, "dither": {"silence": "dither"}},
        },
    )

    built = studio.build()

    gap = slice(len(a), len(a) + RATE)
    assert not built.programme("streaming", bits=16)[gap].any()
    assert 0.2 < built.programme("download", bits=16)[gap].std() < 0.8


def test_shaped_dither_moves_noise_up(studio: Studio) -> None:
    rate = 44_100
    a = studio.record("a.wav", music(3, rate, 1, peak=0.2), rate, 24)
    files = {"files": ["flac"], "bit_depth": 16, "level": NONE}
    studio.write(
        tracks=[track(1, "a.wav")],
        targets={"streaming": files, "download": {**files, "dither": {"type": "shaped"}}},
    )

    built = studio.build()

    def noise(target: str, low: float, high: float) -> float:
        error = built.programme(target, bits=16)[:, 0] - a[:, 0] * (1 << 15)
        frequencies, power = signal.welch(error, rate, nperseg=4096)
        return float(10 * np.log10(power[(frequencies >= low) & (frequencies < high)].mean()))

    assert noise("download", 2500, 4500) < noise("streaming", 2500, 4500) - 10
    assert noise("download", 17_000, 21_000) > noise("streaming", 17_000, 21_000) + 10


def test_named_steps_can_be_left_out(studio: Studio) -> None:
    a = studio.record("a.wav", music(2, RATE, 1), RATE, 24)
    steps = [{"highpass": {"frequency": "100 Hz"}, "name": "rumble"}]
    studio.write(
        tracks=[track(1, "a.wav", process=steps)], targets={**streaming(without=["rumble"]), "vinyl": {"level": NONE}}
    )

    assert np.array_equal(studio.build().programme("streaming"), ints(a, 24))


def test_mono_becomes_two_equal_channels(studio: Studio) -> None:
    a = studio.record("a.wav", music(2, RATE, 1, channels=1), RATE, 24)
    studio.write(
        tracks=[track(1, "a.wav", process=[{"highpass": {"frequency": "30 Hz"}}])], targets=streaming(bit_depth=16)
    )

    found = studio.build().programme("streaming", bits=16)

    exact = highpass(a, 30)[:, 0] * (1 << 15)
    assert np.abs(found - exact[:, None]).max() <= HALF_CODE


def test_a_delay_of_whole_samples_moves_them_bit_for_bit(studio: Studio) -> None:
    """10 samples at 44.1 kHz, which no decimal of a second says; earlier in the other channel."""
    a = studio.record("a.wav", music(1, 44_100, 1), 44_100, 24)
    chain = [{"delay": "10 samples", "channels": "left"}, {"delay": {"time": "-3 samples"}, "channels": "right"}]
    path = studio.write(tracks=[track(1, "a.wav", process=chain)], targets=streaming(gaps_in_files="none"))

    moved = a
    for step in open_project(path).project.programme.clips[0].chain:
        processor = make_step(step.kind, dict(step.parameters), 44_100, 2, acts_on=step.acts_on)
        moved = np.concatenate([processor.process(moved), processor.flush()])
    (found,) = studio.build().codes("streaming")

    assert np.array_equal(moved[10:, 0], a[:-10, 0])
    assert np.array_equal(moved[:-3, 1], a[3:, 1])
    assert codes_off(found, moved) <= HALF_CODE


@pytest.mark.parametrize("rate", [44_100, 96_000])
def test_a_delay_in_samples_is_held_against_its_range_at_the_programmes_rate(studio: Studio, rate: int) -> None:
    studio.record("a.wav", music(1, rate, 1), rate, 24)
    chain = [{"delay": "5000 samples", "channels": "left"}]
    path = studio.write(tracks=[track(1, "a.wav", process=chain)], targets=streaming())
    if rate == 96_000:
        assert open_project(path).project.programme.clips[0].chain[0].parameters == (("time", 5000 / rate),)
        return
    with pytest.raises(ManifestError) as caught:
        open_project(path)
    (problem,) = caught.value.problems
    assert "is above 0.1 s" in problem.problem
