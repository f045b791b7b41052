"""Composes the sample album: six short pieces and a front cover, the same samples every time.

    python sample_project/compose.py [FOLDER]

Writes ``mixes/`` and ``artwork/`` below FOLDER (default: beside this script). The pieces differ as an album's do: quiet and
dense, mono and stereo, 44.1, 48 and 96 kHz, 16 and 24 bits and float, WAV, FLAC and AIFF. Everything is additive synthesis in
plain numpy with fixed seeds; nothing is sampled from anywhere.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import soundfile as sf
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Mono = NDArray[np.float64]
Stereo = NDArray[np.float64]

SCALE = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def pitch(name: str) -> float:
    """Frequency of a note such as ``A4`` or ``F#3``, in Hz."""
    step = SCALE[name[0]] + name.count("#") - name.count("b")
    octave = int(name.strip("ABCDEFG#b"))
    return 440.0 * 2.0 ** ((step + 12 * (octave - 4) - 9) / 12)


class Score:
    """A stereo canvas in seconds; notes are added where they sound."""

    def __init__(self, seconds: float, rate_hz: int, seed: int) -> None:
        self.rate_hz = rate_hz
        self.audio: Stereo = np.zeros((round(seconds * rate_hz), 2))
        self.rng = np.random.default_rng(seed)

    def add(self, at_s: float, sound: Mono, pan: float = 0.5) -> None:
        """Lay a mono sound at a time and a place between left (0) and right (1), at equal power."""
        start = round(at_s * self.rate_hz)
        sound = sound[: max(0, len(self.audio) - start)]
        self.audio[start : start + len(sound), 0] += sound * np.cos(pan * np.pi / 2)
        self.audio[start : start + len(sound), 1] += sound * np.sin(pan * np.pi / 2)

    def time(self, seconds: float) -> Mono:
        """Sample times of a sound of that length."""
        return np.arange(round(seconds * self.rate_hz)) / self.rate_hz

    def piano(self, name: str, seconds: float, level: float) -> Mono:
        """Struck strings: slightly stretched harmonics, the high ones dying first."""
        t, f = self.time(seconds), pitch(name)
        out = np.zeros_like(t)
        for h in range(1, 10):
            partial = f * h * np.sqrt(1 + 0.0004 * h * h)
            if partial < 0.4 * self.rate_hz:
                out += np.sin(2 * np.pi * partial * t + h) * np.exp(-t * (0.7 + 0.55 * h)) / h**1.35
        return level * out * edges(t, 0.004, 0.08)

    def pad(self, name: str, seconds: float, level: float) -> Mono:
        """Slow voices, three of them a little apart."""
        t, f = self.time(seconds), pitch(name)
        out = np.zeros_like(t)
        for detune in (-0.0021, 0.0, 0.0017):
            for h in range(1, 6):
                out += np.sin(2 * np.pi * f * (1 + detune) * h * t + 3.1 * h + 700 * detune) / h**1.9
        return level / 3 * out * edges(t, seconds * 0.35, seconds * 0.4)

    def bass(self, name: str, seconds: float, level: float) -> Mono:
        """A round bass with a second harmonic that speaks on small loudspeakers."""
        t, f = self.time(seconds), pitch(name)
        wave = np.sin(2 * np.pi * f * t) + 0.35 * np.sin(4 * np.pi * f * t) + 0.12 * np.sin(6 * np.pi * f * t)
        return level * wave * np.exp(-t * 1.4) * edges(t, 0.006, 0.05)

    def kick(self, level: float) -> Mono:
        """A falling sine."""
        t = self.time(0.32)
        return (
            level * np.sin(2 * np.pi * (48 * t + 5.2 * (1 - np.exp(-t * 32)))) * np.exp(-t * 11) * edges(t, 0.001, 0.03)
        )

    def snare(self, level: float) -> Mono:
        """Noise over a short tone."""
        t = self.time(0.22)
        noise = self.rng.standard_normal(len(t))
        noise[1:] -= 0.6 * noise[:-1]
        return (
            level
            * (0.5 * noise * np.exp(-t * 24) + 0.6 * np.sin(2 * np.pi * 190 * t) * np.exp(-t * 30))
            * edges(t, 0.001, 0.02)
        )

    def hat(self, level: float) -> Mono:
        """A tick of bright noise."""
        t = self.time(0.06)
        noise = np.diff(self.rng.standard_normal(len(t) + 2), 2)
        return level * 0.4 * noise * np.exp(-t * 90) * edges(t, 0.0005, 0.01)

    def room(self, seconds: float, amount: float) -> None:
        """A small room: every sound with a decorrelated tail of decaying noise."""
        length = round(seconds * self.rate_hz)
        t = np.arange(length) / self.rate_hz
        size = 1 << int(np.ceil(np.log2(len(self.audio) + length)))
        for channel in range(2):
            tail = np.random.default_rng([5, channel]).standard_normal(length) * np.exp(-t * 6.0 / seconds)
            tail = np.convolve(tail, np.ones(12) / 12, mode="same") * edges(t, 0.01, 0.05)
            tail *= amount / np.sqrt(np.sum(tail**2))
            wet = np.fft.irfft(np.fft.rfft(self.audio[:, channel], size) * np.fft.rfft(tail, size), size)
            self.audio[:, channel] += wet[: len(self.audio)]

    def mastered(self, peak: float, fade_out_s: float = 0.0, drive: float = 0.0) -> Stereo:
        """The piece at a peak level, gently saturated by ``drive``, faded out where wanted."""
        out = np.tanh(self.audio * drive) / np.tanh(drive) if drive else self.audio
        if fade_out_s:
            n = round(fade_out_s * self.rate_hz)
            out[-n:] *= (0.5 + 0.5 * np.cos(np.pi * np.arange(1, n + 1) / n))[:, None]
        return np.asarray(out / np.abs(out).max() * peak)


def edges(t: Mono, attack_s: float, release_s: float) -> Mono:
    """Rises and falls in sines, so that nothing clicks."""
    end = t[-1] if len(t) else 0.0
    up = np.sin(np.minimum(t / attack_s, 1.0) * np.pi / 2)
    down = np.sin(np.clip((end - t) / release_s, 0.0, 1.0) * np.pi / 2)
    return np.asarray(up * down)


def slack_water() -> Stereo:
    """Quiet and sparse: piano over pads; it runs straight into the next piece."""
    s = Score(22.0, 96_000, 11)
    bars = (("A3", "E4", "A4", "C5"), ("F3", "C4", "A4", "E5"), ("C4", "G4", "B4", "E5"), ("G3", "D4", "G4", "B4"))
    for bar in range(5):
        chord = bars[bar % 4]
        for n, name in enumerate(chord):
            s.add(bar * 4 + n * 0.75 + 0.02 * n, s.piano(name, 5.0, 0.16 - 0.015 * n), 0.32 + 0.12 * n)
        s.add(bar * 4, s.pad(chord[0], 5.5, 0.05), 0.42)
        s.add(bar * 4 + 0.5, s.pad(chord[2], 5.0, 0.035), 0.62)
    s.room(1.2, 0.35)
    return s.mastered(0.32)


def ferry_road() -> Stereo:
    """A walking pace: bass, piano and light drums. Starts on its first sample, because it continues the piece before."""
    s = Score(25.0, 44_100, 22)
    beat = 60 / 92
    roots = ("A2", "F2", "C3", "G2")
    top = ("A4", "C5", "E5", "B4", "G4", "E4", "D5", "C5")
    for n in range(int(24 / beat)):
        at, root = n * beat, roots[(n // 4) % 4]
        s.add(at, s.bass(root, beat * 0.95, 0.30 if n % 4 == 0 else 0.2), 0.5)
        s.add(at, s.kick(0.34) if n % 2 == 0 else s.snare(0.14), 0.5 if n % 2 == 0 else 0.46)
        s.add(at + beat / 2, s.hat(0.10), 0.68)
        if n % 2 == 0:
            s.add(at, s.piano(top[(n // 2) % 8], beat * 3, 0.15), 0.36)
            s.add(at, s.piano(root[0] + "4", beat * 3, 0.09), 0.64)
    s.room(0.7, 0.22)
    return s.mastered(0.8, drive=0.8)


def engine_order() -> Stereo:
    """Dense and loud: four to the floor, pads and a running bass, saturated."""
    s = Score(23.0, 48_000, 33)
    beat = 60 / 126
    riff = ("A2", "A2", "C3", "A2", "G2", "A2", "E3", "D3")
    for n in range(int(22.4 / beat)):
        at = n * beat
        s.add(at, s.kick(0.62), 0.5)
        if n % 2:
            s.add(at, s.snare(0.3), 0.52)
        for half in (0.0, 0.5):
            s.add(at + half * beat, s.bass(riff[(2 * n + int(half * 2)) % 8], beat * 0.48, 0.3), 0.5)
        s.add(at + beat / 2, s.hat(0.2), 0.7)
        s.add(at + beat / 4, s.hat(0.1), 0.3)
        if n % 8 == 0:
            for name, pan in (("A3", 0.25), ("C4", 0.75), ("E4", 0.4), ("G4", 0.6)):
                s.add(at, s.pad(name, beat * 8, 0.16), pan)
        if n % 4 == 3:
            s.add(at, s.piano("E5", beat * 2, 0.14), 0.8)
    s.room(0.5, 0.15)
    return s.mastered(0.94, fade_out_s=3.0, drive=2.6)


def postcard() -> Stereo:
    """One microphone: a music box, mono as such recordings are."""
    s = Score(20.0, 44_100, 44)
    tune = ["E5", "G5", "C6", "B5", "G5", "E5", "D5", "F5", "A5", "G5", "E5", "C5", "D5", "E5", "C5", "G4"]
    for n in range(30):
        s.add(0.35 + n * 0.6, s.piano(tune[n % 16], 2.4, 0.3), 0.5)
        if n % 4 == 0:
            s.add(0.35 + n * 0.6, s.piano(("C4", "G3", "A3", "F3")[(n // 4) % 4], 3.0, 0.2), 0.5)
    s.room(0.9, 0.2)
    return s.mastered(0.6, fade_out_s=2.5)[:, :1]


def lamplight() -> Stereo:
    """A short bridge of wide pads, above full scale in places, as a float mix may be."""
    s = Score(8.0, 44_100, 55)
    for name, pan in (("D3", 0.5), ("A3", 0.15), ("F4", 0.85), ("C5", 0.3), ("E5", 0.7)):
        s.add(0.0, s.pad(name, 8.0, 0.4), pan)
    s.room(1.5, 0.4)
    return s.mastered(1.12)


def home_light() -> Stereo:
    """The end: the first chords again, warmer, with a long fade."""
    s = Score(24.0, 44_100, 66)
    bars = (("D3", "A3", "F4", "A4"), ("Bb2", "F3", "D4", "F4"), ("F3", "C4", "A4", "C5"), ("C3", "G3", "E4", "G4"))
    for bar in range(6):
        chord = bars[bar % 4]
        s.add(bar * 4, s.bass(chord[0], 3.8, 0.22), 0.5)
        for n, name in enumerate(chord):
            s.add(bar * 4 + n * 0.5, s.piano(name, 4.5, 0.2), 0.3 + 0.13 * n)
            s.add(bar * 4 + 2 + n * 0.25, s.piano(name, 3.0, 0.11), 0.7 - 0.13 * n)
        s.add(bar * 4, s.pad(chord[1], 5.0, 0.07), 0.35)
        s.add(bar * 4, s.pad(chord[3], 5.0, 0.06), 0.65)
    s.room(1.1, 0.3)
    return s.mastered(0.55, fade_out_s=5.0)


def words(audio: Stereo, bits: int) -> NDArray[np.int32]:
    """Rounded to words of that length, at the top of 32 bits as the file library wants them."""
    full = float(1 << (bits - 1))
    return (np.clip(np.rint(audio * full), -full, full - 1).astype(np.int64) << (32 - bits)).astype(np.int32)


PIECES: Sequence[tuple[str, object, int, str, str | None]] = (
    ("slack-water.flac", slack_water, 96_000, "PCM_24", None),
    ("ferry-road.flac", ferry_road, 44_100, "PCM_16", None),
    ("engine-order.flac", engine_order, 48_000, "PCM_16", None),
    ("postcard.aiff", postcard, 44_100, "PCM_16", None),
    ("lamplight.wav", lamplight, 44_100, "FLOAT", None),
    ("home-light.flac", home_light, 44_100, "PCM_24", None),
)


def cover(path: Path) -> None:
    """Front cover: a harbour at night, 3000 x 3000."""
    size = 3000
    image = Image.new("RGB", (size, size))
    draw = ImageDraw.Draw(image)
    for y in range(0, size, 10):
        t = y / size
        draw.rectangle((0, y, size, y + 10), fill=(int(12 + 52 * t), int(22 + 62 * t), int(54 + 66 * t)))
    draw.ellipse((2030, 420, 2450, 840), fill=(244, 232, 196))
    draw.rectangle((0, 2060, size, size), fill=(10, 18, 40))
    rng = np.random.default_rng(7)
    for n in range(46):
        y = 2080 + n * 20
        width = int(rng.integers(60, 420) * (1 - n / 70))
        x = 2240 + int(rng.integers(-140, 140))
        draw.rectangle((x - width // 2, y, x + width // 2, y + 6), fill=(198, 186, 156))
    draw.polygon([(620, 2060), (1540, 2060), (1440, 2230), (720, 2230)], fill=(26, 32, 52))
    draw.rectangle((860, 1880, 1300, 2060), fill=(48, 56, 82))
    for x in range(890, 1290, 80):
        draw.rectangle((x, 1930, x + 44, 1990), fill=(255, 214, 132))
    draw.rectangle((1040, 1700, 1120, 1880), fill=(70, 44, 44))
    image.save(path, "PNG", optimize=True)


def main() -> None:
    """Write everything."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    (folder / "mixes").mkdir(parents=True, exist_ok=True)
    (folder / "artwork").mkdir(exist_ok=True)
    for name, piece, rate_hz, subtype, _ in PIECES:
        audio = piece()  # type: ignore[operator]
        path = folder / "mixes" / name
        if subtype == "FLOAT":
            sf.write(path, audio.astype(np.float32), rate_hz, subtype=subtype)
            strip_peak_chunk(path)
        else:
            sf.write(path, words(audio, int(subtype[-2:])), rate_hz, subtype=subtype)
        peak = 20 * np.log10(np.abs(audio).max())
        print(
            f"{path.name}: {len(audio) / rate_hz:.1f} s, {rate_hz} Hz, {subtype}, {audio.shape[1]} ch, peak {peak:.2f} dBFS"
        )
    cover(folder / "artwork" / "front.png")


def strip_peak_chunk(path: Path) -> None:
    """Set the time stamp that libsndfile puts into a float file's PEAK chunk to zero: the same file every time."""
    data = bytearray(path.read_bytes())
    at = data.find(b"PEAK")
    if 0 < at < 200:
        data[at + 12 : at + 16] = bytes(4)
        path.write_bytes(data)


if __name__ == "__main__":
    main()
