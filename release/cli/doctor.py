"""``release doctor``."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Iterator
from importlib import metadata
from typing import Any

from release.cli.command import command
from release.cli.console import Session
from release.cli.text import byte_count, table
from release.errors import ExitCode

_LIBRARIES = (
    ("numpy", "all audio"),
    ("numba", "meters, limiter, dither"),
    ("soxr", "sample-rate conversion"),
    ("soundfile", "FLAC; reading back"),
    ("av", "ALAC, AAC, Opus; reading back"),
    ("pedalboard", "MP3"),
    ("mutagen", "tags"),
    ("pydantic", "manifest and record"),
    ("PyYAML", "manifest"),
    ("pillow", "artwork"),
    ("jinja2", "HTML reports"),
    ("typst", "PDF reports and sheets"),
    ("fontpkg-noto-sans", "fonts of reports"),
    ("fontpkg-noto-sans-arabic", "the same: Arabic"),
    ("fontpkg-heebo", "the same: Hebrew"),
    ("fontpkg-noto-sans-thai", "the same: Thai"),
    ("pyloudnorm", "measure --cross-check"),
    ("filelock", "one build at a time"),
    ("platformdirs", "place of the cache"),
)
"""What each required library is for."""

_PROGRAMS = (
    ("flac", "flac -t: FLAC files against their own MD5"),
    ("ffmpeg", "a second decoder for every audio format"),
    ("cdrdao", "show-toc: the TOC of a CD image"),
    ("mediainfo", "tags and stream facts"),
    ("ssh-keygen", "signatures of approvals: the one program that is called"),
)
"""Outside programs: ways to check our deliverables by other means, and what signs approvals."""


@command
def doctor(session: Session) -> int:
    """Show what is installed, and what that enables.

    Exit code 5 when a library is missing.

    Example:
      release doctor --json
    """
    data = examine()
    session.result(data, _lines(data, session.width))
    return ExitCode.DONE if all(found["version"] for found in data["libraries"]) else ExitCode.MISSING_PROGRAM


def examine() -> dict[str, Any]:
    """Python, libraries, programs, cache; nothing heavy is imported."""
    from release import __version__
    from release.pipeline.cache import DEFAULT_CAP_BYTES, cache_folder
    from release.pipeline.evict import measure_cache

    root = cache_folder()
    size = measure_cache(root)
    return {
        "release": __version__,
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "executable": sys.executable,
        "libraries": [{"name": n, "version": _version(n), "enables": use} for n, use in _LIBRARIES],
        "programs": [{"name": n, "path": shutil.which(n), "enables": use} for n, use in _PROGRAMS],
        "cache": {"path": str(root), "bytes": size.n_bytes, "results": size.n_entries, "cap_bytes": DEFAULT_CAP_BYTES},
        "kernels": kernels(),
    }


def kernels() -> dict[str, Any]:
    """Where compiled kernels are kept, and how many generations of them."""
    from release.dsp.kernels.cache import kernels_folder

    folder = kernels_folder()
    return {"path": str(folder), "compiled": folder.is_dir() and any(folder.iterdir())}


def _version(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def _lines(data: dict[str, Any], width: int) -> Iterator[str]:
    yield f"release {data['release']}, Python {data['python']}, {data['platform']}"
    yield ""
    rows = [(f["name"], f["version"] or "MISSING", f["enables"]) for f in data["libraries"]]
    yield from table(("library", "version", "for"), rows, width=width)
    yield ""
    rows = [(f["name"], "found" if f["path"] else "-", f["enables"]) for f in data["programs"]]
    yield from table(("program", "", "optional: signatures, and checks by other means"), rows, width=width)
    yield ""
    cache, compiled = data["cache"], data["kernels"]
    yield f"cache    {byte_count(cache['bytes'])} of {byte_count(cache['cap_bytes'])} in {cache['path']}"
    state = "compiled" if compiled["compiled"] else "compiled at first use, which takes some seconds"
    yield f"kernels  {state}, in {compiled['path']}"
