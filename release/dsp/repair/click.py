"""Click removal: what neither past nor future predicts, short and alone, is taken out and interpolated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from release.dsp.blocks import Audio
from release.dsp.fir import Line
from release.dsp.repair.context import ContextProcessor
from release.dsp.repair.groups import groups
from release.dsp.repair.prediction import interpolated, predictors

HOPS = 100
"""Short stretches in a second; each is judged against those beside it."""
ORDER_S = 32 / 44_100
"""What a prediction hears."""
BESIDE = 5
"""Stretches to each side that a click is held against."""
FLOOR_DB = -56.0
"""Prediction errors this far below the level around them are never clicks; nor below ``LEAST``."""
GUARD = 4
MARGIN_S = 0.0001
"""Taken out beside a click too: one spoilt sample that is taken for good spoils the interpolation."""
LOUD = 3.0
"""What stands out of the sound itself by this factor, not of its prediction errors alone, is a click more easily:"""
EASIER_DB, EASIEST_DB = 22.0, 6.0
"""by so much less than otherwise, but never by less than so much. Attacks of real music stand up to 29 dB over the usual
prediction errors, but hardly ever over the sound as well."""
SHORT_S = 0.00025
SHORT_LOUD, SHORT_HARDER = 1.5, 1.6
"""What is as short as no attack of a note need not be so loud, but stands more clearly over the errors beside it."""
MOST_STEPS = 0.6
"""Where the sound steps as much by itself, from one sample to the next, it is made of edges."""
LEAST = 2.0**-16
TINY = 1e-30
TAIL_S = 0.004
"""What begins this close to the end of a sound may be a note that was cut off: nothing comes after that could tell."""
REACH_S = 0.12
ROUNDS = 4
"""How often predictors are found at most, each time without what looked like a click before."""
BELOW_PEAK = 0.02
"""A click ends where errors are this small against its peak, whatever is around it."""
SPOILT = 8.0
"""Errors this many times the middle one of their stretch spoil a predictor."""
NEAR = np.arange(-4, 5)
MOST_UNKNOWN = 600


@dataclass(frozen=True, slots=True)
class Click:
    """Samples [start, stop) of one channel, and by how much they stand out in dB."""

    start: int
    stop: int
    strength: float


class Declicker(ContextProcessor):
    """Finds clicks in each channel and interpolates them; all else passes bit for bit."""

    def __init__(self, threshold_db: float, longest_s: float, rate_hz: int, channels: int) -> None:
        super().__init__(rate_hz, channels, round(REACH_S * HOPS) * (rate_hz // HOPS))
        self._factor = 10.0 ** (threshold_db / 20.0)
        self._easier = 10.0 ** (max(threshold_db - EASIER_DB, EASIEST_DB) / 20.0)
        self._longest = max(round(longest_s * rate_hz), 3)
        self._short = round(SHORT_S * rate_hz)
        self._order = max(round(ORDER_S * rate_hz), 24)
        self._margin = max(round(MARGIN_S * rate_hz), 2)
        self._tail = round(TAIL_S * rate_hz)

    def repaired(self, heard: Audio, first: int, last: int, at: int) -> Audio:
        """The block without clicks."""
        block = heard[first:last]
        out = block
        for channel in range(self.channels):
            line = np.ascontiguousarray(heard[:, channel])
            clicks = self.find(line)
            if not clicks:
                continue
            mended = mend(line, clicks, self._order)
            for click in clicks:
                if click.stop <= first or click.start >= last:
                    continue
                if out is block:
                    out = block.copy()
                low, high = max(click.start, first), min(click.stop, last)
                out[low - first : high - first, channel] = mended[low:high]
                if click.start >= first:
                    self.log(at + click.start, click.stop - click.start, channel, click.strength)
        return out

    def find(self, line: Line) -> list[Click]:
        """Clicks in a line that starts on a whole stretch."""
        hop = self.rate_hz // HOPS
        count = len(line) // hop
        if count < 3 or not line.any():
            return []
        error = self._both_errors(line, hop)
        level = np.sqrt(np.mean(line[: count * hop].reshape(count, hop) ** 2, axis=1))
        peaks = error[: count * hop].reshape(count, hop).max(axis=1)
        beside = usual_beside(peaks)
        floor = np.maximum(widest(level) * 10.0 ** (FLOOR_DB / 20.0), LEAST)
        scale = np.maximum(beside, floor)
        found: list[Click] = []
        for number in np.flatnonzero(peaks > self._easier * scale):
            found += self._clicks_in(line, error, int(number) * hop, float(scale[number]))
        return united(found)

    def _both_errors(self, line: Line, hop: int) -> Line:
        """For each sample the lesser of the errors of prediction from the past and from the future."""
        step = 2 * hop
        error = self._errors(line, line, hop, np.arange(-(-len(line) // step)))
        known = np.ones(len(line), dtype=bool)
        count = len(line) // hop
        for _ in range(ROUNDS - 1):
            parts = error[: count * hop].reshape(count, hop)
            limit = SPOILT * np.median(parts, axis=1) + LEAST
            wrong = np.flatnonzero((parts > limit[:, np.newaxis]).ravel())
            new = np.unique(np.clip(wrong[:, np.newaxis] + NEAR, 0, len(line) - 1))
            new = new[known[new]]
            if not len(new) or known.sum() - len(new) < len(line) // 2:
                break
            known[new] = False
            gone = np.flatnonzero(~known)
            model = line.copy()
            model[gone] = np.interp(gone, np.flatnonzero(known), line[known])
            frames = np.unique(np.concatenate([(new - hop) // step, (new + hop) // step]))
            frames = frames[(frames >= 0) & (frames < -(-len(line) // step))]
            better = self._errors(line, model, hop, frames)
            for number, frame in enumerate(frames):
                start = frame * step
                stop = min(start + step, len(line))
                error[start:stop] = better[number * step : number * step + stop - start]
        return error

    def _errors(self, line: Line, model: Line, hop: int, wanted: NDArray[np.intp]) -> Line:
        """Errors of ``line`` in some frames (two stretches each), with predictors found in ``model`` (four stretches)."""
        order, step = self._order, 2 * hop
        count = -(-len(line) // step)
        padded = np.pad(model, (hop, hop + count * step - len(line)))
        frames = np.lib.stride_tricks.sliding_window_view(padded, 2 * step)[::step][wanted]
        filters = predictors(frames * np.hanning(2 * step + 2)[1:-1], order)
        sound = np.pad(line, (order, order + count * step - len(line)))
        parts = np.lib.stride_tricks.sliding_window_view(sound, step + 2 * order)[::step][wanted]
        size = 1 << (step + 3 * order - 1).bit_length()
        spectrum, shapes = np.fft.rfft(parts, size), np.fft.rfft(filters, size)
        ahead = np.fft.irfft(spectrum * shapes, size)[:, order : order + step]
        back = np.fft.irfft(spectrum * shapes.conj(), size)[:, order : order + step]
        out = np.minimum(np.abs(ahead), np.abs(back)).ravel()
        return out[: len(line)] if len(wanted) == count else out

    def _clicks_in(self, line: Line, error: Line, start: int, scale: float) -> list[Click]:
        """Clicks whose peak lies in a stretch; none that goes on for longer than a click does."""
        hop = self.rate_hz // HOPS
        found: list[Click] = []
        tried = -1
        for peak in start + np.flatnonzero(error[start : start + hop] > self._easier * scale):
            if found and peak < found[-1].stop:
                continue
            highest = top_near(error, int(peak), self._longest)
            if highest == tried:
                continue
            tried = highest
            low, high = extent(error, highest, scale, self._longest)
            if low >= len(line) - self._tail:
                continue
            top = float(error[low:high].max())
            if high - low > self._longest or (
                top < self._factor * scale and not self._is_alone(line, error, low, high)
            ):
                continue
            strength = 20.0 * np.log10(top / scale)
            found.append(Click(max(low - self._margin, 0), min(high + self._margin, len(error)), strength))
        return found

    def _is_alone(self, line: Line, error: Line, low: int, high: int) -> bool:
        """Whether a click stands out of the sound of 10 ms before and of 10 ms after it, not of prediction errors alone."""
        hop = self.rate_hz // HOPS
        top = float(error[low:high].max())
        over_errors, over_sound, steps = np.inf, np.inf, 0.0
        for flank in (slice(max(low - hop, 0), max(low - GUARD, 0)), slice(high + GUARD, high + hop)):
            if len(error[flank]) < hop // 2:
                return False
            over_errors = min(over_errors, top / max(float(error[flank].max()), TINY))
            over_sound = min(over_sound, top / max(float(np.sqrt(np.mean(line[flank] ** 2))), TINY))
            steps = max(steps, greatest_step(line[flank]))
        if over_errors >= self._easier and over_sound >= LOUD:
            return True
        is_sharp = high - low <= self._short and over_errors >= self._easier * SHORT_HARDER and over_sound >= SHORT_LOUD
        return is_sharp and steps <= MOST_STEPS * greatest_step(line[max(low - 1, 0) : high + 1])


def greatest_step(line: Line) -> float:
    """Between neighbours."""
    return float(np.abs(np.diff(line)).max())


def united(clicks: list[Click]) -> list[Click]:
    """Clicks in order, those that touch as one."""
    out: list[Click] = []
    for click in sorted(clicks, key=lambda c: (c.start, c.stop)):
        last = out[-1] if out else None
        if last is not None and click.start <= last.stop:
            out[-1] = Click(last.start, max(last.stop, click.stop), max(last.strength, click.strength))
        else:
            out.append(click)
    return out


def usual_beside(values: Line) -> Line:
    """For each stretch the usual value of those before it or of those after it, whichever is more."""
    count = len(values)
    padded = np.pad(values, BESIDE, mode="reflect" if count > BESIDE else "edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, BESIDE)
    before, after = np.median(windows, axis=1)[:count], np.median(windows, axis=1)[BESIDE + 1 : BESIDE + 1 + count]
    return np.maximum(before, after)


def widest(level: Line) -> Line:
    """The greatest of each value and its neighbours."""
    padded = np.pad(level, 1, mode="edge")
    return np.maximum(np.maximum(padded[:-2], padded[1:-1]), padded[2:])


def top_near(error: Line, place: int, reach: int) -> int:
    """The greatest error within reach after a place."""
    return place + int(np.argmax(error[place : place + reach]))


def extent(error: Line, peak: int, scale: float, longest: int) -> tuple[int, int]:
    """The stretch around a peak in which errors stay high; pauses of a sixth of a click belong to it."""
    pause = max(longest // 6, 4)
    low, high = max(peak - 2 * longest, 0), min(peak + 2 * longest + 1, len(error))
    loud = np.flatnonzero(error[low:high] > max(scale, BELOW_PEAK * error[peak])) + low
    place = int(np.searchsorted(loud, peak))
    pauses = np.flatnonzero(np.diff(loud) > pause)
    before, after = pauses[pauses < place], pauses[pauses >= place]
    start = int(before[-1]) + 1 if len(before) else 0
    stop = int(after[0]) if len(after) else len(loud) - 1
    return int(loud[start]), int(loud[stop]) + 1


def mend(line: Line, clicks: list[Click], order: int) -> Line:
    """The line with all clicks interpolated; those close to each other together."""
    out = line.copy()
    damaged = np.zeros(len(line), dtype=bool)
    for click in clicks:
        damaged[click.start : click.stop] = True
    unknown = np.flatnonzero(damaged)
    known = np.flatnonzero(~damaged)
    bridged = line.copy()
    bridged[unknown] = np.interp(unknown, known, line[known])
    for group in groups(unknown, order, MOST_UNKNOWN):
        reach = 16 * order + len(group)
        low, high = max(int(group[0]) - reach, 0), min(int(group[-1]) + reach + 1, len(line))
        best = min(max(3 * len(group) + 2, order), 3 * order)
        out[group] = interpolated(bridged[low:high], group - low, best, 2)[group - low]
    return out
