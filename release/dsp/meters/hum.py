"""Hum of the mains: tones at 50 or 60 Hz and their multiples that sound all the time, at one level.

Frames of 4 s, one every 2 s, are taken twelve at a time. In the spectrum of a note or a drum the low quantiles over the
frames lie far below the middle ones; those of a tone that is always there do not (the quantile-ratio test of M. Brandt,
J. Bitzer, Automatic detection of hum in audio signals, JAES 62 (2014)). What stands out of its surroundings in this way,
within two thousandths of a multiple of the mains, is a line. Over the file a line is hum when it is nowhere less: a
bass, an organ pedal or a drone that stops or moves leaves its place empty, hum does not.
Source: measurement.md section 8.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from release.dsp.blocks import Audio
from release.model.source import Hum

Values = NDArray[np.float64]

FRAME_S = 4.0
GROUP = 12
"""Frames that quantiles are taken of: 26 s."""
FEWEST = 4
"""Frames of the shortest sound that is judged: 10 s."""
MAINS_HZ = (50.0, 60.0)
HARMONICS = 6
TOLERANCE = 0.002
"""How far the mains may be from the stated frequency, as a part of it."""
QUANTILES = (0.10, 0.55)
STEADY = 0.4
"""Least ratio of both quantiles of a steady line, in power."""
ABOVE_DB = 12.0
"""How far a line stands above the middle of what is beside it."""
ALONE_DB = 20.0
"""How far one of the first three must where it is the only one, or where the file is too short to show that it stays."""
ALONE_THERE_DB = 6.0
"""How far a line stands above the highest beside it: a loop has lines at all multiples of its tempo, hum has one."""
BESIDE_HZ = (1.0, 6.0)
PRESENT_DB = 5.0
"""A line may be so much lower in a group than where it was found, and is still there."""
LEAST_PRESENT = 0.9
LEAST_FOUND = 0.25
"""Parts of the groups: in which the line is not missing, and in which it is found."""
ALIKE_HZ = 0.08
"""How far the harmonics of one hum may disagree, at the fundamental."""
SILENT = 1e-15
"""Power of a frame that holds nothing but arithmetic."""
LOWEST_HZ, HIGHEST_HZ = 20.0, 400.0
BASS_HZ = (30.0, 150.0)
"""The band in which both channels should go together (measurement.md section 7: below 150 to 300 Hz)."""


@dataclass(frozen=True, slots=True)
class BassFrame:
    """Powers of the bass over a frame of four seconds: of left, of right, and what they have in common."""

    left: float
    right: float
    cross: float


@dataclass(frozen=True, slots=True)
class _Line:
    """One place of the spectrum in one group; all but the frequency are None or 0 where nothing is found."""

    level: float
    frequency_hz: float = 0.0
    above_db: float = 0.0


class LowEnd:
    """Listens to a stream at its low rate: for hum, and for the bass of both channels.

    Attributes:
        bass: a frame every two seconds.
    """

    def __init__(self, rate_hz: float, channels: int, *, finds_hum: bool = True) -> None:
        self._finds_hum = finds_hum
        self._channels = min(channels, 2)
        self.size = _smooth_size(FRAME_S * rate_hz)
        self._rate_hz = rate_hz
        self._hop = self.size // 2 if finds_hum else self.size  # the bass alone needs no overlap
        self._bin_hz = rate_hz / self.size
        self._window = np.hanning(self.size + 1)[:-1]
        low, high = round(LOWEST_HZ / self._bin_hz), round(HIGHEST_HZ / self._bin_hz)
        self._first, self._bins = low, slice(low, high)
        self._bass = slice(round(BASS_HZ[0] / self._bin_hz), round(BASS_HZ[1] / self._bin_hz))
        self._scale = 4.0 / (1.5 * self._window.sum() ** 2)
        self._waiting = np.zeros((0, 2))
        self._frames: list[Values] = []
        self._groups: list[dict[tuple[int, float, int], _Line] | None] = []
        self.bass: list[BassFrame] = []

    @property
    def hop_s(self) -> float:
        """From one frame to the next."""
        return self._hop / self._rate_hz

    def feed(self, low: Audio) -> None:
        """Take the next samples (n, 2)."""
        stream = np.concatenate([self._waiting, low])
        at, hop = 0, self._hop
        while at + self.size <= len(stream):
            self._take(stream[at : at + self.size])
            at += hop
        self._waiting = stream[at:].copy()

    def _take(self, frame: Audio) -> None:
        spectra = np.fft.rfft(frame.T[: self._channels] * self._window)
        power = spectra.real**2 + spectra.imag**2
        bass = power[:, self._bass].sum(axis=1) * self._scale
        if self._channels == 2:
            left, right = spectra[:, self._bass]
            cross = float((left.real * right.real + left.imag * right.imag).sum()) * self._scale
            self.bass.append(BassFrame(float(bass[0]), float(bass[1]), cross))
        if self._finds_hum:
            self._frames.append(power[:, self._bins] * self._scale)
        if len(self._frames) == GROUP:
            self._group()

    def _group(self) -> None:
        """What the frames at hand hold near multiples of the mains."""
        frames = np.stack(self._frames)
        self._frames = []
        sounding = frames.sum(axis=2).max(axis=1) > SILENT
        if sounding.sum() < FEWEST:
            self._groups.append(None)
            return
        frames = np.sort(frames[sounding], axis=0)
        low, middle = (frames[min(int(q * len(frames)), len(frames) - 1)] for q in QUANTILES)
        found = {}
        for channel in range(self._channels):
            for mains_hz in MAINS_HZ:
                for k in range(1, HARMONICS + 1):
                    found[channel, mains_hz, k] = self._line(low[channel], middle[channel], k * mains_hz)
        self._groups.append(found)

    def _line(self, low: Values, middle: Values, wanted_hz: float) -> _Line:
        """The highest place near a frequency, and whether it is a line."""
        reach = max(wanted_hz * TOLERANCE / self._bin_hz, 1.0)
        centre = wanted_hz / self._bin_hz - self._first
        start, end = math.floor(centre - reach), math.ceil(centre + reach) + 1
        if start < 1 or end >= len(low) - 1:
            return _Line(0.0)
        peak = start + int(np.argmax(low[start:end]))
        level = float(middle[peak - 1 : peak + 2].sum())
        near, far = (round(hz / self._bin_hz) for hz in BESIDE_HZ)
        beside = np.concatenate([low[max(peak - far, 0) : max(peak - near, 0)], low[peak + near : peak + far]])
        above_db = 10.0 * math.log10(max(low[peak], 1e-30) / max(float(np.median(beside)), 1e-30))
        highest = float(beside.max()) * 10.0 ** (ALONE_THERE_DB / 10.0)
        is_steady = (
            low[peak] >= highest
            and low[peak] >= STEADY * middle[peak]
            and low[peak] >= max(low[peak - 1], low[peak + 1])
        )
        if above_db < ABOVE_DB or not is_steady:
            return _Line(level)
        left, mid, right = np.log(np.maximum(low[peak - 1 : peak + 2], 1e-30)) / 2.0
        bend = left - 2.0 * mid + right
        shift = float(np.clip(0.5 * (left - right) / bend, -0.5, 0.5)) if bend < 0.0 else 0.0
        frequency_hz = (peak + shift + self._first) * self._bin_hz
        return (
            _Line(level, frequency_hz, above_db) if abs(frequency_hz / wanted_hz - 1.0) <= TOLERANCE else _Line(level)
        )

    def finish(self) -> tuple[Hum, ...]:
        """The hum of each channel, at most one kind of mains in each."""
        if len(self._frames) >= FEWEST:
            self._group()
        groups = [g for g in self._groups if g is not None]
        found: list[Hum] = []
        for channel in range(self._channels):
            both = [self._judge(groups, channel, mains_hz) for mains_hz in MAINS_HZ]
            found += sorted((h for h in both if h is not None), key=lambda h: -h.level_dbfs)[:1]
        return tuple(found)

    def _judge(self, groups: list[dict[tuple[int, float, int], _Line]], channel: int, mains_hz: float) -> Hum | None:
        """What the whole file says of one kind of mains in one channel."""
        lines: dict[int, tuple[float, float, float]] = {}
        for k in range(1, HARMONICS + 1):
            here = [group[channel, mains_hz, k] for group in groups]
            found = [line for line in here if line.above_db]
            if not found or len(found) < LEAST_FOUND * len(groups):
                continue
            level = float(np.percentile([line.level for line in found], 25))
            present = np.mean([line.level >= level * 10.0 ** (-PRESENT_DB / 10.0) for line in here])
            if present >= LEAST_PRESENT:
                above = float(np.median([line.above_db for line in found]))
                lines[k] = (level, float(np.median([line.frequency_hz for line in found])) / k, above)
        lines = _agreeing(lines)
        is_clear = any(k <= 3 and above >= ALONE_DB for k, (_, _, above) in lines.items())
        is_short = len(groups) < 2
        if (
            not any(k <= 3 for k in lines)
            or ((len(lines) < 2 or is_short) and not is_clear)
            or len(lines) < 1 + is_short
        ):
            return None
        weights = {k: k * level for k, (level, _, _) in lines.items()}
        fundamental = sum(weights[k] * lines[k][1] for k in lines) / sum(weights.values())
        power = sum(level for level, _, _ in lines.values())
        highest = max(above for _, _, above in lines.values())
        return Hum(channel, fundamental, 10.0 * math.log10(power), highest, tuple(sorted(lines)))


def _agreeing(lines: dict[int, tuple[float, float, float]]) -> dict[int, tuple[float, float, float]]:
    """The harmonics whose fundamentals lie together, around the one that most others agree with."""
    best: dict[int, tuple[float, float, float]] = {}
    for _, centre_hz, _ in lines.values():
        alike = {k: line for k, line in lines.items() if abs(line[1] - centre_hz) <= ALIKE_HZ}
        if (len(alike), sum(line[0] for line in alike.values())) > (len(best), sum(x[0] for x in best.values())):
            best = alike
    return best


def _smooth_size(wanted: float) -> int:
    """An even size near the wanted one without prime factors above 5, which transforms are fast for."""
    size = 2 * math.ceil(wanted / 2)
    while True:
        rest = size
        for prime in (2, 3, 5):
            while rest % prime == 0:
                rest //= prime
        if rest == 1:
            return size
        size += 2
