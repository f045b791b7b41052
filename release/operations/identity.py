"""What made a build: program, libraries, platform. Decides bytes, so the record names it."""

from __future__ import annotations

import platform
import sys

from release.pipeline.keys import installed_version
from release.record import Tool

LIBRARIES = (
    "av",
    "jinja2",
    "mutagen",
    "numba",
    "numpy",
    "pedalboard",
    "pillow",
    "pydantic",
    "soundfile",
    "soxr",
    "typst",
)


def tool_version() -> str:
    """Version of this program."""
    from release import __version__

    return __version__


def tool_identity() -> Tool:
    """The program with the libraries whose versions can change a byte."""
    return Tool(
        version=tool_version(),
        libraries={name: installed_version(name) for name in LIBRARIES},
        platform=f"{platform.system()} {platform.machine()}, Python {sys.version_info.major}.{sys.version_info.minor}",
    )
