"""Meters that are not ours: ffmpeg's ebur128, pyloudnorm's filters with one gate over many files, FFT true peak."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np


def ffmpeg_loudness(path: Path) -> tuple[float, float]:
    """Integrated LUFS and true peak in dBTP of a file, as ffmpeg reads them."""
    command = ["ffmpeg", "-hide_banner", "-nostats", "-i", str(path), "-af", "ebur128=peak=true", "-f", "null", "-"]
    text = subprocess.run(command, capture_output=True, check=True, text=True).stderr
    summary = text[text.rindex("Summary:") :]
    loudness = re.search(r"I:\s+(-?[\d.]+|-?inf) LUFS", summary)
    peak = re.search(r"Peak:\s+(-?[\d.]+|-?inf) dBFS", summary)
    assert loudness
    assert peak
    return float(loudness[1]), float(peak[1])


def ffmpeg_loudness_and_range(path: Path) -> tuple[float, float]:
    """Integrated LUFS and range in LU of a file, as ffmpeg reads them."""
    command = ["ffmpeg", "-hide_banner", "-nostats", "-i", str(path), "-af", "ebur128", "-f", "null", "-"]
    text = subprocess.run(command, capture_output=True, check=True, text=True).stderr
    summary = text[text.rindex("Summary:") :]
    loudness, span = (re.search(rf"{word}:\s+(-?[\d.]+) LU", summary) for word in ("I", "LRA"))
    assert loudness
    assert span
    return float(loudness[1]), float(span[1])


def block_powers(audio: np.ndarray, rate_hz: int) -> np.ndarray:
    """Weighted power of every 400 ms block, 100 ms apart (BS.1770), through pyloudnorm's exact filters (its default ones lie 0.05 LU low)."""
    import pyloudnorm
    from scipy import signal

    weighted = audio
    for stage in pyloudnorm.Meter(rate_hz, filter_class="DeMan")._filters.values():
        weighted = signal.lfilter(stage.b, stage.a, weighted, axis=0)
    hop = rate_hz // 10
    tenths = weighted[: len(weighted) // hop * hop].reshape(-1, hop, weighted.shape[1])
    power = (tenths**2).mean(axis=1).sum(axis=1)
    return np.convolve(power, np.ones(4) / 4, "valid") if len(power) >= 4 else np.zeros(0)


def loudness(tracks: Sequence[np.ndarray], rate_hz: int) -> float:
    """Integrated loudness with one gate over all tracks."""
    powers = np.concatenate([block_powers(t, rate_hz) for t in tracks])
    loud = powers[powers > 10.0 ** ((-70.0 + 0.691) / 10)]
    loud = loud[loud > loud.mean() / 10.0]
    return float(-0.691 + 10 * np.log10(loud.mean()))


def true_peak_db(audio: np.ndarray, factor: int = 8) -> float:
    """Highest value between samples by zero-padding the spectrum; the ends get room, so that nothing wraps round."""
    from scipy.fft import next_fast_len

    wanted = next_fast_len(len(audio) + 4096, real=True)
    padded = np.pad(audio, ((2048, wanted - len(audio) - 2048), (0, 0)))
    spectrum = np.fft.rfft(padded, axis=0)
    fine = np.fft.irfft(spectrum, n=len(padded) * factor, axis=0) * factor
    return float(20 * np.log10(np.abs(fine).max()))
