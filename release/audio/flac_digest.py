"""The MD5 of a FLAC file's audio, which common readers never compare."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

from release.audio.flac import read_stream_info
from release.audio.layout import FileBytes
from release.audio.pcm import pack_ints
from release.audio.refuse import COPY_AGAIN, source_error
from release.audio.sniff import id3_bytes


class FlacDigest:
    """Holds the decoded audio against the MD5 in STREAMINFO; what is odd about the header goes to ``notes``."""

    def __init__(self, file: FileBytes, notes: list[str]) -> None:
        start = id3_bytes(file)
        self._stream, _ = read_stream_info(file, start)
        self._where = file.where
        self._digest = hashlib.md5(usedforsecurity=False)
        if start:
            notes.append(f"an ID3 tag of {start} bytes stands before the FLAC stream")
        if not self._stream.has_md5:
            notes.append("the FLAC file has no MD5 of its audio, so the audio could not be checked")
        if not self._stream.n_samples:
            notes.append("the FLAC header says no length; it was taken from the last frame")

    def feed(self, words: npt.NDArray[np.int32]) -> None:
        """Take the next samples, (n, channels), right-justified."""
        if self._stream.has_md5:
            self._digest.update(pack_ints(words, (self._stream.bits + 7) // 8))

    def check(self) -> None:
        """After the last sample.

        Raises:
            SourceError: when the audio is not what was encoded.
        """
        if self._stream.has_md5 and self._digest.digest() != self._stream.md5:
            text = "the FLAC audio is not what was encoded: its MD5 differs from that in the header"
            raise source_error(self._where, text, f"{COPY_AGAIN} `flac -t` says the same.", "md5-mismatch")
