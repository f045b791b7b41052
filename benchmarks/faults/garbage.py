"""Wrong words: the bytes of each sample in the wrong order for 2 to 60 ms, as after a slip in a transfer."""

from __future__ import annotations

import numpy as np

from faults.fault import Fault, Host, Planted, alone, sounding_place

MOST_STILL = 0.02


def plant(host: Host, least_dbfs: float, rng: np.random.Generator) -> Planted | None:
    """The two upper bytes of each word change places, where the sound has some level; not in square waves, which stay square."""
    place = sounding_place(host, rng, least_dbfs)
    if place is None:
        return None
    at, _ = place
    n = round(rng.uniform(0.002, 0.06) * host.rate_hz)
    if np.mean(np.diff(host.audio[at : at + n], axis=0) == 0.0) > MOST_STILL:
        return None
    out = host.audio.copy()
    upper = np.clip(np.round(out[at : at + n] * 32768.0), -32768, 32767).astype("<i2")
    out[at : at + n] = upper.byteswap() / 32768.0
    return alone(out, at / host.rate_hz)


FAULT = Fault(
    "swapped bytes",
    "audio/noise-burst",
    frozenset({"burst"}),
    plant,
    (-45.0, -30.0),
    "dBFS at least of the sound there",
    -45.0,
    "swapped bytes are noise near full scale whatever the music's level",
    within_s=0.01,
)
