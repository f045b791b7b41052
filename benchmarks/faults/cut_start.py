"""A start that is cut: the file begins in the middle of the sound, on a zero crossing."""

from __future__ import annotations

import numpy as np

from faults.fault import Fault, Host, Planted, alone, sounding_place


def plant(host: Host, least_dbfs: float, rng: np.random.Generator) -> Planted | None:
    """Everything before a zero crossing is gone, where the sound has at least some level."""
    place = sounding_place(host, rng, least_dbfs)
    if place is None:
        return None
    at, channel = place
    crossings = np.flatnonzero(np.diff(np.signbit(host.audio[at : at + host.rate_hz // 20, channel])))
    at += int(crossings[0]) + 1 if len(crossings) else 0
    out = host.audio[at:].copy()
    out[0] = 0.0
    return alone(out, 0.0)


FAULT = Fault(
    "cut start",
    "audio/cut-off",
    frozenset({"start"}),
    plant,
    (-45.0, -30.0, -20.0),
    "dBFS RMS at least at the cut",
    -30.0,
    "the first note is heard to have no beginning once it is not much softer than the music",
)
