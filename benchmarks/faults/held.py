"""A stuck converter: one value over and over, in all channels or in one."""

from __future__ import annotations

import numpy as np

from faults.fault import Fault, Host, Planted, alone, sounding_place

MOST_STILL = 0.02


def plant(host: Host, length_ms: float, rng: np.random.Generator) -> Planted | None:
    """The last sample before the place is held; not in square waves, which hold their values by themselves."""
    place = sounding_place(host, rng)
    if place is None:
        return None
    at, channel = place
    stop = at + max(round(length_ms / 1000 * host.rate_hz), 1)
    beside = host.audio[at - host.rate_hz // 50 : stop + host.rate_hz // 50, channel]
    if np.mean(np.diff(beside) == 0.0) > MOST_STILL:
        return None
    out = host.audio.copy()
    which = range(out.shape[1]) if rng.random() < 0.5 else [channel]
    for c in which:
        out[at:stop, c] = out[at - 1, c]
    return alone(out, at / host.rate_hz)


FAULT = Fault(
    "held value",
    "audio/digital-dropout",
    frozenset({"hole", "held", "hole-one-side"}),
    plant,
    (1.0, 3.0, 10.0, 40.0),
    "ms of one value",
    3.0,
    "as for a dropout",
)
