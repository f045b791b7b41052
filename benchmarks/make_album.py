#!/usr/bin/env python3
"""Compose the album that the benchmarks run on: the same samples every time.

    python benchmarks/make_album.py FOLDER [--tracks 12] [--seconds 240] [--rate 96000] [--bits 24]

Every track is a small arrangement (chords, bass, plucked figure, drums, breath noise) in its own key, tempo, density and
level, with quiet and loud sections, like unmastered mixes: peaks between -5 and -0.5 dBFS, loudness from about -21 to -12
LUFS. So level matching has to move them, a limiter has to work, and encoders meet harmonics, noise and transients.
"""

from __future__ import annotations

import argparse
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

PROGRESSIONS = ((0, 9, 5, 7), (0, 5, 9, 7), (9, 5, 0, 7), (0, 4, 9, 5))
"""Chord roots in half tones above the key."""
SECTIONS = ((0.0, 0.2), (0.06, 0.45), (0.2, 0.8), (0.45, 1.0), (0.55, 0.35), (0.65, 1.0), (0.93, 0.9), (1.0, 0.0))
"""(share of the length, level): intro, verses, bridge, ending."""
BLOCK = 1 << 20


class Song:
    """One track while it is being composed: stereo single precision, notes added where they belong."""

    def __init__(self, number: int, rate_hz: int, seconds: float) -> None:
        self.dice = np.random.default_rng([1706, number])
        self.rate_hz = rate_hz
        self.n_samples = round(seconds * rate_hz)
        self.audio = np.zeros((self.n_samples, 2), np.float32)
        self.beat = round(rate_hz * 60 / self.dice.uniform(72, 144))
        self.key_hz = 55.0 * 2.0 ** (int(self.dice.integers(12)) / 12)
        self.chords = PROGRESSIONS[int(self.dice.integers(len(PROGRESSIONS)))]
        self._tones: dict[tuple[str, int], Floats] = {}

    def add(self, at: int, sound: Floats, level: float, pan: float) -> None:
        """Mix a mono sound in from sample ``at`` on; ``pan`` 0 is left, 1 right."""
        part = sound[: max(self.n_samples - at, 0)]
        self.audio[at : at + len(part), 0] += part * np.float32(level * np.cos(pan * np.pi / 2))
        self.audio[at : at + len(part), 1] += part * np.float32(level * np.sin(pan * np.pi / 2))

    def tone(self, voice: str, half_tones: int) -> Floats:
        """A note of a voice, made once for each pitch."""
        if (voice, half_tones) not in self._tones:
            self._tones[voice, half_tones] = self._make_tone(voice, half_tones)
        return self._tones[voice, half_tones]

    def _make_tone(self, voice: str, half_tones: int) -> Floats:
        beats, partials, slope, attack_s, decay = {
            "chord": (4.5, 8, 1.3, 0.15, 0.5),
            "bass": (1.0, 10, 1.1, 0.01, 2.5),
            "pluck": (2.0, 14, 1.2, 0.002, 5.0),
        }[voice]
        time = np.arange(round(beats * self.beat)) / self.rate_hz
        frequency = self.key_hz * 2.0 ** (half_tones / 12)
        tone = np.zeros(len(time))
        for n in range(1, partials + 1):
            pitch = frequency * n * (1.0 + 0.0004 * n)
            if pitch < 0.45 * self.rate_hz:
                tone += (
                    np.sin(2 * np.pi * (pitch * time + self.dice.random())) * np.exp(-time * decay * n**0.5) / n**slope
                )
        edge = np.minimum(np.minimum(time / attack_s, (time[-1] - time) / 0.02), 1.0)
        return (tone * edge).astype(np.float32)


def pink(dice: np.random.Generator, n_samples: int, rate_hz: int) -> Floats:
    """Noise falling by 3 dB an octave from 40 Hz to 16 kHz, from overlapping windows of random phase."""
    size = 1 << 16
    bins = np.fft.rfftfreq(size, 1 / rate_hz)
    shape = np.where((bins > 40) & (bins < 16_000), 1 / np.sqrt(np.maximum(bins, 1)), 0)
    window = np.sin(np.pi * (np.arange(size) + 0.5) / size).astype(np.float32)
    out = np.zeros(n_samples + 2 * size, np.float32)
    for at in range(0, n_samples + size // 2, size // 2):
        noise = np.fft.irfft(shape * np.exp(2j * np.pi * dice.random(len(bins))))
        out[at : at + size] += (noise / noise.std()).astype(np.float32) * window
    return out[size // 2 : size // 2 + n_samples]


def add_harmony(song: Song) -> None:
    """Chords over four beats with a bass under them, and a plucked figure above."""
    figure = song.dice.permutation([0, 4, 7, 12, 16, 19, 7, 12])
    density = song.dice.uniform(0.5, 1.0)
    for bar, at in enumerate(range(0, song.n_samples, 4 * song.beat)):
        root = song.chords[bar % 4]
        for step, pan in zip((12, 16, 19, 26), (0.2, 0.8, 0.35, 0.65), strict=True):
            song.add(at, song.tone("chord", root + step), 0.05, pan)
        for eighth in range(8):
            when = at + eighth * song.beat // 2
            if eighth % 3 == 0:
                song.add(when, song.tone("bass", root), 0.12, 0.5)
            if song.dice.random() < density:
                pan = float(song.dice.uniform(0.1, 0.9))
                song.add(when, song.tone("pluck", root + 24 + int(figure[eighth])), song.dice.uniform(0.03, 0.1), pan)


def add_drums(song: Song) -> None:
    """Kick on one and three, snare on two and four, hats between."""
    time = np.arange(round(0.3 * song.rate_hz)) / song.rate_hz
    kick = (np.sin(2 * np.pi * (48 * time + 5 * (1 - np.exp(-time * 35)))) * np.exp(-time * 13)).astype(np.float32)
    noise = song.dice.standard_normal((8, len(time))).astype(np.float32)
    snare = noise * np.exp(-time * 28).astype(np.float32) + 0.5 * kick
    hat = np.diff(noise, axis=1, append=0) * np.exp(-time * 70).astype(np.float32)
    weight = song.dice.uniform(0.4, 1.0)
    for count, at in enumerate(range(0, song.n_samples, song.beat)):
        if count % 2 == 0:
            song.add(at, kick, 0.55 * weight, 0.5)
        else:
            song.add(at, snare[count % 8], song.dice.uniform(0.10, 0.16) * weight, 0.45)
        song.add(at + song.beat // 2, hat[(count * 3) % 8], song.dice.uniform(0.02, 0.05) * weight, 0.62)


def add_breath(song: Song) -> None:
    """Pink noise that swells with the bars, mostly common to both channels."""
    swell = 0.4 + 0.6 * np.abs(np.sin(np.arange(song.n_samples, dtype=np.float32) * (np.pi / (8 * song.beat))))
    shared = pink(song.dice, song.n_samples, song.rate_hz)
    for channel in range(2):
        own = pink(song.dice, song.n_samples, song.rate_hz)
        song.audio[:, channel] += 0.012 * swell * (shared + 0.7 * own)


def compose(number: int, rate_hz: int, seconds: float) -> Floats:
    """Track ``number``, (n_samples, 2), full scale ±1.0."""
    song = Song(number, rate_hz, seconds)
    add_harmony(song)
    add_drums(song)
    add_breath(song)
    places, levels = zip(*SECTIONS, strict=True)
    form = np.interp(np.linspace(0, 1, song.n_samples), places, levels).astype(np.float32)
    audio = song.audio
    audio *= form[:, None]
    audio *= np.float32(song.dice.uniform(1.5, 3.5))
    np.tanh(audio, out=audio)  # a mix bus that is pushed a little
    audio *= np.float32(10 ** (song.dice.uniform(-5.0, -0.5) / 20) / np.abs(audio).max())
    return audio


def write_wav(path: Path, audio: Floats, rate_hz: int, bits: int) -> None:
    """Plain PCM, header written here so that nothing of what is measured takes part."""
    step = 2 * bits // 8
    body = len(audio) * step
    form = struct.pack("<HHIIHH", 1, 2, rate_hz, rate_hz * step, step, bits)
    with path.open("wb") as file:
        file.write(b"RIFF" + struct.pack("<I", 28 + body + 8) + b"WAVEfmt " + struct.pack("<I", 16) + form)
        file.write(b"data" + struct.pack("<I", body))
        for at in range(0, len(audio), BLOCK):
            top = 2 ** (bits - 1)
            codes = np.clip(np.rint(audio[at : at + BLOCK].astype(np.float64) * top), -top, top - 1).astype("<i4")
            octets = np.ascontiguousarray(codes).view(np.uint8).reshape(-1, 4)
            file.write(np.ascontiguousarray(octets[:, : bits // 8]).tobytes())


def make_album(folder: Path, *, tracks: int, seconds: float, rate_hz: int, bits: int) -> list[Path]:
    """Write the tracks that are not there yet; a folder holds one album of one shape only."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{number:02d}.wav" for number in range(1, tracks + 1)]
    size = 44 + round(seconds * rate_hz) * 2 * bits // 8
    for number, path in enumerate(paths, 1):
        if not path.exists() or path.stat().st_size != size:
            write_wav(path, compose(number, rate_hz, seconds), rate_hz, bits)
            print(f"composed {path}", flush=True)
    return paths


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tracks", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=240.0)
    parser.add_argument("--rate", type=int, default=96_000)
    parser.add_argument("--bits", type=int, default=24, choices=(16, 24))
    wish = parser.parse_args()
    make_album(wish.folder, tracks=wish.tracks, seconds=wish.seconds, rate_hz=wish.rate, bits=wish.bits)


if __name__ == "__main__":
    main()
