"""One channel turned round for a stretch, over everything or in the bass alone."""

from __future__ import annotations

import numpy as np

from faults.fault import Fault, Host, Planted, alone

CROSSOVER_HZ = 160.0
LEAST_CORRELATION = 0.4


def _low(line: np.ndarray, rate_hz: int) -> np.ndarray:
    spectrum = np.fft.rfft(line)
    f = np.fft.rfftfreq(len(line), 1 / rate_hz)
    return np.fft.irfft(spectrum / (1 + (f / CROSSOVER_HZ) ** 8), len(line))


def _correlation(left: np.ndarray, right: np.ndarray) -> float:
    power = float((left @ left) * (right @ right)) ** 0.5
    return float(left @ right) / power if power > 1e-6 * len(left) else 0.0


def plant_in(band: str):
    """A planter for ``all`` or ``bass``."""

    def plant(host: Host, seconds: float, rng: np.random.Generator) -> Planted | None:
        if host.audio.shape[1] != 2:
            return None
        out = host.audio.copy()
        n = int(seconds * host.rate_hz)
        at = int(rng.integers(host.rate_hz // 2, max(len(out) - n - 2 * host.rate_hz, host.rate_hz // 2 + 1)))
        part = out[at : at + n]
        moved = _low(out[:, 1], host.rate_hz)[at : at + n] if band == "bass" else part[:, 1]
        other = _low(out[:, 0], host.rate_hz)[at : at + n] if band == "bass" else part[:, 0]
        # Where the sides have little in common already, nothing is turned round that anybody could tell.
        if _correlation(other, moved) < LEAST_CORRELATION or moved.std() < 0.01:
            return None
        part[:, 1] -= 2 * moved
        return alone(out)

    return plant


WHY = "shorter moments are what wide effects make themselves"
FAULT = Fault(
    "polarity",
    "audio/polarity",
    frozenset({"opposite", "opposite-bass"}),
    plant_in("all"),
    (2.0, 4.0, 7.0, 10.0),
    "s",
    10.0,
    WHY,
)
BASS = Fault(
    "polarity of the bass", "audio/polarity", frozenset({"opposite", "opposite-bass"}), plant_in("bass"), (2.0, 4.0, 7.0, 10.0), "s",
    10.0, WHY,
)  # fmt: skip
