"""Hum removal: steady tones at the harmonics of the mains are measured over seconds and subtracted.

A frame of 8 s stands around every whole second. In each the fundamental is found, then what stands above its
surroundings and is there between the notes, too (steadiness.py): that is hum. Level and phase of each harmonic are taken
from the moments in which music covers it least, and the tones of neighbouring frames are cross-faded. A harmonic that no
frames around hold between the notes is left alone, and none is taken to be much louder than they say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from release.dsp.blocks import Audio
from release.dsp.fir import Line
from release.dsp.repair.context import ContextProcessor
from release.dsp.repair.steadiness import (
    FEWEST,
    GLANCE_S,
    Evidence,
    agreed,
    evidence,
    is_held,
    is_hum,
    looked_at,
    over_highest_beside_db,
    turned_down,
)

FRAME_S = 8
FIT_ROUNDS = 12
MOST_TURN_HZ = 0.05
"""How far a tone's own phase may say that its frequency lies from its multiple of the mains."""
MEMORY_S = 15
"""Hum that is heard in one frame is looked for this long before and after it, also where music covers it."""
TOLERANCE = 0.005
"""How far the mains may be from the stated frequency, as a part of it."""
DOUBTED = 0.3
"""Part of the usual distance from the line at which a glance counts half; most of that distance is music."""
ABOVE_DB = 12.0
"""How far a harmonic must stand above the spectrum beside it."""
LEAST = 1e-6
"""Amplitude (-120 dBFS) under which nothing is called hum."""
MOST_OF_HELD = 1.6
"""What is taken away, at most, as a part of the amplitude that frames agree on."""
LOUDEST = 10.0 ** (-28.0 / 10.0)
"""Power of a sum of tones (-28 dBFS) over which it is music, not hum."""
STEADIED = 7
"""Frames that the mains frequency at one moment is taken from."""
PAD = 4
STRIDE = 256
"""Samples of a tone that are made at once."""


@dataclass(frozen=True, slots=True)
class Tone:
    """A steady tone: ``amplitude`` is complex and holds at the first sample of what it is counted in."""

    frequency_hz: float
    amplitude: complex


@dataclass(frozen=True, slots=True)
class Frame:
    """What the frame around a whole second holds.

    Attributes:
        low: samples at the low rate.
        middle: index in ``low`` of the second that the frame stands around.
        tones: steady tones by the number of their harmonic.
        held: amplitudes of the harmonics that are there between the notes, too.
        is_hum: they are enough to be hum.
    """

    low: Line
    middle: int
    tones: Mapping[int, Tone]
    held: Mapping[int, float]
    is_hum: bool

    @property
    def fundamental_hz(self) -> float:
        """From all steady tones; the higher harmonics say it more exactly."""
        weights = {k: k * abs(tone.amplitude) for k, tone in self.tones.items()}
        return sum(w * self.tones[k].frequency_hz / k for k, w in weights.items()) / sum(weights.values())


class HumRemover(ContextProcessor):
    """Subtracts hum; bit for bit where none is found."""

    def __init__(self, frequency_hz: float, harmonics: int, rate_hz: int, channels: int) -> None:
        super().__init__(rate_hz, channels, (FRAME_S // 2 + MEMORY_S + 2) * rate_hz)
        self._step = decimation(rate_hz, frequency_hz * harmonics)
        self._low_hz = rate_hz // self._step
        self._search = Search(frequency_hz, harmonics, self._low_hz)
        taps = np.arange(-8 * self._step, 8 * self._step + 1)
        shape = np.sinc(taps / self._step) * np.blackman(len(taps) + 2)[1:-1]
        self._taps = shape / shape.sum()
        self._low: dict[int, Audio] = {}
        self._frames: dict[tuple[int, int], Frame | None] = {}
        self._hums: dict[tuple[int, int], tuple[Tone, ...]] = {}

    def repaired(self, heard: Audio, first: int, last: int, at: int) -> Audio:
        """The block without hum."""
        self._listen(heard, at)
        second = (at + first) // self.rate_hz
        block = heard[first:last]
        out = block
        fade = 0.5 - 0.5 * np.cos(np.pi * (np.arange(self.block) + 0.5) / self.block)
        for channel in range(self.channels):
            ends = [self._hum_at(channel, node) for node in (second, second + 1)]
            self._hums.pop((channel, second), None)
            if not any(ends):
                continue
            if out is block:
                out = block.copy()
            hum = sounding(ends[0], self.rate_hz, 0, len(block)) * fade[::-1][: len(block)]
            hum += sounding(ends[1], self.rate_hz, -self.rate_hz, len(block)) * fade[: len(block)]
            out[:, channel] -= hum
            power = max(sum(abs(t.amplitude) ** 2 for t in tones) / 2.0 for tones in ends)
            self.log(at + first, len(block), channel, 10.0 * np.log10(power))
        return out

    def _listen(self, heard: Audio, at: int) -> None:
        """Bring new whole seconds to the low rate, and forget old ones."""
        reach = 8 * self._step
        # A second is complete when all that its filter hears is there: the last of a stream never is.
        seconds = range(at // self.rate_hz, max((at + len(heard) - reach) // self.rate_hz, 0))
        for old in [s for s in self._low if s < seconds.start]:
            del self._low[old]
            for channel in range(self.channels):
                self._frames.pop((channel, old), None)
        for second in seconds:
            if second in self._low:
                continue
            start = second * self.rate_hz - at
            part = heard[max(start - reach, 0) : start + self.rate_hz + reach]
            missing = (max(reach - start, 0), max(start + self.rate_hz + reach - len(heard), 0))
            part = np.pad(part, (missing, (0, 0)))
            windows = np.lib.stride_tricks.sliding_window_view(part, len(self._taps), axis=0)[:: self._step]
            self._low[second] = (windows @ self._taps)[: self._low_hz]

    def _hum_at(self, channel: int, node: int) -> tuple[Tone, ...]:
        """The hum at a whole second, counted from there; also where music covers it there but not around it."""
        key = (channel, node)
        if key not in self._hums:
            self._hums[key] = self._measured(channel, node)
        return self._hums[key]

    def _measured(self, channel: int, node: int) -> tuple[Tone, ...]:
        frames = {n: self._frame(channel, n) for n in range(node - MEMORY_S, node + MEMORY_S + 1)}
        known = {n: frame for n, frame in frames.items() if frame is not None and frame.is_hum}
        here = frames[node]
        # Frames that were moved inwards at an end of the stream hold the same sound and count once.
        starts = {n: n * self._low_hz - frame.middle for n, frame in frames.items() if frame is not None}
        fewest = min(FEWEST, len(set(starts.values())))
        if here is None or not known or len({starts[n] for n in known}) < fewest:
            return ()
        nearest = sorted(known, key=lambda n: (abs(n - node), n))[:STEADIED]
        fundamental_hz = float(np.median([known[n].fundamental_hz for n in nearest]))
        tones = []
        for k in range(1, self._search.count + 1):
            held = {starts[n]: f.held[k] for n, f in frames.items() if f is not None and k in f.held}
            most = MOST_OF_HELD * agreed(list(held.values()), fewest)
            tone = fitted(here.low, self._low_hz, k * fundamental_hz, here.middle) if most else None
            if tone is not None and 0.0 < abs(tone.amplitude) <= most:
                tones.append(tone)
        return tuple(tones) if sum(abs(t.amplitude) ** 2 for t in tones) / 2.0 <= LOUDEST else ()

    def _frame(self, channel: int, node: int) -> Frame | None:
        """The frame around a second, moved inwards at an end of the stream; None where too little is known."""
        key = (channel, node)
        if key not in self._frames:
            seconds = sorted(self._low)
            start = max(min(node - FRAME_S // 2, seconds[-1] + 1 - FRAME_S), seconds[0]) if seconds else 0
            parts = [self._low[s][:, channel] for s in range(start, start + FRAME_S) if s in self._low]
            if len(parts) < FRAME_S // 2 or not 0 <= node - start <= len(parts) + 2:
                return None
            self._frames[key] = self._search.look(np.concatenate(parts), (node - start) * self._low_hz)
        return self._frames[key]


class Search:
    """Looks for hum in a frame."""

    def __init__(self, frequency_hz: float, harmonics: int, rate_hz: int) -> None:
        self._frequency_hz, self._rate_hz = frequency_hz, rate_hz
        self.count = sum(1 for k in range(1, harmonics + 1) if k * frequency_hz < 0.4 * rate_hz)

    def look(self, low: Line, middle: int) -> Frame:
        """What is steady near the harmonics."""
        if not low.any():
            return Frame(low, middle, {}, {}, is_hum=False)
        spectrum = np.abs(np.fft.rfft(low * np.hanning(len(low) + 2)[1:-1], PAD * len(low)))
        bin_hz = self._rate_hz / (PAD * len(low))
        power = float(np.mean(low**2))
        tones: dict[int, Tone] = {}
        lines: dict[int, Evidence] = {}
        fundamental = self._fundamental(spectrum, bin_hz)
        for k in range(1, self.count + 1):
            peak_hz, above_db = line_at(spectrum, bin_hz, k * fundamental)
            if above_db < ABOVE_DB:
                continue
            over_db = over_highest_beside_db(spectrum, bin_hz, peak_hz)
            found = evidence(turned_down(low, self._rate_hz, peak_hz), self._rate_hz, above_db, over_db, power)
            if found is not None and abs(found.amplitude) >= LEAST:
                tones[k], lines[k] = Tone(peak_hz, found.amplitude), found
        found_frame = Frame(low, middle, tones, {}, is_hum=is_hum(lines))
        return replace(found_frame, held=self._held(found_frame)) if tones else found_frame

    def _held(self, found: Frame) -> dict[int, float]:
        """Amplitudes of the harmonics that are as fitted also between the notes."""
        held: dict[int, float] = {}
        centre = len(found.low) // 2
        for k in range(1, self.count + 1):
            tone = fitted(found.low, self._rate_hz, k * found.fundamental_hz, centre)
            if abs(tone.amplitude) < LEAST:
                continue
            turned = turned_down(found.low, self._rate_hz, tone.frequency_hz)
            at_first = tone.amplitude * np.exp(-2j * np.pi * tone.frequency_hz / self._rate_hz * centre)
            if is_held(turned, self._rate_hz, at_first):
                held[k] = abs(tone.amplitude)
        return held

    def _fundamental(self, spectrum: Line, bin_hz: float) -> float:
        """The frequency near the stated one whose harmonics stand out most, each against what is beside it."""
        reach = self._frequency_hz * TOLERANCE
        tried = np.linspace(self._frequency_hz - reach, self._frequency_hz + reach, 201)
        score = np.zeros(len(tried))
        for k in range(1, self.count + 1):
            places = np.clip(np.rint(k * tried / bin_hz).astype(np.int64), 0, len(spectrum) - 1)
            beside = level_beside(spectrum, round(k * self._frequency_hz / bin_hz), bin_hz)
            score += np.log(np.maximum(spectrum[places] / beside, 1.0))
        return float(tried[int(np.argmax(score))])


def decimation(rate_hz: int, highest_hz: float) -> int:
    """By how much the rate can be divided, so that the highest harmonic stays well below half of what is left."""
    most = max(int(rate_hz // (4.0 * highest_hz)), 1)
    return next(step for step in range(most, 0, -1) if rate_hz % step == 0)


def level_beside(spectrum: Line, place: int, bin_hz: float) -> float:
    """Middle level 1 to 8 Hz to both sides of a bin."""
    near, far = round(1.0 / bin_hz), round(8.0 / bin_hz)
    low, high = max(place - far, 0), min(place + far + 1, len(spectrum))
    beside = np.concatenate([spectrum[low : max(place - near, 0)], spectrum[min(place + near, high) : high]])
    return max(float(np.median(beside)), 1e-12 * len(spectrum)) if len(beside) else 1.0


def line_at(spectrum: Line, bin_hz: float, wanted_hz: float) -> tuple[float, float]:
    """Frequency of the highest line within a tenth of a hertz, and how far it stands above its surroundings in dB."""
    place, reach = round(wanted_hz / bin_hz), max(round(0.1 / bin_hz), 1)
    low = max(place - reach, 1)
    peak = low + int(np.argmax(spectrum[low : place + reach + 1]))
    if peak + 1 >= len(spectrum):
        return wanted_hz, 0.0
    above = 20.0 * np.log10(max(float(spectrum[peak]), 1e-30) / level_beside(spectrum, peak, bin_hz))
    left, mid, right = np.log(np.maximum(spectrum[peak - 1 : peak + 2], 1e-30))
    bend = left - 2.0 * mid + right
    shift = 0.5 * (left - right) / bend if bend < 0.0 else 0.0
    return (peak + float(np.clip(shift, -0.5, 0.5))) * bin_hz, above


def fitted(low: Line, rate_hz: int, frequency_hz: float, middle: int) -> Tone:
    """The tone near a frequency, its level and phase at a place, from the glances that music disturbs least.

    Level and phase may move on a straight line. A drum or a bass note is in some glances only, and those count little:
    weights fall with the distance from what all others say (Cauchy's, found in turn with the line).
    """
    length = round(GLANCE_S * rate_hz)
    glances = looked_at(turned_down(low, rate_hz, frequency_hz), length, 4)
    time_s = (np.arange(len(glances)) * (length // 4) + 0.5 * (length - 1) - middle) / rate_hz
    level, slope = complex(np.median(glances.real), np.median(glances.imag)), 0j
    for _ in range(FIT_ROUNDS):
        off = np.abs(glances - level - slope * time_s)
        usual = max(DOUBTED * float(np.median(off)), 1e-3 * abs(level), 1e-12)
        weights = 1.0 / (1.0 + (off / usual) ** 2)
        centre = float(weights @ time_s / weights.sum())
        moved = weights * (time_s - centre)
        slope = complex(moved @ glances / (moved @ (time_s - centre)))
        level = complex(weights @ glances / weights.sum()) - slope * centre
    # What is less sure than it is loud would harm more than it takes away.
    doubt = usual**2 / float(weights.sum())
    level *= max(1.0 - doubt / max(abs(level) ** 2, 1e-30), 0.0)
    turn = np.exp(2j * np.pi * frequency_hz * middle / rate_hz)
    turning_hz = (slope / level).imag / (2.0 * np.pi) if level else 0.0
    return Tone(frequency_hz + float(np.clip(turning_hz, -MOST_TURN_HZ, MOST_TURN_HZ)), level * complex(turn))


def sounding(tones: tuple[Tone, ...], rate_hz: int, first: int, length: int) -> Line:
    """The tones over so many samples from ``first``; their amplitudes hold at sample 0.

    A sine and a cosine for every sample are most of the work at high rates: they are made for a part of
    ``STRIDE`` samples and for the beginnings of the parts, and multiplied.
    """
    starts = first + STRIDE * np.arange(-(-length // STRIDE))
    out = np.zeros((len(starts), STRIDE))
    for tone in tones:
        turn = 2j * np.pi * tone.frequency_hz / rate_hz
        begun, within = tone.amplitude * np.exp(turn * starts), np.exp(turn * np.arange(STRIDE))
        out += np.outer(begun.real, within.real) - np.outer(begun.imag, within.imag)
    return out.ravel()[:length]
