"""LAME by its public C interface, as the pedalboard wheel carries it.

pedalboard's own MP3 writer cuts every sample to 16 bits before LAME sees it (half a step of DC, harmonics on quiet
fades; measured, docs/decisions/0021-mp3-by-lames-own-interface.md). The same library takes floats without clipping when it is called
directly, at the same speed, and its functions have kept their form since LAME 3.90.

Source: LAME 3.100, include/lame.h.
"""

from __future__ import annotations

import ctypes
import importlib.util
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache

import numpy as np
import numpy.typing as npt

_MPEG_JOINT_STEREO = 1
_MPEG_MONO = 3
_VBR_OFF = 0
_FULL_SCALE = 32_768.0
"""lame_encode_buffer_float counts in 16-bit steps; its ieee variants take ±1.0 for 32,767 and lose 0.0003 dB."""
_FLUSH_BYTES = 7200
"""What lame.h asks for beyond 1.25 bytes a sample."""


class LameRefusal(Exception):  # noqa: N818 - named for what it says
    """LAME returned an error code; the caller knows the file and says so."""


@lru_cache(maxsize=1)
def library() -> ctypes.CDLL | None:
    """The LAME inside pedalboard's extension module, or None where that wheel hides it."""
    found = importlib.util.find_spec("pedalboard_native")
    if found is None or found.origin is None:
        return None
    try:
        lame = ctypes.CDLL(found.origin)
        _declare(lame)
    except (OSError, AttributeError):
        return None
    return lame


def version() -> str:
    """``LAME 3.100``, or the reason why there is none."""
    lame = library()
    return f"LAME {lame.get_lame_version().decode()}" if lame else "not exported by this pedalboard"


def _declare(lame: ctypes.CDLL) -> None:
    """Name argument and result types; raises AttributeError when a function is missing."""
    pointer, integer = ctypes.c_void_p, ctypes.c_int
    floats = ctypes.POINTER(ctypes.c_float)
    signatures: dict[str, tuple[object, list[object]]] = {
        "get_lame_version": (ctypes.c_char_p, []),
        "lame_init": (pointer, []),
        "lame_close": (integer, [pointer]),
        "lame_init_params": (integer, [pointer]),
        "lame_encode_buffer_float": (integer, [pointer, floats, floats, integer, pointer, integer]),
        "lame_encode_flush": (integer, [pointer, pointer, integer]),
        "lame_get_lametag_frame": (ctypes.c_size_t, [pointer, pointer, ctypes.c_size_t]),
    }
    signatures |= {f"lame_set_{name}": (integer, [pointer, pointer]) for name in ("errorf", "debugf", "msgf")}
    signatures["lame_get_scale"] = (ctypes.c_float, [pointer])
    settings = ("in_samplerate", "out_samplerate", "num_channels", "mode", "VBR", "brate", "bWriteVbrTag")
    signatures |= {f"lame_set_{name}": (integer, [pointer, integer]) for name in settings}
    for name, (result, arguments) in signatures.items():
        function = getattr(lame, name)
        function.restype, function.argtypes = result, arguments


class Lame:
    """One constant-bit-rate encoder; each thread has its own."""

    def __init__(self, lame: ctypes.CDLL, rate_hz: int, channels: int, bitrate_kbps: int) -> None:
        """Make an encoder at LAME's default effort for constant bit rate (quality 3).

        Raises:
            LameRefusal: LAME does not take these settings.
        """
        self._lame = lame
        self._handle = lame.lame_init()
        self._channels = channels
        settings = {
            "in_samplerate": rate_hz,
            "out_samplerate": rate_hz,
            "num_channels": channels,
            "mode": _MPEG_MONO if channels == 1 else _MPEG_JOINT_STEREO,
            "VBR": _VBR_OFF,
            "brate": bitrate_kbps,
            "bWriteVbrTag": 1,
        }
        for name in ("errorf", "debugf", "msgf"):
            getattr(lame, f"lame_set_{name}")(self._handle, None)  # it would write to our stderr
        codes = [getattr(lame, f"lame_set_{name}")(self._handle, value) for name, value in settings.items()]
        if any(codes) or lame.lame_init_params(self._handle) < 0:
            self.close()
            raise LameRefusal(f"{rate_hz} Hz, {channels} channels, {bitrate_kbps} kb/s")
        # Below 256 kb/s LAME's presets turn the music down by up to 0.45 dB; what it takes away is put back first.
        self._full_scale = _FULL_SCALE / lame.lame_get_scale(self._handle)

    def encode(self, block: npt.NDArray[np.float64]) -> bytes:
        """Bytes that became ready with this (n, channels) block, full scale ±1.0, not clipped."""
        scaled = np.ascontiguousarray((block * self._full_scale).T, dtype=np.float32)
        left, right = (channel.ctypes.data_as(ctypes.POINTER(ctypes.c_float)) for channel in (scaled[0], scaled[-1]))
        room = len(block) + len(block) // 4 + 1 + _FLUSH_BYTES
        return self._bytes(
            room,
            lambda buffer: self._lame.lame_encode_buffer_float(self._handle, left, right, len(block), buffer, room),
        )

    def flush(self) -> bytes:
        """The last frames."""
        return self._bytes(
            _FLUSH_BYTES, lambda buffer: self._lame.lame_encode_flush(self._handle, buffer, _FLUSH_BYTES)
        )

    def tag_frame(self) -> bytes:
        """The finished Info frame with delay and padding; it replaces the first frame of the file."""
        return self._bytes(
            _FLUSH_BYTES, lambda buffer: self._lame.lame_get_lametag_frame(self._handle, buffer, _FLUSH_BYTES)
        )

    def close(self) -> None:
        """Give the encoder's memory back."""
        if self._handle:
            self._lame.lame_close(self._handle)
            self._handle = None

    @staticmethod
    def _bytes(room: int, call: Callable[[ctypes.Array[ctypes.c_char]], int]) -> bytes:
        buffer = ctypes.create_string_buffer(room)
        written = call(buffer)
        if written < 0 or written > room:
            raise LameRefusal(f"error {written}")
        return ctypes.string_at(buffer, written)


@contextmanager
def lame_encoder(lame: ctypes.CDLL, rate_hz: int, channels: int, bitrate_kbps: int) -> Iterator[Lame]:
    """An encoder that is closed whatever happens."""
    encoder = Lame(lame, rate_hz, channels, bitrate_kbps)
    try:
        yield encoder
    finally:
        encoder.close()
