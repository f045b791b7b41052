"""A buffer of garbage: white noise for 2 to 60 ms that starts and stops at once, in place of the sound."""

from __future__ import annotations

import numpy as np

from faults.fault import Fault, Host, Planted, alone, level, sounding_place


def plant(host: Host, over_db: float, rng: np.random.Generator) -> Planted | None:
    """Random words of a level against the RMS of the 20 ms around, in all channels."""
    place = sounding_place(host, rng)
    if place is None:
        return None
    at, channel = place
    n, beside = round(rng.uniform(0.002, 0.06) * host.rate_hz), host.rate_hz // 100
    peak = 10.0 ** ((level(host.audio[at - beside : at + beside, channel]) + over_db) / 20.0) * np.sqrt(3.0)
    out = host.audio.copy()
    out[at : at + n] = rng.uniform(-1.0, 1.0, (n, out.shape[1])) * min(peak, 1.0)
    return alone(out, at / host.rate_hz)


FAULT = Fault(
    "noise burst",
    "audio/noise-burst",
    frozenset({"burst"}),
    plant,
    (-10.0, 0.0, 12.0, 20.0),
    "dB of its RMS over that of the 20 ms around",
    12.0,
    "four times as high as the music around it, so that not even cymbals and gated noise hide it",
    within_s=0.01,
)
