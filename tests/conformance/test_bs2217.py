"""The items of Report ITU-R BS.2217, synthesised: tones, gates, sweep, channels; beside libebur128 within 0.02 LU."""

from __future__ import annotations

import numpy as np
import pytest
from ebu_signals import segments
from libebur128 import integrated_lufs, needs_libebur128

from release.dsp.loudness import k_weighting
from release.dsp.meter import measure

RATE = 48_000
CHANNELS = ("left", "right", "centre", "LFE", "left surround", "right surround")


def k_gain_db(frequency_hz: float) -> float:
    """The K curve at a frequency, from the coefficients of the standard at 48 kHz (which the meter's tests hold)."""
    b0, b1, b2, a1, a2, h1, h2 = k_weighting(RATE)
    z = np.exp(-2j * np.pi * frequency_hz / RATE)
    curve = (b0 + b1 * z + b2 * z * z) / (1 + a1 * z + a2 * z * z) * (1 - z) ** 2 / (1 + h1 * z + h2 * z * z)
    return float(20 * np.log10(np.abs(curve)))


def tone(frequency_hz: float, lufs: float, channels: int = 2, seconds: float = 10.0) -> np.ndarray:
    """A tone, the same in each of so many channels that count fully, that must read this loudness; 16-bit words."""
    level_db = lufs - k_gain_db(frequency_hz) + 0.691 + 10 * np.log10(2 / channels)
    line = 10 ** (level_db / 20) * np.sin(2 * np.pi * frequency_hz * np.arange(round(seconds * RATE)) / RATE)
    return np.repeat(np.rint(line * 32_767)[:, None] / 32_768 * (32_768 / 32_767), channels, axis=1)


def sweep() -> np.ndarray:
    t = np.arange(20 * RATE) / RATE
    phase = 2 * np.pi * 20.0 * 20 / np.log(1000.0) * (1000.0 ** (t / 20) - 1)
    return np.repeat((0.1 * np.sin(phase))[:, None], 2, axis=1)


def alone(channel: int, lufs: float) -> np.ndarray:
    """A tone in one of six channels; the surrounds count 1.41 times."""
    audio = np.zeros((10 * RATE, 6))
    weight = 1.41 if channel >= 4 else 1.0
    audio[:, channel] = tone(1000.0, lufs - 10 * np.log10(weight), channels=1)[:, 0]
    return audio


def summed(lufs: float) -> np.ndarray:
    """All six at once; the LFE much the loudest, which must not matter."""
    powers = np.array([1.0, 1.0, 1.0, 0.0, 1.41, 1.41])
    line = tone(1000.0, lufs, channels=1)[:, 0] / np.sqrt(powers.sum())
    return np.stack([line * (5.0 if k == 3 else 1.0) for k in range(6)], axis=1)


ITEMS = {
    **{
        f"tone {hz:g} Hz at {lufs:g}": (lambda hz=hz, lufs=lufs: tone(hz, lufs), lufs)
        for hz in (25.0, 100.0, 500.0, 1000.0, 2000.0, 10_000.0)
        for lufs in (-23.0, -24.0)
    },
    **{
        f"{name} at {lufs:g}": (lambda k=k, lufs=lufs: alone(k, lufs), None if name == "LFE" else lufs)
        for k, name in enumerate(CHANNELS)
        for lufs in (-23.0, -24.0)
    },
    "sum at -23": (lambda: summed(-23.0), -23.0),
    "sum at -24": (lambda: summed(-24.0), -24.0),
    "absolute gate": (
        lambda: segments(RATE, [(-69.5, 10.0), (-90.0, 10.0), (-69.5, 10.0), (None, 10.0)]),
        -69.5,
    ),
    "relative gate": (lambda: segments(RATE, [(-10.0, 10.0), (-36.0, 20.0), (-10.0, 10.0)]), -10.0),
    "sweep": (sweep, None),
}


@needs_libebur128
@pytest.mark.parametrize("name", ITEMS)
def test_reads_as_it_must_and_as_libebur128_does(name: str) -> None:
    make, expected = ITEMS[name]
    audio = make()

    found, theirs = measure(audio, RATE).integrated_lufs, integrated_lufs(audio, RATE)

    if expected is not None:
        assert found == pytest.approx(expected, abs=0.1)
    if theirs is None:
        assert found is None
    else:
        assert found == pytest.approx(theirs, abs=0.02)


@pytest.mark.parametrize("extra_s", [0.0, 0.05, 0.0999])
def test_a_partial_last_block_is_never_counted(extra_s: float) -> None:
    """Up to 0.1 s more, as loud as can be: no block is complete with it, so that nothing moves."""
    quiet = tone(1000.0, -23.0, seconds=1.2)
    loud = np.ones((round(extra_s * RATE), 2)) * np.array([1.0, -1.0])

    assert measure(np.concatenate([quiet, loud]), RATE).integrated_lufs == measure(quiet, RATE).integrated_lufs


def test_a_complete_last_block_is_counted() -> None:
    quiet = tone(1000.0, -23.0, seconds=1.2)
    more = tone(1000.0, -13.0, seconds=0.1)

    assert measure(np.concatenate([quiet, more]), RATE).integrated_lufs > measure(quiet, RATE).integrated_lufs + 0.5
