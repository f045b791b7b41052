"""Signals and references for the tests of audio processing; numpy only, nothing of the program."""

from __future__ import annotations

import itertools

import numpy as np


def stereo(line):
    return np.stack([line, line], axis=1)


def sine(rate_hz, frequency_hz, seconds, amplitude=1.0, phase=0.0):
    t = np.arange(round(rate_hz * seconds))
    return amplitude * np.sin(2.0 * np.pi * frequency_hz / rate_hz * t + phase)


def faded(line, samples):
    out = line.copy()
    ramp = np.linspace(0.0, 1.0, samples)
    out[:samples] *= ramp
    out[-samples:] *= ramp[::-1]
    return out


def noise(seed, n, channels=2, scale=0.1):
    return np.random.default_rng(seed).standard_normal((n, channels)) * scale


def music(rate_hz, seconds, seed=1):
    """Something dense: tones, filtered noise that breathes, drums; band-limited below 0.4 of the rate."""
    n = round(rate_hz * seconds)
    t = np.arange(n) / rate_hz
    hiss = np.random.default_rng(seed).standard_normal((n, 2))
    spectrum = np.fft.rfft(hiss, axis=0)
    frequency = np.fft.rfftfreq(n)
    spectrum *= (1.0 / (1.0 + (frequency * rate_hz / 800.0)) * (frequency < 0.4))[:, np.newaxis]
    out = np.fft.irfft(spectrum, n, axis=0) * (1.0 + np.sin(2.0 * np.pi * 0.7 * t))[:, np.newaxis]
    for frequency_hz, level in ((55.0, 0.3), (220.0, 0.2), (331.3, 0.15), (1999.0, 0.08), (7001.0, 0.03)):
        out += level * np.stack([np.sin(2 * np.pi * frequency_hz * t), np.sin(2 * np.pi * frequency_hz * t + 0.7)], 1)
    out += (np.sin(2 * np.pi * 60.0 * t) * np.exp(-((t * 2.0) % 1.0) * 9.0))[:, np.newaxis]
    return out


def true_peak_db(audio, factor=32, pad=4096):
    """True peak in dB by exact Fourier interpolation of the whole, with silence before and after it."""
    highest = 0.0
    for channel in audio.T:
        line = np.pad(channel, pad)
        n = len(line) + len(line) % 2
        spectrum = np.fft.rfft(line, n)
        wide = np.zeros(n * factor // 2 + 1, dtype=complex)
        wide[: len(spectrum)] = spectrum
        wide[len(spectrum) - 1] *= 0.5
        highest = max(highest, np.abs(np.fft.irfft(wide, n * factor)).max() * factor)
    return 20.0 * np.log10(highest)


def run(processor, audio, cuts=()):
    """The whole output of a processor that is fed pieces cut at these places."""
    edges = [0, *sorted(min(c, len(audio)) for c in cuts), len(audio)]
    out = [processor.process(audio[a:b]) for a, b in itertools.pairwise(edges)]
    return np.concatenate([*out, processor.flush()])


def db(ratio):
    return 20.0 * np.log10(np.maximum(np.abs(ratio), 1e-30))
