"""Music-like sound for the tests of repairs, clean and with known damage; numpy only, nothing of the program."""

from __future__ import annotations

import numpy as np

SCALE = (0, 2, 3, 5, 7, 8, 10)
HUM_LEVELS = {1: 1.0, 2: 0.5, 3: 0.7, 5: 0.3, 7: 0.15}
"""Of each harmonic against the first."""


def tune(rate_hz, seconds, seed=1):
    """Plucked and sustained notes, a voice with vibrato, drums with hats, over a quiet room; two beats a second."""
    rng = np.random.default_rng(seed)
    n = int(rate_hz * seconds)
    out = np.zeros((n, 2))

    def put(at_s, line, pan, gain):
        at = int(at_s * rate_hz)
        line = line[: max(n - at, 0)] * gain
        out[at : at + len(line), 0] += line * np.cos(pan * np.pi / 2)
        out[at : at + len(line), 1] += line * np.sin(pan * np.pi / 2)

    for beat in range(int(seconds * 2)):
        at_s = beat / 2
        root = 40 + rng.choice(SCALE[:5])
        third, fifth, step = rng.choice([0, 3, 7]), rng.choice([0, 3, 7]), rng.choice(SCALE)
        put(at_s, note(rate_hz, rng, root, 0.5, "pluck"), 0.5, 0.12)
        put(at_s, note(rate_hz, rng, root + 24 + third, 1.2, "held"), rng.uniform(0.2, 0.8), 0.06)
        put(at_s, note(rate_hz, rng, root + 36 + step, 0.4, "voice"), 0.45, 0.06)
        put(at_s, note(rate_hz, rng, root + 31 + fifth, 0.8, "pluck"), rng.uniform(0.2, 0.8), 0.07)
        t = np.arange(int(0.3 * rate_hz)) / rate_hz
        if beat % 2 == 0:
            kick = np.sin(2 * np.pi * (57.0 * t - np.exp(-30 * t))) * np.exp(-12 * t)
            put(at_s, kick * rise(t, 1.4e-3), 0.5, 0.3)
        else:
            snare = hiss(rng, rate_hz, len(t), 9000.0) * np.exp(-25 * t) + 0.6 * np.sin(380 * np.pi * t) * np.exp(
                -30 * t
            )
            put(at_s, snare * rise(t, 1e-3), 0.5, 0.15)
        for offset in (0.0, 0.25):
            hat = np.diff(hiss(rng, rate_hz, len(t) + 1, 15_000.0)) * np.exp(-60 * t) * rise(t, 1e-3)
            put(at_s + offset, hat, 0.65, 0.05)
    room = np.stack([hiss(rng, rate_hz, n, 16_000.0) for _ in range(2)], axis=1)
    out = 0.6 * out + room * 10.0 ** (-75.0 / 20.0)
    return out - out.mean(axis=0)


def note(rate_hz, rng, key, seconds, kind):
    f = 440.0 * 2.0 ** ((key - 69) / 12)
    t = np.arange(int(seconds * rate_hz)) / rate_hz
    vibrato = 1.5 * np.sin(2 * np.pi * 5.5 * t) if kind == "voice" else 0.0
    line = np.zeros(len(t))
    for k in range(1, min(30, int(15_000.0 / f)) + 1):
        level = np.exp(-(((k * f - 900.0) / 1500.0) ** 2)) / k**0.7 if kind == "voice" else 1.0 / k
        decay = np.exp(-t * (3.0 + 0.8 * k)) if kind == "pluck" else 1.0
        start = 0.0 if kind == "voice" else rng.uniform(0.0, 2 * np.pi)
        line += level * decay * np.sin(k * (2 * np.pi * f * t + vibrato) + start)
    return line * rise(t, {"pluck": 0.002, "held": 0.05, "voice": 0.03}[kind]) * rise(t[::-1], 0.03)


def rise(t, seconds):
    return np.sin(np.minimum(t / seconds, 1.0) * np.pi / 2) ** 2


def hiss(rng, rate_hz, n, top_hz):
    spectrum = np.fft.rfft(rng.standard_normal(n))
    spectrum[np.fft.rfftfreq(n, 1 / rate_hz) > top_hz] = 0.0
    line = np.fft.irfft(spectrum, n)
    return line / line.std()


def add_clicks(audio, rate_hz, seed, over_db=20.0, per_s=4.0):
    """Short bursts that die away, their peak so far over the level of the 20 ms around; places (at, length, channel)."""
    rng = np.random.default_rng(seed)
    out, places = audio.copy(), []
    wanted = np.sort(rng.integers(rate_hz // 2, len(audio) - rate_hz // 2, int(len(audio) / rate_hz * per_s)))
    last = 0
    for at in wanted:
        if at - last < rate_hz // 50:
            continue
        last, channel = at, int(rng.integers(2))
        length = int(rng.integers(1, int(0.0008 * rate_hz)))
        burst = rng.standard_normal(length) * np.exp(-3.0 * np.arange(length) / length)
        level = np.sqrt(np.mean(audio[at - rate_hz // 100 : at + rate_hz // 100, channel] ** 2))
        out[at : at + length, channel] += burst / np.abs(burst).max() * level * 10.0 ** (over_db / 20.0)
        places.append((int(at), length, channel))
    return out, places


def add_hum(audio, rate_hz, hum_hz, level_db):
    t = np.arange(len(audio)) / rate_hz
    hum = sum(a * np.sin(2 * np.pi * k * hum_hz * t + k) for k, a in HUM_LEVELS.items())
    return audio + (hum * 10.0 ** (level_db / 20.0))[:, None]


def drop(audio, rate_hz, length_s, seed):
    """Zeros of a length in the left channel, twice a second where something sounds; places."""
    rng = np.random.default_rng(seed)
    out, places, n = audio.copy(), [], round(length_s * rate_hz)
    for start in range(rate_hz // 2, len(audio) - rate_hz, rate_hz // 2):
        at = start + int(rng.integers(rate_hz // 4))
        sides = (audio[at - 900 : at, 0], audio[at + n : at + n + 900, 0])
        if min(np.sqrt(np.mean(side**2)) for side in sides) > 0.01:
            out[at : at + n, 0] = 0.0
            places.append(at)
    return out, places


def clip(audio, over_db, rate_hz=0):
    """Flat tops in words of 16 bits, so far under the peak that one sample in ten thousand passes."""
    level = np.quantile(np.abs(audio), 0.9999) * 10.0 ** (-over_db / 20.0)
    return np.round(np.clip(audio, -level, level) * 32768.0) / 32768.0, level


def driven(audio):
    """The tune made dense, as a mix that somebody drove too hard: its peaks are more than drums."""
    return np.tanh(3.0 * audio) * 0.3
