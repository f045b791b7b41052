"""Samples of any source, at exact values, from any place.

``open_reader`` gives a ``Reader`` for the codec that ``probe`` found. Integers come as k / 2^(bits-1); floats as they
are. Reading is fast where blocks follow each other; going back is allowed everywhere and cheap in PCM and FLAC.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import numpy as np

from release.audio.pcm import Floats, Ints
from release.model.source import SourceInfo


class Reader(Protocol):
    """Random access to the samples of one source.

    Attributes:
        info: header facts, equal to those it was opened with.
        int_bits: width of the words that ``read_ints`` gives; None where samples are no integers.
        notes: oddities of the file that do not touch the audio.
    """

    info: SourceInfo
    int_bits: int | None
    notes: tuple[str, ...]

    @property
    def rate_hz(self) -> int:
        """Sample rate."""

    @property
    def channels(self) -> int:
        """Number of channels."""

    @property
    def n_samples(self) -> int:
        """Length per channel."""

    def read(self, start: int, count: int) -> Floats:
        """Samples from ``start``: (n, channels) float64, n = count but where the source ends.

        Raises:
            SourceError: when the file is damaged there, or not as long as its header says.
            ValueError: when ``start`` or ``count`` is negative.
        """

    def read_ints(self, start: int, count: int) -> Ints:
        """The same as right-justified words of ``int_bits``: (n, channels) int32. Integer sources only."""

    def surplus_samples(self) -> int:
        """Samples that a decoder gives past the announced end and past what is padding; asked after the last block.

        Raises:
            SourceError: when the file is damaged there.
        """

    def close(self) -> None:
        """Give back the file."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def open_reader(path: Path, info: SourceInfo, where: str = "") -> Reader:
    """Open a source that was probed before.

    Args:
        path: the file.
        info: what ``probe`` said of it.
        where: how messages call the file; its path when empty.

    Raises:
        SourceError: when the file is not what it was when it was probed.
    """
    where = where or str(path)
    if info.codec.startswith(("pcm_", "float")):
        from release.audio.pcm_reader import PcmReader

        return PcmReader(path, info, where)
    if info.codec == "flac":
        from release.audio.flac_reader import FlacReader, can_read_flac

        if can_read_flac(path, where):
            return FlacReader(path, info, where)
    from release.audio.av_reader import AvReader

    return AvReader(path, info, where)


def stereo(block: Floats) -> Floats:
    """One channel as two equal ones at unchanged sample values; two channels as they are."""
    return np.repeat(block, 2, axis=1) if block.shape[1] == 1 else block
