"""Figures of the repair steps: sound as it was, damaged, and repaired."""

from __future__ import annotations

import numpy as np
from pictures import FREQUENCY, RATE, Axis, Curve, decibels, picture, run

from release.dsp.repair.noise import noise_powers

NOTE = """## Repairs

Six steps take damage away: `dc_removal`, `declick`, `declip`, `dehum`, `denoise` and `dropout`. They stand in a track's chain
before all that bends or filters the wave, and hear seconds before and after each place, also what a trim cuts away.
Each keeps a log: `release.json` holds every place of a target (`repairs`: time in the source, length, channel, strength
in dB; of more than 1000 places in one step the strongest, and the count of all), the report a row for each step of each
track. What the log does not name passed bit for bit. What they gain and what they harm, beside ffmpeg and SoX, stands in
[benchmarks](../benchmarks/README.md#repairs), measured by `python benchmarks/repair.py`.
"""


def sung(seconds: float, level: float = 0.2) -> np.ndarray:
    """A held chord with harmonics, a little noise in it: (n, 2), the same in both channels."""
    t = np.arange(int(RATE * seconds)) / RATE
    line = np.random.default_rng(4).standard_normal(len(t)) * 1e-4
    for root in (196.0, 246.9, 293.7):
        line += sum(np.sin(2 * np.pi * k * root * t + 1.7 * k) / k**1.5 for k in range(1, 20))
    line *= level / np.abs(line).max()
    return np.stack([line, line], 1)


def mended_wave(kind: str, damaged: np.ndarray, clean: np.ndarray, first: int, last: int, high: float) -> str:
    """A short stretch as it was, damaged, and repaired."""
    out = run(kind, damaged, {})
    window = slice(first, last)
    ms = np.arange(last - first) * 1000 / RATE
    x = Axis(0.0, ms[-1], [(v, f"{v:g}") for v in np.arange(0, ms[-1], 2)], "ms")
    y = Axis(-high, high, [(-high, f"−{high:g}"), (0, "0"), (high, f"{high:g}")], "")
    return picture(
        x,
        y,
        [
            Curve("repaired", ms, out[window, 0]),
            Curve("damaged", ms, damaged[window, 0]),
            Curve("as it was", ms, clean[window, 0], dashed=True),
        ],
    )


def click_figure() -> str:
    clean = sung(4.0)
    damaged = clean.copy()
    burst = np.array([0.5, -0.62, 0.55, -0.4, 0.31, -0.2, 0.12, -0.07])
    damaged[2 * RATE + 100 : 2 * RATE + 108] += burst[:, None]
    return mended_wave("declick", damaged, clean, 2 * RATE - 100, 2 * RATE + 320, 0.6)


def clip_figure() -> str:
    clean = sung(4.0, 0.9)
    damaged = np.round(np.clip(clean, -0.45, 0.45) * 32768) / 32768
    top = 2 * RATE + int(np.argmax(clean[2 * RATE : 3 * RATE, 0]))
    return mended_wave("declip", damaged, clean, top - 200, top + 220, 1.0)


def dropout_figure() -> str:
    clean = sung(4.0)
    damaged = clean.copy()
    damaged[2 * RATE : 2 * RATE + 192] = 0.0
    return mended_wave("dropout", damaged, clean, 2 * RATE - 120, 2 * RATE + 312, 0.2)


def dc_figure() -> str:
    """Mean of each second of a sound whose offset comes after 20 s."""
    clean = sung(50.0)
    damaged = clean.copy()
    damaged[20 * RATE :] += 0.02
    out = run("dc_removal", damaged, {})

    def means(audio: np.ndarray) -> np.ndarray:
        return 1000 * audio[:, 0].reshape(-1, RATE).mean(axis=1)

    seconds = np.arange(50) + 0.5
    x = Axis(0, 50, [(v, f"{v}") for v in range(0, 50, 10)], "s")
    y = Axis(-10, 25, [(v, f"{v}".replace("-", "−")) for v in (-10, 0, 10, 20)], "mean, thousandths of full scale")
    return picture(x, y, [Curve("before", seconds, means(damaged), dashed=True), Curve("after", seconds, means(out))])


def spectrum(audio: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Frequencies, and the level of the left channel in dB of a full-scale sine, averaged in power."""
    window = np.hanning(size)
    parts = np.lib.stride_tricks.sliding_window_view(audio[:, 0], size)[:: size // 2]
    power = np.mean(np.abs(np.fft.rfft(parts * window, axis=1)) ** 2, axis=0)
    return np.fft.rfftfreq(size, 1 / RATE), 10 * np.log10(power * (2 / window.sum()) ** 2 + 1e-18)


def hum_figure() -> str:
    """Spectrum of a chord with hum, before and after."""
    clean = sung(40.0)
    t = np.arange(len(clean)) / RATE
    hum = sum(a * np.sin(2 * np.pi * 50.03 * k * t + k) for k, a in {1: 0.01, 2: 0.004, 3: 0.006, 5: 0.003}.items())
    damaged = clean + hum[:, None]
    out = run("dehum", damaged, {"frequency": 50.0})
    curves = []
    for name, audio in (("before", damaged), ("after", out)):
        frequencies, level = spectrum(audio[10 * RATE : 30 * RATE], 2 * RATE)
        kept = (frequencies >= 30) & (frequencies <= 310)
        curves.append(Curve(name, frequencies[kept], level[kept], dashed=name == "before"))
    x = Axis(30, 310, [(v, f"{v}") for v in range(50, 301, 50)], "Hz")
    return picture(x, decibels(-120, -20, 20, "dBFS"), curves)


def denoise_figure() -> str:
    """Spectrum of a chord in hiss, before and after."""
    hiss = np.random.default_rng(7).standard_normal((6 * RATE, 2)) * 10 ** (-60 / 20)
    powers = tuple(noise_powers(hiss[: 2 * RATE], RATE).ravel())
    damaged = sung(6.0) + hiss
    curves = []
    for name, audio in (
        ("before", damaged),
        ("reduction 10 dB", run("denoise", damaged, {"powers": powers})),
        ("20 dB", run("denoise", damaged, {"powers": powers, "reduction": 20.0})),
    ):
        frequencies, level = spectrum(audio[2 * RATE :], 4096)
        wide = np.geomspace(100, 20_000, 240)
        curves.append(Curve(name, wide, np.interp(wide, frequencies, level), dashed=name == "before"))
    return picture(FREQUENCY, decibels(-130, -10, 20, "dBFS"), curves)
