"""Blocks on their way into an encoder: counted, held to one shape, refused when they lie."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from release.errors import InternalError

IntBlock = npt.NDArray[np.int32]
FloatBlock = npt.NDArray[np.float64]


def counted(
    blocks: Iterable[npt.NDArray[np.generic]], path: Path, *, n_samples: int, channels: int
) -> Iterator[npt.NDArray[np.generic]]:
    """The same blocks without empty ones, and proof at the end that they were ``n_samples`` long.

    Args:
        blocks: (n, channels) arrays.
        path: file being written, for the message.
        n_samples: per channel, what the plan promised.
        channels: 1 or 2.

    Raises:
        InternalError: a block has another shape, or the sum is not what was promised.
    """
    seen = 0
    for block in blocks:
        if block.ndim != 2 or block.shape[1] != channels:
            raise InternalError(f"a block of shape {block.shape} where (n, {channels}) is written", where=str(path))
        if len(block):
            seen += len(block)
            yield block
    if seen != n_samples:
        raise InternalError(f"{seen} samples came where {n_samples} were promised", where=str(path))


def left_justified(block: IntBlock, bit_depth: int) -> IntBlock:
    """Integers of 16 or 24 bits moved to the top of 32, where the libraries want them."""
    return np.left_shift(block, 32 - bit_depth, dtype=np.int32)
