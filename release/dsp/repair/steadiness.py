"""Whether a line of the spectrum is hum: there all the time, also between the notes, and not a note that is repeated.

Music that is repeated exactly has lines as steady, over seconds, as hum: at all multiples of its tempo, and at 100, 120
or 150 beats a minute those fall on the multiples of 50 Hz. Three things tell them apart. Hum is as it is in the moments
in which other sound pauses, while between such notes nothing is left. Other sound adds to hum at any phase, while a note
that is struck, decays and is struck again moves along its own phase. And what scatters around hum is as good as noise,
while what scatters around such a line lies in its neighbours.
Source of the test of short windows: M. Brandt, J. Bitzer, Automatic detection of hum in audio signals, JAES 62 (2014).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from release.dsp.fir import Line

Turned = NDArray[np.complex128]
"""A signal in which the frequency of a line was moved to 0 Hz."""

GLANCE_S = 0.4
"""Length of the windows in which a tone must be there alike."""
UNSTEADY = 0.4
"""Greatest deviation of a glance from their middle, as a part of it, that still counts as the same tone."""
ALIKE = 0.4
"""What part of all glances must show the same tone."""
MOST_ALONG, LEAST_ALONG = 2.0, 0.02
"""How much more the glances may differ along the phase of the tone than across it."""
BLINK_S, MOMENT_S = 0.085, 0.12
"""Lengths of the windows that see between notes. Steady tones 20 Hz beside must not make a gap in the shorter one."""
GAP = 0.3
MOST_GAPS = 0.05
"""Under which part of its amplitude a tone is as good as gone, and in what part of all moments it may seem so."""
FEW_GAPS, GAPS_BY_OFF = 0.01, 0.1
"""The same where a tone says that there is hum: one that is covered little has next to no gaps."""
QUIET_SHARE = 0.35
"""In what part of all moments a tone must be there as it is taken to be."""
SURELY_OFF, MOST_OFF_APART, MOST_OFF = 0.18, 0.42, 0.45
"""How far it may be off in them, as a part of it: to say that there is hum, the same where it stands apart, and at all."""
APART_DB = 6.0
"""How far a line stands above the highest one beside it that it is not one of those of a tempo."""
BESIDE_HZ = (0.5, 10.0)
ALONE_DB = 24.0
"""How far one of the first three must stand above the middle of what is beside it to be enough alone."""
MOST_OF_ALL = 10.0 ** (-18.0 / 10.0)
"""Part of all power from which on a line must stand apart and be clear: hum as loud as that is."""
MOST_SPARSE_DB = 35.0
"""How far a line that scatters by its own amplitude may stand above the middle of what is beside it."""
NEAR, LEAST_NEAR = 0.25, 0.1
"""How near to a tone a glance shows it, and what part of all glances must."""
FEWEST = 3
"""Frames that must hold hum, and each tone that is taken away; all, where a stream has fewer."""
MOST_SPREAD = 2.0
"""How far the amplitudes of one harmonic may differ between frames."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a frame says of one line.

    Attributes:
        amplitude: complex, at the first sample of the frame.
        above_db: over the middle of what is beside it.
        is_apart: nothing beside it comes near.
        is_clear: it is there between the notes.
        is_sure: it is, and nothing of it looks like notes that are repeated.
    """

    amplitude: complex
    above_db: float
    is_apart: bool
    is_clear: bool
    is_sure: bool


def evidence(turned: Turned, rate_hz: int, above_db: float, over_db: float, power: float) -> Evidence | None:
    """What there is for a line at 0 Hz to be hum, or None if it is unsteady.

    Args:
        turned: the frame.
        rate_hz: its rate.
        above_db: how far the line stands above the middle of what is beside it.
        over_db: above the highest beside it.
        power: mean square of the frame.
    """
    amplitude, scatter = steady_amplitude(turned, rate_hz)
    if not amplitude:
        return None
    gaps, off = between_notes(turned, rate_hz, amplitude)
    if gaps > MOST_GAPS:
        return None
    is_apart, is_loud = over_db >= APART_DB, abs(amplitude) ** 2 / 2.0 > MOST_OF_ALL * power
    most_off = MOST_OFF_APART if is_apart and not is_loud else SURELY_OFF
    is_sure = (
        off <= most_off
        and (is_apart or not is_loud)
        and gaps <= FEW_GAPS + GAPS_BY_OFF * off
        # What noise scatters lies beside the line everywhere; what the beat scatters, in few lines, with little between them.
        and above_db + 20.0 * np.log10(min(max(scatter, 1e-9), 1.0)) <= MOST_SPARSE_DB
    )
    return Evidence(amplitude, above_db, is_apart, is_clear=off <= MOST_OFF, is_sure=bool(is_sure))


def is_hum(lines: Mapping[int, Evidence]) -> bool:
    """Whether what was found near the harmonics, by their number, is hum: several lines, or one of the first three alone."""
    sure = {k: line for k, line in lines.items() if line.is_sure}
    if len(sure) >= 2 and sum(line.is_clear for line in lines.values()) >= 3:
        return True
    low = [line for k, line in sure.items() if k <= 3]
    return any(line.above_db >= ALONE_DB or (line.is_apart and len(lines) >= 3) for line in low)


def steady_amplitude(turned: Turned, rate_hz: int) -> tuple[complex, float]:
    """The complex amplitude of a tone at 0 Hz, and how far nine glances in ten are from it, as a part of it.

    The amplitude is 0 where too few glances show it alike, or where they differ along its own phase.
    """
    glances = looked_at(turned, round(GLANCE_S * rate_hz))
    middle = complex(np.median(glances.real), np.median(glances.imag))
    if not middle or np.mean(np.abs(glances - middle) <= UNSTEADY * abs(middle)) < ALIKE:
        return 0j, 0.0
    off = glances / middle - 1.0
    along, across = float(np.median(np.abs(off.real))), float(np.median(np.abs(off.imag)))
    if along > MOST_ALONG * across + LEAST_ALONG:
        return 0j, 0.0
    return middle, float(np.quantile(np.abs(off), 0.9))


def between_notes(turned: Turned, rate_hz: int, amplitude: complex) -> tuple[float, float]:
    """In what part of all moments a tone at 0 Hz is as good as gone, and how far a third of them are from it at most.

    Other sound at any phase makes it seem gone in ``GAP`` ** 2 / e of the moments at most, as long as its values are
    spread like those of noise.
    """
    gaps = float(np.mean(np.abs(looked_at(turned, round(BLINK_S * rate_hz))) < GAP * abs(amplitude)))
    moments = looked_at(turned, round(MOMENT_S * rate_hz))
    return gaps, float(np.quantile(np.abs(moments / amplitude - 1.0), QUIET_SHARE))


def is_held(turned: Turned, rate_hz: int, amplitude: complex) -> bool:
    """Whether enough moments of a frame, or enough glances, hold just this tone at 0 Hz, and few are without it."""
    gaps, off = between_notes(turned, rate_hz, amplitude)
    if gaps > MOST_GAPS:
        return False
    near = np.abs(looked_at(turned, round(GLANCE_S * rate_hz)) / amplitude - 1.0) <= NEAR
    return off <= MOST_OFF or bool(np.mean(near) >= LEAST_NEAR)


def agreed(amplitudes: list[float], fewest: int) -> float:
    """The amplitude that frames agree on; 0 where too few hold the tone, or hold it now louder, now softer."""
    if len(amplitudes) < fewest:
        return 0.0
    low, middle, high = np.quantile(amplitudes, (0.25, 0.5, 0.75))
    return float(middle) if high <= MOST_SPREAD * low else 0.0


def over_highest_beside_db(spectrum: Line, bin_hz: float, line_hz: float) -> float:
    """How far a line stands above the highest place 0.5 to 10 Hz to both sides."""
    place, near, far = (round(hz / bin_hz) for hz in (line_hz, *BESIDE_HZ))
    beside = np.concatenate(
        [spectrum[max(place - far, 0) : max(place - near, 0)], spectrum[place + near : place + far]]
    )
    return float(20.0 * np.log10(max(float(spectrum[place]), 1e-30) / max(float(beside.max(initial=0.0)), 1e-30)))


def turned_down(low: Line, rate_hz: int, frequency_hz: float) -> Turned:
    """The signal with a frequency moved to 0 Hz."""
    return np.asarray(low * np.exp(-2j * np.pi * frequency_hz / rate_hz * np.arange(len(low))))


def looked_at(turned: Turned, length: int, overlap: int = 2) -> Turned:
    """Twice the means under short windows all over a signal: half of a real tone lies at the negative frequency."""
    window = np.hanning(length + 2)[1:-1]
    parts = np.lib.stride_tricks.sliding_window_view(turned, length)[:: max(length // overlap, 1)]
    return np.asarray(2.0 * (parts @ (window / window.sum())))
