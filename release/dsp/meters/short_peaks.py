"""True peaks of every 100 ms, and the distance of the peaks from short-term loudness: PSR.

PSR is PLR in a running window: the highest true peak of 3 s less the short-term loudness of the same 3 s, every 100 ms.
Windows are gated as those of the loudness range (-70 LUFS, then 20 LU below their mean), or a fade would decide.
Source: AES TD1004 (peak to loudness ratio); EBU Tech 3341 (short-term loudness); EBU Tech 3342 (gate); ITU-R BS.1770-5
Annex 2 (true peak).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from release.dsp import loudness
from release.dsp.blocks import Audio, silence
from release.dsp.truepeak import BLOCK, REACH, PeakFinder

STEPS_A_SECOND = 10
STEPS_A_WINDOW = 30
GATE_LUFS = -70.0
RELATIVE_GATE_LU = 20.0


class ShortPeaks:
    """The highest true peak of all channels in each 100 ms of a stream."""

    def __init__(self, rate_hz: int, channels: int) -> None:
        self._rate_hz = rate_hz
        self._channels = channels
        self._finders = [PeakFinder() for _ in range(channels)]
        self._held = silence(0, channels)
        self._position = 0
        self._peaks: list[float] = []

    def process(self, audio: Audio) -> None:
        """Take the next block."""
        self._held = np.concatenate([self._held, audio])
        self._take(len(self._held) - REACH)

    def finish(self) -> NDArray[np.float64]:
        """Linear peak of each complete 100 ms."""
        n_samples = self._position + len(self._held)
        self._held = np.concatenate([self._held, silence(REACH, self._channels)])
        self._take(len(self._held) - REACH)
        complete = self._step_of(n_samples)
        return np.array(self._peaks[:complete])

    def _take(self, count: int) -> None:
        """Read the peaks of the first ``count`` samples that wait; REACH more lie behind them."""
        at = 0
        if self._position == 0 and count > 0:  # finders answer REACH samples behind what they are given
            for channel, finder in enumerate(self._finders):
                finder.load(self._held[:REACH], channel)
        while at < count:
            step = self._step_of(self._position)
            size = min(self._step_start(step + 1) - self._position, count - at, BLOCK)
            self._note(step, self._held[at : at + size], self._held[at + REACH : at + REACH + size])
            at += size
            self._position += size
        self._held = self._held[max(at, 0) :].copy()

    def _note(self, step: int, around: Audio, ahead: Audio) -> None:
        peak = float(np.abs(around).max())
        for channel, finder in enumerate(self._finders):
            finder.load(np.ascontiguousarray(ahead), channel)
            peak = max(peak, finder.greatest(peak)[0])
        while len(self._peaks) <= step:
            self._peaks.append(0.0)
        self._peaks[step] = max(self._peaks[step], peak)

    def _step_start(self, step: int) -> int:
        return (step * 10 * self._rate_hz + 50) // 100

    def _step_of(self, position: int) -> int:
        step = position * STEPS_A_SECOND // self._rate_hz
        while self._step_start(step + 1) <= position:
            step += 1
        while self._step_start(step) > position:
            step -= 1
        return step


@dataclass(frozen=True, slots=True)
class PeakToShortTerm:
    """The distribution of PSR over a piece, in dB.

    Attributes:
        lowest: where the sound is densest.
        lowest_at_s: where that window begins.
        tenth: a tenth of the windows has less.
        median: half of them has less.
    """

    lowest: float
    lowest_at_s: float
    tenth: float
    median: float


def peak_to_short_term(peaks: NDArray[np.float64], short_term_powers: NDArray[np.float64]) -> PeakToShortTerm | None:
    """PSR from the peaks of every 100 ms and the power of every 3 s window; None where nothing is measurable."""
    count = min(len(peaks) - STEPS_A_WINDOW + 1, len(short_term_powers))
    if count < 1:
        return None
    powers = short_term_powers[:count]
    levels = loudness.lufs_curve(powers)
    loud = levels > GATE_LUFS
    if not loud.any():
        return None
    mean_lufs = loudness.lufs_of_power(float(powers[loud].mean()))
    places = np.flatnonzero(loud & (levels > (mean_lufs or GATE_LUFS) - RELATIVE_GATE_LU))
    highest = np.lib.stride_tricks.sliding_window_view(peaks, STEPS_A_WINDOW)[places].max(axis=1)
    ratios = 20.0 * np.log10(np.maximum(highest, 1e-12)) - levels[places]
    lowest = int(np.argmin(ratios))
    return PeakToShortTerm(
        lowest=float(ratios[lowest]),
        lowest_at_s=float(places[lowest]) / STEPS_A_SECOND,
        tenth=float(np.percentile(ratios, 10)),
        median=float(np.median(ratios)),
    )
