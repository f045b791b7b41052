"""Files that were converted up by soft filters, and files that were not."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import scipy.signal
import soundfile

from release.audio.mirror import mirrored_about_hz
from release.audio.probe import probe
from release.audio.scan import scan

Audio = npt.NDArray[np.float64]
SECONDS = 8


def noise(rate_hz: int, seed: int = 1, bass: float = 0.3) -> Audio:
    """Bursts of noise over a low tone, (n, 2)."""
    rng = np.random.default_rng(seed)
    n = SECONDS * rate_hz
    decay = np.exp(-(np.arange(n) % (rate_hz // 2)) / (0.1 * rate_hz))
    tone = np.sin(2 * np.pi * 60.0 * np.arange(n) / rate_hz)
    return np.asarray(0.05 * decay[:, None] * rng.standard_normal((n, 2)) + bass * tone[:, None])


def mirrored(tmp_path: Path, audio: Audio, rate_hz: int) -> float | None:
    path = tmp_path / "sound.wav"
    soundfile.write(path, audio, rate_hz, subtype="PCM_24")
    return scan(path, probe(path)).mirrored_hz


@pytest.mark.parametrize(
    ("old_hz", "up", "down", "rate_hz"),
    [(44_100, 320, 147, 96_000), (44_100, 2, 1, 88_200), (22_050, 2, 1, 44_100), (48_000, 2, 1, 96_000)],
)
def test_the_image_of_a_soft_filter_is_found(tmp_path: Path, old_hz: int, up: int, down: int, rate_hz: int) -> None:
    audio = scipy.signal.resample_poly(noise(old_hz), up, down, axis=0)
    assert mirrored(tmp_path, audio, rate_hz) == old_hz / 2


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs ffmpeg (Debian package ffmpeg)")
def test_what_ffmpeg_converts_by_itself_is_found(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "old.wav", noise(44_100), 44_100, subtype="PCM_24")
    command = [
        "ffmpeg",
        "-v",
        "error",
        "-i",
        tmp_path / "old.wav",
        "-ar",
        "96000",
        "-c:a",
        "pcm_s24le",
        tmp_path / "new.wav",
    ]
    subprocess.run(command, check=True)
    assert scan(tmp_path / "new.wav", probe(tmp_path / "new.wav")).mirrored_hz == 22_050.0


@pytest.mark.parametrize("rate_hz", [44_100, 48_000, 88_200, 96_000])
def test_sound_that_fills_its_rate_has_no_image(tmp_path: Path, rate_hz: int) -> None:
    assert mirrored(tmp_path, noise(rate_hz, seed=2), rate_hz) is None


@pytest.mark.parametrize(
    ("rate_hz", "edge_hz"), [(44_100, 10_500), (44_100, 16_000), (96_000, 21_000), (96_000, 23_000)]
)
def test_a_low_pass_leaves_no_image(tmp_path: Path, rate_hz: int, edge_hz: int) -> None:
    sos = scipy.signal.butter(12, edge_hz, fs=rate_hz, output="sos")
    assert mirrored(tmp_path, scipy.signal.sosfilt(sos, noise(rate_hz, seed=3), axis=0), rate_hz) is None


def test_a_mirror_without_a_fall_is_sound() -> None:
    """Lines that lie alike on both sides, as those of a synthesizer may."""
    power = np.full(8193, 1e-6)
    power[::40] = 1.0
    assert mirrored_about_hz(power, 96_000) is None
