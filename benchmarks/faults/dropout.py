"""A lost buffer: digital silence inside the sound, in all channels or in one."""

from __future__ import annotations

import numpy as np

from faults.fault import Fault, Host, Planted, alone, sounding_place


def plant(host: Host, length_ms: float, rng: np.random.Generator) -> Planted | None:
    """Zeros of a length; every second one in one channel only."""
    place = sounding_place(host, rng)
    if place is None:
        return None
    at, channel = place
    stop = at + max(round(length_ms / 1000 * host.rate_hz), 1)
    out = host.audio.copy()
    out[at:stop, slice(None) if rng.random() < 0.5 else channel] = 0.0
    return alone(out, at / host.rate_hz)


FAULT = Fault(
    "dropout",
    "audio/digital-dropout",
    frozenset({"hole", "hole-one-side"}),
    plant,
    (0.5, 1.0, 3.0, 10.0, 40.0),
    "ms of zeros",
    3.0,
    "gaps of some 2 to 3 ms are where a break in steady sound is heard as a break (gap detection), shorter ones as a faint tick",
)
