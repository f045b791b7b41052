"""libebur128 through its C interface: the reference meter of the field, on the same float64 samples as ours."""

from __future__ import annotations

import ctypes
import ctypes.util
import math

import numpy as np
import pytest

FOUND = ctypes.util.find_library("ebur128")
INTEGRATED, SAMPLE_PEAK, TRUE_PEAK = 1 | 4, 1 | 16, 1 | 16 | 32
"""Modes. Source: ebur128.h."""
needs_libebur128 = pytest.mark.skipif(FOUND is None, reason="needs libebur128 (Debian package libebur128-1)")


def _measured(audio: np.ndarray, rate_hz: int, mode: int):
    library = ctypes.CDLL(FOUND)
    library.ebur128_init.restype = ctypes.c_void_p
    state = ctypes.c_void_p(library.ebur128_init(audio.shape[1], ctypes.c_ulong(rate_hz), mode))
    data = np.ascontiguousarray(audio, dtype=np.float64)
    assert (
        library.ebur128_add_frames_double(state, data.ctypes.data_as(ctypes.c_void_p), ctypes.c_size_t(len(data))) == 0
    )
    return library, state


def integrated_lufs(audio: np.ndarray, rate_hz: int) -> float | None:
    """Integrated loudness; None where it has none. Six channels are L R C LFE Ls Rs, five the same without LFE."""
    library, state = _measured(audio, rate_hz, INTEGRATED)
    found = ctypes.c_double()
    assert library.ebur128_loudness_global(state, ctypes.byref(found)) == 0
    library.ebur128_destroy(ctypes.byref(state))
    return found.value if math.isfinite(found.value) else None


def true_peak_dbtp(audio: np.ndarray, rate_hz: int) -> float:
    """Highest true peak of all channels, by its 49-tap interpolator; silence follows, so that the end is heard too."""
    padded = np.concatenate([audio, np.zeros((256, audio.shape[1]))])
    library, state = _measured(padded, rate_hz, TRUE_PEAK)
    peaks = []
    for channel in range(audio.shape[1]):
        found = ctypes.c_double()
        assert library.ebur128_true_peak(state, ctypes.c_uint(channel), ctypes.byref(found)) == 0
        peaks.append(found.value)
    library.ebur128_destroy(ctypes.byref(state))
    return 20.0 * math.log10(max(peaks))
