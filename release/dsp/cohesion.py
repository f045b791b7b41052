"""Tracks beside each other: how far each lies from the others in level, tone, dynamics and width.

The others are the median of the album: what most tracks do counts, not the exception. A distance is an outlier when it
is both large enough to hear (``FLOORS``) and outside of what the album itself spreads over: 2.5 robust standard
deviations (1.4826 times the median absolute deviation). Where an album spreads widely few tracks are outliers, or none.
Source: C. Leys et al., Detecting outliers, J. Exp. Soc. Psychol. 49 (2013); the floors are the house's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from release.dsp.tone_match import DEPTH_DB, MIDDLES_HZ, levelled

Values = NDArray[np.float64]

COMPARED = (MIDDLES_HZ > 38.0) & (MIDDLES_HZ < 16_500.0)
"""Bands that tone is judged by: 40 Hz to 16 kHz."""
TILT = (MIDDLES_HZ > 95.0) & (MIDDLES_HZ < 10_500.0)
"""Bands of the tilt: 100 Hz to 10 kHz (measurement.md section 10)."""
NARROWEST_DB = -40.0
"""Side against middle: less than this sounds as one channel."""
WIDEST_DB = 20.0
FEWEST_TRACKS = 3
"""With two tracks neither is the exception."""
ROBUST_DEVIATIONS = 2.5
DEVIATION_A_MAD = 1.4826
MOST_COUNTED_DB = 12.0
"""A band further off counts as this far: where one track has a bass drum and another none, more says nothing."""
EDGE_S = 15.0
"""What counts as the start and the end of a track where two of them meet."""

FLOORS = {"level": 2.0, "tone": 2.5, "dynamics": 3.0, "range": 5.0, "width": 4.0}
"""Distances below these are not told, in LU, dB (tone: RMS over the bands), dB, LU, dB."""


@dataclass(frozen=True, slots=True)
class TrackFigures:
    """What one track measures, as delivered. None: not measurable.

    Attributes:
        key: of the track.
        level_lufs: integrated loudness.
        offset_lu: distance from the others that the manifest asks for.
        range_lu: loudness range.
        peak_to_loudness_db: PLR.
        width_db: side against middle.
        levels_db: third octaves.
        short_term_lufs: every 100 ms, from 3 s on.
        unit: number of the disc or side; nobody hears a step from one to the next.
    """

    key: str
    level_lufs: float | None
    offset_lu: float
    range_lu: float | None
    peak_to_loudness_db: float | None
    width_db: float | None
    levels_db: tuple[float, ...] | None
    octave_widths_db: tuple[float | None, ...]
    short_term_lufs: Values
    unit: int = 0


@dataclass(frozen=True, slots=True)
class TrackDistance:
    """A track against the album. None: not measurable.

    Attributes:
        level_lu: over the median level, intended offsets taken off.
        tone_db: RMS over the bands of ``bands_db``.
        bands_db: level of each third octave over the album's median, each track at its own mean level; None for
            a band without sound.
        tilt_db: slope of the track's third octaves in dB an octave.
        dynamics_db: PLR over the median.
        range_lu: loudness range over the median.
        width_db: side against middle, over the median.
    """

    key: str
    level_lu: float | None
    tone_db: float | None
    bands_db: tuple[float | None, ...]
    tilt_db: float | None
    dynamics_db: float | None
    range_lu: float | None
    width_db: float | None


@dataclass(frozen=True, slots=True)
class NeighbourStep:
    """From one track to the next, positive for more. None: not measurable.

    Attributes:
        level_lu: integrated loudness.
        join_lu: from the loudest 3 s of the last 15 s to the loudest 3 s of the first 15 s.
        tone_db: RMS difference of the third octaves, each track at its own mean level.
        tilt_db: difference of the tilts, dB an octave.
        dynamics_db: PLR.
        width_db: side against middle.
    """

    first: str
    second: str
    level_lu: float | None
    join_lu: float | None
    tone_db: float | None
    tilt_db: float | None
    dynamics_db: float | None
    width_db: float | None


@dataclass(frozen=True, slots=True)
class Outlier:
    """A track far from the others in one respect.

    Attributes:
        what: ``level``, ``tone``, ``dynamics``, ``range`` or ``width``.
        distance: as in :class:`TrackDistance`.
        limit: the distance from which this album calls it one.
    """

    key: str
    what: str
    distance: float
    limit: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """The album laid side by side."""

    tracks: tuple[TrackDistance, ...]
    steps: tuple[NeighbourStep, ...]
    outliers: tuple[Outlier, ...]
    median_level_lufs: float | None
    median_dynamics_db: float | None
    median_range_lu: float | None
    median_width_db: float | None


def compare(tracks: Sequence[TrackFigures]) -> Comparison:
    """Lay tracks side by side, in running order."""
    levels = [None if t.level_lufs is None else t.level_lufs - t.offset_lu for t in tracks]
    widths = [None if t.width_db is None else float(np.clip(t.width_db, NARROWEST_DB, WIDEST_DB)) for t in tracks]
    dynamics = [t.peak_to_loudness_db for t in tracks]
    ranges = [t.range_lu for t in tracks]
    tones = [None if t.levels_db is None else tone_of(t.levels_db) for t in tracks]
    bands = _against_median(tones)
    distances = [
        TrackDistance(
            key=track.key,
            level_lu=_over(levels[n], _median(levels)),
            tone_db=_rms(bands[n]),
            bands_db=tuple(None if np.isnan(v) else float(v) for v in bands[n]),
            tilt_db=tilt_of(tones[n]),
            dynamics_db=_over(dynamics[n], _median(dynamics)),
            range_lu=_over(ranges[n], _median(ranges)),
            width_db=_over(widths[n], _median(widths)),
        )
        for n, track in enumerate(tracks)
    ]
    steps = [
        _step(tracks, distances, tones, widths, n)
        for n in range(len(tracks) - 1)
        if tracks[n].unit == tracks[n + 1].unit
    ]
    return Comparison(
        tracks=tuple(distances),
        steps=tuple(steps),
        outliers=_outliers(distances),
        median_level_lufs=_median([t.level_lufs for t in tracks]),
        median_dynamics_db=_median(dynamics),
        median_range_lu=_median(ranges),
        median_width_db=_median(widths),
    )


def tone_of(levels_db: Sequence[float]) -> Values:
    """Third octaves around their own mean, lightly smoothed; NaN for bands without sound and those not compared."""
    levels = np.array(levels_db)
    known = COMPARED & (levels > levels.max() - DEPTH_DB)
    around = np.where(known, levelled(levels), np.nan)
    padded = np.pad(around, 1, constant_values=np.nan)
    weights = np.array([0.25, 0.5, 0.25])
    stacked = np.stack([padded[:-2], padded[1:-1], padded[2:]])
    present = ~np.isnan(stacked)
    total = (weights[:, np.newaxis] * present).sum(axis=0)
    smooth = (weights[:, np.newaxis] * np.where(present, stacked, 0.0)).sum(axis=0) / np.maximum(total, 0.25)
    return np.asarray(np.where(known, smooth, np.nan))


def tilt_of(tone: Values | None) -> float | None:
    """Least-squares slope over 100 Hz to 10 kHz in dB an octave."""
    if tone is None:
        return None
    known = TILT & ~np.isnan(tone)
    if np.count_nonzero(known) < 3:
        return None
    return float(np.polyfit(np.log2(MIDDLES_HZ[known]), tone[known], 1)[0])


def edge_lufs(short_term_lufs: Values, *, at_end: bool) -> float | None:
    """Loudest 3 s within the first or the last 15 s; None where nothing sounds there."""
    count = round((EDGE_S - 3.0) * 10) + 1
    part = short_term_lufs[-count:] if at_end else short_term_lufs[:count]
    highest = float(part.max()) if len(part) else -np.inf
    return highest if np.isfinite(highest) and highest > -70.0 else None


def _against_median(tones: Sequence[Values | None]) -> list[Values]:
    """Each tone less the median of all in each band; a band needs the sound of half of the tracks."""
    nothing = np.full(len(MIDDLES_HZ), np.nan)
    present = [t for t in tones if t is not None]
    if not present:
        return [nothing for _ in tones]
    stacked = np.array(present)
    known = (~np.isnan(stacked)).sum(axis=0) * 2 >= len(present)
    middle = nothing.copy()
    if known.any():
        middle[known] = np.nanmedian(stacked[:, known], axis=0)
    return [nothing if t is None else np.asarray(t - middle) for t in tones]


def _step(
    tracks: Sequence[TrackFigures],
    distances: Sequence[TrackDistance],
    tones: Sequence[Values | None],
    widths: Sequence[float | None],
    n: int,
) -> NeighbourStep:
    one, two = tracks[n], tracks[n + 1]
    tone, other = tones[n], tones[n + 1]
    return NeighbourStep(
        first=one.key,
        second=two.key,
        level_lu=_over(two.level_lufs, one.level_lufs),
        join_lu=_over(edge_lufs(two.short_term_lufs, at_end=False), edge_lufs(one.short_term_lufs, at_end=True)),
        tone_db=None if tone is None or other is None else _rms(other - tone),
        tilt_db=_over(distances[n + 1].tilt_db, distances[n].tilt_db),
        dynamics_db=_over(two.peak_to_loudness_db, one.peak_to_loudness_db),
        width_db=_over(widths[n + 1], widths[n]),
    )


def _outliers(distances: Sequence[TrackDistance]) -> tuple[Outlier, ...]:
    """Sorted by how many times over their limit they lie."""
    found = []
    kinds = {
        "level": [d.level_lu for d in distances],
        "tone": [d.tone_db for d in distances],
        "dynamics": [d.dynamics_db for d in distances],
        "range": [d.range_lu for d in distances],
        "width": [d.width_db for d in distances],
    }
    for what, values in kinds.items():
        known = np.array([v for v in values if v is not None])
        if len(known) < FEWEST_TRACKS:
            continue
        # Tone is a distance already; its middle is what the tracks usually lie away from their own median.
        middle = float(np.median(known))
        spread = float(np.median(np.abs(known - middle)))
        reach = ROBUST_DEVIATIONS * DEVIATION_A_MAD * spread
        limit = max(FLOORS[what], middle + reach if what == "tone" else reach)
        for item, value in zip(distances, values, strict=True):
            if value is not None and abs(value) >= limit:
                found.append(Outlier(item.key, what, value, limit))
    return tuple(sorted(found, key=lambda o: -abs(o.distance) / o.limit))


def _median(values: Sequence[float | None]) -> float | None:
    known = [v for v in values if v is not None]
    return float(np.median(known)) if known else None


def _over(value: float | None, other: float | None) -> float | None:
    return None if value is None or other is None else value - other


def _rms(values: Values) -> float | None:
    known = np.clip(values[~np.isnan(values)], -MOST_COUNTED_DB, MOST_COUNTED_DB)
    return float(np.sqrt(np.mean(known**2))) if len(known) else None
