"""Music-like sound without a fault, composed in code: what detectors must leave alone, and what faults are planted in.

Notes are rendered once and laid into the piece, so that an hour takes about a minute. A piece is given by its seed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Line = np.ndarray
Audio = np.ndarray
MINOR = (0, 2, 3, 5, 7, 8, 10)


@dataclass(frozen=True)
class Piece:
    """One clean piece; ``style`` is a key of ``STYLES``."""

    style: str
    rate_hz: int
    bits: int
    channels: int
    seconds: float
    seed: int

    @property
    def name(self) -> str:
        """In messages."""
        return f"{self.style} {self.seed} ({self.rate_hz / 1000:g} kHz, {self.bits} bit, {self.channels} ch)"


class Desk:
    """A piece in the making: instruments played once, then laid where they are wanted."""

    def __init__(self, piece: Piece) -> None:
        self.rate_hz, self.seconds = piece.rate_hz, piece.seconds
        self.rng = np.random.default_rng([piece.seed, sum(piece.style.encode())])
        self.out = np.zeros((int(piece.seconds * piece.rate_hz), 2))
        self._played: dict[tuple[object, ...], Line] = {}

    def time(self, seconds: float) -> Line:
        """Seconds of each sample."""
        return np.arange(int(seconds * self.rate_hz)) / self.rate_hz

    def put(self, at_s: float, play: Callable[..., Line], *how: object, pan: float = 0.5, gain: float = 0.2) -> None:
        """Lay an instrument's sound; ``how`` are its arguments, and sounds of the same arguments are the same."""
        key = (play.__name__, *how)
        if key not in self._played:
            self._played[key] = without_offset(play(self, *how))
        line = self._played[key]
        at = round(at_s * self.rate_hz)
        line = line[: max(len(self.out) - at, 0)] * gain
        self.out[at : at + len(line), 0] += line * np.cos(pan * np.pi / 2)
        self.out[at : at + len(line), 1] += line * np.sin(pan * np.pi / 2)

    def noise(self, n: int, low_hz: float = 0.0, high_hz: float = 1e9) -> Line:
        """Noise of one in a band, rms 1."""
        spectrum = np.fft.rfft(self.rng.standard_normal(n))
        f = np.fft.rfftfreq(n, 1 / self.rate_hz)
        spectrum[(f < low_hz) | (f > high_hz)] = 0.0
        line = np.fft.irfft(spectrum, n)
        return line / max(line.std(), 1e-12)

    def beats(self, per_s: float, until_s: float = 5.0) -> np.ndarray:
        """Times from the start to some seconds before the end."""
        return np.arange(0.3, self.seconds - until_s, 1 / per_s)


def without_offset(line: Line) -> Line:
    """The sound with a mean of nothing, and its ends where they were: real instruments have no offset."""
    bump = np.hanning(len(line))
    return line - bump * (line.sum() / max(bump.sum(), 1.0))


def hz(key: float) -> float:
    return 440.0 * 2.0 ** ((key - 69) / 12)


def rise(t: Line, seconds: float) -> Line:
    return np.sin(np.minimum(t / seconds, 1.0) * np.pi / 2) ** 2


def harmonics(
    desk: Desk, key: float, seconds: float, level: Callable[[int], float], damping: float, most: int = 36
) -> Line:
    t, f = desk.time(seconds), hz(key)
    line = np.zeros(len(t))
    for k in range(1, min(most, int(0.42 * desk.rate_hz / f)) + 1):
        stretched = k * f * np.sqrt(1 + 2e-4 * k * k)
        if stretched < 0.45 * desk.rate_hz:
            line += level(k) * np.exp(-t * damping * (0.6 + 0.25 * k)) * np.sin(2 * np.pi * stretched * t + k)
    return line


def piano(desk: Desk, key: float) -> Line:
    t = desk.time(3.0)
    hammer = desk.noise(len(t), 200, 6000) * np.exp(-t * 250) * 0.3
    return (harmonics(desk, key, 3.0, lambda k: 1 / k**1.3, 1.2) + hammer) * rise(t, 0.0015) * rise(t[::-1], 0.4)


def pluck(desk: Desk, key: float) -> Line:
    t = desk.time(1.2)
    return harmonics(desk, key, 1.2, lambda k: 1 / k**0.8, 3.5) * rise(t, 0.0003) * rise(t[::-1], 0.1)


def pad(desk: Desk, key: float) -> Line:
    t = desk.time(6.0)
    line = sum(harmonics(desk, key + d, 6.0, lambda k: 1 / k**2, 0.0, 12) for d in (-0.06, 0.0, 0.07))
    return line * rise(t, 1.5) * rise(t[::-1], 1.5) * 0.5


def voice(desk: Desk, key: float, vowel: int) -> Line:
    t, f = desk.time(0.9), hz(key)
    formants = ((700, 1200, 2600), (350, 2100, 2900), (400, 800, 2500))[vowel]
    turn = 2 * np.pi * f * t + 0.9 * np.sin(2 * np.pi * 5.5 * t) * rise(t, 0.4)
    line = np.zeros(len(t))
    for k in range(1, int(9000 / f)):
        line += (
            sum(np.exp(-(((k * f - p) / 220.0) ** 2)) for p in formants) * np.sin(k * turn) + np.sin(k * turn) / k**2
        )
    breath = desk.noise(len(t), 4000, 12000) * 0.04
    hiss = desk.noise(len(t), 5000, 13000) * np.exp(-(((t - 0.05) / 0.03) ** 2)) * 0.5
    return (line * rise(np.maximum(t - 0.08, 0), 0.04) + breath + hiss) * rise(t, 0.01) * rise(t[::-1], 0.1)


def kick(desk: Desk) -> Line:
    t = desk.time(0.5)
    body = np.sin(2 * np.pi * (52.0 * t - 2.2 * np.exp(-35 * t))) * np.exp(-9 * t)
    return (body + desk.noise(len(t), 1500, 7000) * np.exp(-t * 500) * 0.25) * rise(t, 0.0004)


def snare(desk: Desk, take: int) -> Line:  # noqa: ARG001 - another take is another sound
    t = desk.time(0.4)
    skin = np.sin(2 * np.pi * 190 * t) * np.exp(-28 * t)
    return (desk.noise(len(t), 150, 14000) * np.exp(-18 * t) * 0.5 + skin) * rise(t, 0.0003)


def clap(desk: Desk, take: int) -> Line:  # noqa: ARG001 - another take is another sound
    t = desk.time(0.5)
    shape = sum(np.where(t >= d, np.exp(-(t - d) * 300), 0.0) for d in (0.0, 0.009, 0.021)) + np.where(
        t >= 0.03, np.exp(-(t - 0.03) * 14) * 0.7, 0.0
    )
    return desk.noise(len(t), 700, 12000) * shape * 0.4


def hat(desk: Desk, damping: float, take: int) -> Line:  # noqa: ARG001 - another take is another sound
    t = desk.time(0.4)
    return desk.noise(len(t), 6000, 18000) * np.exp(-t * damping) * rise(t, 0.0002) * rise(t[::-1], 0.05)


def rim(desk: Desk) -> Line:
    """A dry click of wood: the shortest drum there is."""
    t = desk.time(0.12)
    return (np.sin(2 * np.pi * 1700 * t) + 0.6 * np.sin(2 * np.pi * 2750 * t)) * np.exp(-t * 160) * rise(t, 0.0002)


def square(desk: Desk, key: float, seconds: float) -> Line:
    """As a computer makes it at its simplest: exact edges, aliases and all, gated hard."""
    return np.sign(np.sin(2 * np.pi * hz(key) * desk.time(seconds) + 1e-3))


def saw(desk: Desk, key: float, seconds: float) -> Line:
    t = desk.time(seconds)
    return 2 * (hz(key) * t % 1.0) - 1


def chip_noise(desk: Desk, hold: int, seconds: float) -> Line:
    n = int(seconds * desk.rate_hz)
    return np.repeat(np.sign(desk.rng.standard_normal(n // hold + 1)), hold)[:n]


def gated_noise(desk: Desk, seconds: float) -> Line:
    t = desk.time(seconds)
    return desk.noise(len(t), 2000, 16000) * rise(t, 0.0005) * rise(t[::-1], 0.001)


def bass(desk: Desk, key: float, seconds: float) -> Line:
    t = desk.time(seconds)
    line = harmonics(desk, key, seconds, lambda k: 1 / k**1.6, 0.5)
    return line * rise(t, 0.004) * rise(t[::-1], 0.06)


def slap(desk: Desk, key: float) -> Line:
    t = desk.time(0.6)
    knock = desk.noise(len(t), 800, 9000) * np.exp(-t * 600) * 0.5
    return (harmonics(desk, key, 0.6, lambda k: 1 / k**0.7, 2.5) + knock) * rise(t, 0.0003) * rise(t[::-1], 0.02)


def sub(desk: Desk, key: float, seconds: float) -> Line:
    t = desk.time(seconds)
    return np.tanh(1.5 * np.sin(2 * np.pi * hz(key) * t)) * rise(t, 0.008) * rise(t[::-1], 0.02)


def chord(desk: Desk, key: float) -> Line:
    """A distorted guitar: saturated, with all its hash."""
    t = desk.time(1.6)
    raw = sum(harmonics(desk, key + d, 1.6, lambda k: 1 / k, 0.8) for d in (0, 7, 12))
    driven = np.tanh(6 * raw * rise(t, 0.001))
    spectrum = np.fft.rfft(driven)
    spectrum *= 1 / (1 + (np.fft.rfftfreq(len(t), 1 / desk.rate_hz) / 5000) ** 4)
    return np.fft.irfft(spectrum, len(t)) * rise(t[::-1], 0.05)


def crash(desk: Desk) -> Line:
    t = desk.time(2.5)
    return desk.noise(len(t), 2500, 19000) * np.exp(-t * 2.2) * rise(t, 0.001) * rise(t[::-1], 0.3)


def play_piano(desk: Desk) -> None:
    for at in desk.beats(3.0):
        if desk.rng.random() < 0.6:
            key = 45 + int(desk.rng.choice(MINOR)) + 12 * int(desk.rng.integers(0, 4))
            desk.put(
                at + desk.rng.uniform(0, 0.03),
                piano,
                key,
                pan=desk.rng.uniform(0.3, 0.7),
                gain=desk.rng.uniform(0.02, 0.2),
            )


def play_plucked(desk: Desk) -> None:
    for at in desk.beats(5.0):
        key = 50 + int(desk.rng.choice(MINOR)) + 12 * int(desk.rng.integers(0, 3))
        desk.put(at, pluck, key, pan=desk.rng.uniform(0.2, 0.8), gain=desk.rng.uniform(0.03, 0.16))


def play_drums(desk: Desk) -> None:
    for n, at in enumerate(desk.beats(8.0)):
        take = int(desk.rng.integers(4))
        if n % 8 == 0 or desk.rng.random() < 0.08:
            desk.put(at, kick, gain=0.5)
        if n % 16 == 8:
            desk.put(at, snare, take, gain=0.35)
            desk.put(at, clap, take, pan=0.45, gain=0.3)
        if n % 16 == 14 and desk.rng.random() < 0.5:
            desk.put(at, rim, pan=0.3, gain=0.4)
        desk.put(at, hat, (60.0, 60.0, 12.0)[n % 3], take, pan=0.65, gain=desk.rng.uniform(0.05, 0.15))
        if n % 128 == 0:
            desk.put(at, crash, pan=0.4, gain=0.15)


def play_band(desk: Desk) -> None:
    play_drums(desk)
    for n, at in enumerate(desk.beats(2.0)):
        root = 40 + MINOR[(n // 4) % 5]
        desk.put(at, chord, root, pan=0.15, gain=0.2)
        desk.put(at + 0.011, chord, root, pan=0.85, gain=0.2)
        desk.put(at, bass, root - 12, 0.5, gain=0.25)
    spectrum = np.fft.rfft(np.tanh(2.2 * desk.out) * 0.75, axis=0)
    spectrum[np.fft.rfftfreq(len(desk.out), 1 / desk.rate_hz) < 5.0] = 0.0  # as capacitors do in what saturates
    desk.out[:] = np.fft.irfft(spectrum, len(desk.out), axis=0)


def play_square_bass(desk: Desk) -> None:
    for n, at in enumerate(desk.beats(4.0)):
        desk.put(at, square, 28 + MINOR[(n // 8) % 6], 0.2, gain=0.3)
        if n % 4 == 0:
            desk.put(at, kick, gain=0.5)
        if n % 3 == 0:
            desk.put(at, saw, 52 + MINOR[n % 7], 0.11, pan=0.7, gain=0.08)


def play_voice(desk: Desk) -> None:
    for n, at in enumerate(desk.beats(1.3)):
        key = 52 + int(desk.rng.choice(MINOR)) + 12 * int(desk.rng.integers(0, 2))
        desk.put(at, voice, key, int(desk.rng.integers(3)), gain=desk.rng.uniform(0.04, 0.12))
        if n % 8 == 0:
            desk.put(at, pad, 45 + MINOR[(n // 8) % 5], pan=0.3, gain=0.04)


def play_ambient(desk: Desk) -> None:
    for n, at in enumerate(desk.beats(0.4, 8.0)):
        desk.put(at, pad, 40 + int(desk.rng.choice(MINOR)) + 12 * (n % 3), pan=desk.rng.uniform(0.2, 0.8), gain=0.012)


def play_bass(desk: Desk) -> None:
    for at in desk.beats(2.0):
        key = 28 + int(desk.rng.choice(MINOR))
        desk.put(at, *((slap, key) if desk.rng.random() < 0.3 else (bass, key, 0.45)), gain=desk.rng.uniform(0.15, 0.4))


def play_gated(desk: Desk) -> None:
    """Electronic: notes cut off at once, rests of digital silence, noise that opens and shuts."""
    for n, at in enumerate(desk.beats(6.0)):
        if (n // 24) % 5 == 4:
            continue
        desk.put(at, square, 40 + MINOR[n % 5], 0.09 if n % 2 else 0.15, gain=0.25)
        if n % 6 == 3:
            desk.put(at, gated_noise, 0.06, gain=0.12)
        if n % 12 == 0:
            desk.put(at, kick, gain=0.5)


def play_chip(desk: Desk) -> None:
    for n, at in enumerate(desk.beats(8.0)):
        desk.put(at, square, 57 + MINOR[(n * 3) % 7], 0.1, pan=0.4, gain=0.12)
        if n % 2 == 0:
            desk.put(at, saw, 33 + MINOR[(n // 8) % 5], 0.2, pan=0.5, gain=0.15)
        if n % 4 == 2:
            desk.put(at, chip_noise, int(desk.rng.choice((2, 4, 8))), 0.05, pan=0.6, gain=0.08)


def play_club(desk: Desk) -> None:
    for n, at in enumerate(desk.beats(8.0)):
        if n % 4 == 0:
            desk.put(at, kick, gain=0.6)
        if n % 8 == 4:
            desk.put(at, clap, int(desk.rng.integers(4)), gain=0.3)
        if n % 4 == 2:
            desk.put(at, hat, 15.0, int(desk.rng.integers(4)), pan=0.6, gain=0.12)
        desk.put(at, sub, 29 + MINOR[(n // 32) % 5], 0.12, gain=0.25)
        if n % 64 == 0:
            desk.put(at, pad, 57 + MINOR[(n // 64) % 5], gain=0.05)


def play_orchestra(desk: Desk) -> None:
    for n, at in enumerate(desk.beats(1.5, 8.0)):
        swell = 0.5 + 0.5 * np.sin(n / 9)
        for k in (0, 7, 12, 16, 24):
            desk.put(
                at + desk.rng.uniform(0, 0.05),
                pad,
                40 + MINOR[(n // 6) % 6] + k,
                pan=0.2 + 0.025 * k,
                gain=0.012 * swell + 0.004,
            )
        if n % 12 == 0:
            desk.put(at, crash, gain=0.06 * swell)
            desk.put(at, kick, gain=0.2 * swell)


def play_mixed(desk: Desk) -> None:
    play_drums(desk)
    play_plucked(desk)
    play_voice(desk)
    desk.out *= 0.6


STYLES: dict[str, tuple[Callable[[Desk], None], float]] = {
    "piano": (play_piano, -78.0),
    "plucked": (play_plucked, -85.0),
    "drums": (play_drums, -80.0),
    "band": (play_band, -70.0),
    "square bass": (play_square_bass, -200.0),
    "voices": (play_voice, -72.0),
    "ambient": (play_ambient, -66.0),
    "bass alone": (play_bass, -80.0),
    "gated": (play_gated, -200.0),
    "chip": (play_chip, -200.0),
    "club": (play_club, -200.0),
    "orchestra": (play_orchestra, -72.0),
    "mixed": (play_mixed, -76.0),
}
"""How each is played, and the level of its room in dBFS; -200 for none."""

FORMATS = ((44_100, 16, 2), (48_000, 24, 2), (96_000, 24, 2), (44_100, 24, 1), (44_100, 24, 2), (48_000, 16, 2))


def compose(piece: Piece) -> Audio:
    """The piece, (n_samples, channels), in exact words of its bits; it starts in its room and fades out to zero."""
    play, room_dbfs = STYLES[piece.style]
    desk = Desk(piece)
    play(desk)
    out = desk.out
    if room_dbfs > -190.0:
        loop = int(7.3 * piece.rate_hz)
        for channel in range(2):
            room = np.resize(desk.noise(loop, 30, 16_000), len(out))
            out[:, channel] += room * 10.0 ** (room_dbfs / 20.0)
    fade = int(2.0 * piece.rate_hz)
    out[-fade:] *= (np.linspace(1.0, 0.0, fade) ** 2)[:, None]
    head = int(0.02 * piece.rate_hz)
    out[:head] *= np.linspace(0.0, 1.0, head)[:, None]
    if piece.seed % 3 == 0:
        # Trimmed to the first note, as many mixes are.
        out = out[int(0.299 * piece.rate_hz) :]
        head = int(0.0005 * piece.rate_hz)
        out[:head] *= np.linspace(0.0, 1.0, head)[:, None]
    if piece.channels == 1:
        out = out.mean(axis=1, keepdims=True)
    out = out * min(1.0, 0.89 / max(np.abs(out).max(), 1e-9))
    return words(out, piece.bits)


def words(audio: Audio, bits: int) -> Audio:
    """Rounded to words of so many bits, within their range."""
    top = 2.0 ** (bits - 1)
    return np.clip(np.round(audio * top), -top, top - 1) / top


def pieces(seconds: float, takes: int, first_seed: int = 1) -> list[Piece]:
    """Every style so many times, in formats that take turns."""
    found = []
    for number, style in enumerate(STYLES):
        for take in range(takes):
            rate_hz, bits, channels = FORMATS[(number + take * 2) % len(FORMATS)]
            found.append(Piece(style, rate_hz, bits, channels, seconds, first_seed + take))
    return found
