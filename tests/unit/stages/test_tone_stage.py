"""The stage behind the cohesion section: a few frames say what all would."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from release.dsp.meters.spectrum import SpectrumMeter
from release.stages.tone import MOST_FRAMES, frame_starts

RATE = 44_100


@pytest.mark.parametrize("length", [1, 16_384, 16_385, 100_000, 3_000_000, 50_000_000])
def test_frames_cover_a_track_from_end_to_end(length):
    size = 16_384
    starts = frame_starts(length, size)

    assert starts[0] == 0
    assert len(starts) <= MOST_FRAMES
    if length > size:
        assert starts[-1] == length - size
        gaps = [b - a for a, b in itertools.pairwise(starts)]
        assert max(gaps) - min(gaps) <= 1
        if len(starts) < MOST_FRAMES:
            assert max(gaps) <= size // 2


def test_a_few_frames_say_what_all_would():
    audio = breathing_noise(150)
    every = SpectrumMeter(RATE, 2)
    every.process(audio)
    some = SpectrumMeter(RATE, 2)
    for start in frame_starts(len(audio), some.size):
        some.add(audio[start : start + some.size])

    one, other = every.finish(), some.finish()

    difference = np.abs(np.array(one.levels_db) - np.array(other.levels_db))
    # Bands below 100 Hz are a few bins wide: noise scatters more there.
    assert difference[7:].max() < 0.7
    assert difference[:7].max() < 1.5
    assert one.width_db == pytest.approx(other.width_db, abs=0.2)


def breathing_noise(seconds):
    """Noise that falls 3 dB an octave, swells every 1.4 s and grows louder every half minute."""
    n = RATE * seconds
    spectrum = np.fft.rfft(np.random.default_rng(8).standard_normal((n, 2)), axis=0)
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))[:, np.newaxis]
    line = np.fft.irfft(spectrum, n, axis=0)
    t = np.arange(n) / RATE
    swell = (1.0 + 0.8 * np.sin(2.0 * np.pi * 0.7 * t)) * (1.0 + t // 30.0)
    return line / np.abs(line).max() * 0.2 * swell[:, np.newaxis]
