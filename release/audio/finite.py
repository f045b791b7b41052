"""Numbers that are no samples: NaN, infinity, and what no audio can be."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from release.audio.refuse import source_error
from release.units import format_time

LARGEST_SAMPLE = 1e6
"""+120 dBFS: no audio has it, and single precision would not survive it."""


def check_finite(planar: npt.NDArray[Any], position: int, rate_hz: int, where: str) -> None:
    """Hold a block against what audio can be.

    Args:
        planar: (channels, n_samples).
        position: of its first sample in the file.
        rate_hz: for the time in the message.
        where: how messages call the file.

    Raises:
        SourceError: naming the first sample that is no number, or beyond +120 dBFS.
    """
    low, high = float(planar.min()), float(planar.max())
    if low >= -LARGEST_SAMPLE and high <= LARGEST_SAMPLE:  # False for NaN as well, which min and max pass on
        return
    wrong = ~(np.abs(planar) <= LARGEST_SAMPLE)
    at = int(np.argmax(wrong.any(axis=0)))
    channel = int(np.argmax(wrong[:, at]))
    value = float(planar[channel, at])
    name = "not a number (NaN)" if math.isnan(value) else "infinite" if math.isinf(value) else f"{value:g}"
    time = format_time(position + at, rate_hz)
    text = f"sample {position + at} ({time}) of channel {channel + 1} is {name}: that is no audio"
    raise source_error(where, text, "Find the plug-in that made it and export again.", "not-finite")
