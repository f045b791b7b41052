"""Which few broad bands of ``eq`` would bring a tone near a wanted one: a fit of the steps' own responses."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from release.dsp.cohesion import MOST_COUNTED_DB
from release.dsp.filters import equaliser, response, tilt
from release.dsp.loudness import k_weighting
from release.dsp.tone_match import MIDDLES_HZ

Values = NDArray[np.float64]

MOST_BANDS = 3
MOST_DB = 4.0
STEP_DB = 0.5
WORTH_SHARE = 0.12
"""A further band must take this share of what is left."""
LOW_SHELVES_HZ = (80.0, 125.0, 200.0, 315.0)
HIGH_SHELVES_HZ = (2000.0, 3150.0, 5000.0, 8000.0)
PEAKS_HZ = (63.0, 100.0, 160.0, 250.0, 400.0, 630.0, 1000.0, 1600.0, 2500.0, 4000.0, 6300.0, 10_000.0)
QS = (0.7, 1.4)


@dataclass(frozen=True, slots=True)
class ToneBand:
    """One step: ``tilt``, or the shape of an ``eq``."""

    shape: str
    frequency_hz: float
    gain_db: float
    q: float


def advise_tone(deviations_db: Sequence[float | None], rate_hz: int) -> tuple[ToneBand, ...]:
    """Up to three broad bands that take most of a deviation back; none where none is worth it.

    Args:
        deviations_db: of the 31 third octaves; None where nothing is known.
        rate_hz: at which the steps will run.
    """
    values = np.array([np.nan if v is None else v for v in deviations_db])
    known = ~np.isnan(values) & (0.45 * rate_hz > MIDDLES_HZ)
    left = np.clip(values[known], -MOST_COUNTED_DB, MOST_COUNTED_DB)
    if not len(left):
        return ()
    left = left - left.mean()
    bands: list[ToneBand] = []
    candidates = [c for c in _candidates() if c.frequency_hz < 0.45 * rate_hz]
    units = [_levels(c, rate_hz)[known] for c in candidates]
    for _ in range(MOST_BANDS):
        taken = {(b.shape, b.frequency_hz) for b in bands}  # a band twice would only go past MOST_DB
        found = [
            _fitted(c, u, left, known, rate_hz)
            for c, u in zip(candidates, units, strict=True)
            if (c.shape, c.frequency_hz) not in taken
        ]
        band, rest = min(found, key=lambda item: float(np.sum(item[1] ** 2)))
        before = float(np.sum(left**2))
        if before <= 0.0 or 1.0 - float(np.sum(rest**2)) / before < WORTH_SHARE or band.gain_db == 0.0:
            break
        bands.append(band)
        left = rest
    return tuple(sorted(bands, key=lambda b: b.frequency_hz))


def loudness_change(levels_db: Sequence[float] | None, bands: Sequence[ToneBand], rate_hz: int) -> float:
    """What some bands do to the loudness of a sound, in LU, by its third octaves under the K-weighting.

    Args:
        levels_db: of the 31 third octaves; None for silence, which nothing changes.
        bands: one after the other.
        rate_hz: at which they run.
    """
    if levels_db is None or not bands:
        return 0.0
    shelf_b, shelf_a, high_pass_a = np.split(k_weighting(rate_hz), [3, 5])
    z = np.exp(-2j * np.pi * np.minimum(MIDDLES_HZ, 0.49 * rate_hz) / rate_hz)
    weight = np.polyval(shelf_b[::-1], z) / (1.0 + shelf_a[0] * z + shelf_a[1] * z**2)
    weight *= (1.0 - z) ** 2 / (1.0 + high_pass_a[0] * z + high_pass_a[1] * z**2)
    powers = 10.0 ** (np.array(levels_db) / 10.0) * np.abs(weight) ** 2
    change_db = sum((_levels(band, rate_hz) for band in bands), np.zeros(len(MIDDLES_HZ)))
    total = float(powers.sum())
    return 10.0 * math.log10(float((powers * 10.0 ** (change_db / 10.0)).sum()) / total) if total > 0.0 else 0.0


def _candidates() -> Iterator[ToneBand]:
    yield ToneBand("tilt", 1000.0, 2.0, 0.0)
    for frequency_hz in LOW_SHELVES_HZ:
        yield ToneBand("low-shelf", frequency_hz, 2.0, 0.7)
    for frequency_hz in HIGH_SHELVES_HZ:
        yield ToneBand("high-shelf", frequency_hz, 2.0, 0.7)
    for frequency_hz in PEAKS_HZ:
        for q in QS:
            yield ToneBand("peak", frequency_hz, 2.0, q)


def _fitted(
    band: ToneBand, unit: Values, left: Values, known: NDArray[np.bool_], rate_hz: int
) -> tuple[ToneBand, Values]:
    """The band with the gain that fits best, in half dB, and what it leaves."""
    shape = unit - unit.mean()
    factor = -float(left @ shape) / max(float(shape @ shape), 1e-12)
    gain = float(np.clip(round(factor * band.gain_db / STEP_DB) * STEP_DB, -MOST_DB, MOST_DB))
    fitted = ToneBand(band.shape, band.frequency_hz, gain, band.q)
    if gain == 0.0:
        return fitted, left
    change = _levels(fitted, rate_hz)[known]
    return fitted, np.asarray(left + change - change.mean())


def _levels(band: ToneBand, rate_hz: int) -> Values:
    """What a band does to the middles of all third octaves, in dB."""
    if band.shape == "tilt":
        sections = tilt(band.frequency_hz, band.gain_db, rate_hz)
    else:
        sections = equaliser(band.shape, band.frequency_hz, band.gain_db, band.q, rate_hz)
    middles = np.minimum(MIDDLES_HZ, 0.49 * rate_hz)
    return np.asarray(20.0 * np.log10(np.abs(response(sections, middles, rate_hz))))
