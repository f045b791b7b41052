"""What other programs make of the same damaged sound: ffmpeg's and SoX's repairs, fed with floating point."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

Audio = np.ndarray
MOST_LAG = 8192


def has(program: str) -> bool:
    return shutil.which(program) is not None


def decode(path: Path, start_s: float, seconds: float) -> tuple[Audio, int] | None:
    """A part of a sound file in stereo at its own rate, by ffmpeg; None where it is shorter."""
    asked = ["ffprobe", "-v", "error", "-select_streams", "a", "-show_entries", "stream=sample_rate", "-of", "csv=p=0"]
    words = subprocess.run([*asked, str(path)], capture_output=True, text=True, check=False).stdout.split()
    if not words:
        return None
    part = ["-ss", str(start_s), "-t", str(seconds), "-i", str(path), "-ac", "2", "-f", "f64le", "-"]
    raw = subprocess.run(["ffmpeg", "-v", "error", *part], capture_output=True, check=True).stdout
    audio, rate_hz = np.frombuffer(raw).reshape(-1, 2), int(words[0].strip(","))
    return (audio, rate_hz) if len(audio) >= round(seconds * rate_hz) - 1 else None


def ffmpeg(chain: str) -> Callable[[Audio, int], tuple[Audio, float]]:
    """A chain of ffmpeg's filters as a function: sound and rate in, sound and CPU seconds out."""

    def apply(audio: Audio, rate_hz: int) -> tuple[Audio, float]:
        form = ["-f", "f64le", "-ar", str(rate_hz), "-ac", "2"]
        words = ["ffmpeg", "-v", "error", *form, "-i", "-", "-af", chain, *form, "-"]
        done, cpu_s = timed(words, audio.astype("<f8").tobytes())
        return aligned(np.frombuffer(done).reshape(-1, 2), audio), cpu_s

    return apply


def sox_noise_reduction(noise: Audio, amount: float) -> Callable[[Audio, int], tuple[Audio, float]]:
    """SoX's noisered with a profile of some noise."""

    def apply(audio: Audio, rate_hz: int) -> tuple[Audio, float]:
        form = ["-t", "f64", "-r", str(rate_hz), "-c", "2"]
        with TemporaryDirectory() as folder:
            profile = str(Path(folder) / "profile")
            timed(["sox", *form, "-", "-n", "noiseprof", profile], noise.astype("<f8").tobytes())
            words = ["sox", *form, "-", *form, "-", "noisered", profile, str(amount)]
            done, cpu_s = timed(words, audio.astype("<f8").tobytes())
        return aligned(np.frombuffer(done).reshape(-1, 2), audio), cpu_s

    return apply


def timed(words: list[str], data: bytes) -> tuple[bytes, float]:
    """Output of a program and the CPU seconds that it took."""
    before = time.process_time(), _children_s()
    done = subprocess.run(words, input=data, capture_output=True, check=True).stdout
    return done, _children_s() - before[1]


def _children_s() -> float:
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def aligned(out: Audio, audio: Audio) -> Audio:
    """The output without the delay that a program leaves in it, at the length of what went in."""
    n = min(len(out), len(audio))
    size = 1 << (2 * n - 1).bit_length()
    spectra = [np.fft.rfft(x[:n].sum(axis=1), size) for x in (out, audio)]
    likeness = np.fft.irfft(spectra[0] * spectra[1].conj(), size)
    lag = int(np.argmax(likeness[:MOST_LAG]))
    return np.pad(out[lag:], ((0, max(len(audio) - len(out) + lag, 0)), (0, 0)))[: len(audio)]
