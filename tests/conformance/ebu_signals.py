"""The test signals of EBU Tech 3341 and 3342, synthesised; levels are peaks of the sines in dBFS, a channel each."""

from __future__ import annotations

from functools import cache

import numpy as np


def segments(rate_hz, parts, frequency_hz=1000.0):
    """Stereo sine of successive (level in dBFS or None for silence, seconds); edges at round(cumulative time * rate)."""
    edges = np.concatenate([[0.0], np.cumsum([seconds for _, seconds in parts])])
    edges = np.floor(edges * rate_hz + 0.5).astype(int)
    line = np.sin(2.0 * np.pi * frequency_hz / rate_hz * np.arange(edges[-1]))
    for (level, _), start, stop in zip(parts, edges[:-1], edges[1:], strict=True):
        line[start:stop] *= 0.0 if level is None else 10.0 ** (level / 20.0)
    return np.stack([line, line], axis=1)


def surround_case_6(rate_hz):
    line = np.sin(2.0 * np.pi * 1000.0 / rate_hz * np.arange(20 * rate_hz))
    return np.stack([line * 10.0 ** (level / 20.0) for level in (-28.0, -28.0, -24.0, -30.0, -30.0)], axis=1)


def fade_ends(line, rate_hz):
    ramp = np.linspace(0.0, 1.0, rate_hz // 10)
    out = line.copy()
    out[: len(ramp)] *= ramp
    out[-len(ramp) :] *= ramp[::-1]
    return np.stack([out, out], axis=1)


def steady_tone(rate_hz, share, amplitude, degrees):
    """Cases 15 to 19: a tone at a share of the rate."""
    n = np.arange(round(3.2 * rate_hz))
    return fade_ends(amplitude * np.sin(2.0 * np.pi * share * n + np.deg2rad(degrees)), rate_hz)


@cache
def fourfold_burst(rate_hz):
    """One period of fs/4 at full scale in a tone of fs/6 at half of it, at four times the rate, band-limited."""
    start, length = round(1.51 * rate_hz) * 4, round(3.2 * rate_hz) * 4 + 16
    start -= start % 24  # on a zero crossing of the fs/6 tone
    line = np.zeros(1 << (length - 1).bit_length())
    line[:start] = 0.5 * np.sin(2.0 * np.pi * np.arange(start) / 24.0)
    line[start : start + 16] = np.sin(2.0 * np.pi * np.arange(16) / 16.0)
    line[start + 16 : length] = 0.5 * np.sin(2.0 * np.pi * np.arange(length - start - 16) / 24.0)
    spectrum = np.fft.rfft(line)
    frequency = np.fft.rfftfreq(len(line)) * 4.0  # in shares of the final rate
    spectrum *= np.clip((0.5 - frequency) / 0.05, 0.0, 1.0)
    return np.fft.irfft(spectrum, len(line))[:length]


def burst_tone(rate_hz, first):
    """Cases 20 to 23: every fourth sample of ``fourfold_burst`` from ``first`` on."""
    return fade_ends(fourfold_burst(rate_hz)[first::4], rate_hz)
