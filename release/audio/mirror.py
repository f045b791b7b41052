"""Whether the spectrum of a source is mirrored about half of a lower sample rate: the image that a converter left there.

A converter keeps little more than it must of what lies just below half the old rate, and lets some of it through once
more just above, mirrored. Softer filters leave no steep edge, but their image has, bin by bin, the fine structure of
what lies below; no sound does that by itself.
Source: R. E. Crochiere and L. R. Rabiner, Multirate Digital Signal Processing (1983), section 2.3 (images of interpolation).
"""

from __future__ import annotations

import numpy as np

from release.audio.pcm import Floats

LOWER_RATES_HZ = (22_050, 32_000, 44_100, 48_000, 88_200, 96_000)
MOST_OF_RATE = 0.6
"""Rates above this share of the file's own leave no room above the image."""
NEAREST, FARTHEST = 0.015, 0.1
"""Where the image is compared, as shares of half the old rate to either side of it."""
BELOW, ABOVE = (0.85, 0.95), (1.2, 1.3)
"""Where the sound before the image and what is left after it are measured, by the same share."""
LEAST_FALL_DB = 40.0
LEAST_ALIKE = 0.8
"""Correlation of the fine structures; images have 0.95 and more, music on two sides of any frequency up to 0.4."""
TREND_HZ = 100.0
FLOOR_POWER = 1e-30
LEAST_BINS = 64


def mirrored_about_hz(power: Floats, rate_hz: int) -> float | None:
    """Half of the lower rate that an averaged power spectrum, 0 Hz to half the sample rate, shows an image of; None without."""
    bin_hz = rate_hz / 2 / (len(power) - 1)
    level = 10.0 * np.log10(power + FLOOR_POWER)
    for lower_hz in LOWER_RATES_HZ:
        if lower_hz <= rate_hz * MOST_OF_RATE and _is_mirrored(level, lower_hz / 2 / bin_hz, round(TREND_HZ / bin_hz)):
            return lower_hz / 2
    return None


def _is_mirrored(level: Floats, middle: float, trend: int) -> bool:
    """About a place of a spectrum in dB, counted in bins."""
    fall_db = _median(level, middle, BELOW) - _median(level, middle, ABOVE)
    away = np.arange(NEAREST * middle, FARTHEST * middle)
    if fall_db < LEAST_FALL_DB or len(away) < max(LEAST_BINS, 2 * trend + 1):
        return False
    bins = np.arange(len(level))
    below, above = (_fine(np.interp(places, bins, level), trend) for places in (middle - away, middle + away))
    size = float(np.sqrt(np.dot(below, below) * np.dot(above, above)))
    return size > 0.0 and float(np.dot(below, above)) >= LEAST_ALIKE * size


def _median(level: Floats, middle: float, shares: tuple[float, float]) -> float:
    first, last = (round(share * middle) for share in shares)
    return float(np.median(level[first:last]))


def _fine(level: Floats, trend: int) -> Floats:
    """What is left of a line without its trend, a running mean."""
    width = 2 * trend + 1
    padded = np.pad(level, trend, mode="edge")
    return np.asarray(level - np.convolve(padded, np.full(width, 1.0 / width), "valid"))
