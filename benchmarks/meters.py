"""The tables of docs/sound.md on meters: loudness on the items of BS.2217, true peak against 32 times the rate, beside others.

Run from a checkout: python benchmarks/meters.py [--write]
"""

from __future__ import annotations

import argparse
import ctypes
import ctypes.util
import re
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile
from evidence import db, minus, table, write_part

from release.dsp.loudness import k_weighting
from release.dsp.meter import measure

RATE = 48_000
FACTOR = 32
TONES = (0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.43, 0.45, 0.47, 0.48, 0.49)

Line = np.ndarray
Reading = tuple[float | None, float]
"""Integrated loudness and true peak."""


def ours(audio: Line) -> Reading:
    result = measure(audio, RATE)
    return result.integrated_lufs, result.true_peak_dbtp


def libebur128(audio: Line) -> Reading:
    """Through its C interface; channels of five or six are where it expects them by itself."""
    library = ctypes.CDLL(ctypes.util.find_library("ebur128"))
    library.ebur128_init.restype = ctypes.c_void_p
    state = ctypes.c_void_p(library.ebur128_init(audio.shape[1], ctypes.c_ulong(RATE), 1 | 4 | 16 | 32))
    data = np.ascontiguousarray(audio)
    library.ebur128_add_frames_double(state, data.ctypes.data_as(ctypes.c_void_p), ctypes.c_size_t(len(data)))
    loudness, peak, highest = ctypes.c_double(), ctypes.c_double(), 0.0
    library.ebur128_loudness_global(state, ctypes.byref(loudness))
    for channel in range(audio.shape[1]):
        library.ebur128_true_peak(state, ctypes.c_uint(channel), ctypes.byref(peak))
        highest = max(highest, peak.value)
    library.ebur128_destroy(ctypes.byref(state))
    return loudness.value if np.isfinite(loudness.value) else None, float(db(highest))


def ffmpeg(audio: Line) -> Reading:
    """Its ebur128 filter, read to three places."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.wav")
        soundfile.write(path, audio, RATE, subtype="DOUBLE")
        chain = "ebur128=metadata=1:peak=true,ametadata=mode=print:file=-"
        command = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(path), "-af", chain, "-f", "null", "-"]
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    loudness = [float(v) for v in re.findall(r"r128\.I=(\S+)", text)]
    peaks = [float(v) for v in re.findall(r"r128\.true_peaks_ch\d=(\S+)", text)]
    return loudness[-1] if loudness and loudness[-1] > -70.0 else None, float(db(max(peaks)))


def pyloudnorm(audio: Line) -> Reading:
    """As it comes; it knows five channels, without LFE, and no true peak."""
    import pyloudnorm as package

    if audio.shape[1] == 6:
        audio = np.delete(audio, 3, axis=1)
    found = package.Meter(RATE).integrated_loudness(audio)
    return float(found) if np.isfinite(found) else None, float("nan")


METERS: dict[str, Callable[[Line], Reading]] = {
    "ours": ours,
    "libebur128": libebur128,
    "ffmpeg": ffmpeg,
    "pyloudnorm": pyloudnorm,
}


def k_gain_db(hz: float) -> float:
    b0, b1, b2, a1, a2, h1, h2 = k_weighting(RATE)
    z = np.exp(-2j * np.pi * hz / RATE)
    return float(db((b0 + b1 * z + b2 * z * z) / (1 + a1 * z + a2 * z * z) * (1 - z) ** 2 / (1 + h1 * z + h2 * z * z)))


def sine(hz: float, lufs: float, weight: float, seconds: float = 10.0) -> Line:
    """A tone that reads this loudness in channels of this weight together."""
    level = lufs - k_gain_db(hz) + 0.691 + 3.0103 - 10 * np.log10(weight)
    return 10 ** (level / 20) * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE)) / RATE)


def levels(*parts: tuple[float | None, float]) -> Line:
    """1 kHz in both channels at levels in LUFS, one after the other."""
    lines = [np.zeros(round(s * RATE)) if lufs is None else sine(1000.0, lufs, 2.0, s) for lufs, s in parts]
    return np.repeat(np.concatenate(lines)[:, None], 2, axis=1)


def alone(channel: int) -> Line:
    audio = np.zeros((10 * RATE, 6))
    audio[:, channel] = sine(1000.0, -23.0, 1.41 if channel > 3 else 1.0)
    return audio


def items() -> dict[str, tuple[Line, float | None]]:
    made = {
        f"tone, {hz:g} Hz": (np.repeat(sine(hz, -23.0, 2.0)[:, None], 2, 1), -23.0)
        for hz in (25, 100, 500, 1000, 2000, 10_000)
    }
    made["absolute gate"] = (levels((-69.5, 10), (-75.0, 10), (None, 5), (-69.5, 10)), -69.5)
    made["relative gate"] = (levels((-10.0, 10), (-36.0, 20), (-10.0, 10)), -10.0)
    t = np.arange(20 * RATE) / RATE
    swept = 0.1 * np.sin(2 * np.pi * 400 / np.log(1000.0) * (1000.0 ** (t / 20) - 1))
    made["sweep, 20 Hz to 20 kHz"] = (np.repeat(swept[:, None], 2, 1), None)
    names = ("left", "right", "centre", "LFE", "left surround", "right surround")
    made |= {f"{name} alone": (alone(k), None if name == "LFE" else -23.0) for k, name in enumerate(names)}
    return made


def loudness_table() -> str:
    rows = []
    for name, (audio, wanted) in items().items():
        readings = [meter(audio)[0] for meter in METERS.values()]
        shown = ["none" if r is None else f"{r:.3f}" for r in readings]
        rows.append([name, "" if wanted is None else f"{wanted:g}", *shown])
    return table(["item", "must read", *METERS], [[row[0], *map(minus, row[1:])] for row in rows])


def reference(line: Line) -> float:
    """True peak by Fourier interpolation of the whole to 32 times the rate."""
    n = 1 << (len(line) - 1).bit_length()
    wide = np.zeros(n * FACTOR // 2 + 1, dtype=complex)
    wide[: n // 2 + 1] = np.fft.rfft(line, n)
    wide[n // 2] *= 0.5
    return float(db(np.abs(np.fft.irfft(wide, n * FACTOR)).max() * FACTOR))


def tone_errors() -> dict[str, list[tuple[float, float]]]:
    """Least and greatest error of each meter for steady tones, over eight phases."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in ("ours", "libebur128", "ffmpeg")}
    n = np.arange(16_384 - 512)
    fade = np.minimum(1.0, np.minimum(n, len(n) - 1 - n) / 4000)
    for share in TONES:
        errors: dict[str, list[float]] = {name: [] for name in found}
        for eighth in range(8):
            line = 0.5 * fade * np.sin(2 * np.pi * share * n + np.pi * eighth / 8)
            for name, list_ in errors.items():
                list_.append(METERS[name](np.stack([line, line], 1))[1] - db(0.5))
        for name, values in errors.items():
            found[name].append((min(values), max(values)))
    return found


def peak_table() -> str:
    errors = tone_errors()
    rows = [
        [f"{share:g} fs", *(f"{errors[name][k][0]:+.2f} to {errors[name][k][1]:+.2f} dB" for name in errors)]
        for k, share in enumerate(TONES)
    ]
    rng = np.random.default_rng(2)
    others = {
        "full-scale noise": np.pad(rng.uniform(-1, 1, 12_000), 2000),
        "square burst": np.pad(np.sign(np.sin(2 * np.pi * 997 / RATE * (np.arange(9000) + 0.5))), 3500),
        "pulses": np.pad(np.tile([1.0, 1.0, -1.0, 1.0, 0.0, 0.0, 0.0], 60), 4000),
    }
    for name, line in others.items():
        exact = reference(line)
        rows.append([name, *(f"{METERS[m](np.stack([line, line], 1))[1] - exact:+.2f} dB" for m in errors)])
    return table(["signal", *errors], [[row[0], *map(minus, row[1:])] for row in rows])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the tables into docs/sound.md")
    write = parser.parse_args().write
    loudness = loudness_table()
    peaks = peak_table()
    print(loudness, peaks, sep="\n")
    if write:
        write_part("items of BS.2217", loudness)
        write_part("true peak errors", peaks)


if __name__ == "__main__":
    main()
