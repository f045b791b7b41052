"""The samples of a disc by A-time, from whatever files hold them: exact, in blocks, with flat memory."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from itertools import accumulate
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import numpy as np
import numpy.typing as npt

from release.audio.probe import probe
from release.audio.reader import Reader, open_reader
from release.audio.refuse import source_error
from release.model.disc_audio import Coding, DiscSource, Piece
from release.units import CD_RATE_HZ, SAMPLES_PER_CD_FRAME

Words = npt.NDArray[np.int16]
BLOCK_CD_FRAMES = 750
_SAMPLE_BYTES = 4


def disc_file_samples(path: Path, coding: Coding, where: str) -> int:
    """Length of a file that is to hold a disc's sound, when it can.

    Raises:
        SourceError: when it is not 44.1 kHz, 16 bits, stereo, or not whole.
    """
    if coding is not Coding.AUDIO_FILE:
        size = path.stat().st_size
        if size % _SAMPLE_BYTES:
            text = f"{size} bytes are no whole number of 16-bit stereo samples (4 bytes each)"
            raise source_error(where, text, "Copy the file again; it is cut or damaged.", "size")
        return size // _SAMPLE_BYTES
    info = probe(path, where)
    faults = {
        f"{info.sample_rate_hz} Hz": info.sample_rate_hz != CD_RATE_HZ,
        f"{info.channels} channel{'s' if info.channels > 1 else ''}": info.channels != 2,
        f"a lossy {info.codec} file": info.is_lossy,
        "floating point samples": info.is_float,
        f"{info.bit_depth} bits": not info.is_float and not info.is_lossy and info.bit_depth != 16,
    }
    found = [what for what, is_so in faults.items() if is_so]
    if found:
        text = f"the file has {', '.join(found)}; a disc's sound is 44100 Hz, 16 bits, two channels"
        raise source_error(where, text, "Import reads discs as they are; make the disc's file first.", "no-disc-audio")
    return info.n_samples


class DiscReader:
    """Random access to a disc's samples by A-time; what lies outside its pieces is silence.

    Args:
        source: the disc and its pieces.
        paths: file of each name in the pieces.
    """

    def __init__(self, source: DiscSource, paths: Mapping[str, Path]) -> None:
        self._origin = source.origin_cd_frames * SAMPLES_PER_CD_FRAME
        self._pieces = [piece for piece in source.pieces if piece.length]
        self._starts = [0, *accumulate(piece.length for piece in self._pieces)]
        self._paths = paths
        self._raw: dict[str, BinaryIO] = {}
        self._readers: dict[str, Reader] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def read(self, at_cd_frames: int, count_cd_frames: int) -> Words:
        """Samples from an A-time on: (588 for each CD frame, 2) int16.

        Raises:
            SourceError: when a file ends before it should.
        """
        words = np.zeros((count_cd_frames * SAMPLES_PER_CD_FRAME, 2), np.int16)
        start = at_cd_frames * SAMPLES_PER_CD_FRAME - self._origin
        done = max(0, -start)
        while done < len(words):
            number = bisect_right(self._starts, start + done) - 1
            if number >= len(self._pieces):
                break
            piece, inside = self._pieces[number], start + done - self._starts[number]
            count = min(len(words) - done, piece.length - inside)
            if piece.file:
                words[done : done + count] = self._read_piece(piece, piece.start + inside, count)
            done += count
        return words

    def blocks(self, start_cd_frames: int, end_cd_frames: int) -> Iterator[Words]:
        """The samples between two A-times, in blocks of some seconds."""
        for at in range(start_cd_frames, end_cd_frames, BLOCK_CD_FRAMES):
            yield self.read(at, min(BLOCK_CD_FRAMES, end_cd_frames - at))

    def is_silent(self, start_cd_frames: int, end_cd_frames: int) -> bool:
        """True when every sample between two A-times is zero."""
        return not any(block.any() for block in self.blocks(start_cd_frames, end_cd_frames))

    def _read_piece(self, piece: Piece, start: int, count: int) -> Words:
        path = self._paths[piece.file]
        is_raw = piece.coding is not Coding.AUDIO_FILE
        data = self._read_raw(path, piece, start, count) if is_raw else self._read_file(path, piece, start, count)
        if len(data) != count:
            raise source_error(
                str(path),
                f"the file ends before sample {start + count}",
                "Copy the file again; it is cut.",
                "truncated",
            )
        return data

    def _read_file(self, path: Path, piece: Piece, start: int, count: int) -> Words:
        if piece.file not in self._readers:
            reader = open_reader(path, probe(path), str(path))
            self._readers[piece.file] = reader
            self._stack.callback(reader.close)
        reader = self._readers[piece.file]
        words = reader.read_ints(start, count) >> ((reader.int_bits or 16) - 16)
        return words.astype(np.int16)

    def _read_raw(self, path: Path, piece: Piece, start: int, count: int) -> Words:
        if piece.file not in self._raw:
            self._raw[piece.file] = self._stack.enter_context(path.open("rb"))
        file = self._raw[piece.file]
        file.seek(piece.offset_bytes + start * _SAMPLE_BYTES)
        data = file.read(count * _SAMPLE_BYTES)
        order = ">i2" if piece.coding is Coding.RAW_BIG else "<i2"
        whole = np.frombuffer(data[: len(data) // _SAMPLE_BYTES * _SAMPLE_BYTES], order)
        return whole.astype(np.int16).reshape(-1, 2)
