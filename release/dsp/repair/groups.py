"""Damaged samples parted into groups that are mended together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.intp]


def groups(unknown: Places, apart: int, most: int) -> list[Places]:
    """Rising indices, parted where at least ``apart`` good samples lie between them, and where there are too many."""
    if not len(unknown):
        return []
    cuts = np.flatnonzero(np.diff(unknown) > apart) + 1
    return [piece for part in np.split(unknown, cuts) for piece in np.array_split(part, -(-len(part) // most))]
