"""ALAC, AAC, MP3, Vorbis, Opus and rare FLAC widths through PyAV, sample-exact after delay and padding.

FFmpeg drops the encoder's delay at the start; the length that ``probe`` worked out drops the padding at the end. A
decoder can only go forward: reading back opens the file again and skips.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from release.audio.base_reader import BaseReader
from release.audio.pcm import Floats, Ints
from release.audio.refuse import COPY_AGAIN, source_error
from release.errors import SourceError
from release.model.source import SourceInfo

Block = npt.NDArray[Any]

DEMUXERS = {"m4a": "mov", "mp3": "mp3", "ogg": "ogg", "flac": "flac"}
MAX_CODED_PADDING = 4_096
"""More samples than this past the announced end are no encoder padding (AAC: at most three packets of 1024)."""


class AvReader(BaseReader):
    """Decodes forward, keeps what a block left over, starts again to go back."""

    def __init__(self, path: Path, info: SourceInfo, where: str) -> None:
        super().__init__(path, info, where, None if info.is_lossy else info.bit_depth)
        import av

        self._failures = (av.error.FFmpegError, OSError, ValueError, EOFError)
        self._container: Any = None
        self._blocks: Iterator[Block] = iter(())
        self._rest: Block = self._empty()
        self._at = 0
        self._restart()

    def _empty(self) -> Block:
        return np.zeros((0, self.channels), np.float64 if self.int_bits is None else np.int32)

    def _restart(self) -> None:
        import av

        self.close()
        try:
            # The protocol is named so that no file name can ask for another one.
            name = f"file:{os.path.abspath(self.path)}"  # noqa: PTH100 - links must not be followed a second time
            demuxer = DEMUXERS[self.info.container]
            self._container = av.open(name, format=demuxer, options={"err_detect": "explode"}, metadata_errors="ignore")
            stream = next(s for s in self._container.streams if s.type == "audio")
            stream.codec_context.options = {"err_detect": "explode+crccheck"}
            stream.codec_context.thread_count = 1
        except StopIteration:
            raise source_error(self.where, "the file holds no audio stream", code="not-audio") from None
        except self._failures as exc:
            raise self._damaged(exc) from exc
        self._blocks = self._decode(stream)
        self._rest = self._empty()
        self._at = 0

    def _decode(self, stream: Any) -> Iterator[Block]:
        """Every decoded frame as (n, channels): float64, or right-justified int32."""
        for frame in self._container.decode(stream):
            if (frame.sample_rate, frame.layout.nb_channels) != (self.rate_hz, self.channels):
                text = f"the audio changes to {frame.sample_rate} Hz and {frame.layout.nb_channels} channels inside the file"
                raise source_error(self.where, text, code="changes-format")
            values = frame.to_ndarray()
            if frame.format.is_planar:
                values = values.T
            yield self._convert(values.reshape(-1, self.channels))

    def _convert(self, values: Block) -> Block:
        if self.int_bits is None:
            return values.astype(np.float64)
        # FFmpeg's integers fill the word from the top.
        return values.astype(np.int32) >> (8 * values.itemsize - self.int_bits)

    def read(self, start: int, count: int) -> Floats:
        """Samples as float64; see ``Reader.read``."""
        if self.int_bits is not None:
            return super().read(start, count)
        return self._take(start, self._clip_count(start, count))

    def read_ints(self, start: int, count: int) -> Ints:
        """Samples as integers; see ``Reader.read_ints``."""
        if self.int_bits is None:
            raise TypeError(f"{self.info.codec} has no integer samples")
        return self._take(start, self._clip_count(start, count))

    def surplus_samples(self) -> int:
        """Samples past the announced end and past AAC's padding; see ``Reader.surplus_samples``."""
        if self._at < self.n_samples:
            self._take(self._at, self.n_samples - self._at)
        count = len(self._rest)
        self._rest = self._empty()
        allowed = MAX_CODED_PADDING if self.info.codec == "aac" else 0
        while count <= allowed and (block := self._next()) is not None:
            count += len(block)
        return count if count > allowed else 0

    def _take(self, start: int, count: int) -> Block:
        if start < self._at:
            self._restart()
        out = np.empty((count, self.channels), self._rest.dtype)
        done = 0
        while done < count:
            if not len(self._rest):
                self._rest = self._next_or_refuse()
            skip = min(start + done - self._at, len(self._rest))
            piece = self._rest[skip : skip + count - done]
            out[done : done + len(piece)] = piece
            done += len(piece)
            self._at += skip + len(piece)
            self._rest = self._rest[skip + len(piece) :]
        return out

    def _next_or_refuse(self) -> Block:
        block = self._next()
        if block is None:
            text = f"the audio ends after {self._at} samples, its header says {self.n_samples}"
            raise source_error(self.where, text, COPY_AGAIN, "truncated")
        return block

    def _next(self) -> Block | None:
        try:
            return next(self._blocks, None)
        except self._failures as exc:
            raise self._damaged(exc) from exc

    def _damaged(self, exc: BaseException) -> SourceError:
        # FFmpeg's message ends with the path, which the reader of ours has already.
        reason = getattr(exc, "strerror", None) or type(exc).__name__
        at_s = self._at / self.rate_hz
        return source_error(
            self.where, f"the {self.info.codec} audio is damaged near {at_s:.2f} s: {reason}", COPY_AGAIN
        )

    def close(self) -> None:
        """Give back the file."""
        self._blocks = iter(())
        if self._container is not None:
            self._container.close()
            self._container = None
