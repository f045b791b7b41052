"""Music-like material made in code, and the outside programs that judge what was encoded."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

RATE_HZ = 44_100


def needs(program: str, package: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"needs {program} (Debian package {package})")


def run(*arguments: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([str(argument) for argument in arguments], capture_output=True, check=False, timeout=120)


def make_music(rate_hz: int, seconds: float, seed: int = 1) -> np.ndarray:
    """Plucked notes with overtones and noisy attacks, placed in the stereo field; (n, 2) float64."""
    rng = np.random.default_rng(seed)
    n_samples = round(rate_hz * seconds)
    music = np.zeros((n_samples, 2))
    for start in range(0, n_samples, rate_hz // 4):
        time_s = np.arange(min(rate_hz, n_samples - start)) / rate_hz
        pitch_hz = 110 * 2 ** (rng.integers(0, 24) / 12)
        note = sum(
            np.sin(2 * np.pi * pitch_hz * h * time_s) / h**1.3 for h in range(1, 18) if pitch_hz * h < rate_hz / 2.2
        )
        note = note * np.exp(-3 * time_s) * 0.12
        place = rng.uniform(0.2, 0.8)
        music[start : start + len(time_s)] += note[:, None] * [place, 1 - place]
        attack = rng.standard_normal((min(1500, n_samples - start), 2)) * 0.05
        music[start : start + len(attack)] += attack * np.exp(-np.arange(len(attack)) / 300)[:, None]
    return music


def blocks_of(samples: np.ndarray, size: int) -> list[np.ndarray]:
    return [samples[at : at + size] for at in range(0, len(samples), size)]


def to_ints(samples: np.ndarray, bit_depth: int) -> np.ndarray:
    full_scale = 2 ** (bit_depth - 1)
    return np.clip(np.rint(samples * full_scale), -full_scale, full_scale - 1).astype(np.int32)


def to_bytes(ints: np.ndarray, bit_depth: int) -> bytes:
    octets = np.ascontiguousarray(ints, dtype="<i4").view(np.uint8).reshape(-1, 4)
    return octets[:, : bit_depth // 8].tobytes()


def ffmpeg_floats(path: Path, channels: int = 2) -> np.ndarray:
    done = run("ffmpeg", "-v", "error", "-i", path, "-f", "f32le", "-")
    assert done.returncode == 0, done.stderr
    return np.frombuffer(done.stdout, "<f4").reshape(-1, channels)
