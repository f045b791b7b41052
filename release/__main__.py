"""``python -m release``, and the ``release`` command: runs the command line and turns what goes wrong into messages and exit codes."""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Sequence

YOUNG_OBJECTS = 50_000
"""So many new objects call the collector of reference cycles; at Python's 700 it is a tenth of what a start costs."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    gc.set_threshold(YOUNG_OBJECTS, *gc.get_threshold()[1:])
    from release.cli.entry import run

    for stream in (sys.stdout, sys.stderr):
        # A title or file name that the terminal's encoding cannot show is no reason to stop.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    code = run(list(sys.argv[1:] if arguments is None else arguments))
    import threading

    if code == 130 and threading.active_count() > 1:
        # A worker may be deep in a library that cannot be stopped; everything is put away, so it must not hold us up.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    main()
