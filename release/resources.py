"""Finds the data folders that ship with the program: ``templates`` and ``schemas``."""

from __future__ import annotations

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
