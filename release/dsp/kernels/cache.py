"""Where compiled kernels are kept, and when they are out of date.

Numba's own rule looks at one source file at a time and writes beside it. Here the folder's name is a digest of
everything that decides the machine code, so that a stale kernel cannot be found, and nothing is written into an
installed package.
"""

from __future__ import annotations

import hashlib
import logging
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from importlib.resources import files
from pathlib import Path

_log = logging.getLogger(__name__)


def kernels_digest() -> str:
    """Digest of all kernel sources, numba, llvmlite, Python and the CPU's features."""
    import llvmlite.binding as llvm

    digest = hashlib.sha256()
    for entry in sorted(files("release.dsp.kernels").iterdir(), key=lambda e: e.name):
        if entry.name.endswith(".py"):
            digest.update(entry.name.encode() + b"\0" + entry.read_bytes() + b"\0")
    facts = (
        metadata.version("numba"),
        metadata.version("llvmlite"),
        metadata.version("numpy"),
        platform.python_implementation(),
        sys.version,
        platform.machine(),
        llvm.get_host_cpu_name(),
        llvm.get_host_cpu_features().flatten(),
    )
    digest.update("\0".join(facts).encode())
    return digest.hexdigest()[:32]


def kernels_folder() -> Path:
    """The folder of this program's compiled kernels, all versions."""
    from platformdirs import user_cache_path

    return user_cache_path("release-audio") / "kernels"


@contextmanager
def without_scipy() -> Iterator[None]:
    """Keep scipy.linalg out while numba is imported, unless it is there already.

    numba looks for scipy's BLAS, does without where there is none, and no kernel uses it; importing it takes a third
    of the time that the kernels need to start.
    """
    name = "scipy.linalg"
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]  # so Python is told that there is no such module
    try:
        yield
    finally:
        del sys.modules[name]


def prepare_cache() -> bool:
    """Point numba at the right folder; say so when kernels must be compiled.

    Returns:
        True when compiled kernels can be kept. Otherwise they are compiled in every run, and a line says so.
    """
    import numba

    folder = kernels_folder() / kernels_digest()
    try:
        is_new = not folder.is_dir()
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as exc:
        _log.warning(
            "Compiled audio kernels cannot be kept (%s): compiling them takes some seconds in every run.",
            exc.strerror or exc,
        )
        return False
    numba.config.CACHE_DIR = os.fspath(folder)
    if is_new:
        _log.warning("Compiling the audio kernels for this computer, once; this takes some seconds.")
    return True
