"""A file that a processing step names beside its audio: a plug-in, its state, its preset."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class PluginFile:
    """Where it is, and the SHA-256 of what is there (of a bundle: over all of its files)."""

    path: Path
    digest: str
