"""WAV and AIFF files, written by our own code: the same samples give the same bytes.

A length known ahead gives the shortest header (``fmt `` of 16 bytes, the wanted chunks, ``data``), RF64 when the file
passes 4 GiB. A length not known reserves a ``JUNK`` chunk in WAV, which becomes ``ds64`` if it must (EBU Tech 3306).
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import numpy as np

from release.audio.pcm import SPAN_SAMPLES, Floats, Ints, pack_ints
from release.errors import RenderError
from release.formats.aiff import plain_comm
from release.formats.riff import HEADER_BYTES, UINT32_MAX, Chunk, chunk_header, chunks_to_bytes, padded
from release.formats.wave import Ds64, plain_format

Block = TypeVar("Block", Ints, Floats)
Tap = Callable[[bytes], object]
"""Is given the bytes of the file in order, as they are written: a digest's ``update``."""

DS64_BYTES = 28


class _PcmWriter(ABC):
    """Opens, appends, counts, and puts the header right at the end; the file types say what the header is."""

    def __init__(
        self, path: Path, *, channels: int, sample_bytes: int, after: bytes, n_expected: int | None, tap: Tap | None
    ) -> None:
        if tap is not None and n_expected is None:
            raise ValueError("bytes can be handed on only when the length is known ahead")
        self.path = path
        self.n_samples = 0
        self._channels = channels
        self._align = channels * sample_bytes
        self._after = after
        self._expected = n_expected
        self._tap = tap
        try:
            # A link in the file's place is refused: outputs are never written through one.
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
            self._file = os.fdopen(os.open(path, flags, 0o666), "wb", buffering=0)
        except OSError as exc:
            raise self._failed(exc) from exc
        try:
            self._put(self._header(n_expected or 0))
        except BaseException:
            self.abort()
            raise

    @abstractmethod
    def _header(self, n_samples: int) -> bytes:
        """Everything before the samples."""

    def _failed(self, exc: OSError) -> RenderError:
        text = f"the file cannot be written: {exc.strerror or exc}"
        return RenderError(text, where=str(self.path), remedy="Check the folder, its permissions and the free space.")

    def _put(self, data: bytes) -> None:
        view = memoryview(data)
        try:
            while view:
                view = view[self._file.write(view) :]
        except OSError as exc:
            raise self._failed(exc) from exc
        if self._tap is not None:
            self._tap(data)

    def _append(self, block: Block, pack: Callable[[Block], bytes]) -> None:
        if block.ndim != 2 or block.shape[1] != self._channels:
            raise ValueError(f"blocks have the shape (n, {self._channels}), not {block.shape}")
        for start in range(0, len(block), SPAN_SAMPLES):
            self._put(pack(block[start : start + SPAN_SAMPLES]))
        self.n_samples += len(block)

    def close(self) -> None:
        """Finish the file.

        Raises:
            RenderError: when the samples are not as many as were announced, or the disk is full.
        """
        if self._file.closed:
            return
        if self._expected is not None and self.n_samples != self._expected:
            self.abort()
            text = f"{self.n_samples} samples were written, {self._expected} were announced"
            raise RenderError(text, where=str(self.path), remedy="This is a fault of the program; please report it.")
        try:
            self._put(bytes(self.n_samples * self._align & 1) + self._after)
            if self._expected is None:
                self._file.seek(0)
                self._put(self._header(self.n_samples))
            self._file.close()
        except BaseException:
            self.abort()
            raise

    def abort(self) -> None:
        """Close and remove what was written so far."""
        if not self._file.closed:
            self._file.close()
            self.path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abort()


class WavWriter(_PcmWriter):
    """A WAV file of 16- or 24-bit integers (tag 1) or 32-bit floats (tag 3), RF64 past 4 GiB.

    Args:
        path: the file to write; replaced when it is there, refused when it is a link.
        rate_hz: sample rate.
        channels: number of channels.
        bit_depth: 16 or 24; not looked at for float.
        is_float: 32-bit float samples.
        chunks_before: chunks between ``fmt `` and ``data``: bext, axml, LIST.
        chunks_after: chunks after ``data``: ``id3 ``.
        n_samples_expected: the exact length when known; the header is then right from the start.
        rf64_above_bytes: the largest file that still gets a plain RIFF header.
        tap: is given every byte in order (a digest); only with a known length.

    Raises:
        RenderError: when the file cannot be written.
    """

    def __init__(
        self,
        path: Path,
        rate_hz: int,
        channels: int,
        *,
        bit_depth: int = 24,
        is_float: bool = False,
        chunks_before: Sequence[Chunk] = (),
        chunks_after: Sequence[Chunk] = (),
        n_samples_expected: int | None = None,
        rf64_above_bytes: int = UINT32_MAX,
        tap: Tap | None = None,
    ) -> None:
        if not is_float and bit_depth not in (16, 24):
            raise ValueError(f"integer WAV files are written with 16 or 24 bits, not {bit_depth}")
        bits = 32 if is_float else bit_depth
        self._is_float = is_float
        self._sample_bytes = bits // 8
        self._limit = rf64_above_bytes
        fmt = Chunk(b"fmt ", plain_format(rate_hz, channels, bits, is_float=is_float).to_bytes())
        self._before = fmt.to_bytes() + chunks_to_bytes(chunks_before)
        after = chunks_to_bytes(chunks_after)
        sample_bytes = self._sample_bytes
        super().__init__(
            path, channels=channels, sample_bytes=sample_bytes, after=after, n_expected=n_samples_expected, tap=tap
        )

    def write_ints(self, words: Ints) -> None:
        """Append right-justified integers, (n, channels), within the range of the word length."""
        if self._is_float:
            raise ValueError("this file holds floats")
        self._append(words, lambda span: pack_ints(span, self._sample_bytes))

    def write_floats(self, block: Floats) -> None:
        """Append floats, (n, channels), rounded to 32-bit float; values past full scale are kept."""
        if not self._is_float:
            raise ValueError("this file holds integers")
        self._append(block, lambda span: np.ascontiguousarray(span, "<f4").tobytes())

    def _header(self, n_samples: int) -> bytes:
        data_bytes = n_samples * self._align
        tail = HEADER_BYTES + padded(data_bytes) + len(self._after)
        plain_bytes = 4 + len(self._before) + tail
        reserve = HEADER_BYTES + DS64_BYTES
        needs_room = self._expected is None
        is_long = HEADER_BYTES + plain_bytes + (reserve if needs_room else 0) > self._limit
        if is_long:
            ds64 = Ds64(plain_bytes + reserve, data_bytes, n_samples).to_chunk().to_bytes()
            head = chunk_header(b"RF64", UINT32_MAX) + b"WAVE" + ds64
            return head + self._before + chunk_header(b"data", UINT32_MAX)
        junk = Chunk(b"JUNK", bytes(DS64_BYTES)).to_bytes() if needs_room else b""
        head = chunk_header(b"RIFF", plain_bytes + len(junk)) + b"WAVE" + junk
        return head + self._before + chunk_header(b"data", data_bytes)


class AiffWriter(_PcmWriter):
    """An AIFF file of 16- or 24-bit big-endian integers.

    Args:
        path: the file to write; replaced when it is there, refused when it is a link.
        rate_hz: sample rate.
        channels: number of channels.
        bit_depth: 16 or 24.
        chunks_before: chunks between ``COMM`` and ``SSND``: NAME, AUTH.
        chunks_after: chunks after ``SSND``: ``ID3 ``.
        n_samples_expected: the exact length when known.
        tap: is given every byte in order (a digest); only with a known length.

    Raises:
        RenderError: when the file cannot be written or would pass 4 GiB, which AIFF cannot hold.
    """

    def __init__(
        self,
        path: Path,
        rate_hz: int,
        channels: int,
        *,
        bit_depth: int = 24,
        chunks_before: Sequence[Chunk] = (),
        chunks_after: Sequence[Chunk] = (),
        n_samples_expected: int | None = None,
        tap: Tap | None = None,
    ) -> None:
        if bit_depth not in (16, 24):
            raise ValueError(f"AIFF files are written with 16 or 24 bits, not {bit_depth}")
        self._rate_hz = rate_hz
        self._bit_depth = bit_depth
        self._before = chunks_to_bytes(chunks_before, ">")
        after = chunks_to_bytes(chunks_after, ">")
        super().__init__(
            path, channels=channels, sample_bytes=bit_depth // 8, after=after, n_expected=n_samples_expected, tap=tap
        )

    def write_ints(self, words: Ints) -> None:
        """Append right-justified integers, (n, channels), within the range of the word length."""
        self._append(words, lambda span: pack_ints(span, self._bit_depth // 8, is_big_endian=True))

    def _header(self, n_samples: int) -> bytes:
        sound_bytes = 8 + n_samples * self._align
        comm = (
            plain_comm(self._rate_hz, self._channels, self._bit_depth, n_samples & UINT32_MAX).to_chunk().to_bytes(">")
        )
        form_bytes = 4 + len(comm) + len(self._before) + HEADER_BYTES + padded(sound_bytes) + len(self._after)
        if form_bytes > UINT32_MAX:
            remedy = "Deliver WAV or FLAC instead: AIFF ends at 4 GiB."
            raise RenderError("the audio is too long for an AIFF file", where=str(self.path), remedy=remedy)
        head = chunk_header(b"FORM", form_bytes, ">") + b"AIFF" + comm + self._before
        return head + chunk_header(b"SSND", sound_bytes, ">") + bytes(8)
