"""The tables of docs/sound.md on limiting: ours beside pedalboard's and FFmpeg's, at one drive and one measured true peak.

Every limiter's own ceiling is moved until the true peak that leaves it, read at 32 times the rate, is the same for all; so
none gains by letting more through. Distortion is everything beside the tone, 3 dB above the ceiling. The figure for ears is a
noise-to-mask ratio on music: the best gain of each 46 ms is taken out (to turn the sound down is the task), and what is left
is compared, band by band, with what the music hides.

Run from a checkout: python benchmarks/limiter.py [--write]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np
from evidence import db, minus, table, through_program, write_figure, write_part
from pictures import Axis, Curve, decibels, picture

from release.dsp.limiter import DEFAULT_RELEASE_S, Limiter
from release.dsp.meter import measure

RATE = 44_100
CEILING = -1.0
DRIVE_DB = 3.0
RELEASES_S = (0.03, 0.1, 0.3, 0.5, 1.0, 10.0)
FACTOR = 32
PAD = 2_048

Line = np.ndarray
Limit = Callable[[Line, float], Line]


def ours(audio: Line, ceiling: float, release_s: float = DEFAULT_RELEASE_S) -> Line:
    limiter = Limiter(RATE, audio.shape[1], ceiling, release_s)
    return np.concatenate([limiter.process(audio), limiter.flush()])


def brickwall(audio: Line, ceiling: float, *, true_peak: bool) -> Line:
    from pedalboard import BrickwallLimiter, Pedalboard

    board = Pedalboard([BrickwallLimiter(ceiling_db=ceiling, true_peak=true_peak)])
    return board(audio.T.astype(np.float32), RATE).T.astype(np.float64)


def alimiter(audio: Line, ceiling: float, *, times: int, release_ms: int = 50) -> Line:
    """FFmpeg's limiter, with its delay taken back; at a multiple of the rate, as one does against true peaks."""
    limit = f"alimiter=limit={10 ** (ceiling / 20):.9f}:level=false:latency=true:release={release_ms}"
    if times > 1:
        up, down = (f"aresample={rate}:resampler=soxr:precision=28" for rate in (times * RATE, RATE))
        limit = f"{up},{limit},{down}"
    command = ["ffmpeg", "-v", "error", "-i", "IN", "-af", limit, "-c:a", "pcm_f64le", "OUT"]
    return through_program(command, audio, RATE)[: len(audio)]


LIMITERS: dict[str, Limit] = {
    "ours": ours,
    "ours, release 30 ms": lambda a, c: ours(a, c, 0.03),
    "pedalboard BrickwallLimiter": lambda a, c: brickwall(a, c, true_peak=False),
    "the same, true_peak=True": lambda a, c: brickwall(a, c, true_peak=True),
    "ffmpeg alimiter": lambda a, c: alimiter(a, c, times=1),
    "the same at 4 times the rate": lambda a, c: alimiter(a, c, times=4),
    "the same, release 100 ms as ours": lambda a, c: alimiter(a, c, times=4, release_ms=100),
}

FIGURE = ("ours", "pedalboard BrickwallLimiter", "ffmpeg alimiter")


def true_peak(audio: Line) -> float:
    """By Fourier interpolation to 32 times the rate, in overlapping stretches with silence before and after the whole."""
    size, highest = 8_192, 0.0
    for channel in audio.T:
        line = np.pad(channel, (PAD, size))
        for at in range(0, len(channel) + PAD, size - 2 * PAD):
            stretch = line[at : at + size]
            if len(stretch) < size:
                break
            if np.abs(stretch).max() * 2 < highest:
                continue
            edge = 0.5 - 0.5 * np.cos(np.pi * (np.arange(PAD // 2) + 0.5) / (PAD // 2))
            stretch = stretch * np.concatenate([edge, np.ones(size - PAD), edge[::-1]])
            wide = np.zeros(size * FACTOR // 2 + 1, dtype=complex)
            wide[: size // 2 + 1] = np.fft.rfft(stretch)
            wide[size // 2] *= 0.5
            fine = np.abs(np.fft.irfft(wide, size * FACTOR)) * FACTOR
            highest = max(highest, float(fine[PAD * FACTOR // 2 : (size - PAD // 2) * FACTOR].max()))
    return float(db(highest))


def brought_to(limit: Limit, audio: Line, aim: float, rounds: int = 8) -> tuple[Line, float]:
    """What a limiter gives with the setting that brings its measured true peak to an aim; and that true peak."""
    setting = aim
    out = limit(audio, setting)
    peak = true_peak(out)
    for _ in range(rounds):
        if abs(peak - aim) <= 0.003:
            break
        setting = min(setting + aim - peak, 0.0)
        out = limit(audio, setting)
        peak = true_peak(out)
    return out, peak


def tone(hz: float) -> Line:
    """A tone 3 dB over the ceiling, for three seconds."""
    line = 10 ** ((CEILING + DRIVE_DB) / 20) * np.sin(2 * np.pi * hz * np.arange(3 * RATE) / RATE)
    return np.stack([line, line], 1)


def spectrum(out: Line) -> Line:
    """Of the second from 1.5 s on, in dB below the greatest line; one bin is 1 Hz."""
    level = db(np.fft.rfft(out[RATE * 3 // 2 : RATE * 5 // 2, 0]))
    return level - level.max()


def distortion(out: Line, hz: int) -> float:
    """Power of everything beside a tone, in dB below it."""
    power = 10 ** (spectrum(out) / 10)
    power[:2] = 0.0
    power[hz - 1 : hz + 2] = 0.0
    return float(10 * np.log10(power.sum() + 1e-30))


def music(seconds: float = 8.0, seed: int = 7) -> Line:
    """Drums, bass, chords and breath, in stereo, dense and with sharp attacks; true peak of 0 dB."""
    n = round(seconds * RATE)
    t = np.arange(n) / RATE
    rng = np.random.default_rng(seed)
    left, right = np.zeros(n), np.zeros(n)
    for beat in np.arange(0.1, seconds, 0.5):
        ago = np.maximum(t - beat, 0.0)
        on = t >= beat
        kick = on * np.exp(-ago * 14) * np.sin(2 * np.pi * (48 * ago + 9 * (1 - np.exp(-ago * 30))))
        snare = (t >= beat + 0.25) * np.exp(-np.maximum(t - beat - 0.25, 0.0) * 22) * rng.standard_normal(n) * 0.35
        left += 0.9 * kick + snare
        right += 0.9 * kick + 0.8 * snare
    for step, beat in enumerate(np.arange(0.1, seconds, 0.25)):
        ago = np.maximum(t - beat, 0.0)
        hz = 55.0 * 2 ** ((0, 0, 7, 5, 3, 3, 10, 7)[step % 8] / 12)
        pluck = (t >= beat) * (t < beat + 0.25) * np.exp(-ago * 5) * np.minimum(ago * 200, 1)
        left += 0.4 * pluck * np.sin(2 * np.pi * hz * t)
        right += 0.4 * pluck * np.sin(2 * np.pi * hz * t)
    for k, hz in enumerate((220.0, 277.18, 329.63, 440.0, 554.37, 880.0)):
        swell = 0.05 * (1.2 + np.sin(2 * np.pi * (0.2 + 0.07 * k) * t))
        left += swell * np.sin(2 * np.pi * hz * t + k)
        right += swell * np.sin(2 * np.pi * hz * 1.002 * t + 2 * k)
    audio = np.stack([left, right], 1)
    return audio / 10 ** (true_peak(audio) / 20)


FRAME = 2_048
BARK_EDGES = np.array(
    (0, 100, 200, 300, 400, 510, 630, 770, 920, 1080, 1270, 1480, 1720, 2000, 2320, 2700, 3150, 3700, 4400, 5300, 6400, 7700,
     9500, 12000, 15500)
)  # fmt: skip
"""Critical bands. Source: Zwicker, Subdivision of the audible frequency range into critical bands, JASA 33 (1961)."""
MASK_DB = 18.0
"""A masker hides what lies so far below it in its own band: between noise (6 dB) and tone (18 dB and more), on the careful side."""


def noise_to_mask(out: Line, audio: Line) -> tuple[float, float]:
    """Mean and 99th percentile over time of what a limiter added, in dB over the threshold at which music hides it."""
    window = np.hanning(FRAME)
    edges = np.searchsorted(np.fft.rfftfreq(FRAME, 1 / RATE), BARK_EDGES)
    bands = np.arange(len(BARK_EDGES) - 1)
    away = bands[:, None] - bands[None, :]  # from masker (column) to band (row)
    spread = 10 ** (np.where(away >= 0, -10.0 * away, 25.0 * away) / 10)
    ratios = []
    for channel in range(audio.shape[1]):
        for at in range(0, len(audio) - FRAME, FRAME // 2):
            before, after = audio[at : at + FRAME, channel], out[at : at + FRAME, channel]
            energy = float(before @ before)
            if energy < 1e-6 * FRAME:
                continue
            left = (after - before * float(after @ before) / energy) * window
            powers = [np.add.reduceat(np.abs(np.fft.rfft(line)) ** 2, edges[:-1]) for line in (after * window, left)]
            ratios.append((powers[1] / (spread @ powers[0] * 10 ** (-MASK_DB / 10) + 1e-12)).mean())
    found = np.array(ratios)
    return float(10 * np.log10(found.mean() + 1e-12)), float(10 * np.log10(np.percentile(found, 99) + 1e-12))


def hard_cases() -> dict[str, Line]:
    t = np.arange(RATE)
    pulses = np.zeros(RATE)
    pulses[[1000, 5000, 5003, 20_000]] = [1.0, -1.0, 1.0, 1.5]
    pulses[30_000:30_006] = [1.0, 1.0, -1.0, 1.0, -1.0, -1.0]
    square = np.sign(np.sin(2 * np.pi * 997 / RATE * (t + 0.5))) * ((t // 3000) % 2)
    fade = np.minimum(1.0, np.minimum(t, RATE - 1 - t) / 2000)
    lines = {
        "isolated pulses": pulses,
        "square bursts": square,
        "tone at 0.45 of the rate": 1.3 * fade * np.sin(2 * np.pi * 0.45 * t + 0.2),
        "tone at 0.49 of the rate": 1.3 * fade * np.sin(2 * np.pi * 0.49 * t + 0.2),
        "fs/4 at 45 degrees": 1.4 * fade * np.sin(2 * np.pi * 0.25 * t + np.pi / 4),
    }
    cases = {name: np.stack([line, line], 1) for name, line in lines.items()}
    cases["full-scale noise"] = np.random.default_rng(1).uniform(-1, 1, (RATE, 2))
    cases["music, 6 dB over"] = music(3.0) * 10 ** (5 / 20)
    return cases


def as_libebur128(audio: Line) -> float:
    """True peak by libebur128, through its C interface."""
    import ctypes
    import ctypes.util

    library = ctypes.CDLL(ctypes.util.find_library("ebur128"))
    library.ebur128_init.restype = ctypes.c_void_p
    state = ctypes.c_void_p(library.ebur128_init(audio.shape[1], ctypes.c_ulong(RATE), 1 | 16 | 32))
    data = np.ascontiguousarray(np.concatenate([audio, np.zeros((RATE // 10, audio.shape[1]))]))
    library.ebur128_add_frames_double(state, data.ctypes.data_as(ctypes.c_void_p), ctypes.c_size_t(len(data)))
    peak, highest = ctypes.c_double(), 0.0
    for channel in range(audio.shape[1]):
        library.ebur128_true_peak(state, ctypes.c_uint(channel), ctypes.byref(peak))
        highest = max(highest, peak.value)
    library.ebur128_destroy(ctypes.byref(state))
    return float(db(highest))


def settles_after(audio_over: float, release_s: float) -> float:
    """Seconds from the last over to the first sample from which all pass bit for bit."""
    audio = music(5.0) * 0.5
    burst = audio[RATE // 2 : RATE // 2 + 400]
    burst *= 10 ** ((CEILING + audio_over) / 20) / np.abs(burst).max()
    out = ours(audio, CEILING, release_s)
    last = int(np.flatnonzero((out != audio).any(axis=1))[-1])
    return (last + 1 - (RATE // 2 + 400)) / RATE


def peers() -> tuple[str, str]:
    tones = {hz: tone(hz) for hz in (50, 1000)}
    loud = music() * 10 ** ((CEILING + 6.0) / 20)
    rows, spectra = [], []
    for name, limit in LIMITERS.items():
        cells = []
        for hz, audio in tones.items():
            out, peak = brought_to(limit, audio, CEILING)
            beside = distortion(out, hz)
            cells += [f"{beside:.1f} dB" if beside > -200 else "below -200 dB", f"{peak:.2f}"]
            if hz == 50 and name in FIGURE:
                bins = np.unique(np.concatenate([np.arange(20, 1000, 10), np.arange(50, 1001, 50)]))
                spectra.append(Curve(name, bins, np.maximum(spectrum(out)[bins], -200)))
        out, peak = brought_to(limit, loud, CEILING)
        mean, worst = noise_to_mask(out, loud)
        lost = measure(loud, RATE).integrated_lufs - measure(out, RATE).integrated_lufs
        cells += [f"{mean:.1f} dB", f"{worst:.1f} dB", f"{lost:.2f} LU", f"{peak:.2f}"]
        rows.append([name, *map(minus, cells)])
    head = ("limiter", "50 Hz: beside the tone", "true peak", "1 kHz: beside the tone", "true peak",
            "music 6 dB over: noise to mask, mean", "99 %", "loudness taken", "true peak")  # fmt: skip
    marks = [(v, f"{v}") for v in range(0, 1001, 100)]
    figure = picture(Axis(0, 1000, marks, "Hz"), decibels(-200, 0, 40), spectra)
    return table(head, rows), figure


def ceilings() -> str:
    rows = []
    for name, audio in hard_cases().items():
        out = ours(audio, CEILING)
        readings = (measure(out, RATE).true_peak_dbtp, true_peak(out), as_libebur128(out))
        before = true_peak(audio)
        rows.append([name, minus(f"{before:+.2f}"), *(minus(f"{r - CEILING:+.3f}") for r in readings)])
    return table(["material", "true peak before", "our meter", "32 times", "libebur128"], rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the tables into docs/sound.md and draw the figure")
    write = parser.parse_args().write
    beside, figure = peers()
    held = ceilings()
    settled = table(
        ["over the ceiling", *(f"release {release * 1000:g} ms" for release in RELEASES_S)],
        [
            [f"{over:g} dB", *(f"{settles_after(over, release):.2f} s" for release in RELEASES_S)]
            for over in (0.5, 3.0, 6.0, 12.0, 18.0)
        ],
    )
    print(beside, held, settled, sep="\n")
    if write:
        write_part("limiters side by side", beside)
        write_part("ceilings", held)
        write_part("back to rest", settled)
        write_figure("limiter-50hz", figure)


if __name__ == "__main__":
    main()
