"""What all readers share: bounds, the properties taken from the header, and closing."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Self

from release.audio.pcm import Floats, Ints, ints_to_floats
from release.model.source import SourceInfo


class BaseReader(ABC):
    """A reader of integers; readers of floats override ``read``."""

    def __init__(self, path: Path, info: SourceInfo, where: str, int_bits: int | None) -> None:
        self.path = path
        self.info = info
        self.where = where
        self.int_bits = int_bits
        self.notes: tuple[str, ...] = ()

    @property
    def rate_hz(self) -> int:
        """Sample rate."""
        return self.info.sample_rate_hz

    @property
    def channels(self) -> int:
        """Number of channels."""
        return self.info.channels

    @property
    def n_samples(self) -> int:
        """Length per channel."""
        return self.info.n_samples

    def read(self, start: int, count: int) -> Floats:
        """Samples as float64; see ``Reader.read``."""
        words = self.read_ints(start, count)
        return ints_to_floats(words, self.int_bits or 32)

    @abstractmethod
    def read_ints(self, start: int, count: int) -> Ints:
        """Samples as integers; see ``Reader.read_ints``."""
        raise TypeError(f"{self.info.codec} has no integer samples from {start} to {start + count}")

    def surplus_samples(self) -> int:
        """Samples past the announced end; see ``Reader.surplus_samples``."""
        return 0

    @abstractmethod
    def close(self) -> None:
        """Give back the file."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _clip_count(self, start: int, count: int) -> int:
        """How many samples there are to read from ``start``, at most ``count``."""
        if start < 0 or count < 0:
            raise ValueError(f"samples are counted from 0: start {start}, count {count}")
        return max(0, min(count, self.info.n_samples - start))
