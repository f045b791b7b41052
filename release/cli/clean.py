"""``release clean``."""

from __future__ import annotations

import os
import re
from typing import Annotated

import typer

from release.cli.command import command
from release.cli.console import Session
from release.cli.text import byte_count, plural
from release.errors import ExitCode, RenderError, UsageError

Everything = Annotated[bool, typer.Option("--all", help="Remove all stored results and compiled kernels.")]
Keep = Annotated[
    str | None,
    typer.Option(
        "--keep", metavar="SIZE", help="Bring the cache down to SIZE (5 GB, 500 MB), oldest first.", show_default=False
    ),
]
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(k|M|G|T)?B?", re.IGNORECASE)
_FACTORS = {"": 1, "k": 1000, "m": 1000**2, "g": 1000**3, "t": 1000**4}


@command
def clean(session: Session, everything: Everything = False, keep: Keep = None) -> int:
    """Show the cache, and make it smaller.

    Builds and projects are never touched. The cache holds the results of finished steps, so that only what changed is made again.
    It keeps itself below 20 GB: what was used longest ago goes first. RELEASE_CACHE names another folder for it; compiled kernels
    stay in the user's own cache folder, and --all removes them only without RELEASE_CACHE.

    Examples:
      release clean
      release clean --keep "5 GB"
      release clean --all
    """
    from release.dsp.kernels.cache import kernels_folder
    from release.pipeline.cache import DEFAULT_CAP_BYTES, cache_folder, remove_tree
    from release.pipeline.evict import clear_cache, evict, measure_cache

    if everything and keep is not None:
        raise UsageError("--all leaves nothing to keep", remedy="Write --all or --keep, not both.")
    root = cache_folder()
    try:
        if everything:
            removed = clear_cache(root)
            if not os.environ.get("RELEASE_CACHE"):  # kernels stay where they are, for all caches of this user
                kernels = kernels_folder()
                removed += sum(f.stat().st_size for f in kernels.rglob("*") if f.is_file())
                remove_tree(kernels)
        else:
            removed = evict(root, DEFAULT_CAP_BYTES if keep is None else parse_size(keep))
    except OSError as exc:
        raise RenderError(
            f"the cache cannot be cleaned: {exc.strerror}", where=str(root), remedy="Check its permissions."
        ) from exc
    left = measure_cache(root)
    data = {"path": str(root), "removed_bytes": removed, "bytes": left.n_bytes, "results": left.n_entries}
    lines = [
        f"removed {byte_count(removed)}",
        f"{byte_count(left.n_bytes)} in {plural(left.n_entries, 'result')} left in {root}",
    ]
    session.result(data, lines)
    return ExitCode.DONE


def parse_size(text: str) -> int:
    """Bytes of ``5 GB``.

    Raises:
        UsageError: when it is no size.
    """
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"{text!r} is no size", remedy="Write it as 5 GB or 500 MB.")
    return int(float(found[1]) * _FACTORS[(found[2] or "").lower()])
