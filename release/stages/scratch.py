"""Scratch audio: raw interleaved samples in a file that dies with the build."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from release.pipeline.spare import take_spare

BLOCK_SAMPLES = 65_536
"""Samples of one block: about 1 MiB of stereo float64, large enough that Python's share of the time is small."""


class ScratchWriter:
    """Appends blocks of one sample type to a raw file."""

    def __init__(self, path: Path, dtype: str) -> None:
        self.dtype = np.dtype(dtype)
        # A spare file is written over in place: its pages are there already, and new ones cost more than their bytes.
        self._file = path.open("r+b" if take_spare(path) else "wb", buffering=0)
        self.n_samples = 0

    def write(self, block: NDArray[Any]) -> None:
        """Append ``(n_samples, n_channels)``; the cast to the file's type must be exact or wanted."""
        data = np.ascontiguousarray(block, dtype=self.dtype)
        view = data.data.cast("B")
        while view:
            view = view[self._file.write(view) :]
        self.n_samples += block.shape[0]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.truncate()
        self._file.close()


@dataclass(frozen=True, slots=True)
class ScratchAudio:
    """A finished scratch file: read in blocks from any sample on, without mapping it into memory."""

    path: Path
    dtype: str
    channels: int
    n_samples: int

    def blocks(self, start: int = 0, stop: int | None = None, block: int = BLOCK_SAMPLES) -> Iterator[NDArray[Any]]:
        """Blocks of ``[start, stop)`` in order, in the file's own type, ``(n_samples, channels)``."""
        end = self.n_samples if stop is None else min(stop, self.n_samples)
        with self.path.open("rb", buffering=0) as file:
            file.seek(start * self.channels * np.dtype(self.dtype).itemsize)
            for at in range(start, end, block):
                data = np.empty((min(block, end - at), self.channels), self.dtype)
                view = data.data.cast("B")
                while view and (n_bytes := file.readinto(view)):
                    view = view[n_bytes:]
                if view:
                    raise EOFError(f"{self.path} ends early")
                yield data
