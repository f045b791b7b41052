"""How far up the spectrum of a source reaches, and how steeply it ends there.

A long-term average spectrum (Welch, Hann window) from at most 200 places spread over the file. The edge is the highest
frequency that lies within 60 dB of the median in-band level and, where the top of the spectrum is a flat noise floor,
10 dB above that floor. Of tones alone, whose median is that of the noise below them, it is 60 dB below the highest.
Source: measurement.md section 9; P. Welch, IEEE Trans. Audio Electroacoust. AU-15 (1967).
"""

from __future__ import annotations

import numpy as np

from release.audio.mirror import mirrored_about_hz
from release.audio.pcm import Floats

MAX_FRAMES = 200
MAX_BIN_HZ = 12.0
SMOOTH_HZ = 100.0
IN_BAND_HZ = (100.0, 10_000.0)
RANGE_DB = 60.0
ABOVE_FLOOR_DB = 10.0
EDGE_HZ = 500.0
FLAT_FLOOR_DB = 3.0
FLOOR_SHARE = 0.1
"""The noise floor is looked for in the upper tenth of the spectrum."""
FLOOR_BELOW_BAND_DB = 20.0
FLOOR_POWER = 1e-30
TONE_DB = 100.0
"""Where the median in band lies as far below the highest level, there is nothing but tones in it, and noise."""
OFFSET_BINS = 3
"""So far a constant offset reaches in a Hann window; it is no content."""
NOTHING = 1e-20
"""Share of the offset's power below which all else is the arithmetic's own."""


class Spectrum:
    """Collects frames while a file goes by in blocks."""

    def __init__(self, rate_hz: int, n_samples: int) -> None:
        self._rate_hz = rate_hz
        self._frame = 1 << max(12, int(np.ceil(np.log2(rate_hz / MAX_BIN_HZ))))
        self._hop = max(self._frame // 2, n_samples // MAX_FRAMES)
        self._next = 0
        self._window = np.hanning(self._frame + 1)[:-1]
        self._power = np.zeros(self._frame // 2 + 1)
        self._frames = 0

    def feed(self, block: Floats, position: int) -> None:
        """Take the next samples, (n, channels).

        Frames that would cross the block's end are moved back into it; silent ones are left out.
        """
        end = position + len(block)
        while self._next < end and len(block) >= self._frame:
            start = min(self._next - position, len(block) - self._frame)
            self._add(block[max(start, 0) : max(start, 0) + self._frame])
            self._next += self._hop

    def _add(self, frame: Floats) -> None:
        spectra = np.fft.rfft(frame * self._window[:, np.newaxis], axis=0)
        power = np.einsum("ij,ij->i", spectra.real, spectra.real) + np.einsum("ij,ij->i", spectra.imag, spectra.imag)
        if power.any():
            self._power += power
            self._frames += 1

    def finish(self) -> tuple[float | None, float | None]:
        """Bandwidth in Hz and the fall in dB over 500 Hz at it; None where not measurable.

        The fall is None where the spectrum reaches to within 500 Hz of half the sample rate, and of tones alone: a line
        falls off at once, and is no sign of a filter.
        """
        if self._frames == 0:
            return None, None
        return find_edge(self._power / self._frames, self._rate_hz)

    @property
    def mirrored_hz(self) -> float | None:
        """Half of a lower rate whose image the spectrum shows (``release.audio.mirror``)."""
        return mirrored_about_hz(self._power / self._frames, self._rate_hz) if self._frames else None


def find_edge(power: Floats, rate_hz: int) -> tuple[float | None, float | None]:
    """Bandwidth and fall of an averaged power spectrum, 0 Hz to half the sample rate; None without content."""
    bin_hz = rate_hz / 2 / (len(power) - 1)
    if power[OFFSET_BINS:].max() <= NOTHING * power[:OFFSET_BINS].max():
        return None, None
    power = np.concatenate([np.full(OFFSET_BINS, power[OFFSET_BINS]), power[OFFSET_BINS:]])
    level = 10.0 * np.log10(_smooth(power, max(1, round(SMOOTH_HZ / bin_hz))) + FLOOR_POWER)
    low, high = (round(hz / bin_hz) for hz in (IN_BAND_HZ[0], min(IN_BAND_HZ[1], rate_hz / 4)))
    band = float(np.median(level[low : high + 1]))
    highest = float(level.max())
    has_only_tones = band < highest - TONE_DB
    band = highest if has_only_tones else band
    above = np.flatnonzero(level >= _threshold(level, band))
    if len(above) == 0:
        return None, None
    edge = int(above[-1])
    reach = round(EDGE_HZ / bin_hz)
    if has_only_tones or edge + reach >= len(level) - 1:
        return edge * bin_hz, None
    starts = np.arange(max(0, edge - reach), edge + 1)
    return edge * bin_hz, float(np.max(level[starts] - level[starts + reach]))


def _threshold(level: Floats, band_db: float) -> float:
    top = level[int(len(level) * (1.0 - FLOOR_SHARE)) :]
    floor = float(np.median(top))
    is_flat = float(np.ptp(top)) <= FLAT_FLOOR_DB and floor <= band_db - FLOOR_BELOW_BAND_DB
    return max(band_db - RANGE_DB, floor + ABOVE_FLOOR_DB) if is_flat else band_db - RANGE_DB


def _smooth(power: Floats, width: int) -> Floats:
    """A running mean; at the ends over what there is."""
    sums = np.concatenate(([0.0], np.cumsum(power)))
    index = np.arange(len(power))
    low, high = np.maximum(index - width // 2, 0), np.minimum(index + width // 2 + 1, len(power))
    return np.asarray(np.maximum(sums[high] - sums[low], 0.0) / (high - low))
