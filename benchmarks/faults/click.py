"""A click: one sample to 0.8 ms that does not belong there, added in one channel."""

from __future__ import annotations

import numpy as np

from faults.fault import Fault, Host, Planted, alone, level, sounding_place


def plant(host: Host, over_db: float, rng: np.random.Generator) -> Planted | None:
    """A burst of random samples that dies away; its peak stands so far over the RMS of the 20 ms around."""
    place = sounding_place(host, rng)
    if place is None:
        return None
    at, channel = place
    length = int(rng.integers(1, int(0.0008 * host.rate_hz)))
    burst = rng.standard_normal(length) * np.exp(-3.0 * np.arange(length) / length)
    beside = host.rate_hz // 100
    peak = 10.0 ** ((level(host.audio[at - beside : at + beside, channel]) + over_db) / 20.0)
    out = host.audio.copy()
    out[at : at + length, channel] += burst / np.abs(burst).max() * peak
    return alone(out, at / host.rate_hz)


FAULT = Fault(
    "click",
    "audio/click",
    frozenset({"click"}),
    plant,
    (6.0, 12.0, 20.0, 30.0),
    "dB of its peak over the RMS of the 20 ms around",
    20.0,
    "even one sample of this height has more energy above 5 kHz than 20 ms of most music; it is also what `declick` is measured by",
)
