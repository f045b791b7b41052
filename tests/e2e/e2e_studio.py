"""A small studio for end-to-end tests: synthesized mixes, manifests as dictionaries, builds, and readers that are not ours."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import yaml

from release.operations.build import BuildResult, build_project

ARTIST = "The Harbour Lights"
FULL_SCALE = {16: 1 << 15, 24: 1 << 23}


def needs(*programs: str) -> pytest.MarkDecorator:
    """Skip where a program is missing, naming its Debian package."""
    packages = {"metaflac": "flac", "ffprobe": "ffmpeg"}
    missing = [p for p in programs if shutil.which(p) is None]
    words = ", ".join(f"{p} (Debian package {packages.get(p, p)})" for p in missing)
    return pytest.mark.skipif(bool(missing), reason=f"needs {words}")


def music(seconds: float, rate_hz: int, seed: int, *, peak: float = 0.5, channels: int = 2) -> np.ndarray:
    """Something that sounds: two tones that beat, with noise, in an envelope that starts and ends inside sound."""
    n = round(seconds * rate_hz)
    t = np.arange(n) / rate_hz
    rng = np.random.default_rng(seed)
    sides = []
    for side in range(channels):
        pitch = 110.0 * (1 + seed % 5) * (1.0 + 0.003 * side)
        tone = np.sin(2 * np.pi * pitch * t + side) + 0.5 * np.sin(2 * np.pi * 2.51 * pitch * t)
        swell = 0.6 + 0.4 * np.sin(2 * np.pi * 0.7 * t + seed)
        sides.append((tone + 0.6 * _noise(n, rate_hz, rng)) * swell)
    audio = np.stack(sides, axis=1)
    return audio * (peak / np.abs(audio).max()) if n else audio


def _noise(n: int, rate_hz: int, rng: np.random.Generator) -> np.ndarray:
    """Noise up to 8 kHz: codecs keep it, and loudness meters agree on it at every rate."""
    spectrum = np.fft.rfft(rng.standard_normal(n))
    spectrum[np.fft.rfftfreq(n, 1 / rate_hz) > 8_000.0] = 0.0
    return np.fft.irfft(spectrum, n) if n > 1 else np.zeros(n)


def on_grid(audio: np.ndarray, bits: int) -> np.ndarray:
    """The nearest values that words of ``bits`` can hold."""
    scale = float(1 << (bits - 1))
    return np.clip(np.rint(audio * scale), -scale, scale - 1) / scale


def ints(audio: np.ndarray, bits: int) -> np.ndarray:
    """Codes of audio that lies on the grid; anything else is a fault of the test."""
    codes = audio * float(1 << (bits - 1))
    assert np.array_equal(codes, np.rint(codes)), "not on the grid"
    return codes.astype(np.int64)


SUBTYPES = {8: "PCM_U8", 16: "PCM_16", 24: "PCM_24", 32: "PCM_32", "float": "FLOAT", "double": "DOUBLE"}


@dataclass
class Studio:
    """A folder with sources and one manifest."""

    folder: Path
    manifest: dict[str, Any] = field(default_factory=dict)

    def record(self, name: str, audio: np.ndarray, rate_hz: int, bits: int | str = 24) -> np.ndarray:
        """Write a source; returns its samples exactly as the file holds them."""
        path = self.folder / "mixes" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        audio = audio if audio.ndim == 2 else audio[:, None]
        if isinstance(bits, int):
            audio = on_grid(audio, bits)
            codes = (audio * float(1 << 31)).astype(np.int64).clip(-(1 << 31), (1 << 31) - 1).astype(np.int32)
            subtype = "PCM_S8" if bits == 8 and path.suffix in (".flac", ".aiff") else SUBTYPES[bits]
            soundfile.write(path, codes, rate_hz, subtype)
        else:
            audio = audio.astype(np.float32 if bits == "float" else np.float64)
            soundfile.write(path, audio, rate_hz, SUBTYPES[bits])
        return audio.astype(np.float64)

    def write(self, **manifest: Any) -> Path:
        """Write ``project.yaml``."""
        self.manifest = {"version": 1, "release": release(), **manifest}
        path = self.folder / "project.yaml"
        path.write_text(yaml.safe_dump(self.manifest, sort_keys=False, allow_unicode=True), encoding="utf-8")
        return path

    def change(self, **manifest: Any) -> Path:
        """Write the manifest again with some top-level keys changed."""
        return self.write(**{**self.manifest, **manifest})

    def build(self, **options: Any) -> Built:
        """Build into ``build/``."""
        options.setdefault("jobs", 1)
        result = build_project(self.folder / "project.yaml", **options)
        return Built(result.output, result)


@dataclass
class Built:
    """A build folder, read without our own code."""

    folder: Path
    result: BuildResult

    @property
    def record(self) -> dict[str, Any]:
        """``release.json`` as it lies on disk."""
        return json.loads((self.folder / "release.json").read_bytes())

    def files(self, under: str = "") -> list[Path]:
        """Files below a folder of the build, sorted by path."""
        return sorted(p for p in (self.folder / under).rglob("*") if p.is_file())

    def ran(self, word: str = "") -> list[str]:
        """Steps that ran whose id has a word in it."""
        return [s for s in self.result.ran if word in s]

    def gains(self, target: str) -> dict[str, float]:
        """Level gain of each track."""
        return {g["track"]: g["gain_db"] for g in self.record["targets"][target]["gains"]}

    def codes(self, target: str, fmt: str = "flac", bits: int = 24) -> list[np.ndarray]:
        """Words of each track file in order, right-justified."""
        suffix = {"flac": ".flac", "wav": ".wav", "aiff": ".aiff"}[fmt]
        return [read_codes(p, bits) for p in self.files(f"{target}/{fmt}") if p.suffix == suffix]

    def programme(self, target: str, fmt: str = "flac", bits: int = 24) -> np.ndarray:
        """All track files of a target, one after the other."""
        return np.concatenate(self.codes(target, fmt, bits))


def read_codes(path: Path, bits: int) -> np.ndarray:
    """Words of a lossless file by libsndfile, right-justified int64."""
    with soundfile.SoundFile(path) as file:
        assert file.subtype == SUBTYPES[bits], f"{path} holds {file.subtype}"
        data = file.read(dtype="int32", always_2d=True).astype(np.int64)
    return data >> (32 - bits)


def ffmpeg_audio(path: Path, *, fmt: str = "f64le", channels: int = 2) -> np.ndarray:
    """Decode with ffmpeg to float64 or int32 at the file's own rate."""
    codec = {"f64le": "pcm_f64le", "s32le": "pcm_s32le"}[fmt]
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-map", "0:a", "-c:a", codec, "-f", fmt, "-"]
    data = subprocess.run(command, capture_output=True, check=True).stdout
    return np.frombuffer(data, np.float64 if fmt == "f64le" else np.int32).reshape(-1, channels)


def release(**more: Any) -> dict[str, Any]:
    """Release keys that satisfy every check."""
    return {
        "title": "Night Ferry",
        "artist": ARTIST,
        "label": "Lowtide Records",
        "catalogue_number": "LTR014",
        "barcode": "4006381333931",
        "release_date": "2026-12-04",
        **more,
    }


def track(number: int, source: str, **more: Any) -> dict[str, Any]:
    """A track with everything that has to be there."""
    return {
        "id": f"t{number}",
        "title": f"Piece {number}",
        "source": f"mixes/{source}",
        "isrc": f"GBLTR26{number:05}",
        **more,
    }


def lay(total: int, *clips: tuple[int, np.ndarray]) -> np.ndarray:
    """The reference renderer: clips added where they stand, zeros elsewhere; mono becomes two equal channels."""
    out = np.zeros((total, 2))
    for position, audio in clips:
        out[position : position + len(audio)] += audio if audio.shape[1] == 2 else np.repeat(audio, 2, axis=1)
    return out


def ramp(n: int, curve: str) -> np.ndarray:
    """Gains of a rising fade of ``n`` samples, from the formulas of the manifest."""
    t = np.linspace(0.0, 1.0, n)
    if curve == "s-curve":
        return (1.0 - np.cos(np.pi * t)) / 2.0
    if curve == "linear":
        return t
    if curve == "equal-power":
        return np.sin(np.pi * t / 2.0)
    raise ValueError(curve)
