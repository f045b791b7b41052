"""Exact conversions between the units of the field: dB, samples, CD frames, MSF.

Positions are integers or exact fractions; floats appear only where people read a number.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import NewType

Samples = NewType("Samples", int)
CdFrames = NewType("CdFrames", int)
Db = NewType("Db", float)

CD_FRAMES_PER_SECOND = 75
"""IEC 60908: 75 sectors (CD frames) a second."""
CD_RATE_HZ = 44_100
SAMPLES_PER_CD_FRAME = 588
BYTES_PER_CD_FRAME = 2352

PROGRAMME_RATES_HZ = (44_100, 48_000, 88_200, 96_000, 176_400, 192_000, 352_800, 384_000)


def db_to_linear(db: float) -> float:
    """Amplitude ratio of a level in dB."""
    return float(10.0 ** (db / 20.0))


def linear_to_db(ratio: float) -> float:
    """Level in dB of an amplitude ratio; minus infinity for zero."""
    return 20.0 * math.log10(ratio) if ratio > 0.0 else -math.inf


def round_half_up(value: Fraction) -> int:
    """Nearest integer, halves upwards: the one rounding rule for positions."""
    return math.floor(value + Fraction(1, 2))


def seconds_to_samples(seconds: Fraction, rate_hz: int) -> int:
    """Nearest sample of an exact time."""
    return round_half_up(seconds * rate_hz)


def samples_per_cd_frame(rate_hz: int) -> int:
    """Samples in one CD frame at a rate; whole at every multiple of 75 Hz.

    Raises:
        ValueError: when the rate has no whole number of samples in a CD frame.
    """
    if rate_hz % CD_FRAMES_PER_SECOND:
        raise ValueError(f"{rate_hz} Hz has no whole number of samples in a CD frame")
    return rate_hz // CD_FRAMES_PER_SECOND


def convert_position(samples: int, from_hz: int, to_hz: int) -> int:
    """The position at another rate, to the nearest sample."""
    if from_hz == to_hz:
        return samples
    return round_half_up(Fraction(samples * to_hz, from_hz))


def format_msf(cd_frames: int) -> str:
    """``MM:SS:FF`` of a count of CD frames; minutes run past 59."""
    return f"{cd_frames // 4500:02}:{cd_frames // 75 % 60:02}:{cd_frames % 75:02}"


def parse_msf(text: str) -> int:
    """CD frames of ``MM:SS:FF``.

    Raises:
        ValueError: when the text is not of that form or a field is out of range.
    """
    parts = text.split(":")
    if len(parts) != 3 or not all(p.isascii() and p.isdigit() for p in parts):
        raise ValueError(f"not a time MM:SS:FF: {text!r}")
    minutes, seconds, frames = map(int, parts)
    if seconds > 59 or frames > 74:
        raise ValueError(f"seconds run to 59 and CD frames to 74: {text!r}")
    return minutes * 4500 + seconds * 75 + frames


def format_time(samples: int, rate_hz: int) -> str:
    """``m:ss.mmm`` for people, rounded to the millisecond."""
    ms = round_half_up(Fraction(samples * 1000, rate_hz))
    sign, ms = ("-", -ms) if ms < 0 else ("", ms)
    return f"{sign}{ms // 60_000}:{ms // 1000 % 60:02}.{ms % 1000:03}"


def format_duration(samples: int, rate_hz: int) -> str:
    """``m:ss`` for people, rounded to the second."""
    seconds = round_half_up(Fraction(samples, rate_hz))
    if seconds >= 3600:
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{seconds // 60}:{seconds % 60:02}"
