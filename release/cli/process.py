"""What this process is set to before audio flows through it: memory that stays, one BLAS thread, rare garbage collection."""

from __future__ import annotations

import ctypes
import gc
import os
import sys

_BLAS_THREADS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")
_M_TRIM_THRESHOLD = -1
_M_MMAP_THRESHOLD = -3
"""Source: glibc, malloc.h."""
_KEPT_BYTES = 64 << 20
_MAPPED_FROM_BYTES = 32 << 20
_GC_THRESHOLDS = (50_000, 20, 50)


def tune_process() -> None:
    """Set the process up for streaming audio; call it before numpy is imported. What is set by hand stays."""
    for name in _BLAS_THREADS:
        # The work is spread by step. Threads of a BLAS would wait busily between its calls.
        os.environ.setdefault(name, "1")
    # Compilers and validators make tens of thousands of objects that stay: looking through them again finds nothing.
    gc.set_threshold(*_GC_THRESHOLDS)
    if sys.platform == "linux":
        _keep_memory()


def _keep_memory() -> None:
    """Let blocks of audio reuse memory: glibc would give each one back and fault it in again, page by page.

    Source: mallopt(3); measured, a limiter took twice the time without it (benchmarks/README.md).
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return  # another C library
    mallopt(_M_MMAP_THRESHOLD, _MAPPED_FROM_BYTES)
    mallopt(_M_TRIM_THRESHOLD, _KEPT_BYTES)
