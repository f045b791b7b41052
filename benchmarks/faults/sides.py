"""How the sides of a delivered track go together, and how it starts."""

from __future__ import annotations

import numpy as np

from faults.fault import Fault, Host, Planted, part_of
from faults.polarity import LEAST_CORRELATION, _correlation, _low
from faults.projects import target_context
from release.qc.contexts import TargetContext

LEAST_BASS = 0.003
"""RMS of the bass in music that has one."""


def _both_sides(host: Host, rng: np.random.Generator) -> np.ndarray:
    part = part_of(host, rng)
    return part if part.shape[1] == 2 else np.repeat(part, 2, axis=1)


def inside(host: Host, dbfs: float, rng: np.random.Generator) -> Planted | None:
    """Everything before a sample of some level is gone."""
    levels = np.abs(host.audio[host.rate_hz : -6 * host.rate_hz]).max(axis=1)
    places = np.flatnonzero(np.abs(20.0 * np.log10(levels + 1e-12) - dbfs) < 0.5)
    if not len(places):
        return None
    return Planted({"track": host.audio[host.rate_hz + int(rng.choice(places)) :].copy()})


def against(host: Host, lost_lu: float, rng: np.random.Generator) -> Planted | None:
    """The middle as it was, and beside it the middle of some ms ago with opposite signs, so loud that a fold loses so much."""
    middle = _both_sides(host, rng).mean(axis=1)
    late = np.roll(middle, int(rng.uniform(0.008, 0.025) * host.rate_hz))
    # Both sides together have the power of the middle and of what opposes; the fold has that of the middle alone.
    kept = 10.0 ** (-lost_lu / 10.0)
    middle, late = middle * np.sqrt(kept), late * np.sqrt(1.0 - kept)
    return Planted({"track": np.stack([middle + late, middle - late], axis=1) * 0.5})


def uneven(host: Host, db: float, rng: np.random.Generator) -> Planted | None:
    """One side turned down, after both were made equally strong."""
    out = _both_sides(host, rng)
    rms = np.sqrt(np.mean(np.square(out), axis=0))
    if rms.min() < 1e-4:
        return None
    out *= rms.min() / rms
    out[:, rng.integers(2)] *= 10.0 ** (-db / 20.0)
    return Planted({"track": out})


def bass_against(host: Host, percent: float, rng: np.random.Generator) -> Planted | None:
    """The bass of one side turned round for a share of the track."""
    out = _both_sides(host, rng)
    low = [_low(out[:, n], host.rate_hz) for n in range(2)]
    if _correlation(*low) < LEAST_CORRELATION or min(line.std() for line in low) < LEAST_BASS:
        return None
    n = int(len(out) * percent / 100.0)
    at, side = int(rng.integers(len(out) - n + 1)), int(rng.integers(2))
    out[at : at + n, side] -= 2.0 * low[side][at : at + n]
    return Planted({"track": out})


def judged(planted: Planted, host: Host) -> list[TargetContext]:
    return [target_context(planted.files, host.rate_hz)]


START = Fault(
    "start inside the sound", "fades/start", frozenset({"starts"}), inside, (-70.0, -54.0, -40.0, -30.0),
    "dBFS of the first sample", -40.0, "out of silence a step of 1 % of full scale is a tick on its own",
    judge=judged,
)  # fmt: skip
MONO_LOSS = Fault(
    "mono loss", "stereo/mono-loss", frozenset({"lost"}), against, (2.0, 4.0, 7.0, 10.0), "LU lost in mono", 7.0,
    "more than twice what unrelated channels lose, which wide music does by itself", judge=judged,
)  # fmt: skip
BALANCE = Fault(
    "balance", "stereo/balance", frozenset({"uneven"}), uneven, (1.0, 2.0, 4.0, 6.0, 8.0), "dB between the sides", 4.0,
    "what was in the middle is plainly beside it; music may mean it, so that it is a note up to 6 dB", judge=judged,
)  # fmt: skip
BASS = Fault(
    "bass out of phase", "stereo/bass-correlation", frozenset({"against", "wide"}), bass_against,
    (25.0, 50.0, 75.0, 100.0), "% of the track with the bass of one side turned round", 100.0,
    "all of the bass cancels in mono; where only a part does, the rest of the track outweighs it in the figure",
    judge=judged,
)  # fmt: skip
