"""Clicks, holes and bursts of noise in a source: a survey of all of it, and a closer look at what stands out.

A click is what neither past nor future predicts, alone and short. A hole is silence, a fall in level or a held value
between sounds that go on as if nothing were. A burst is rough as white noise, starts at once and ends at once.
Source: measurement.md section 8 (prediction error for clicks, holes of 1 ms and more, falls of more than 40 dB for 1 to
50 ms with recovery).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from release.audio.click import ClickJudge
from release.audio.hole import HoleJudge
from release.audio.silence import QuietStretches
from release.model.source import Defect

KINDS = ("click", "hole", "drop", "held", "burst")
MAX_LISTED = 100
"""Of each kind."""
GRAIN_S = 16 / 44_100
LONGEST_BURST_S = 0.1
MARGIN_GRAINS = 64
"""Grains before and after a place that are looked at; those of a burst come on top."""
REACH_S = 0.022
"""What is listened to on either side of a place, at least."""
LEAST_BEFORE = 1e-5
"""Roughness that a burst is held against at least: of a grain near -80 dBFS."""
MOST_FOUND = 4096
MOST_LOOKS = (24, 64)
"""Places where a click or a hole may be that are looked at in each second of a channel; others are passed over."""


@dataclass(slots=True)
class _Kept:
    """Defects of one kind."""

    listed: list[Defect] = field(default_factory=list)
    count: int = 0
    last: dict[int, int] = field(default_factory=dict)
    """End of the latest one by channel, so that none counts twice."""


class DefectFinder:
    """Follows a source through its blocks; the answer is the same for any split into blocks."""

    def __init__(self, rate_hz: int, channels: int, scale: float) -> None:
        """Start with nothing found.

        Args:
            rate_hz: of the source.
            channels: of the source.
            scale: what a value of the blocks is multiplied by to get full scale 1.0.
        """
        self._rate_hz, self._scale = rate_hz, np.float32(scale)
        self._grain = 16 * max(1, round(rate_hz * GRAIN_S / 16))
        self._longest = round(LONGEST_BURST_S * rate_hz / self._grain)
        self._margin = max(MARGIN_GRAINS, math.ceil(REACH_S * rate_hz / self._grain))
        self._ahead = self._margin + self._longest
        self._kept_grains = self._margin + self._ahead
        self._lines = np.zeros((channels, self._kept_grains * self._grain), np.float32)
        self._held = self._lines.shape[1]
        """Samples in ``_lines``; the first of them is the first of a grain."""
        self._figures = np.zeros((3, channels, self._kept_grains), np.float32)
        self._n_samples = 0
        self._found = np.zeros((MOST_FOUND, 4), np.int64)
        self._clicks, self._holes = ClickJudge(rate_hz), HoleJudge(rate_hz)
        self._quiet = QuietStretches(rate_hz, self._grain)
        self._looks: dict[tuple[int, int], tuple[int, int]] = {}
        self._kept = {kind: _Kept() for kind in KINDS}

    def feed(self, planar: npt.NDArray[np.generic]) -> None:
        """Take the next samples, (channels, n), integers of 32 bits or float64."""
        from release.dsp.kernels.defect_search import search
        from release.dsp.kernels.defects import load_floats, load_ints, survey

        n = planar.shape[1]
        self._make_room(n)
        load = load_ints if planar.dtype == np.int32 else load_floats
        load(planar, self._scale, self._lines, self._held)  # type: ignore[arg-type]
        surveyed = self._kept_grains * self._grain
        self._held += n
        self._n_samples += n
        new = (self._held - surveyed) // self._grain
        old, kept = self._figures, self._kept_grains
        self._figures = np.empty((3, old.shape[1], kept + new), np.float32)
        self._figures[:, :, :kept] = old[:, :, old.shape[2] - kept :]
        survey(self._lines, surveyed, self._grain, self._figures, kept)
        self._quiet.feed(self._figures[1, :, kept:].max(axis=0))
        count = search(self._figures, self._margin, self._margin + new, self._longest, self._found)
        for kind, channel, grain, grains in self._found[: min(count, MOST_FOUND)].tolist():
            self._look(kind, channel, grain, grains)

    def finish(self) -> tuple[tuple[Defect, ...], tuple[tuple[str, int], ...]]:
        """Defects in the order of the file, the first hundred of each kind, and how many there are of each."""
        silence = np.zeros((self._lines.shape[0], (self._ahead + 1) * self._grain))
        self.feed(silence)
        listed = [defect for kept in self._kept.values() for defect in kept.listed]
        listed.sort(key=lambda d: (d.at_sample, d.channel, d.kind))
        return tuple(listed), tuple((kind, kept.count) for kind, kept in self._kept.items())

    @property
    def quiet_stretches(self) -> tuple[tuple[int, int], ...]:
        """(start, length) of what lies below -70 dBFS inside the sound, 1 s and longer; the first hundred."""
        return tuple(self._quiet.found)

    def _make_room(self, n: int) -> None:
        """Drop what is no longer looked at, and make room for ``n`` samples."""
        surplus = (self._held // self._grain - self._kept_grains) * self._grain
        kept = self._held - surplus
        target = self._lines
        if kept + n > target.shape[1]:
            target = np.zeros((target.shape[0], kept + n), np.float32)
        if surplus or target is not self._lines:
            target[:, :kept] = self._lines[:, surplus : self._held]
        self._lines, self._held = target, kept

    def _look(self, kind: int, channel: int, grain: int, grains: int) -> None:
        """Judge what the search found; ``grain`` counts in what is held."""
        place = grain * self._grain
        origin = self._n_samples - self._held
        if kind == 2:
            strength = self._burst_db(channel, grain, grains)
            self._keep(Defect("burst", origin + place, channel, grains * self._grain, strength))
        elif not self._may_look(kind, channel, (origin + place) // self._rate_hz):
            return
        elif kind == 0:
            click = self._clicks.look(self._lines[channel], place + self._grain // 2 - 2)
            if click is not None:
                self._keep(Defect("click", origin + click[0], channel, click[1], round(click[2], 2)))
        else:
            # The first of the two grains that are gone may hold the last of the sound.
            hole = self._holes.look(self._lines, channel, place + self._grain)
            if hole is not None:
                name, first, length, depth_db, is_alone = hole
                self._keep(Defect(name, origin + first, channel, length, round(depth_db, 2), is_alone))

    def _may_look(self, kind: int, channel: int, second: int) -> bool:
        latest, count = self._looks.get((kind, channel), (-1, 0))
        count = count + 1 if latest == second else 1
        self._looks[kind, channel] = (second, count)
        return count <= MOST_LOOKS[kind]

    def _burst_db(self, channel: int, grain: int, grains: int) -> float:
        """Roughness of a burst over that before it."""
        rough = self._figures[0, channel]
        before = float(np.mean(rough[grain - 26 : grain - 2]))
        return round(10.0 * math.log10(float(np.mean(rough[grain : grain + grains])) / max(before, LEAST_BEFORE)), 2)

    def _keep(self, defect: Defect) -> None:
        kept = self._kept[defect.kind]
        if defect.at_sample < kept.last.get(defect.channel, 0):
            return
        kept.last[defect.channel] = defect.at_sample + defect.length
        kept.count += 1
        if len(kept.listed) < MAX_LISTED:
            kept.listed.append(defect)
