"""Whether a package still is what was shipped: held against its seal."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from release.errors import ReleaseError
from release.formats.bag import MANIFEST, PAYLOAD, TAG_MANIFEST, parse_manifest
from release.operations.package_files import FolderFiles
from release.pipeline.checksum import sha256_file
from release.signoff.seal import Seal

PackageState = Literal["there", "gone", "another", "unknown"]


def package_state(project: Path, seal: Seal) -> PackageState:
    """``there`` as it was shipped, ``gone``, ``another`` in its place, or ``unknown`` where the seal does not say where it was put.

    A package that was handed over and moved away is gone too: only a person knows the difference. Every byte is read.
    """
    if not seal.path:
        return "unknown"
    path = project / seal.path
    if not os.path.lexists(path):
        return "gone"
    try:
        is_same = _is_zip(path, seal.digest) if seal.form == "zip" else _is_bag(path, seal.digest)
    except (OSError, ValueError, ReleaseError):
        return "another"
    return "there" if is_same else "another"


def _is_zip(path: Path, digest: str) -> bool:
    return path.is_file() and not path.is_symlink() and sha256_file(path) == digest


def _is_bag(path: Path, digest: str) -> bool:
    """The tag manifest is the one that was sealed, and through the lists every file is what it was; none is more."""
    if path.is_symlink() or not path.is_dir():
        return False
    files = FolderFiles(path)
    if files.problems or TAG_MANIFEST not in files.sizes or files.sha256(TAG_MANIFEST) != digest:
        return False
    listed = {TAG_MANIFEST: digest, **parse_manifest(files.read(TAG_MANIFEST), "sha256")}
    if MANIFEST not in files.sizes:
        return False
    listed |= {
        name: found
        for name, found in parse_manifest(files.read(MANIFEST), "sha256").items()
        if name.startswith(f"{PAYLOAD}/")
    }
    return listed.keys() == files.sizes.keys() and all(files.sha256(name) == found for name, found in listed.items())
