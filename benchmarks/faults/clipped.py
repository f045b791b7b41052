"""Clipping that was turned down afterwards: flat tops below full scale."""

from __future__ import annotations

import numpy as np

from faults.fault import Fault, Host, Planted, alone


def plant(host: Host, over_db: float, rng: np.random.Generator) -> Planted | None:
    """The whole mix driven so far over a ceiling, cut there, and turned down by 1 to 9 dB."""
    peak = np.abs(host.audio).max()
    level = peak * 10.0 ** (-over_db / 20.0)
    gain = 10.0 ** (rng.uniform(-9.0, -1.0) / 20.0) / peak
    return alone(np.clip(host.audio, -level, level) * gain)


FAULT = Fault(
    "clipping turned down",
    "audio/clipping",
    frozenset({"clipped"}),
    plant,
    (0.5, 1.0, 3.0, 6.0),
    "dB cut off the peaks",
    3.0,
    "peaks flattened by 3 dB have distortion near 10 % while they last, which is heard on nearly everything but noise",
)
