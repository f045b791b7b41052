"""The meter: everything that is measured in one pass over a stream, in blocks of any size.

Loudness is read from energies of 10 ms hops, so that maxima of momentary and short-term loudness come within 0.02 LU
at any alignment; integrated loudness and range use the 100 ms grid of the standards. Only complete windows count.
Source: ITU-R BS.1770-5; EBU Tech 3341 and 3342.
"""

from __future__ import annotations

import math
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from release.dsp import loudness
from release.dsp.blocks import Audio, FixedBlocks, as_audio
from release.model.measurement import Loudness

BLOCK = 16_384
MOMENTARY_HOPS = 40
SHORT_TERM_HOPS = 300
HOPS_A_STEP = 10
"""10 ms hops in one 100 ms step."""


@dataclass(frozen=True, slots=True, eq=False)
class MeterResult:
    """What one stream measures. None means: not measurable (silent, or too short).

    Attributes:
        rate_hz: sample rate.
        channels: of the stream.
        n_samples: its length.
        integrated_lufs: gated loudness of the whole; None below 400 ms or when all is below -70 LUFS.
        range_lu: loudness range; None below 3 s.
        max_short_term_lufs: greatest 3 s reading, one every 10 ms; None below 3 s.
        max_momentary_lufs: greatest 400 ms reading, one every 10 ms; None below 400 ms.
        true_peak_dbtp: None for silence.
        true_peak_at_sample: nearest sample.
        sample_peak_dbfs: None for silence.
        sample_peak_at_sample: first sample that has it.
        block_powers: power of each complete 400 ms block, one every 100 ms.
        short_term_powers: power of each complete 3 s window, one every 100 ms; the k-th ends at 3 s + k * 100 ms.
        dc: mean of each channel, linear.
        mean_squares: mean square of each channel, linear.
        correlation: of left and right over the whole; None unless stereo with sound in both.
        mid_mean_square: of (L + R)/2; None unless stereo.
        side_mean_square: of (L - R)/2; None unless stereo.
    """

    rate_hz: int
    channels: int
    n_samples: int
    integrated_lufs: float | None
    range_lu: float | None
    max_short_term_lufs: float | None
    max_momentary_lufs: float | None
    true_peak_dbtp: float | None
    true_peak_at_sample: int
    sample_peak_dbfs: float | None
    sample_peak_at_sample: int
    block_powers: NDArray[np.float64]
    short_term_powers: NDArray[np.float64]
    dc: tuple[float, ...]
    mean_squares: tuple[float, ...]
    correlation: float | None
    mid_mean_square: float | None
    side_mean_square: float | None

    def loudness(self) -> Loudness:
        """The record's six numbers."""
        return Loudness(
            integrated_lufs=self.integrated_lufs,
            range_lu=self.range_lu,
            max_short_term_lufs=self.max_short_term_lufs,
            max_momentary_lufs=self.max_momentary_lufs,
            true_peak_dbtp=self.true_peak_dbtp,
            sample_peak_dbfs=self.sample_peak_dbfs,
        )

    @property
    def curve(self) -> NDArray[np.float64]:
        """Short-term loudness in LUFS every 100 ms, from 3 s on; minus infinity in silence."""
        return loudness.lufs_curve(self.short_term_powers)

    @property
    def dc_dbfs(self) -> tuple[float | None, ...]:
        """Offset of each channel as a level; None for exactly nothing."""
        return tuple(20.0 * math.log10(abs(v)) if v else None for v in self.dc)

    def to_json(self) -> dict[str, Any]:
        """Plain values; exact when read back. The powers, thousands of them, go as one word each."""
        values: dict[str, Any] = {name: getattr(self, name) for name in _SCALARS}
        for name in _LISTS:
            values[name] = [float(v) for v in getattr(self, name)]
        for name in _POWERS:
            values[name] = b64encode(getattr(self, name).astype("<f8").tobytes()).decode("ascii")
        return values

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> MeterResult:
        """The result that ``to_json`` gave."""
        fields: dict[str, Any] = {name: values[name] for name in _SCALARS}
        for name in _POWERS:
            fields[name] = np.frombuffer(b64decode(values[name]), dtype="<f8").astype(np.float64)
        for name in _LISTS:
            fields[name] = tuple(float(v) for v in values[name])
        return cls(**fields)


_POWERS = ("block_powers", "short_term_powers")
_LISTS = ("dc", "mean_squares")
_SCALARS = tuple(name for name in MeterResult.__dataclass_fields__ if name not in _POWERS + _LISTS)


class Meter:
    """Measures a stream; the same result however it is cut into blocks."""

    def __init__(
        self, rate_hz: int, channels: int = 2, weights: Sequence[float] | None = None, *, finds_peaks: bool = True
    ) -> None:
        """Start a measurement.

        Args:
            rate_hz: 8 kHz to 384 kHz.
            channels: 1 to 6, or any number with ``weights``.
            weights: loudness weight of each channel; None for the standard's (5.1 in WAVE order, LFE left out).
            finds_peaks: False leaves out sample and true peaks, which are most of the work.

        Raises:
            ValueError: no weights are known for this number of channels.
        """
        from release.dsp.truepeak import TruePeakMeter

        if weights is None:
            if channels not in loudness.CHANNEL_WEIGHTS:
                raise ValueError(f"no loudness weights are defined for {channels} channels")
            weights = loudness.CHANNEL_WEIGHTS[channels]
        if len(weights) != channels:
            raise ValueError(f"{channels} channels and {len(weights)} weights")
        self._rate_hz = rate_hz
        self._channels = channels
        self._weights = tuple(float(w) for w in weights)
        self._blocks = FixedBlocks(BLOCK, channels)
        self._coefficients = loudness.k_weighting(rate_hz)
        self._pairs = tuple((c, min(c + 1, channels - 1)) for c in range(0, channels, 2))
        self._memories = [np.zeros((2, 6)) for _ in self._pairs]
        self._sums = [np.zeros(5) for _ in self._pairs]
        self._hops: list[NDArray[np.float64]] = []
        self._open_hop = 0.0
        self._sides = np.zeros((1024, 3), dtype=np.float32)
        self._n_sides = 0
        self._open_sides = np.zeros(3)
        self._position = 0
        self._peaks = TruePeakMeter(channels if finds_peaks else 0)

    def process(self, block: Audio) -> None:
        """Take the next block (n_samples, channels)."""
        for audio in self._blocks.take(as_audio(block, self._channels)):
            self._feed(audio)

    def _feed(self, audio: Audio) -> None:
        from release.dsp.kernels.loudness import weigh_pair

        n = len(audio)
        first = self._hop_of(self._position)
        last = self._hop_of(self._position + n - 1)
        total = np.zeros(last - first + 1)
        for (left, right), memory, sums in zip(self._pairs, self._memories, self._sums, strict=True):
            energies = np.zeros((len(total), 3))
            weigh_pair(
                audio, left, right, self._coefficients, memory, sums, energies, self._rate_hz, self._position, first
            )
            total += self._weights[left] * energies[:, 0]
            if right != left:
                total += self._weights[right] * energies[:, 1]
            if left == 0:
                sides = energies
        total[0] += self._open_hop
        sides[0] += self._open_sides
        self._position += n
        if self._hop_start(last + 1) == self._position:
            self._hops.append(total)
            self._open_hop, self._open_sides = 0.0, np.zeros(3)
        else:
            self._hops.append(total[:-1])
            self._open_hop, self._open_sides = float(total[-1]), sides[-1]
            sides = sides[:-1]
        self._keep_sides(sides)
        self._peaks.feed(audio)

    def _keep_sides(self, sides: NDArray[np.float64]) -> None:
        """Add complete hops to those that are known."""
        end = self._n_sides + len(sides)
        if end > len(self._sides):
            self._sides = np.concatenate([self._sides, np.zeros((max(end, len(self._sides)), 3), dtype=np.float32)])
        self._sides[self._n_sides : end] = sides
        self._n_sides = end

    @property
    def sides(self) -> NDArray[np.float32]:
        """(hops, 3): of each complete 10 ms the K-weighted sums of left squared, right squared and left times right.

        Of the first two channels; the three are equal for a single one.
        """
        return self._sides[: self._n_sides]

    def _hop_start(self, hop: int) -> int:
        return (hop * self._rate_hz + 50) // 100

    def _hop_of(self, position: int) -> int:
        hop = position * 100 // self._rate_hz
        while self._hop_start(hop + 1) <= position:
            hop += 1
        while self._hop_start(hop) > position:
            hop -= 1
        return hop

    def finish(self) -> MeterResult:
        """The result, after the last block."""
        rest = self._blocks.rest()
        if len(rest):
            self._feed(rest)
        true_peak, true_peak_at = self._peaks.finish()
        momentary, short_term = self._windows(MOMENTARY_HOPS), self._windows(SHORT_TERM_HOPS)
        blocks, steps = momentary[::HOPS_A_STEP].copy(), short_term[::HOPS_A_STEP].copy()
        n = max(self._position, 1)
        squares = self._by_channel(2, 3) / n
        stereo = self._channels == 2
        cross = float(self._sums[0][4]) / n
        return MeterResult(
            rate_hz=self._rate_hz,
            channels=self._channels,
            n_samples=self._position,
            integrated_lufs=loudness.integrated_lufs(blocks),
            range_lu=loudness.loudness_range(steps),
            max_short_term_lufs=_greatest_lufs(short_term),
            max_momentary_lufs=_greatest_lufs(momentary),
            true_peak_dbtp=_level_db(true_peak),
            true_peak_at_sample=true_peak_at,
            sample_peak_dbfs=_level_db(self._peaks.sample_peak),
            sample_peak_at_sample=self._peaks.sample_peak_at,
            block_powers=blocks,
            short_term_powers=steps,
            dc=tuple(float(v) for v in self._by_channel(0, 1) / n),
            mean_squares=tuple(float(v) for v in squares),
            correlation=_correlation(squares, cross) if stereo else None,
            mid_mean_square=float(squares.sum() / 4.0 + cross / 2.0) if stereo else None,
            side_mean_square=max(float(squares.sum() / 4.0 - cross / 2.0), 0.0) if stereo else None,
        )

    def _by_channel(self, left: int, right: int) -> NDArray[np.float64]:
        pairs = [sums[[left, right]] for sums in self._sums]
        return np.asarray(np.concatenate(pairs)[: self._channels])

    def _windows(self, hops: int) -> NDArray[np.float64]:
        """Power of each complete window of this many hops, one every 10 ms: sums of sums, nothing is subtracted."""
        energies = np.concatenate(self._hops) if self._hops else np.zeros(0)
        count = len(energies) - hops + 1
        if count <= 0:
            return np.zeros(0)
        length = len(energies) - HOPS_A_STEP + 1
        tens = sum((energies[k : k + length] for k in range(HOPS_A_STEP)), np.zeros(length))
        sums = sum((tens[k : k + count] for k in range(0, hops, HOPS_A_STEP)), np.zeros(count))
        starts = (np.arange(count + hops) * self._rate_hz + 50) // 100
        return np.asarray(sums / (starts[hops:] - starts[:count]))


def _level_db(peak: float) -> float | None:
    return 20.0 * math.log10(peak) if peak > 0.0 else None


def _greatest_lufs(powers: NDArray[np.float64]) -> float | None:
    return loudness.lufs_of_power(float(powers.max())) if len(powers) else None


def _correlation(squares: NDArray[np.float64], cross: float) -> float | None:
    product = float(squares[0] * squares[1])
    return max(-1.0, min(1.0, cross / math.sqrt(product))) if product > 0.0 else None


def measure(audio: Audio, rate_hz: int, weights: Sequence[float] | None = None) -> MeterResult:
    """Measure audio that is in memory as a whole."""
    meter = Meter(rate_hz, audio.shape[1], weights)
    meter.process(audio)
    return meter.finish()


pooled_lufs = loudness.pooled_lufs
lufs_of_power = loudness.lufs_of_power
loudness_range = loudness.loudness_range
