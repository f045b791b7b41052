"""Is this decoded lossy file the approved audio? Length, place, gain and wholeness, in one pass and flat memory.

A lossy codec changes every sample, so the comparison has to know which differences are the codec's own:

* **Length** is exact: delay and padding are known to the sample.
* **Place**: the cross-spectrum of both, summed over the whole file and flattened, turned back into time, peaks where
  the decoded audio lies. It must peak at 0. A codec adds noise but no delay.
* **Gain** below 10 kHz: cells of one window by a third of an octave. Coding noise makes the energy of a cell too high
  and coarse steps make it too low; both vanish where the codec spent its bits. So the gain is read in the best coded
  cells, as a range: from the projection (noise left out) to the projection freed of the loss that coarse steps cause.
  The plain energy ratio belongs to the range too. The range must reach within 0.1 dB of 0. On music it is 0.01 to
  0.05 dB wide; on white noise at a low bit rate it may be 0.5 dB, and that is all that can be known of it.
* **Wholeness**: no passage of a twelfth of a second may lose or gain more than 10 dB; a hole or a foreign sound does.
  An offset from zero is no sound: Opus takes it away (3 Hz), and some music has more of it than of sound.
* **Channels**: left minus right keeps its sign, which it does not when the channels are exchanged.

Source: issue 2 item 7 (bounds); the range was measured on tones, noise and music with every codec and bit rate offered
(tests/unit/stages/test_lossy_match.py).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Block = npt.NDArray[np.float64]

WINDOW_SAMPLES = 16_384
"""A third of a second: fine enough for a hole, long enough for any delay that a codec might leave in (2,112)."""
DENSE_WINDOWS = 64
SPARSE_STEP = 4
"""Place and gain are the same in all of a file: after 20 s one window in four is looked at. Wholeness looks at all."""
BAND_LOW_HZ = 20.0
BAND_HIGH_HZ = 10_000.0
GAIN_TOLERANCE_DB = 0.1
LOCAL_TOLERANCE_DB = 10.0
PASSAGE_SAMPLES = WINDOW_SAMPLES // 4
OFFSET_SAMPLES = PASSAGE_SAMPLES // 8
"""In spans this short (11 ms) what a 3 Hz filter makes of a jump of the offset is nearly constant as well."""
_LOCAL_RATIO = 10 ** (LOCAL_TOLERANCE_DB / 10)
SETTLING_PASSAGES = 5
"""Until such a jump has died away."""
QUIET_RMS = 10 ** (-96 / 20)
"""Below this, encoders may drop what nobody hears; gain and place are then not judged."""
LOCAL_QUIET_RMS = 10 ** (-80 / 20)
HOLE_HIGH_HZ = 15_000.0
"""Encoders may leave out what lies above, such as what a converter rings at the top of its band before a sound."""
FEWEST_SPANS = 5
"""Place and gain are judged where there is sound in at least this many spans (55 ms); a click alone is not coded well."""
BAND_SHARE = 1e-4
"""Of the energy, at least this much must lie in the band for its gain to be told from coding noise."""
_SHARES = (0.05, 0.2, 0.5)
"""Shares of the energy, best coded cells first, in which the gain is read."""
_STEP_LOSS = 6.0
"""How many times the loss of an ideal quantiser (1 - coherence) FFmpeg's AAC loses at most in its best cells."""
_SHORT_TOLERANCE_DB = 0.05
"""More tolerance for one second of music, falling with the root of its length: a short file has few cells."""
_PEAK_SHARE = 0.995
"""A pure tone peaks once a period; among peaks as high as this share of the highest the nearest to 0 counts."""
_BASS_HZ = 150.0
_BASS_PEAK_SHARE = 0.97
"""Codecs turn the phase of the lowest bass by some degrees (Opus rejects DC); it is asked for the place only where
there is nothing else, and then less strictly."""


@dataclass(frozen=True, slots=True)
class LossyMatch:
    """What the comparison found.

    Attributes:
        n_samples: decoded, per channel.
        expected_samples: in the reference.
        offset_samples: decoded behind (+) or before (-) the reference; None when it is too quiet to tell.
        gain_db: best estimate; None when it is too quiet to tell, or nothing sounds below 10 kHz.
        gain_range_db: what the gain can be as far as coding noise lets tell; None as above.
        error_db: coding noise below 10 kHz against the music; None as above.
        problems: one sentence each; empty when all is right.
    """

    n_samples: int
    expected_samples: int
    offset_samples: int | None
    gain_db: float | None
    gain_range_db: tuple[float, float] | None
    error_db: float | None
    problems: tuple[str, ...]


class LossyMatcher:
    """Feed reference and decoded audio in blocks of any size, then ask."""

    def __init__(self, rate_hz: int, channels: int = 2) -> None:
        """Start at sample 0 of both.

        Args:
            rate_hz: of both.
            channels: of both.
        """
        self._rate_hz = rate_hz
        self._sides = (_Queue(channels), _Queue(channels))
        edges = np.array([BAND_LOW_HZ, *(100 * 2 ** (i / 3) for i in range(20)), BAND_HIGH_HZ])
        self._edges = np.unique(np.round(edges * WINDOW_SAMPLES / rate_hz).astype(np.intp))
        self._cross = np.zeros(WINDOW_SAMPLES // 2 + 1, np.complex128)
        # Without a taper the common edges of both windows would themselves correlate, at 0.
        self._taper = np.hanning(WINDOW_SAMPLES + 1)[:-1]
        self._tapered = np.empty((2, channels, WINDOW_SAMPLES))
        self._windows = 0
        self._side = np.zeros(2)
        self._cells: list[npt.NDArray[np.float64]] = []
        self._all_bands = 0.0
        self._energies: list[tuple[float, float]] = []
        self._sounding: list[tuple[float, float]] = []
        self._spans = 0

    def process(self, reference: Block | None, decoded: Block | None) -> None:
        """Take the next samples of either or both, (n, channels) at full scale ±1.0."""
        for queue, block in zip(self._sides, (reference, decoded), strict=True):
            if block is not None:
                queue.put(block)
        while min(queue.held for queue in self._sides) >= WINDOW_SAMPLES:
            self._compare(*(queue.take(WINDOW_SAMPLES) for queue in self._sides))

    def finish(self) -> LossyMatch:
        """The result; the last window is filled with silence."""
        rest = min(queue.held for queue in self._sides)
        if rest:
            self._compare(*(_filled(queue.take(rest)) for queue in self._sides))
        expected, found = (queue.seen for queue in self._sides)
        problems = [] if expected == found else [f"{found} samples where {expected} went in"]
        problems += self._holes()
        reference_energy, decoded_energy = np.sum(self._energies, axis=0) if self._energies else (0.0, 0.0)
        samples = max(1, min(expected, found)) * self._sides[0].channels
        if math.sqrt(reference_energy / samples) < QUIET_RMS or self._spans < FEWEST_SPANS:
            if math.sqrt(decoded_energy / samples) > max(LOCAL_QUIET_RMS, 2 * math.sqrt(reference_energy / samples)):
                problems.append("it sounds where the master is silent")
            return LossyMatch(found, expected, None, None, None, None, tuple(problems))
        offset = self._offset()
        if offset:
            problems.append(f"it lies {offset:+} samples off")
        if self._is_exchanged(float(reference_energy)):
            problems.append("left and right are exchanged")
        in_band = sum(float(cells[0].sum()) for cells in self._cells)
        if in_band <= BAND_SHARE * self._all_bands:
            return LossyMatch(found, expected, offset, None, None, None, tuple(problems))
        gain, low, high, error = self._gain()
        tolerance = GAIN_TOLERANCE_DB + _SHORT_TOLERANCE_DB / math.sqrt(expected / self._rate_hz)
        if low > tolerance or high < -tolerance:
            problems.append(f"its gain below 10 kHz is {gain:+.2f} dB (between {low:+.2f} and {high:+.2f})")
        return LossyMatch(found, expected, offset, gain, (low, high), error, tuple(problems))

    def _compare(self, reference: Block, decoded: Block) -> None:
        pair = (np.ascontiguousarray(reference), np.ascontiguousarray(decoded))
        whole, sounding = self._span_energies(*pair)
        floor = LOCAL_QUIET_RMS**2 * OFFSET_SAMPLES * reference.shape[1]
        self._spans += int(np.count_nonzero(sounding[:, 0] > floor))
        in_passages = (-1, PASSAGE_SAMPLES // OFFSET_SAMPLES, 2)
        self._energies += [(a, b) for a, b in whole.reshape(in_passages).sum(axis=1).tolist()]
        self._sounding += self._heard(sounding.reshape(in_passages).sum(axis=1).tolist(), pair)
        if self._windows < DENSE_WINDOWS or self._windows % SPARSE_STEP == 0:
            for tapered, block in zip(self._tapered, pair, strict=True):
                np.multiply(block.T, self._taper, out=tapered)
            self._compare_spectra(self._tapered)
        self._windows += 1

    def _span_energies(
        self, reference: Block, decoded: Block
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Energy of each span of a window in reference and decoded, and the same without the offset from zero."""
        from release.dsp.kernels.span import sum_spans

        n_spans = len(reference) // OFFSET_SAMPLES
        whole, sums = np.empty((n_spans, 2)), np.empty((n_spans, 2, reference.shape[1]))
        sum_spans(reference, decoded, OFFSET_SAMPLES, whole, sums, self._side)
        return whole, np.maximum(whole - (sums**2).sum(axis=2) / OFFSET_SAMPLES, 0.0)

    @property
    def _floor(self) -> float:
        """Energy of a passage below which nothing is said about it."""
        return LOCAL_QUIET_RMS**2 * PASSAGE_SAMPLES * self._sides[0].channels

    def _heard(
        self, sounding: Iterable[tuple[float, float]], pair: tuple[Block, Block]
    ) -> Iterator[tuple[float, float]]:
        """Energies of the passages; where sound seems to be missing, of what lies in the band that every encoder keeps."""
        for i, (reference, decoded) in enumerate(sounding):
            if reference <= self._floor or decoded * _LOCAL_RATIO >= reference:
                yield reference, decoded
                continue
            at = slice(i * PASSAGE_SAMPLES, (i + 1) * PASSAGE_SAMPLES)
            kept = round(HOLE_HIGH_HZ * PASSAGE_SAMPLES / self._rate_hz)
            one, two = (np.abs(np.fft.rfft(block[at], axis=0)[1:kept]) ** 2 for block in pair)
            yield 2 * float(one.sum()) / PASSAGE_SAMPLES, 2 * float(two.sum()) / PASSAGE_SAMPLES

    def _compare_spectra(self, windows: npt.NDArray[np.float64]) -> None:
        """Take in one window of reference and decoded, (2, channels, samples), tapered."""
        # In double precision and all at once: numpy takes four times as long for single precision.
        spectra = np.fft.rfft(windows)
        crossed = np.conj(spectra[0]) * spectra[1]
        for channel in crossed:
            self._cross += channel
        for part in (spectra[0].real, spectra[0].imag):
            self._all_bands += float(np.einsum("ij,ij", part, part))
        low, high = self._edges[0], self._edges[-1]
        bands = [spectrum[:, low:high] for spectrum in spectra]
        products = [*(band.real**2 + band.imag**2 for band in bands), crossed.real[:, low:high]]
        starts = self._edges[:-1] - low
        self._cells.append(np.stack([np.add.reduceat(p, starts, axis=1).ravel() for p in products]))

    def _offset(self) -> int:
        # Flattened by the square root: enough to make music peak sharply, not so much that empty bins speak.
        size = np.abs(self._cross)
        flattened = self._cross / np.sqrt(size + 1e-12)
        bass = round(_BASS_HZ * WINDOW_SAMPLES / self._rate_hz)
        share = _BASS_PEAK_SHARE
        if size[bass:].sum() > 1e-3 * size.sum():
            flattened[:bass], share = 0, _PEAK_SHARE
        response = np.fft.irfft(flattened)
        lags = np.flatnonzero(response >= response.max() * share)
        signed = np.where(lags > WINDOW_SAMPLES // 2, lags - WINDOW_SAMPLES, lags)
        return int(signed[np.argmin(np.abs(signed))])

    def _gain(self) -> tuple[float, float, float, float]:
        """Best estimate, lowest and highest possible gain, and coding error, in dB."""
        reference, decoded, crossed = np.concatenate(self._cells, axis=1, dtype=np.float64)
        whole = _db(decoded.sum() / reference.sum())
        error = _db(max(0.0, reference.sum() + decoded.sum() - 2 * crossed.sum()) / reference.sum())
        loud = reference > reference.max() * 1e-5
        reference, decoded, crossed = reference[loud], decoded[loud], crossed[loud]
        coherence = np.where(crossed > 0, crossed**2 / (reference * decoded + 1e-30), 0.0)
        order = np.argsort(-coherence, kind="stable")
        reached = np.cumsum(reference[order]) / reference.sum()
        bounds, middle = [whole], whole
        for share in _SHARES:
            best = order[: int(np.searchsorted(reached, share)) + 1]
            of_reference, of_decoded, of_both = reference[best].sum(), decoded[best].sum(), crossed[best].sum()
            if of_both <= 0:
                continue
            projected = _db((of_both / of_reference) ** 2)
            loss = -_db(of_both**2 / (of_reference * of_decoded))
            bounds += [projected, projected + _STEP_LOSS * loss]
            if share == _SHARES[1]:
                middle = projected + loss / 2
        return middle, min(bounds), max(bounds), error

    def _holes(self) -> Iterator[str]:
        """The first passage that lost or gained too much, as a sentence."""
        floor, ratio = self._floor, _LOCAL_RATIO
        for i, (reference, decoded) in enumerate(self._sounding):
            # A codec may spread a sound into the passages beside it, and an offset that ends into a few more.
            around = max(energies[0] for energies in self._energies[max(0, i - SETTLING_PASSAGES) : i + 2])
            at_s = i * PASSAGE_SAMPLES / self._rate_hz
            if reference > floor and decoded * ratio < reference:
                yield f"sound is missing around {at_s:.2f} s"
                return
            if decoded > floor and decoded > around * ratio:
                yield f"there is sound around {at_s:.2f} s that the master has not"
                return

    def _is_exchanged(self, reference_energy: float) -> bool:
        """Whether left and right changed places: the difference of both then has the other sign."""
        side, crossed = self._side
        return bool(side > 1e-3 * reference_energy and crossed < -0.25 * side)


def match_lossy(
    reference: Iterable[Block],
    decoded: Iterable[Block],
    rate_hz: int,
    channels: int = 2,
) -> LossyMatch:
    """Compare a decoded lossy file with the audio that went into the encoder.

    Args:
        reference: (n, channels) float64 blocks, full scale ±1.0.
        decoded: the same, delay and padding trimmed.
        rate_hz: of both.
        channels: of both.

    Returns:
        The record; its ``problems`` is empty when the file is right.
    """
    matcher = LossyMatcher(rate_hz, channels)
    queue, ended = iter(decoded), False
    seen = [0, 0]
    for block in reference:
        matcher.process(block, None)
        seen[0] += len(block)
        while seen[1] < seen[0] and not ended:
            ended = not _step(queue, matcher, seen)
    while not ended:
        ended = not _step(queue, matcher, seen)
    return matcher.finish()


def _step(queue: Iterator[Block], matcher: LossyMatcher, seen: list[int]) -> bool:
    block = next(queue, None)
    if block is None:
        return False
    matcher.process(None, block)
    seen[1] += len(block)
    return True


class _Queue:
    """Blocks waiting to be cut into windows."""

    def __init__(self, channels: int) -> None:
        self.channels = channels
        self.seen = 0
        self.held = 0
        self._blocks: list[Block] = []

    def put(self, block: Block) -> None:
        self._blocks.append(block)
        self.seen += len(block)
        self.held += len(block)

    def take(self, count: int) -> Block:
        taken: list[Block] = []
        left = count
        while left:
            head = self._blocks[0]
            taken.append(head[:left])
            if len(head) > left:
                self._blocks[0] = head[left:]
            else:
                self._blocks.pop(0)
            left -= len(taken[-1])
        self.held -= count
        return taken[0] if len(taken) == 1 else np.concatenate(taken)


def _filled(block: Block) -> Block:
    return np.pad(block, ((0, WINDOW_SAMPLES - len(block)), (0, 0)))


def _db(power_ratio: Any) -> float:
    return 10.0 * math.log10(max(float(power_ratio), 1e-20))
