"""Hum of the mains: 50 or 60 Hz with harmonics, at one level from start to end."""

from __future__ import annotations

import numpy as np

from faults.fault import Fault, Host, Planted, alone

QUIET_S = 4.0
BAND_HZ = (30.0, 150.0)
LEAST_DBFS = -75.0
"""In music that rests in digital silence anything would be over nothing."""


def quietest(host: Host) -> float:
    """Level of the band in the quietest four seconds, without the fades at both ends; dBFS, a full sine being 0."""
    size = int(QUIET_S * host.rate_hz)
    levels = []
    for at in range(host.rate_hz, len(host.audio) - 6 * host.rate_hz - size, host.rate_hz // 2):
        spectrum = np.abs(np.fft.rfft(host.audio[at : at + size, 0] * np.hanning(size))) ** 2
        f = np.fft.rfftfreq(size, 1 / host.rate_hz)
        power = spectrum[(f >= BAND_HZ[0]) & (f <= BAND_HZ[1])].sum() * 4 / (1.5 * (size / 2) ** 2)
        levels.append(10 * np.log10(power + 1e-20))
    return min(levels)


def plant(host: Host, over_db: float, rng: np.random.Generator) -> Planted | None:
    """Mains near 50 or 60 Hz with five harmonics that fall off, alike in all channels."""
    level = max(quietest(host) + over_db, LEAST_DBFS)
    if level > -30.0:
        return None
    mains_hz = rng.choice((50.0, 60.0)) * (1 + rng.uniform(-6e-4, 6e-4))
    t = np.arange(len(host.audio)) / host.rate_hz
    parts = 1.0 / np.arange(1, 6) ** rng.uniform(0.5, 1.5)
    parts *= 10 ** (level / 20) / np.sqrt((parts**2).sum())
    hum = sum(a * np.sin(2 * np.pi * k * mains_hz * t + rng.uniform(0, 6.28)) for k, a in enumerate(parts, 1))
    return alone(host.audio + hum[:, None])


FAULT = Fault(
    "hum",
    "audio/hum",
    frozenset({"hum"}),
    plant,
    (-10.0, 0.0, 6.0, 12.0, 20.0),
    "dB over all that the music has from 30 to 150 Hz in its quietest four seconds",
    12.0,
    "under the music of its own band a tone is masked; where the music pauses it is alone",
)
