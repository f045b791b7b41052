"""Linear samples of WAV and AIFF, straight from the file: no mapping, nothing kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from release.audio.base_reader import BaseReader
from release.audio.layout import FileBytes
from release.audio.pcm import SPAN_SAMPLES, Floats, Ints, Unpacker
from release.audio.probe import read_pcm_layout
from release.audio.refuse import COPY_AGAIN, source_error
from release.model.source import SourceInfo


class PcmReader(BaseReader):
    """Reads plain PCM, integer or float, of either byte order. One thread at a time."""

    def __init__(self, path: Path, info: SourceInfo, where: str) -> None:
        self._file = FileBytes(path, where)
        try:
            self.layout = read_pcm_layout(self._file)
            if self.layout.info(self._file.size) != info:
                raise source_error(where, "the file has changed since it was probed", "Run again.", "changed")
        except BaseException:
            self._file.close()
            raise
        self._unpacker = Unpacker(self.layout)
        super().__init__(path, info, where, None if info.is_float else 8 * self.layout.container_bytes)
        self.notes = self.layout.notes

    def read(self, start: int, count: int) -> Floats:
        """Samples as float64; see ``Reader.read``."""
        out = np.empty((self._clip_count(start, count), self.channels))
        flat = out.reshape(-1)
        for begin, end in self._spans(start, len(out)):
            self._unpacker.floats_into(flat[begin:end])
        return out

    def read_ints(self, start: int, count: int) -> Ints:
        """Samples as integers; see ``Reader.read_ints``."""
        if self.int_bits is None:
            return super().read_ints(start, count)
        out = np.empty((self._clip_count(start, count), self.channels), np.int32)
        flat = out.reshape(-1)
        for begin, end in self._spans(start, len(out)):
            self._unpacker.ints_into(flat[begin:end])
        return out

    def _spans(self, start: int, count: int) -> Iterator[tuple[int, int]]:
        """Fill the unpacker's window span by span; gives the flat range of values that each one holds."""
        align = self.layout.block_align
        for done in range(0, count, SPAN_SAMPLES):
            n_samples = min(SPAN_SAMPLES, count - done)
            window = self._unpacker.window[: n_samples * align]
            if self._file.read_into(window, self.layout.data_offset + (start + done) * align) != len(window):
                raise source_error(self.where, "the file got shorter while it was read", COPY_AGAIN, "truncated")
            yield done * self.channels, (done + n_samples) * self.channels

    def close(self) -> None:
        """Give back the file."""
        self._file.close()
