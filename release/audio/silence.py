"""Where a source is silent.

Digital silence at its edges and inside, what lies below -60 dBFS at its edges, and long stretches below -70 dBFS.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

QUIET = 1e-3
"""-60 dBFS (measurement.md section 7)."""
MIN_INNER_S = 0.001
MAX_LISTED = 100
STRETCH_LEVEL = 10.0 ** (-70.0 / 20.0)
MIN_STRETCH_S = 1.0
SOUND_HOLD_S = 0.5
"""Silence after a sound that still counts with it where a mean is taken: a click alone is then no offset."""

Mask = npt.NDArray[np.bool_]


class SilenceFinder:
    """Follows sound and silence through a file."""

    def __init__(self, rate_hz: int) -> None:
        self.first_sound: int | None = None
        self.last_sound = -1
        self._n_held = 0
        self._held_until = 0
        self.inner: list[tuple[int, int]] = []
        self._min_inner = max(1, round(MIN_INNER_S * rate_hz))
        self._hold = round(SOUND_HOLD_S * rate_hz)

    def feed(self, sounds: Mask, position: int) -> None:
        """Take the next samples.

        Args:
            sounds: True where any channel is not zero.
            position: of the first one.
        """
        count = int(np.count_nonzero(sounds))
        if count == 0:
            return
        if count == len(sounds):
            starts, ends = [0], [len(sounds)]
        else:
            edges = np.flatnonzero(np.diff(sounds.astype(np.int8), prepend=0, append=0))
            starts, ends = edges[0::2].tolist(), edges[1::2].tolist()
        for start, end in zip(starts, ends, strict=True):
            self._sound(position + start, position + end)

    def _sound(self, start: int, end: int) -> None:
        if self.first_sound is None:
            self.first_sound = start
        elif start - self.last_sound - 1 >= self._min_inner and len(self.inner) < MAX_LISTED:
            self.inner.append((self.last_sound + 1, start - self.last_sound - 1))
        self.last_sound = end - 1
        self._n_held += end + self._hold - max(start, self._held_until)
        self._held_until = end + self._hold

    def n_sounding(self, n_samples: int) -> int:
        """Samples of a file without its digital silence, which begins half a second after each sound."""
        return self._n_held - max(0, self._held_until - n_samples)


class QuietStretches:
    """Long stretches below -70 dBFS with sound before and after them."""

    def __init__(self, rate_hz: int, grain: int) -> None:
        """Start before the first grain.

        Args:
            rate_hz: of the source.
            grain: samples whose energy is fed as one value.
        """
        self._grain = grain
        self._limit = STRETCH_LEVEL**2 * grain
        self._least = max(1, round(MIN_STRETCH_S * rate_hz / grain))
        self._n_fed = 0
        self._last_sound: int | None = None
        self.found: list[tuple[int, int]] = []

    def feed(self, energies: npt.NDArray[np.float32]) -> None:
        """Take the greatest energy of any channel in each of the next grains."""
        start = self._n_fed
        self._n_fed += len(energies)
        sounds = energies > self._limit
        if self._last_sound == start - 1 and sounds.all():
            self._last_sound = self._n_fed - 1
            return
        at = np.flatnonzero(sounds) + start
        if not len(at):
            return
        if self._last_sound is not None:
            at = np.concatenate(([self._last_sound], at))
        gaps = np.diff(at) - 1
        for number in np.flatnonzero(gaps >= self._least):
            if len(self.found) < MAX_LISTED:
                self.found.append((int(at[number] + 1) * self._grain, int(gaps[number]) * self._grain))
        self._last_sound = int(at[-1])


class QuietEdges:
    """The first and the last sample at or above -60 dBFS in any channel."""

    def __init__(self, scale: float) -> None:
        self._threshold = QUIET / scale
        self._first: int | None = None
        self._latest: tuple[npt.NDArray[np.generic], int] | None = None

    def feed(self, planar: npt.NDArray[np.generic], peak: float, position: int) -> None:
        """Take the next samples (channels, n) with their greatest absolute value."""
        if peak < self._threshold:
            return
        if self._first is None:
            self._first = position + int(np.argmax(self._loud(planar)))
        # Only the last such block matters, so it is kept and searched at the end.
        self._latest = (planar, position)

    def _loud(self, planar: npt.NDArray[np.generic]) -> Mask:
        values = np.abs(planar.astype(np.float64))
        return np.asarray((values >= self._threshold).any(axis=0))

    def finish(self, n_samples: int) -> tuple[int, int]:
        """Quiet samples at the head and at the tail; all of them when nothing is louder."""
        if self._first is None or self._latest is None:
            return n_samples, n_samples
        planar, position = self._latest
        last = position + planar.shape[1] - 1 - int(np.argmax(self._loud(planar)[::-1]))
        return self._first, n_samples - 1 - last
