"""A silence inside: a muted part, or a second title in the same file."""

from __future__ import annotations

import numpy as np

from faults.fault import Fault, Host, Planted, alone, sounding_place


def plant(host: Host, seconds: float, rng: np.random.Generator) -> Planted | None:
    """So many seconds of silence put in, with fades of 50 ms; every second one with noise of -85 dBFS."""
    place = sounding_place(host, rng)
    if place is None:
        return None
    at, _ = place
    fade = np.linspace(0.0, 1.0, host.rate_hz // 20)[:, None]
    before, after = host.audio[:at].copy(), host.audio[at:].copy()
    before[-len(fade) :] *= fade[::-1]
    after[: len(fade)] *= fade
    gap = np.zeros((round(seconds * host.rate_hz), before.shape[1]))
    if rng.random() < 0.5:
        gap += rng.standard_normal(gap.shape) * 10.0 ** (-85.0 / 20.0)
    return alone(np.concatenate([before, gap, after]), at / host.rate_hz)


FAULT = Fault(
    "silence inside",
    "audio/silence-inside",
    frozenset({"silence"}),
    plant,
    (1.0, 3.0, 6.0, 12.0),
    "s of silence",
    6.0,
    "longer than any general pause: a listener looks whether the player has stopped",
    within_s=0.1,
)
