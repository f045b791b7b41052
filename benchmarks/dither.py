"""The tables of docs/sound.md on dither: a tone below the last bit, and the spectrum of the error against its design.

Run from a checkout: python benchmarks/dither.py [--write]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np
from evidence import db, minus, table, through_program, write_figure, write_part
from pictures import Axis, Curve, decibels, picture

from release.dsp.quantise import CURVES, Quantiser

RATE = 44_100
BITS = 16
LSB = 2.0 ** (1 - BITS)
SIZE = 1 << 20
CYCLES = 23_778
"""Of a tone near 1 kHz in 2^20 samples: a whole number, so that no window is needed."""
AVERAGED = 32
"""Blocks of 2^20 that are averaged sample by sample: noise falls by 15 dB, what hangs on the tone stays."""
FRAME = 512

Line = np.ndarray
Shorten = Callable[[Line], Line]


def ours(dither: str, curve: str = "lipshitz") -> Shorten:
    def shorten(line: Line) -> Line:
        return Quantiser(BITS, dither, curve, seed=b"figure", channels=1).process(line[:, None])[:, 0] * LSB

    return shorten


def by_sox(*effect: str) -> Shorten:
    def shorten(line: Line) -> Line:
        command = ["sox", "-D", "IN", "-b", str(BITS), "OUT", *effect]
        return through_program(command, line, RATE, "FLOAT")[:, 0]

    return shorten


def by_ffmpeg(method: str) -> Shorten:
    def shorten(line: Line) -> Line:
        chain = f"aresample=osf=s16:dither_method={method}"
        return through_program(
            ["ffmpeg", "-v", "error", "-i", "IN", "-af", chain, "-c:a", "pcm_s16le", "OUT"], line, RATE, "FLOAT"
        )[:, 0]

    return shorten


WAYS: dict[str, Shorten] = {
    "none": ours("none"),
    "tpdf (default)": ours("tpdf"),
    **{f"shaped, {curve}": ours("shaped", curve) for curve in CURVES},
    "sox dither": by_sox("dither"),
    "sox dither -s": by_sox("dither", "-s"),
    "ffmpeg triangular": by_ffmpeg("triangular"),
    "ffmpeg triangular_hp": by_ffmpeg("triangular_hp"),
    "ffmpeg lipshitz": by_ffmpeg("lipshitz"),
}


def tone(level_db: float) -> Line:
    return 10 ** (level_db / 20) * np.sin(2 * np.pi * CYCLES / SIZE * np.arange(SIZE))


def below_the_last_bit() -> str:
    """A tone of -100 dBFS in 16 bits: what is left of it, its harmonics, and how far the noise depends on the level."""
    rows = []
    line = tone(-100.0)
    for name, shorten in WAYS.items():
        whole = shorten(np.tile(line, AVERAGED))[: AVERAGED * SIZE]
        out = whole.reshape(AVERAGED, SIZE).mean(axis=0)
        level = db(np.fft.rfft(out) * 2 / SIZE)
        harmonics = max(level[k * CYCLES] for k in range(2, SIZE // 2 // CYCLES + 1))
        noises = [np.std(shorten(np.full(1 << 16, dc * LSB))[: 1 << 16] - dc * LSB) for dc in (100.0, 100.25, 100.5)]
        moved = db(max(noises) / max(min(noises), 1e-9)) if min(noises) > 0 else np.inf
        rows.append(
            [
                name,
                minus(f"{level[CYCLES]:.2f} dBFS") if level[CYCLES] > -200 else "gone",
                minus(f"{harmonics:.1f} dBFS") if harmonics > -200 else "",
                minus(f"{db(np.std(whole[:SIZE] - line)):.1f} dBFS"),
                f"{moved:.2f} dB" if np.isfinite(moved) else "all of it",
            ]
        )
    return table(
        ["16 bits by", "tone of −100 dBFS", "greatest harmonic", "error", "noise moves with the level by"], rows
    )


def designed(curve: str, frequency: Line) -> Line:
    taps = np.array(CURVES[curve])
    z = np.exp(-2j * np.pi * np.multiply.outer(frequency, np.arange(1, len(taps) + 1)))
    return db(1.0 - (taps * z).sum(axis=-1))


def measured(curve: str | None, seconds: float = 60.0) -> tuple[Line, Line]:
    """Frequency in shares of the rate, and the error's spectrum in dB over that of TPDF: averaged over a minute of a tone."""
    n = round(seconds * RATE) // FRAME * FRAME
    line = 0.3 * np.sin(2 * np.pi * 997.0 / RATE * np.arange(n))
    out = (ours("shaped", curve) if curve else ours("tpdf"))(line)
    window = np.hanning(FRAME)
    frames = ((out - line) / LSB).reshape(-1, FRAME) * window
    power = (np.abs(np.fft.rfft(frames, axis=1)) ** 2).mean(axis=0)
    return np.fft.rfftfreq(FRAME), 10 * np.log10(power / (0.25 * (window**2).sum()))


def against_design() -> tuple[str, str]:
    rows, curves = [], []
    for name in (None, *CURVES):
        frequency, level = measured(name)
        middle = slice(3, -3)
        wanted = designed(name, frequency) if name else np.zeros(len(frequency))
        # A window of 512 points sees a stretch of the curve, not a point of it: the design is smeared alike.
        smear = np.arange(-2, 2.01, 0.25) / FRAME
        weight = np.abs(np.sinc(smear * FRAME) / (1 - (smear * FRAME) ** 2 + 1e-9)) ** 2
        if name:
            powers = [w * 10 ** (designed(name, frequency + s) / 10) for s, w in zip(smear, weight, strict=True)]
            wanted = 10 * np.log10(sum(powers) / weight.sum())
        off = np.abs(level - wanted)[middle].max()
        rows.append(
            [name or "tpdf", f"{off:.2f} dB", minus(f"{level[middle].min():.1f} dB"), f"{level[middle].max():.1f} dB"]
        )
        curves.append(Curve(name or "tpdf", frequency[middle] * RATE, level[middle], dashed=name is None))
    marks = [(v * 1000, f"{v}") for v in range(0, 23, 2)]
    figure = picture(Axis(0, 22_050, marks, "kHz"), decibels(-40, 40, 10), curves)
    return table(["curve", "greatest distance from its design", "least", "greatest"], rows), figure


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the tables into docs/sound.md and draw the figure")
    write = parser.parse_args().write
    low = below_the_last_bit()
    shaped, figure = against_design()
    print(low, shaped, sep="\n")
    if write:
        write_part("below the last bit", low)
        write_part("shaped against design", shaped)
        write_figure("dither", figure)


if __name__ == "__main__":
    main()
