"""The table of docs/sound.md on sample-rate conversion: every pair of rates, and other converters beside ours.

A converter by a fixed ratio is known completely by its answer to impulses at every place between two output samples.
These answers, interleaved, are the impulse response of the whole at the common multiple of both rates; its spectrum shows
the pass band, the edge, and every alias (going down) or image (going up) as what it still lets through above half the
lower rate. Ours is measured through the program's own stream of blocks, of odd sizes.

Run from a checkout: python benchmarks/src_table.py [--write]
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from evidence import db, minus, table, through_program, write_figure, write_part
from pictures import Axis, Curve, decibels, picture

from release.stages.clip_audio import converted

RATES = (44_100, 48_000, 88_200, 96_000, 176_400, 192_000)
HALF_S = 0.05
"""The impulse response is looked at so far to either side."""
TONE_HZ = 997.0

Converter = Callable[[np.ndarray, int, int], np.ndarray]


def ours(audio: np.ndarray, from_hz: int, to_hz: int) -> np.ndarray:
    """Through the program's stream of blocks."""
    return np.concatenate(list(converted(odd_blocks(np.repeat(audio, 2, axis=1)), from_hz, to_hz)))[:, :1]


def odd_blocks(audio: np.ndarray) -> Iterator[np.ndarray]:
    at, size = 0, 1
    while at < len(audio):
        yield audio[at : at + size]
        at, size = at + size, size * 3 % 65_537 + 1


def named_vhq(audio: np.ndarray, from_hz: int, to_hz: int) -> np.ndarray:
    """The best quality that soxr's package names."""
    import soxr

    return soxr.resample(audio, from_hz, to_hz, "VHQ")


def by_sox(audio: np.ndarray, from_hz: int, to_hz: int) -> np.ndarray:
    return through_program(
        ["sox", "-D", "IN", "-b", "64", "-e", "floating-point", "OUT", "rate", "-v", str(to_hz)], audio, from_hz
    )


def by_ffmpeg(audio: np.ndarray, from_hz: int, to_hz: int) -> np.ndarray:
    """FFmpeg's own converter as it comes, in double precision."""
    chain = f"aresample={to_hz}:internal_sample_fmt=dblp"
    return through_program(
        ["ffmpeg", "-v", "error", "-i", "IN", "-af", chain, "-c:a", "pcm_f64le", "OUT"], audio, from_hz
    )


@dataclass(frozen=True)
class Figures:
    """What a converter does.

    Attributes:
        flat_hz: within 0.01 dB up to here.
        to_20k_db: greatest deviation up to 20 kHz.
        edge_hz: 3 dB down here.
        beyond_db: greatest level above half the lower rate.
        far_db: greatest level above 1.1 times it.
        residue_db: greatest line beside a full-scale tone of 997 Hz.
        lag: place of the impulse response's top, in samples of the higher rate.
        ring_ms: half the length of what stands above -100 dB.
    """

    flat_hz: float
    to_20k_db: float
    edge_hz: float
    beyond_db: float
    far_db: float
    residue_db: float
    lag: float
    ring_ms: float


def impulse_response(convert: Converter, from_hz: int, to_hz: int) -> tuple[np.ndarray, int]:
    """Of the whole, and the rate at which it stands; its middle is time 0."""
    common = math.gcd(from_hz, to_hz)
    up, down = to_hz // common, from_hz // common
    far = int(HALF_S * from_hz) * up
    line = np.zeros(2 * far + 1)
    step = (2 * far // up // down + 2) * down + 1  # every impulse stands one place further between output samples
    at = step * (1 + np.arange(down))
    audio = np.zeros((step * (down + 1), 1))
    audio[at] = 0.5
    out = 2.0 * convert(audio, from_hz, to_hz)[:, 0]
    for place in at:
        m = np.arange(-(-(place * up - far) // down), (place * up + far) // down + 1)
        line[m * down - place * up + far] = out[m]
    return line / up, from_hz * up


def spectrum(line: np.ndarray, rate_hz: int) -> tuple[np.ndarray, np.ndarray]:
    size = 1 << (2 * len(line)).bit_length()
    return np.arange(size // 2 + 1) * rate_hz / size, db(np.fft.rfft(line, size))


def figures(convert: Converter, from_hz: int, to_hz: int) -> Figures:
    line, rate_hz = impulse_response(convert, from_hz, to_hz)
    hz, level = spectrum(line, rate_hz)
    half = min(from_hz, to_hz) / 2
    loud = np.flatnonzero(np.abs(line) > 1e-5 * np.abs(line).max())
    return Figures(
        flat_hz=hz[np.flatnonzero(np.abs(level) > 0.01)[0]],
        to_20k_db=np.abs(level[hz <= 20_000]).max(),
        edge_hz=hz[np.flatnonzero(level < -3.0103)[0]],
        beyond_db=level[hz >= half].max(),
        far_db=level[hz >= 1.1 * half].max(),
        residue_db=residue(convert, from_hz, to_hz),
        lag=float(np.argmax(np.abs(line)) - len(line) // 2) / (rate_hz / max(from_hz, to_hz)),
        ring_ms=(loud[-1] - loud[0]) / 2 / rate_hz * 1000,
    )


def residue(convert: Converter, from_hz: int, to_hz: int) -> float:
    """Greatest line beside a full-scale tone, in dB below it."""
    t = np.arange(2 * from_hz) / from_hz
    out = convert(np.sin(2 * np.pi * TONE_HZ * t)[:, None], from_hz, to_hz)[:, 0]
    middle = out[to_hz // 2 : to_hz // 2 + to_hz]
    level = db(np.fft.rfft(middle * np.kaiser(len(middle), 38)))
    tone = int(TONE_HZ)
    level -= level[tone]
    level[tone - 30 : tone + 31] = -400.0
    return float(level.max())


def cost(from_hz: int, to_hz: int, rounds: int = 3) -> float:
    """CPU time of ours over that of the named best quality, least of some rounds taken in turn."""
    import soxr

    audio = np.random.default_rng(1).uniform(-0.5, 0.5, (from_hz * 10, 2))
    blocks = [audio[i : i + 16_384] for i in range(0, len(audio), 16_384)]
    best = [math.inf, math.inf]
    for _ in range(rounds):
        start = time.thread_time()
        for _block in converted(iter(blocks), from_hz, to_hz):
            pass
        best[0] = min(best[0], time.thread_time() - start)
        start = time.thread_time()
        stream = soxr.ResampleStream(from_hz, to_hz, 2, dtype="float64", quality="VHQ")
        for block in blocks:
            stream.resample_chunk(block)
        best[1] = min(best[1], time.thread_time() - start)
    return best[0] / best[1]


HEAD = (
    "from, kHz", "to, kHz", "±0.01 dB to", "to 20 kHz within", "−3 dB at", "above half the lower rate", "above 1.1 times it",
    "beside 997 Hz", "delay, samples", "−100 dB within", "CPU / VHQ",
)  # fmt: skip


def cells(found: Figures, ratio: str) -> list[str]:
    return [
        f"{found.flat_hz / 1000:.2f} kHz",
        f"{found.to_20k_db:.4f} dB",
        f"{found.edge_hz / 1000:.2f} kHz",
        *(minus(f"{v:.0f} dB") for v in (found.beyond_db, found.far_db, found.residue_db)),
        minus(f"{found.lag:.3g}"),
        f"±{found.ring_ms:.1f} ms",
        ratio,
    ]


def every_pair() -> str:
    rows = [
        [f"{a / 1000:g}", f"{b / 1000:g}", *cells(figures(ours, a, b), f"{cost(a, b):.2f}")]
        for a in RATES
        for b in RATES
        if a != b
    ]
    return table(HEAD, rows)


PEERS: dict[str, Converter] = {
    "ours": ours,
    "soxr VHQ": named_vhq,
    "sox rate -v": by_sox,
    "ffmpeg aresample": by_ffmpeg,
}


def beside_peers() -> str:
    rows = [
        [minus(name).replace("−v", "-v"), f"{a / 1000:g} to {b / 1000:g}", *cells(figures(convert, a, b), "")[:-1]]
        for a, b in ((96_000, 44_100), (44_100, 96_000))
        for name, convert in PEERS.items()
    ]
    return table(["converter", "kHz", *HEAD[2:-1]], rows)


def edges() -> str:
    """Pass band and edge of all converters from 96 to 44.1 kHz."""
    marks = [(v * 1000, f"{v}") for v in range(18, 27)]
    curves = []
    for name, convert in PEERS.items():
        hz, level = spectrum(*impulse_response(convert, 96_000, 44_100))
        bins = np.unique(np.linspace(np.searchsorted(hz, 18_000), np.searchsorted(hz, 26_000), 500).astype(int))
        curves.append(Curve(name, hz[bins], level[bins]))
    return picture(Axis(18_000, 26_000, marks, "kHz"), decibels(-200, 20, 40), curves)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the tables into docs/sound.md and draw the figure")
    write = parser.parse_args().write
    pairs, peers = every_pair(), beside_peers()
    print(pairs)
    print(peers)
    if write:
        write_part("every pair of rates", pairs)
        write_part("converters side by side", peers)
        write_figure("src-edge", edges())


if __name__ == "__main__":
    main()
