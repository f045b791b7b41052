"""What tone steps share: minimum or linear phase."""

from __future__ import annotations

from typing import Any

from release.dsp.steps.kind import parameter

LONGEST_REACH_S = 2.0
"""Longest half of a linear-phase filter: further, the sound before a beat would smear for seconds."""


def phase_parameter() -> Any:
    """The parameter ``phase``, for filters that exist in both."""
    return parameter(
        "",
        "Minimum phase, or linear phase: the same levels, nothing turned, ringing before and after.",
        default="minimum",
        choices=("minimum", "linear"),
    )


def reach_s(frequency_hz: float, narrowness: float = 2.6) -> float:
    """How far a linear-phase filter may reach to each side.

    Args:
        frequency_hz: of the filter.
        narrowness: how slowly it rings off: q times the root of its gain; 2.6 covers the steepest highpass.
    """
    return (10.0 + 4.0 * narrowness) / frequency_hz


def butterworth_reach_s(frequency_hz: float, slope_db: int) -> float:
    """How far a Butterworth filter in linear phase may reach: longer for 6 dB an octave, whose level bends at DC."""
    return min(100.0 / frequency_hz, LONGEST_REACH_S) if slope_db == 6 else reach_s(frequency_hz)


def check_phase(phase: str, frequency_hz: float, narrowness: float = 2.6) -> None:
    """Raise unless a linear-phase filter fits into its longest reach.

    Raises:
        ValueError: with a text for people.
    """
    needed = reach_s(frequency_hz, narrowness)
    if phase == "linear" and needed > LONGEST_REACH_S:
        raise ValueError(
            f"phase: linear would ring for {needed:.1f} s before and after every sound here, at most "
            f"{LONGEST_REACH_S:g} s are possible: use minimum"
        )
