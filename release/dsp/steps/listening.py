"""What dynamics steps share: the parameters of their detectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from release.dsp.steps.kind import parameter

if TYPE_CHECKING:
    from release.dsp.detector import Listening


PEAK_HOLD_S = 0.013
"""A little more than half a period of the lowest sine that peaks are held for."""


def detector_parameter(default: str = "peak") -> Any:
    """The parameter ``detector``."""
    return parameter(
        "",
        "What it listens to: the peaks of the last 12.5 ms, or the power over `window`; a sine reads the same.",
        default=default,
        choices=("peak", "rms"),
    )


def window_parameter(default: float = 0.01) -> Any:
    """The parameter ``window``."""
    return parameter("s", "Over which power is taken, with rms.", default=default, minimum=0.0005, maximum=1.0)


def sidechain_parameter() -> Any:
    """The parameter ``sidechain_highpass``."""
    return parameter(
        "Hz", "Bass below it is not listened to (12 dB/oct); 0 for all.", default=0.0, minimum=0.0, maximum=20_000.0
    )


def link_parameter() -> Any:
    """The parameter ``link``."""
    return parameter(
        "",
        "With 1 all channels get one gain, with 0 each its own; between, in dB.",
        default=1.0,
        minimum=0.0,
        maximum=1.0,
    )


def mix_parameter() -> Any:
    """The parameter ``mix``."""
    return parameter("", "Share of the processed sound; the rest is as it was.", default=1.0, minimum=0.0, maximum=1.0)


def check_sidechain(highpass_hz: float, rate_hz: int) -> None:
    """Raise unless the detector's highpass lies below half the rate.

    Raises:
        ValueError: with a text for people.
    """
    if highpass_hz >= rate_hz / 2:
        raise ValueError(
            f"sidechain_highpass: {highpass_hz:g} Hz is not below {rate_hz / 2:g} Hz, half the sample rate of "
            f"{rate_hz} Hz"
        )


def listening_settle_s(detector: str, window_s: float, highpass_hz: float) -> float:
    """Time in which a detector forgets, to less than -120 dB."""
    return (28.0 * window_s if detector == "rms" else PEAK_HOLD_S) + (7.0 / highpass_hz if highpass_hz else 0.0)


def listening(detector: str, window_s: float, highpass_hz: float, link: float) -> Listening:
    """The detector of these parameters."""
    from release.dsp.detector import Listening

    return Listening(detector == "rms", window_s, highpass_hz, link)
