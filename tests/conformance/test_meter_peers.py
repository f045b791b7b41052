"""Our meter beside other people's: ffmpeg's ebur128, libebur128 (loudgain) and pyloudnorm, on the same samples."""

from __future__ import annotations

import re
import shutil
import subprocess
import wave

import numpy as np
import pytest
from ebu_signals import segments

from release.dsp.loudness import k_weighting
from release.dsp.meter import measure

needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs ffmpeg (Debian package ffmpeg)")
needs_loudgain = pytest.mark.skipif(shutil.which("loudgain") is None, reason="needs loudgain (Debian package loudgain)")


def programme(rate_hz, seconds=20, seed=1):
    """Noise of changing colour and level in two related channels, with a quiet third; 16-bit codes as floats."""
    n = rate_hz * seconds
    t = np.arange(n) / rate_hz
    random = np.random.default_rng(seed)
    common, own = random.standard_normal(n), random.standard_normal((n, 2))
    audio = 0.05 * own + 0.1 * common[:, np.newaxis]
    audio += (0.2 * np.sin(2 * np.pi * 180.0 * t) * (np.sin(2 * np.pi * 0.3 * t) > 0))[:, np.newaxis]
    audio *= np.where(t < seconds / 3, 0.05, np.where(t < seconds * 2 / 3, 0.6, 0.3))[:, np.newaxis]
    return np.clip(np.rint(audio * 32768), -32768, 32767) / 32768


def write_wav(path, audio, rate_hz):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(audio.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(np.rint(audio * 32768).clip(-32768, 32767).astype("<i2").tobytes())


def ffmpeg_reading(path):
    chain = "ebur128=metadata=1:peak=true,ametadata=mode=print:file=-"
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(path), "-af", chain, "-f", "null", "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    last = {key: float(value) for key, value in re.findall(r"lavfi\.r128\.(\S+)=(\S+)", text) if value != "-inf"}
    maxima = {key: max(float(v) for v in re.findall(rf"lavfi\.r128\.{key}=(-?[\d.]+)", text)) for key in ("M", "S")}
    peak = max(float(v) for v in re.findall(r"lavfi\.r128\.true_peaks_ch\d=(-?[\d.]+)", text))
    return last["I"], last["LRA"], maxima["M"], maxima["S"], 20 * np.log10(peak)


@needs_ffmpeg
@pytest.mark.parametrize("rate_hz", [44_100, 48_000, 96_000])
def test_like_ffmpeg(rate_hz, tmp_path):
    audio = programme(rate_hz)
    write_wav(tmp_path / "a.wav", audio, rate_hz)
    integrated, lra, momentary, short_term, peak = ffmpeg_reading(tmp_path / "a.wav")
    result = measure(audio, rate_hz)
    assert result.integrated_lufs == pytest.approx(integrated, abs=0.02)
    assert result.range_lu == pytest.approx(lra, abs=0.2)
    assert result.max_momentary_lufs == pytest.approx(momentary, abs=0.1)
    assert result.max_short_term_lufs == pytest.approx(short_term, abs=0.05)
    assert result.max_momentary_lufs >= momentary - 0.02  # ours looks ten times as often
    assert result.true_peak_dbtp == pytest.approx(peak, abs=0.5)  # its resampler rolls off near half the rate


ITEMS = {
    **{f"tone {f} Hz": (f, -23.0) for f in (25.0, 100.0, 500.0, 1000.0, 2000.0, 10_000.0)},
    "tone -24": (1000.0, -24.0),
}


def tone_at_loudness(frequency_hz, lufs, rate_hz=48_000, seconds=10):
    """A stereo tone whose level is chosen from the K curve, so that it must read this loudness (BS.2217)."""
    b0, b1, b2, a1, a2, h1, h2 = k_weighting(rate_hz)
    z = np.exp(-2j * np.pi * frequency_hz / rate_hz)
    curve = (b0 + b1 * z + b2 * z * z) / (1 + a1 * z + a2 * z * z) * (1 - z) ** 2 / (1 + h1 * z + h2 * z * z)
    amplitude = 10 ** ((lufs + 0.691) / 20) / np.abs(curve)
    line = amplitude * np.sin(2 * np.pi * frequency_hz / rate_hz * np.arange(rate_hz * seconds))
    return np.stack([line, line], axis=1)


@pytest.mark.parametrize("name", ITEMS)
def test_bs2217_tones(name):
    frequency_hz, lufs = ITEMS[name]
    assert measure(tone_at_loudness(frequency_hz, lufs), 48_000).integrated_lufs == pytest.approx(lufs, abs=0.02)


def test_bs2217_gates():
    """Below the absolute gate counts for nothing, and so does what lies 10 LU below the rest."""
    loud = [(-60.0, 20.0), (None, 5.0), (-60.0, 20.0)]
    assert measure(segments(48_000, loud), 48_000).integrated_lufs == pytest.approx(-60.0, abs=0.1)
    parts = [(-10.0, 10.0), (-25.0, 20.0), (-10.0, 10.0)]
    assert measure(segments(48_000, parts), 48_000).integrated_lufs == pytest.approx(-10.0, abs=0.1)
    assert measure(segments(48_000, [(-71.0, 10.0)]), 48_000).integrated_lufs is None


def sweep(rate_hz=48_000, seconds=20):
    t = np.arange(rate_hz * seconds) / rate_hz
    phase = 2 * np.pi * 20.0 * seconds / np.log(1000.0) * (1000.0 ** (t / seconds) - 1)
    line = 0.1 * np.sin(phase)
    return np.rint(np.stack([line, line], axis=1) * 32768) / 32768


@needs_loudgain
@pytest.mark.parametrize("name", ["sweep", "programme", "1000 Hz", "left only", "gate"])
def test_like_libebur128(name, tmp_path):
    audio = {
        "sweep": sweep,
        "programme": lambda: programme(48_000),
        "1000 Hz": lambda: tone_at_loudness(1000.0, -23.0),
        "left only": lambda: tone_at_loudness(1000.0, -20.0) * np.array([1.0, 0.0]),
        "gate": lambda: segments(48_000, [(-72.0, 5.0), (-36.0, 5.0), (-23.0, 20.0), (-36.0, 5.0)]),
    }[name]()
    write_wav(tmp_path / "a.wav", audio, 48_000)
    subprocess.run(["flac", "-s", "-o", str(tmp_path / "a.flac"), str(tmp_path / "a.wav")], check=True)
    command = ["loudgain", "-O", str(tmp_path / "a.flac")]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    columns = dict(zip(lines[0].split("\t"), lines[1].split("\t"), strict=False))
    loudness = float(columns["Loudness"].split()[0])
    stored = np.rint(audio * 32768) / 32768
    assert measure(stored, 48_000).integrated_lufs == pytest.approx(loudness, abs=0.02)


def test_like_pyloudnorm():
    pyloudnorm = pytest.importorskip("pyloudnorm")
    audio = programme(48_000)
    meter = pyloudnorm.Meter(48_000, filter_class="DeMan")
    assert measure(audio, 48_000).integrated_lufs == pytest.approx(meter.integrated_loudness(audio), abs=0.02)


def test_pooling_like_libebur128s_own_test():
    """Cases 1 to 5 of Tech 3341 pooled: libebur128 measures them under one gate; so does a single long file."""
    from release.dsp.meter import pooled_lufs

    pieces = [segments(48_000, [(level, 20.0)]) for level in (-23.0, -33.0, -20.0)]
    joined = pooled_lufs([measure(p, 48_000).block_powers for p in pieces])
    powers = 10 ** (np.array([-23.0, -20.0]) / 10)
    assert joined == pytest.approx(10 * np.log10(powers.mean()), abs=0.02)
