"""FLAC through soundfile, as integers: libFLAC decodes left-justified 32-bit words, and shifting them is exact."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from release.audio.base_reader import BaseReader
from release.audio.flac import read_stream_info
from release.audio.layout import FileBytes
from release.audio.pcm import Ints
from release.audio.refuse import COPY_AGAIN, source_error
from release.audio.sniff import id3_bytes
from release.errors import SourceError
from release.model.source import SourceInfo

SOUNDFILE_BITS = (8, 16, 24)
"""Widths that libsndfile reads from FLAC; others go through PyAV."""


def can_read_flac(path: Path, where: str) -> bool:
    """Whether libsndfile reads this stream: it knows three widths, and cannot seek where the length is unknown."""
    with FileBytes(path, where) as file:
        stream, _ = read_stream_info(file, id3_bytes(file))
    return stream.bits in SOUNDFILE_BITS and stream.n_samples > 0


class FlacReader(BaseReader):
    """Reads FLAC of 8, 16 and 24 bits and known length."""

    def __init__(self, path: Path, info: SourceInfo, where: str) -> None:
        super().__init__(path, info, where, info.bit_depth)
        import soundfile

        self._failure: type[Exception] = soundfile.SoundFileError
        try:
            self._file: Any = soundfile.SoundFile(path)
        except (soundfile.SoundFileError, OSError) as exc:
            raise self._damaged(exc) from exc
        if (self._file.samplerate, self._file.channels) != (info.sample_rate_hz, info.channels):
            self.close()
            raise source_error(where, "the file has changed since it was probed", "Run again.", "changed")
        self._at = 0

    def read_ints(self, start: int, count: int) -> Ints:
        """Samples as integers; see ``Reader.read_ints``."""
        count = self._clip_count(start, count)
        if count == 0:
            return np.zeros((0, self.channels), np.int32)
        try:
            if start != self._at:
                self._file.seek(start)
            words: Ints = self._file.read(count, dtype="int32", always_2d=True)
        except (self._failure, OSError, ValueError, MemoryError) as exc:
            self._at = -1
            raise self._damaged(exc) from exc
        self._at = start + len(words)
        if len(words) != count:
            text = f"the FLAC stream ends after {self._at} samples, its header says {self.n_samples}"
            raise source_error(self.where, text, COPY_AGAIN, "truncated")
        return words >> (32 - (self.int_bits or 32))

    def _damaged(self, exc: Exception) -> SourceError:
        text = f"the FLAC stream is damaged: {str(exc).rstrip('.')}"
        return source_error(self.where, text, f"{COPY_AGAIN} `flac -t` says more.")

    def close(self) -> None:
        """Give back the file."""
        self._file.close()
