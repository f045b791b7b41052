"""An album of seven short tracks: three alike, and one each that is too loud, too bright, too wide, too peaky."""

from __future__ import annotations

import numpy as np
import soundfile

RATE = 44_100
SECONDS = 7
MANIFEST = """\
version: 1
release: {{title: Beside, artist: Each Other, label: L, catalogue_number: L1}}
sequence: {{gap: 1 s}}
tracks:
{tracks}
targets:
  streaming: {{files: [wav, flac], bit_depth: 24, {level}}}
"""
NAMES = ("one", "two", "three", "loud", "bright", "wide", "peaky")


def pink(seed):
    rng = np.random.default_rng(seed)
    n = RATE * SECONDS
    spectrum = np.fft.rfft(rng.standard_normal((n, 2)), axis=0)
    frequency = np.fft.rfftfreq(n, 1 / RATE)
    spectrum[1:] /= np.sqrt(frequency[1:])[:, np.newaxis]
    spectrum[frequency < 25.0] = 0.0
    return spectrum, frequency


def line(seed, *, lift_db=0.0, side_db=-8.0, level=0.05, hits=1.0):
    spectrum, frequency = pink(seed)
    spectrum *= (10 ** (lift_db / 20 / (1 + (3_000.0 / np.maximum(frequency, 1.0)) ** 4)))[:, np.newaxis]
    middle, side = np.fft.irfft(spectrum, axis=0).T
    middle /= middle.std()
    side *= 10 ** (side_db / 20) / side.std()
    audio = np.stack([middle + side, middle - side], axis=1) * level
    for start in range(RATE // 4, len(audio) - RATE // 4, RATE // 2):
        shape = np.ones(len(audio[start : start + 1_300]))
        shape += (hits - 1.0) * np.hanning(len(shape))
        audio[start : start + 1_300] *= shape[:, np.newaxis]
    return audio


def write_album(folder, level="level: {match: album, loudness: -20 LUFS}", chain=""):
    """The sources and the manifest; its path."""
    (folder / "mixes").mkdir(parents=True, exist_ok=True)
    made = {
        "one": line(1),
        "two": line(2, level=0.045, side_db=-8.5),
        "three": line(3, level=0.055, side_db=-7.5, lift_db=0.5),
        "loud": line(4, level=0.11),
        "bright": line(5, lift_db=9.0, level=0.04),
        "wide": line(6, side_db=-0.5, level=0.042),
        "peaky": line(7, hits=4.0, level=0.047),
    }
    for name, audio in made.items():
        soundfile.write(folder / "mixes" / f"{name}.wav", audio, RATE, subtype="PCM_24")
    tracks = "\n".join(
        f"  - id: {name}\n    title: {name.title()}\n    source: mixes/{name}.wav"
        + (f"\n{chain}" if chain and name == "bright" else "")
        for name in NAMES
    )
    path = folder / "project.yaml"
    path.write_text(MANIFEST.format(tracks=tracks, level=level))
    return path
