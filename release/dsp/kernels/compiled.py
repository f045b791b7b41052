"""The adapter to numba: how every kernel is compiled. The only place that knows the compiler's options.

Divisions follow numpy's rules, not Python's: a test for zero in a loop would keep it from being vectorised.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from release.dsp.kernels.cache import prepare_cache, without_scipy

with without_scipy():
    import numba.np.arraymath  # noqa: F401 - imported here, or it is at the first kernel
    from numba import njit

Function = TypeVar("Function", bound=Callable[..., object])

CACHED = prepare_cache()
"""True when compiled kernels are kept for the next run."""

EXACT: frozenset[str] = frozenset()
"""No liberties: for audio, where any block split must give the same samples."""
FUSED = frozenset({"contract"})
"""Multiply and add in one rounding: for measurements on a fixed grid."""
FAST = frozenset({"contract", "nnan", "ninf", "nsz"})
"""And no NaN or infinity, which readers refuse: for single-precision peak detection on a fixed grid."""

SUMMED = frozenset({"contract", "reassoc"})
"""Sums in any order, so that they vectorise; a NaN stays one."""

REORDERED = FAST | {"reassoc"}
"""And sums in any order, so that they vectorise."""


def kernel(signature: str, flags: frozenset[str] = EXACT) -> Callable[[Function], Function]:
    """Compile now for one signature, releasing the interpreter lock while it runs."""

    def compile_now(function: Function) -> Function:
        compiled = njit(signature, nogil=True, cache=CACHED, fastmath=set(flags), error_model="numpy")(function)
        return cast("Function", compiled)

    return compile_now


def part(flags: frozenset[str] = EXACT) -> Callable[[Function], Function]:
    """Make a function that kernels of the same file may call; it is compiled into them."""

    def compile_later(function: Function) -> Function:
        return cast("Function", njit(nogil=True, fastmath=set(flags), error_model="numpy")(function))

    return compile_later
