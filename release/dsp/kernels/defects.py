"""A survey of every sample for what sound does not do by itself, and a closer look where the survey sees something.

The survey reduces each grain of some samples to three energies: of its fourth differences (rough), of its samples
(loud), of its first differences (moving). All else looks at grains, and at samples only where grains stand out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from release.dsp.kernels.compiled import REORDERED, kernel

Lines = NDArray[np.float32]
Wide = NDArray[np.float64]

U = np.uint64
F = np.float32
FOUR, SIX = F(4.0), F(6.0)


@kernel("void(int32[:, ::1], float32, float32[:, ::1], int64)")
def load_ints(words: NDArray[np.int32], scale: float, lines: Lines, at: int) -> None:
    """Write words as single-precision samples into ``lines``, from column ``at`` on."""
    count = U(words.shape[1])
    first = U(at)
    for channel in range(words.shape[0]):
        for i in range(count):
            lines[channel, first + i] = F(words[channel, i]) * scale


@kernel("void(float64[:, ::1], float32, float32[:, ::1], int64)")
def load_floats(samples: Wide, scale: float, lines: Lines, at: int) -> None:
    """The same of samples."""
    count = U(samples.shape[1])
    first = U(at)
    for channel in range(samples.shape[0]):
        for i in range(count):
            lines[channel, first + i] = F(samples[channel, i]) * scale


@kernel("void(float32[:, ::1], int64, int64, float32[:, :, ::1], int64)", REORDERED)
def survey(lines: Lines, first: int, size: int, figures: NDArray[np.float32], at: int) -> None:
    """Energies of whole grains.

    Args:
        lines: (channels, n) samples; at least four stand before ``first``.
        first: where the first grain starts.
        size: samples of a grain.
        figures: (3, channels, grains) rough, loud and moving, filled from grain ``at`` to the end.
        at: first grain to fill.
    """
    step = U(size)
    for channel in range(lines.shape[0]):
        row = lines[channel]
        place = U(first)
        for grain in range(at, figures.shape[2]):
            rough, loud, moving = F(0.0), F(0.0), F(0.0)
            for i in range(step):
                j = place + i
                ends, sides = row[j - U(4)] + row[j], row[j - U(3)] + row[j - U(1)]
                bend = ends - FOUR * sides + SIX * row[j - U(2)]
                rough += bend * bend
                loud += row[j] * row[j]
                slope = row[j] - row[j - U(1)]
                moving += slope * slope
            place += step
            figures[0, channel, grain] = rough
            figures[1, channel, grain] = loud
            figures[2, channel, grain] = moving
