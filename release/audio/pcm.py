"""Bytes to samples and back, exactly, in numpy.

An integer sample of b bits is k / 2^(b-1), counted left-justified in its container; a float sample is itself. Work goes
through small buffers that are used again and again: a fresh megabyte for each block costs more than the conversion.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from release.audio.layout import PcmLayout

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

SPAN_SAMPLES = 8_192
"""Samples converted at once: a stereo span stays in the processor's inner caches."""


class Unpacker:
    """Turns stored samples into integers or floats, a span at a time.

    Write at most ``SPAN_SAMPLES`` samples' bytes to ``window``, then ask for them.
    """

    def __init__(self, layout: PcmLayout) -> None:
        self._layout = layout
        self._order = ">" if layout.is_big_endian else "<"
        size = SPAN_SAMPLES * layout.block_align
        # Three-byte samples are read as four, of which one byte is a neighbour's: one more before or after the data.
        spare_before = int(layout.container_bytes == 3 and not layout.is_big_endian)
        self._buffer = bytearray(size + 1)
        self.window = memoryview(self._buffer)[spare_before : spare_before + size]
        self._words = np.empty(SPAN_SAMPLES * layout.channels, np.int32)

    def ints_into(self, out: Ints) -> None:
        """The window's samples as right-justified words of their container.

        Args:
            out: flat int32, as long as samples times channels in the window.
        """
        width, count = self._layout.container_bytes, out.size
        if width == 3:
            words = np.ndarray((count,), f"{self._order}i4", self._buffer, 0, (3,))
            np.right_shift(words, 8, out=out)
        elif width == 1 and self._layout.is_unsigned:
            np.subtract(np.ndarray((count,), np.uint8, self.window), 128, out=out, dtype=np.int32)
        else:
            np.copyto(out, np.ndarray((count,), f"{self._order}i{width}", self.window))

    def floats_into(self, out: Floats) -> None:
        """The window's samples as float64, flat; ``out`` as in ``ints_into``."""
        if self._layout.is_float:
            with np.errstate(invalid="ignore"):  # a signalling NaN is refused by the scan, not warned of here
                np.copyto(out, np.ndarray((out.size,), f"{self._order}f{self._layout.container_bytes}", self.window))
            return
        words = self._words[: out.size]
        self.ints_into(words)
        np.multiply(words, 2.0 ** (1 - 8 * self._layout.container_bytes), out=out)


def ints_to_floats(words: Ints, bits: int) -> Floats:
    """Samples as k / 2^(bits-1): exact, full scale -1.0 to 1 - 2^-(bits-1)."""
    return np.multiply(words, 2.0 ** (1 - bits), dtype=np.float64)


def pack_ints(words: Ints, byte_count: int, *, is_big_endian: bool = False) -> bytes:
    """Right-justified integers as words of 1 to 4 bytes.

    Args:
        words: (n_samples, n_channels) int32 within the range of the word; not checked here.
        byte_count: bytes of a word.
        is_big_endian: True for AIFF.
    """
    if byte_count != 3:
        return words.astype(f"{'>' if is_big_endian else '<'}i{byte_count}", copy=False).tobytes()
    columns = np.ascontiguousarray(words, np.dtype("<i4")).view(np.uint8).reshape(-1, 4)
    packed = np.empty((len(columns), 3), np.uint8)
    for place in range(3):
        packed[:, place] = columns[:, 2 - place if is_big_endian else place]
    return packed.tobytes()


def packed(words: npt.NDArray[Any], bit_depth: int, is_float: bool) -> bytes:
    """Words of 16 or 24 bits (these in 32) or 32-bit floats as little-endian PCM, as a file holds them."""
    return words.tobytes() if is_float or bit_depth == 16 else pack_ints(words, 3)
