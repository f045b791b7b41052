"""A decay that is cut: the sound dies away and stops at once, on a zero crossing."""

from __future__ import annotations

import numpy as np

from faults.fault import Fault, Host, Planted, alone, level, sounding_place


def plant(host: Host, at_dbfs: float, rng: np.random.Generator) -> Planted | None:
    """The last second decays to a level (RMS of the last 20 ms); every second one has half a second of zeros after it."""
    place = sounding_place(host, rng, -30.0)
    if place is None:
        return None
    at, channel = place
    out = host.audio[:at].copy()
    fall_db = at_dbfs - level(out[-host.rate_hz // 50 :, channel])
    out[-host.rate_hz :] *= (10.0 ** (np.linspace(0.0, fall_db, host.rate_hz) / 20.0))[:, None]
    crossings = np.flatnonzero(np.diff(np.signbit(out[-host.rate_hz // 100 :, channel])))
    if len(crossings):
        out = out[: len(out) - host.rate_hz // 100 + int(crossings[-1]) + 1]
    out[-1] = 0.0
    at_s = len(out) / host.rate_hz
    if rng.random() < 0.5:
        out = np.concatenate([out, np.zeros((host.rate_hz // 2, out.shape[1]))])
    return alone(out, at_s)


FAULT = Fault(
    "cut tail",
    "audio/cut-off",
    frozenset({"tail", "end"}),
    plant,
    (-70.0, -60.0, -50.0, -40.0, -30.0),
    "dBFS RMS at the cut",
    -50.0,
    "with peaks at 95 dB SPL this is some 45 dB SPL, well over the noise of a quiet room, and silence follows",
    within_s=0.012,
)
