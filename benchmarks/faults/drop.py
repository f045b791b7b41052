"""A dropout of a tape or of a radio link: the level falls by 50 dB and comes back, noise and all."""

from __future__ import annotations

import numpy as np

from faults.fault import Fault, Host, Planted, alone, sounding_place


def plant(host: Host, length_ms: float, rng: np.random.Generator) -> Planted | None:
    """A stretch 50 dB softer, in all channels, with edges of a quarter of a millisecond."""
    place = sounding_place(host, rng, -40.0)
    if place is None:
        return None
    at, _ = place
    n, edge = round(length_ms / 1000 * host.rate_hz), round(0.00025 * host.rate_hz)
    gain = np.full(n + 2 * edge, 10.0 ** (-50.0 / 20.0))
    gain[:edge] = np.linspace(1.0, gain[edge], edge)
    gain[-edge:] = gain[:edge][::-1]
    out = host.audio.copy()
    out[at : at + len(gain)] *= gain[:, None]
    return alone(out, at / host.rate_hz)


FAULT = Fault(
    "fall in level",
    "audio/digital-dropout",
    frozenset({"hole", "drop", "hole-one-side"}),
    plant,
    (1.0, 3.0, 10.0, 40.0),
    "ms, 50 dB down",
    3.0,
    "as for a dropout",
)
