"""The true-peak limiter: look-ahead, aligned, exactly transparent where nothing has to be held down.

Two stages in a row. The first does the work: true peaks (four values a sample and parabolas), sliding minimum with
hold, release, two running means. Multiplying by a moving gain makes a few hundredths of a dB of new true peaks; the
second stage, short and quick, takes these away in the same manner.
Source: Haemaelaeinen, Smoothing of the control signal without clipped output in digital peak limiters, DAFx 2002.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from release.dsp.blocks import Audio, FixedBlocks, as_audio, silence
from release.dsp.kernels import limiter as kernel
from release.dsp.steps.limiter import LOOK_AHEAD_RANGE_S, RELEASE_RANGE_S
from release.dsp.truepeak import BLOCK, REACH, PeakFinder
from release.units import db_to_linear

DEFAULT_RELEASE_S = 0.1
DEFAULT_LOOK_AHEAD_S = 0.002
HOLD_S = 0.015
"""Reduction is kept this long after a peak, so that the gain doesn't follow the waves of a tone above 33 Hz."""
CREEP_A_SECOND = 0.05
"""Gain given back besides the release, so that it ends: after five releases the gain is 1, not nearly 1."""
LONGEST_RETURN_S = 1.86
"""In which any reduction is given back, whatever the release; with hold, look-ahead and second stage it is below 2 s."""
TRIM_LOOK_AHEAD_S = 0.001
TRIM_HOLD_S = 0.0
TRIM_RELEASE_S = 0.02
SAFETY = 1.0 - 5e-7
"""Peaks are found in single precision: its rounding must not lift a sample over the ceiling (0.000004 dB)."""

SMALLEST_GAIN = 1e-9
"""What a reduction is told as where the gain came out as nothing at all."""


class _Lane:
    """The gain state of one channel, or of all when they are linked."""

    def __init__(self, look_ahead: int, hold: int) -> None:
        length_a = look_ahead // 2 + 1
        length_b = look_ahead - look_ahead // 2 + 1
        window = look_ahead + hold + 1
        self.queue = np.ones(window)
        self.queue_at = np.zeros(window, dtype=np.int64)
        self.box_a = np.full(length_a, kernel.ONE, dtype=np.int64)
        self.box_b = np.full(length_b, kernel.ONE * length_a, dtype=np.int64)
        self.counts = np.array([0, 0, 0, 0, 0, kernel.ONE * length_a, kernel.ONE * length_a * length_b], dtype=np.int64)
        self.last = np.array([1.0, 0.0])
        self._settle = look_ahead + hold + 1
        self._quiet = self._settle

    def gains(
        self, peaks: NDArray[np.float32], ceiling: float, rise: float, creep: float, share: float
    ) -> NDArray[np.float64] | None:
        """Gains for the samples ``look_ahead`` before these peaks; None when all are 1."""
        is_calm = not bool(peaks.max(initial=0.0) > ceiling)
        if is_calm and self._quiet >= self._settle:
            return None  # every ring holds only ones: turning it changes nothing
        out = np.empty(len(peaks))
        kernel.smooth_gains(
            peaks,
            ceiling,
            rise,
            creep,
            share,
            self.queue,
            self.queue_at,
            self.box_a,
            self.box_b,
            self.counts,
            self.last,
            out,
        )
        reduced = out != 1.0
        ones = int(np.argmax(reduced[::-1])) if reduced.any() else len(out) + self._quiet
        self._quiet = ones if is_calm and self.last[0] == 1.0 else 0
        return out


class _Stage:
    """One limiter over a stream: audio in, audio out ``delay`` samples later, with its gains."""

    def __init__(
        self,
        rate_hz: int,
        channels: int,
        ceiling: float,
        look_ahead_s: float,
        hold_s: float,
        release_s: float,
        link: float,
    ) -> None:
        look_ahead = max(2, round(look_ahead_s * rate_hz))
        self.delay = look_ahead + REACH
        self._channels = channels
        self._ceiling = ceiling * SAFETY
        self._link = link
        self._rise = 1.0 - math.exp(-1.0 / (release_s * rate_hz))
        self._creep = CREEP_A_SECOND / rate_hz
        self._share = share_a_second(release_s) / rate_hz
        self._finders = [PeakFinder() for _ in range(channels)]
        self._lanes = [_Lane(look_ahead, round(hold_s * rate_hz)) for _ in range(1 if link == 1.0 else channels)]
        self._waiting = silence(self.delay + BLOCK, channels)
        self._n_waiting = 0

    def feed(self, audio: Audio) -> tuple[Audio, NDArray[np.float64] | None]:
        """Take a block of at most ``BLOCK`` samples; give what is ready, and its least gain a sample or None for 1."""
        n_waiting = self._n_waiting + len(audio)
        self._waiting[self._n_waiting : n_waiting] = audio
        peaks = self._peaks(audio)
        lanes = [
            lane.gains(p, self._ceiling, self._rise, self._creep, self._share)
            for lane, p in zip(self._lanes, peaks, strict=True)
        ]
        n_ready = max(n_waiting - self.delay, 0)
        out, least = self._applied(self._waiting[:n_ready], lanes, len(audio) - n_ready)
        self._n_waiting = n_waiting - n_ready
        self._waiting[: self._n_waiting] = self._waiting[n_ready:n_waiting]
        return out, least

    @staticmethod
    def _applied(
        ready: Audio, lanes: list[NDArray[np.float64] | None], drop: int
    ) -> tuple[Audio, NDArray[np.float64] | None]:
        """The samples with their gains, and the least of these at each sample; None for 1."""
        if all(g is None for g in lanes):
            return ready.copy(), None
        columns = [np.ones(len(ready)) if g is None else g[drop:] for g in lanes]
        if len(columns) == 1:
            out = np.empty(ready.shape)
            kernel.apply_gains(ready, columns[0], out)
            return out, columns[0]
        return ready * np.stack(columns, axis=1), np.minimum.reduce(columns)

    def _peaks(self, audio: Audio) -> list[NDArray[np.float32]]:
        linked = self._link == 1.0
        peaks = [np.zeros(len(audio), dtype=np.float32) for _ in range(1 if linked else self._channels)]
        for channel, finder in enumerate(self._finders):
            finder.load(audio, channel)
            finder.raise_peaks(self._ceiling, peaks[0 if linked else channel])
        return peaks if linked else self._blend(peaks)

    def _blend(self, peaks: list[NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        """Partly linked: between a channel's own peak and the greatest, in dB; never below its own."""
        greatest = np.maximum.reduce(peaks)
        if self._link == 0.0 or not (greatest > self._ceiling).any():
            return peaks
        floor = np.float32(self._ceiling)
        shared = np.maximum(greatest, floor).astype(np.float64) ** self._link
        blended = [shared * np.maximum(p, floor).astype(np.float64) ** (1.0 - self._link) for p in peaks]
        return [np.maximum(b.astype(np.float32), p) for b, p in zip(blended, peaks, strict=True)]


class Limiter:
    """Holds the true peak of a stream at a ceiling; the same samples however it is cut into blocks.

    Output is aligned with the input and as long. No sample exceeds the ceiling. Where nothing had to be held down for
    look-ahead, hold and about five releases, 2 s at most, the gain is exactly 1 and samples pass bit for bit.

    Attributes:
        max_reduction_db: greatest reduction so far, 0 when none.
        max_reduction_at_sample: where.
    """

    def __init__(
        self,
        rate_hz: int,
        channels: int,
        ceiling_dbtp: float,
        release_s: float = DEFAULT_RELEASE_S,
        look_ahead_s: float = DEFAULT_LOOK_AHEAD_S,
        link: float = 1.0,
    ) -> None:
        """Start at the beginning of a stream with silence before it.

        Args:
            rate_hz: sample rate.
            channels: of the stream.
            ceiling_dbtp: highest true peak allowed.
            release_s: time in which 63 % of a reduction is given back; great ones sooner, so that all is back in 2 s.
            look_ahead_s: time in which a reduction comes before its peak.
            link: 1 gives all channels the same gain, 0 each its own; between, in dB.

        Raises:
            ValueError: a setting is out of its range.
        """
        _check_range("release", release_s, *RELEASE_RANGE_S, "s")
        _check_range("look_ahead", look_ahead_s, *LOOK_AHEAD_RANGE_S, "s")
        _check_range("link", link, 0.0, 1.0, "")
        ceiling = db_to_linear(ceiling_dbtp)
        self._rate_hz = rate_hz
        self._channels = channels
        self._blocks = FixedBlocks(BLOCK, channels)
        self._stages = (
            _Stage(rate_hz, channels, ceiling, look_ahead_s, HOLD_S, release_s, link),
            _Stage(rate_hz, channels, ceiling, TRIM_LOOK_AHEAD_S, TRIM_HOLD_S, TRIM_RELEASE_S, link),
        )
        self._positions = [0 for _ in self._stages]
        self._least: list[dict[int, tuple[float, int]]] = [{} for _ in self._stages]
        self._n_in = 0
        self._n_out = 0

    def process(self, block: Audio) -> Audio:
        """Take the next block; give what is ready."""
        audio = as_audio(block, self._channels)
        self._n_in += len(audio)
        return self._emit([self._run(part) for part in self._blocks.take(audio)])

    def flush(self) -> Audio:
        """Give the rest, so that as much came out as went in."""
        out = [self._run(self._blocks.rest())]
        owed = sum(stage.delay for stage in self._stages)
        while owed > 0:
            out.append(self._run(silence(min(owed, BLOCK), self._channels)))
            owed -= BLOCK
        return self._emit(out)

    def reduction_curve(self) -> list[float]:
        """Greatest reduction of each second of the stream so far in dB, 0 where none."""
        seconds = -(-self._n_in // self._rate_hz)
        return [self._reduction_db(second) for second in range(seconds)]

    @property
    def max_reduction_db(self) -> float:
        """Greatest reduction so far, 0 when none."""
        return max(self.reduction_curve(), default=0.0)

    @property
    def max_reduction_at_sample(self) -> int:
        """Where that is; 0 when none."""
        curve = self.reduction_curve()
        second = curve.index(max(curve)) if curve else 0
        places = [least[second] for least in self._least if second in least]
        return min(places)[1] if places else 0

    def _reduction_db(self, second: int) -> float:
        gain = math.prod(least[second][0] for least in self._least if second in least)
        return -20.0 * math.log10(max(gain, SMALLEST_GAIN)) if gain < 1.0 else 0.0

    def _emit(self, parts: list[Audio]) -> Audio:
        out = parts[0] if len(parts) == 1 else np.concatenate([silence(0, self._channels), *parts])
        out = out[: self._n_in - self._n_out]
        self._n_out += len(out)
        return out

    def _run(self, audio: Audio) -> Audio:
        for number, stage in enumerate(self._stages):
            if len(audio):
                audio, least = stage.feed(audio)
                if least is not None:
                    self._note(number, least)
                self._positions[number] += len(audio)
        return audio

    def _note(self, number: int, least: NDArray[np.float64]) -> None:
        """Remember the least gain of each second of a stage, and where it was."""
        start, seconds = self._positions[number], self._least[number]
        at = 0
        while at < len(least):
            second = (start + at) // self._rate_hz
            stop = min(len(least), (second + 1) * self._rate_hz - start)
            index = at + int(np.argmin(least[at:stop]))
            seconds[second] = min(seconds.get(second, (1.0, 0)), (float(least[index]), start + index))
            at = stop


def limit(audio: Audio, rate_hz: int, ceiling_dbtp: float) -> Audio:
    """Limit audio that is in memory as a whole, with default settings."""
    limiter = Limiter(rate_hz, audio.shape[1], ceiling_dbtp)
    return np.concatenate([limiter.process(audio), limiter.flush()])


def share_a_second(release_s: float) -> float:
    """Share of a reduction given back each second besides the release, so that nothing is left when it has to end.

    A reduction x that falls by itself over the release, and by c a second besides, is nothing after
    release ln(1 + x / (release c)); below half a second of release ``CREEP_A_SECOND`` is always more.
    """
    return 1.0 / (release_s * math.expm1(min(LONGEST_RETURN_S / release_s, 700.0)))


def _check_range(name: str, value: float, least: float, greatest: float, unit: str) -> None:
    if not least <= value <= greatest:
        raise ValueError(f"{name}: {value:g}{unit and ' ' + unit} is not within {least:g} to {greatest:g}")
