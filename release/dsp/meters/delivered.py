"""What a QC person asks of a delivered track beside its loudness: mono, balance, bass, and how it starts and ends.

All but the bass and the ends comes from the sums that the loudness meter makes of every 10 ms, K-weighted.
Source: measurement.md section 7 (correlation, mono compatibility, balance, start and end discontinuity).
"""

from __future__ import annotations

import math
from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from release.dsp.blocks import Audio
from release.dsp.meters.hum import LowEnd
from release.dsp.meters.low_rate import LowRate
from release.dsp.meters.polarity import bass_correlation, least_bass_s

Values = NDArray[np.float64]

HOP_S = 0.01
EDGE_SAMPLES = 64
"""Samples of either end of a track that are kept, so that a join of two of them can be judged."""
BEND_S = 0.012
"""How much of either end is listened to for how sharply its waveform bends."""
WINDOW_HOPS = 300
STEP_HOPS = 10
SILENT = 10.0 ** (-70.0 / 20.0)
"""Sound ends with the last sample of at least so much: -70 dBFS."""
GLANCE = 16
"""Of so many samples one is looked at to know whether a block sounds."""
EDGE_HOPS = 3
FADE_HOPS = 100
"""How long before its end a track is looked at to tell a fade from a sound that stops."""
GATE_DB = 20.0
"""Windows so far below the whole do not count as the worst one."""

LEAST_MOVE = 1e-5
"""-100 dBFS: between silences every step would be unusual."""
LEAST_RATIO = 1e-10
"""-100 dB: less is not told apart."""


@dataclass(frozen=True, slots=True)
class StereoFacts:
    """How both channels of a track go together; None where there is no sound.

    Attributes:
        mono_loss_lu: loudness of mono on both sides against stereo: 0 for equal channels, -3.01 for unrelated ones.
        worst_mono_loss_lu: the same in the window of 3 s where most is lost.
        worst_at_s: where that begins.
        balance_db: left against right.
        bass_correlation: of left and right from 30 to 150 Hz.
        balance_at_s: where the window of 3 s begins in which the louder side leads most.
        bass_at_s: where the four seconds begin in which the bass correlates least.
    """

    mono_loss_lu: float | None = None
    worst_mono_loss_lu: float | None = None
    worst_at_s: float | None = None
    balance_db: float | None = None
    bass_correlation: float | None = None
    balance_at_s: float | None = None
    bass_at_s: float | None = None


@dataclass(frozen=True, slots=True)
class EndFacts:
    """How a track ends.

    Attributes:
        sound_end_s: where its sound ends.
        end_dbfs: level of the last 30 ms of sound; at most little over -70 where it has died away.
        before_dbfs: level of the second before.
        is_cut: the file ends with it: nothing follows.
    """

    sound_end_s: float
    end_dbfs: float
    before_dbfs: float
    is_cut: bool


@dataclass(frozen=True, slots=True, eq=False)
class DeliveredFacts:
    """All of it.

    Attributes:
        head: the first samples of the track (n, 2).
        tail: the last ones.
        head_bend: greatest second difference of the first 12 ms, of either channel.
        tail_bend: of the last 12 ms.
        offset: mean of each channel where the track sounds.
    """

    stereo: StereoFacts
    end: EndFacts | None
    head: Values
    tail: Values
    head_bend: tuple[float, ...] = (0.0, 0.0)
    tail_bend: tuple[float, ...] = (0.0, 0.0)
    offset: tuple[float, ...] = (0.0, 0.0)

    @property
    def first_level(self) -> float:
        """The first sample, or what it is beside the track's offset where that is less; of the louder channel."""
        return float(_less(self.head[:1], np.asarray(self.offset)).max())

    def to_json(self) -> dict[str, Any]:
        """Plain values; the samples as one word each."""
        return {
            "stereo": asdict(self.stereo),
            "end": None if self.end is None else asdict(self.end),
            "head": _packed(self.head),
            "tail": _packed(self.tail),
            "head_bend": list(self.head_bend),
            "tail_bend": list(self.tail_bend),
            "offset": list(self.offset),
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> DeliveredFacts:
        """The facts that ``to_json`` gave, samples in single precision."""
        end = values["end"]
        return cls(
            StereoFacts(**values["stereo"]),
            None if end is None else EndFacts(**end),
            _unpacked(values["head"]),
            _unpacked(values["tail"]),
            tuple(values["head_bend"]),
            tuple(values["tail_bend"]),
            tuple(values["offset"]),
        )


class DeliveredMeter:
    """Follows a stereo track, beside the loudness meter, on a fixed grid of blocks."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._low = LowRate(rate_hz, 2)
        self._bass = LowEnd(self._low.rate_hz, 2, finds_hum=False)
        self._reach = max(round(BEND_S * rate_hz), EDGE_SAMPLES)
        self._head = self._tail = np.zeros((0, 2))
        self._n_samples = 0
        self._blocks = [np.zeros((0, 2))]  # the last one that sounds, and what came just before it
        self._first = 0
        self._sums, self._sounding = np.zeros(2), 0

    def process(self, audio: Audio) -> None:
        """Take the next block."""
        low = self._low.feed(audio)
        if low is not None:
            self._bass.feed(low)
        if len(self._head) < self._reach:
            self._head = np.concatenate([self._head, audio[: self._reach - len(self._head)]])
        self._tail = np.concatenate([self._tail, audio[-self._reach :]])[-self._reach :]
        self._keep(audio)
        self._n_samples += len(audio)

    def _keep(self, audio: Audio) -> None:
        """Remember a block that sounds, with at least a second before it; blocks are not changed by who made them."""
        glance = audio[::GLANCE]
        if not glance.size or max(float(glance.max()), -float(glance.min())) < SILENT:
            return
        self._sums += audio.sum(axis=0)
        self._sounding += len(audio)
        kept = self._first + sum(len(block) for block in self._blocks)
        if kept != self._n_samples:  # after silence
            self._blocks, self._first = [], self._n_samples
        self._blocks.append(audio)
        while sum(len(block) for block in self._blocks[1:]) >= 2 * self._rate_hz:
            self._first += len(self._blocks.pop(0))

    def finish(self, sides: NDArray[np.float32]) -> DeliveredFacts:
        """The facts; ``sides`` are those of the loudness meter."""
        self._bass.feed(self._low.finish())
        stereo = replace(
            stereo_facts(sides, bass_correlation(self._bass.bass)),
            bass_at_s=least_bass_s(self._bass.bass, self._bass.hop_s),
        )
        offset = self._sums / max(self._sounding, 1)
        sound = np.concatenate(self._blocks)
        return DeliveredFacts(
            stereo,
            end_facts(sound, self._first, self._n_samples, self._rate_hz, offset),
            self._head[:EDGE_SAMPLES],
            self._tail[-EDGE_SAMPLES:],
            _bend(self._head),
            _bend(self._tail),
            tuple(offset.tolist()),
        )


def _bend(samples: Values) -> tuple[float, ...]:
    if len(samples) < 3:
        return (0.0, 0.0)
    return tuple(float(v) for v in np.abs(np.diff(samples, 2, axis=0)).max(axis=0))


def _less(samples: Values, offset: Values) -> Values:
    """Magnitudes of samples, or of what they are beside an offset where that is less."""
    return np.asarray(np.minimum(np.abs(samples), np.abs(samples - offset)))


def _packed(samples: Values) -> str:
    return b64encode(samples.astype("<f4").tobytes()).decode("ascii")


def _unpacked(text: str) -> Values:
    return np.frombuffer(b64decode(text), dtype="<f4").astype(np.float64).reshape(-1, 2)


def stereo_facts(sides: NDArray[np.float32], bass_correlation: float | None) -> StereoFacts:
    """From the sums of every 10 ms (``Meter.sides``)."""
    sums = sides.astype(np.float64)
    left, right, cross = sums.sum(axis=0) if len(sums) else np.zeros(3)
    if left + right <= 0.0:
        return StereoFacts()
    steps = sums[: len(sums) // STEP_HOPS * STEP_HOPS].reshape(-1, STEP_HOPS, 3).sum(axis=1)
    width = WINDOW_HOPS // STEP_HOPS
    worst, worst_at_s, balance_at_s = None, None, None
    if len(steps) >= width:
        totals = np.concatenate([np.zeros((1, 3)), np.cumsum(steps, axis=0)])
        windows = np.maximum(totals[width:] - totals[:-width], 0.0)
        power = windows[:, 0] + windows[:, 1]
        least = (left + right) / len(sums) * WINDOW_HOPS * 10.0 ** (-GATE_DB / 10.0)
        losses = np.where(power > least, (power + 2.0 * (totals[width:, 2] - totals[:-width, 2])) / 2.0, np.inf)
        losses /= np.maximum(power, 1e-30)
        at = int(np.argmin(losses))
        if np.isfinite(losses[at]):
            worst, worst_at_s = _db(float(losses[at])), at * STEP_HOPS * HOP_S
        louder = 0 if left >= right else 1
        shares = np.where(power > least, windows[:, louder] / np.maximum(power, 1e-30), -np.inf)
        if np.isfinite(shares).any():
            balance_at_s = int(np.argmax(shares)) * STEP_HOPS * HOP_S
    return StereoFacts(
        mono_loss_lu=_db((left + right + 2.0 * cross) / (2.0 * (left + right))),
        worst_mono_loss_lu=worst,
        worst_at_s=worst_at_s,
        balance_db=_db(left / right) if right > LEAST_RATIO * left else -_db(0.0),
        bass_correlation=bass_correlation,
        balance_at_s=balance_at_s,
    )


def end_facts(
    sound: Audio, first: int, n_samples: int, rate_hz: int, offset: Values | tuple[float, ...] = (0.0, 0.0)
) -> EndFacts | None:
    """How the sound ends; None where there is none.

    An offset that is louder than silence is no sound, be the sound that it stands under or alone.

    Args:
        sound: the part of the track with the last of its sound (n, 2).
        first: place of its first sample in the track.
        n_samples: of the track.
        rate_hz: samples a second.
        offset: of each channel.
    """
    if np.abs(offset).max() > SILENT:
        sound = _less(sound, np.asarray(offset))
    loud = np.flatnonzero(np.abs(sound).max(axis=1, initial=0.0) >= SILENT)
    if not len(loud):
        return None
    end = int(loud[-1]) + 1
    hop = round(HOP_S * rate_hz)
    last = [_power(sound[max(end - (k + 1) * hop, 0) : end - k * hop]) for k in range(EDGE_HOPS) if end > k * hop]
    before = sound[max(end - (EDGE_HOPS + FADE_HOPS) * hop, 0) : max(end - EDGE_HOPS * hop, 0)]
    return EndFacts(
        sound_end_s=(first + end) / rate_hz,
        end_dbfs=_db(max(last)),
        before_dbfs=_db(_power(before)),
        is_cut=first + end >= n_samples - hop,
    )


def _power(sound: Audio) -> float:
    return float(np.mean(sound * sound)) if sound.size else 0.0


def join_step(before: DeliveredFacts, after: DeliveredFacts) -> tuple[float, float, float]:
    """How far the waveform jumps from one track to the next, and how unusual that is.

    The jump is what the first sample after the cut adds to the mean of the moves beside it. It is held against the same
    of the samples around: their RMS, and the greatest within 12 ms, which the edges of a square wave and drums decide.

    Returns:
        The jump, its ratio to the RMS and its ratio to the greatest, of the channel in which the last is highest.
    """
    worst = (0.0, 0.0, 0.0)
    cut = len(before.tail)
    for channel in range(2):
        moves = np.diff(
            np.concatenate([before.tail[:, channel], after.head[:, channel]])
        )  # moves[cut - 1] is the cut's
        usual = np.delete(np.diff(moves), [cut - 2, cut - 1])
        jump = abs(float(moves[cut - 1] - 0.5 * (moves[cut - 2] + moves[cut])))
        beside = max(float(np.sqrt(np.mean(usual * usual))), LEAST_MOVE)
        greatest = max(before.tail_bend[channel], after.head_bend[channel], LEAST_MOVE)
        worst = max(worst, (jump, jump / beside, jump / greatest), key=lambda found: found[2])
    return worst


def _db(ratio: float) -> float:
    return 10.0 * math.log10(max(ratio, LEAST_RATIO))
