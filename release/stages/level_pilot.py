"""A quick guess of what a limiter does to loudness: from three seconds of every 48, to start the search near its end.

The guess only chooses where the first trial over all of the audio stands; that trial and those after it decide.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from release.dsp.blocks import Audio
from release.dsp.meter import Meter
from release.pipeline.step import RunContext
from release.stages.finish import gained, limited, make_limiter
from release.stages.level_model import SegmentLevel, TrackLevel, Trial, is_over
from release.stages.level_search import scaled_track
from release.stages.render import scratch_of

EXCERPT_S = 3
EVERY_S = 48
SETTLE_S = 1
"""Heard before an excerpt, so that limiter and weighting filter have settled."""


class Pilot:
    """Guesses what gains give through the limiter; the same call as a trial, a twelfth of its work."""

    def __init__(
        self,
        ctx: RunContext,
        segments: Sequence[SegmentLevel],
        tracks: Sequence[TrackLevel],
        settings: Callable[[float], dict[str, Any]],
    ) -> None:
        """Keep what a guess needs.

        Args:
            ctx: of the level step.
            segments: of the target.
            tracks: as measured, before gain.
            settings: the limiter's at a ceiling in dBTP.
        """
        self._ctx, self._segments, self._tracks, self._settings = ctx, segments, tracks, settings

    def __call__(self, gains_db: Sequence[float], ceiling_dbtp: float) -> Trial:
        """Tracks as they would sound, as far as excerpts tell; nothing is said of peaks and reductions."""
        with ThreadPoolExecutor(max_workers=self._ctx.context["jobs"]) as pool:
            shares = list(pool.map(lambda s: self._power_kept(s, gains_db, ceiling_dbtp), self._segments))
        kept: dict[int, list[float]] = {}
        for segment, share in zip(self._segments, shares, strict=True):
            for track in segment.piece_tracks:
                kept.setdefault(track, []).append(share)
        tracks = [
            scaled_track(track, gain + 10.0 * float(np.log10(np.mean(kept.get(n, [1.0])))))
            for n, (track, gain) in enumerate(zip(self._tracks, gains_db, strict=True))
        ]
        nothing = (0.0,) * len(tracks)
        return Trial(tuple(tracks), nothing, nothing)

    def _power_kept(self, segment: SegmentLevel, gains_db: Sequence[float], ceiling_dbtp: float) -> float:
        """Share of a segment's weighted power that the limiter leaves."""
        if not is_over(segment, gains_db, ceiling_dbtp):
            return 1.0
        rate_hz = self._ctx.params["rate_hz"]
        audio = scratch_of(self._ctx, segment.role, segment.dtype, segment.n_samples)
        before, after = 0.0, 0.0
        for start in range(0, segment.n_samples, EVERY_S * rate_hz):
            self._ctx.check_cancelled()
            middle = min(start + EVERY_S * rate_hz, segment.n_samples)
            start = max((start + middle - EXCERPT_S * rate_hz) // 2, 0)  # noqa: PLW2901 - the middle of its stretch
            lead = max(start - SETTLE_S * rate_hz, 0)
            regions = [(first - lead, last - lead) for first, last, _ in segment.regions]
            gains = [gains_db[track] for _, _, track in segment.regions]
            stream = gained(audio.blocks(lead, start + EXCERPT_S * rate_hz), regions, gains)
            loud = np.concatenate(list(stream))
            soft = np.concatenate(list(limited(iter([loud]), make_limiter(self._settings(ceiling_dbtp), rate_hz))))
            before += _weighted_power(loud[start - lead :], rate_hz)
            after += _weighted_power(soft[start - lead :], rate_hz)
        return after / before if before > 0.0 else 1.0


def _weighted_power(audio: Audio, rate_hz: int) -> float:
    meter = Meter(rate_hz, 2, finds_peaks=False)
    meter.process(audio)
    return float(meter.finish().block_powers.sum())
