"""A file converted up to twice its rate by one of four converters."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile
import soxr
from scipy.signal import resample_poly

from faults.fault import Fault, Host, Planted, alone, part_of, source_contexts
from release.audio.probe import probe
from release.audio.scan import scan

MOST_RATE_HZ = 48_000
CONVERTERS: dict[float, Callable[[np.ndarray, int], np.ndarray]] = {
    1.0: lambda a, rate_hz: soxr.resample(a, rate_hz, 2 * rate_hz, quality="VHQ"),
    2.0: lambda a, rate_hz: soxr.resample(a, rate_hz, 2 * rate_hz, quality="HQ"),
    3.0: lambda a, _: resample_poly(a, 2, 1, axis=0),
    4.0: lambda a, _: np.repeat(a, 2, axis=0),
}


def plant(host: Host, converter: float, rng: np.random.Generator) -> Planted | None:
    if host.rate_hz > MOST_RATE_HZ:
        return None
    return alone(np.clip(CONVERTERS[converter](part_of(host, rng), host.rate_hz), -1.0, 1.0 - 2.0**-23))


def at_twice_the_rate(planted: Planted, host: Host) -> list[object]:
    """Written with 24 bits, as converted files are, and scanned."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mix.wav"
        soundfile.write(path, planted.files["mix"], 2 * host.rate_hz, subtype="PCM_24")
        return source_contexts({path.name: scan(path, probe(path))})


FAULT = Fault(
    "upsampled",
    "audio/upsampled",
    frozenset({"upsampled"}),
    plant,
    tuple(CONVERTERS),
    "converter: 1 soxr VHQ, 2 soxr HQ, 3 polyphase with a soft filter, 4 every sample twice",
    2.0,
    "nothing is heard of it; it is relevant whatever the converter, and this one is the default of soxr",
    judge=at_twice_the_rate,
)
