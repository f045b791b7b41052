"""Scratch files that nobody needs any more, kept for the next step that writes some: ``<scratch>/spare/<number>``.

The system hands out fresh pages for every new file; writing over an old one takes a tenth of the time. The folder goes
with the rest of the scratch when the run ends.
"""

from __future__ import annotations

from pathlib import Path

from release.pipeline.atomic import unique_suffix
from release.pipeline.cache import remove_tree

FOLDER = "spare"


def keep_spare(folder: Path) -> None:
    """Set the files of a step's scratch folder aside; the folder is then empty."""
    spare = folder.parent / FOLDER
    try:
        spare.mkdir(exist_ok=True)
        for path in sorted(folder.iterdir()):
            if path.is_file() and not path.is_symlink():
                path.rename(spare / unique_suffix())
    except OSError:
        return  # they are removed with their folder instead


def take_spare(path: Path) -> bool:
    """Put a spare file where a step is going to write; False when there is none.

    Args:
        path: inside the folder of a step, which lies in the run's scratch folder.
    """
    spare = path.parent.parent / FOLDER
    try:
        found = list(spare.iterdir())
    except OSError:
        return False
    for file in found:
        try:
            file.rename(path)
        except OSError:
            continue  # another step was quicker
        return True
    return False


def drop_spares(scratch: Path) -> None:
    """Remove what was kept, at the end of a run."""
    remove_tree(scratch / FOLDER)
