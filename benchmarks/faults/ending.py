"""How a delivered track ends, and how two of them meet."""

from __future__ import annotations

import numpy as np

from faults.fault import Fault, Host, Planted, level, sounding_place
from faults.projects import target_context
from release.qc.contexts import TargetContext


def unfinished(host: Host, ends_at_dbfs: float, rng: np.random.Generator) -> Planted | None:
    """A fade of two seconds that is cut off when the sound has come down to a level."""
    place = sounding_place(host, rng)
    if place is None or place[0] < 2 * host.rate_hz:
        return None
    at = place[0]
    out = host.audio[:at].copy()
    now = level(out[-host.rate_hz // 20 :])
    n = 2 * host.rate_hz
    out[-n:] *= (10 ** (min(ends_at_dbfs - now, 0.0) / 20 * np.linspace(0, 1, n)))[:, None]
    return Planted({"track": np.concatenate([out, np.zeros((host.rate_hz, out.shape[1]))])})


def jump(host: Host, times_db: float, rng: np.random.Generator) -> Planted | None:
    """A track cut in two, the second part lifted where it begins; the lift dies away in 50 ms."""
    place = sounding_place(host, rng)
    if place is None:
        return None
    at, channel = place
    line = host.audio[at - 64 : at + 64, channel]
    usual = float(np.sqrt(np.mean(np.diff(line, 2) ** 2)))
    size = usual * 10 ** (times_db / 20)
    if size > 0.3 or usual < 1e-4:  # in silence, or between the edges of a square wave, nothing is usual
        return None
    out = host.audio.copy()
    n = host.rate_hz // 20
    out[at : at + n, channel] += size * rng.choice((-1, 1)) * np.exp(-5 * np.arange(n) / n)
    return Planted({"one": out[:at], "two": out[at:]})


def judged_alone(planted: Planted, host: Host) -> list[TargetContext]:
    return [target_context(planted.files, host.rate_hz, gap=host.rate_hz)]


def judged_joined(planted: Planted, host: Host) -> list[TargetContext]:
    return [target_context(planted.files, host.rate_hz, ("two",))]


def whole_and_parted(audio: np.ndarray, rate_hz: int) -> list[TargetContext]:
    """What a clean piece is delivered as: one track, and two that run into each other."""
    at = len(audio) // 2
    return [
        target_context({"track": audio}, rate_hz),
        target_context({"one": audio[:at], "two": audio[at:]}, rate_hz, ("two",)),
    ]


FAULT = Fault(
    "unfinished fade", "fades/end", frozenset({"step", "stops"}), unfinished, (-75.0, -65.0, -55.0, -45.0, -35.0),
    "dBFS at which it is cut off", -45.0, "30 to 40 dB below the music, where a step into silence is plain in a quiet room",
    judge=judged_alone,
)  # fmt: skip
JOIN = Fault(
    "step at a join",
    "joins/click",
    frozenset({"step"}),
    jump,
    (6.0, 12.0, 20.0, 30.0, 36.0),
    "dB of the step over the RMS of the second difference around",
    30.0,
    "at 20 dB the edge of a drum or of a square wave within 12 ms is often as high and covers it",
    judge=judged_joined,
)
