"""Finds the data folders that ship with the program: ``templates`` and ``schemas``."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def data_dir(kind: str) -> Path:
    """The folder of shipped data, in an installed package or in a checkout.

    A wheel carries the folders in ``release/_data``; an editable install and a checkout have them beside the package.

    Args:
        kind: ``templates`` or ``schemas``.

    Raises:
        FileNotFoundError: naming both places that were tried.
    """
    installed = _PACKAGE / "_data" / kind
    checkout = _PACKAGE.parent / kind
    for folder in (installed, checkout):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"no folder of {kind}: neither {installed} nor {checkout} exists")


@cache
def templates_digest() -> str:
    """SHA-256 over all templates, names and bytes: what was printed with other templates is not what is printed now."""
    folder = data_dir("templates")
    whole = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        data = path.read_bytes()
        whole.update(f"{path.relative_to(folder).as_posix()}\0{len(data)}\0".encode() + data)
    return whole.hexdigest()
