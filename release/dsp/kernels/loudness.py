"""K-weighting with energies: one pass over two channels.

Source: ITU-R BS.1770-5, Annex 1.
"""

from __future__ import annotations

# ruff: noqa: D417 - kernels take plain arguments in order, documented in groups
import numpy as np
from numpy.typing import NDArray

from release.dsp.kernels.compiled import FUSED, kernel

Array = NDArray[np.float64]

DENORMAL = 1e-150
"""Filter memory below this is set to nothing: the square of anything smaller is slow and means nothing."""


@kernel(
    "void(float64[:, ::1], int64, int64, float64[::1], float64[:, ::1], float64[::1], float64[:, ::1],"
    " int64, int64, int64)",
    FUSED,
)
def weigh_pair(
    audio: Array,
    left: int,
    right: int,
    coefficients: Array,
    memory: Array,
    sums: Array,
    energies: Array,
    rate_hz: int,
    position: int,
    first_hop: int,
) -> None:
    """Add the K-weighted energies of two channels to the 10 ms hops that they fall into, and the plain sums.

    Args:
        audio: (n, channels) block.
        left, right: columns; the same column twice for a single channel.
        coefficients: b0 b1 b2 a1 a2 of the shelf, a1 a2 of the high-pass (whose numerator is 1 -2 1).
        memory: (2, 6): x1 x2 s1 s2 y1 y2 of each channel (input, shelf output, high-pass output), changed in place.
        sums: sum of left, of right, of left squared, of right squared, of left times right; changed in place.
        energies: (hops, 3): sums of squares of left and of right, and of their product, of each hop from ``first_hop``;
            changed in place.
        rate_hz: sample rate; hop k starts at sample round(k * rate / 100).
        position: index of the first sample of the block in the stream.
        first_hop: hop that ``energies[0]`` stands for.
    """
    b0, b1, b2, a1, a2, h1, h2 = (
        coefficients[0],
        coefficients[1],
        coefficients[2],
        coefficients[3],
        coefficients[4],
        coefficients[5],
        coefficients[6],
    )
    lx1, lx2, ls1, ls2, ly1, ly2 = memory[0, 0], memory[0, 1], memory[0, 2], memory[0, 3], memory[0, 4], memory[0, 5]
    rx1, rx2, rs1, rs2, ry1, ry2 = memory[1, 0], memory[1, 1], memory[1, 2], memory[1, 3], memory[1, 4], memory[1, 5]
    sum_l, sum_r, sum_ll, sum_rr, sum_lr = 0.0, 0.0, 0.0, 0.0, 0.0
    n = audio.shape[0]
    hop = first_hop
    i = 0
    while i < n:
        stop = min(n, ((hop + 1) * rate_hz + 50) // 100 - position)
        energy_l, energy_r, common = 0.0, 0.0, 0.0
        for k in range(i, stop):
            xl = audio[k, left]
            xr = audio[k, right]
            sl = (b0 * xl + b1 * lx1 + b2 * lx2 - a2 * ls2) - a1 * ls1
            sr = (b0 * xr + b1 * rx1 + b2 * rx2 - a2 * rs2) - a1 * rs1
            yl = (sl - 2.0 * ls1 + ls2 - h2 * ly2) - h1 * ly1
            yr = (sr - 2.0 * rs1 + rs2 - h2 * ry2) - h1 * ry1
            energy_l += yl * yl
            energy_r += yr * yr
            common += yl * yr
            sum_l += xl
            sum_r += xr
            sum_ll += xl * xl
            sum_rr += xr * xr
            sum_lr += xl * xr
            lx2, lx1, ls2, ls1, ly2, ly1 = lx1, xl, ls1, sl, ly1, yl
            rx2, rx1, rs2, rs1, ry2, ry1 = rx1, xr, rs1, sr, ry1, yr
        energies[hop - first_hop, 0] += energy_l
        energies[hop - first_hop, 1] += energy_r
        energies[hop - first_hop, 2] += common
        if abs(ls1) + abs(ls2) + abs(ly1) + abs(ly2) < DENORMAL:
            ls1, ls2, ly1, ly2 = 0.0, 0.0, 0.0, 0.0
        if abs(rs1) + abs(rs2) + abs(ry1) + abs(ry2) < DENORMAL:
            rs1, rs2, ry1, ry2 = 0.0, 0.0, 0.0, 0.0
        i = stop
        hop += 1
    memory[0, 0], memory[0, 1], memory[0, 2], memory[0, 3], memory[0, 4], memory[0, 5] = lx1, lx2, ls1, ls2, ly1, ly2
    memory[1, 0], memory[1, 1], memory[1, 2], memory[1, 3], memory[1, 4], memory[1, 5] = rx1, rx2, rs1, rs2, ry1, ry2
    sums[0] += sum_l
    sums[1] += sum_r
    sums[2] += sum_ll
    sums[3] += sum_rr
    sums[4] += sum_lr
