"""``release measure``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from release.cli.command import Jobs, command, worker_count
from release.cli.console import Session
from release.cli.ops import operations
from release.cli.text import number, table
from release.errors import ExitCode

Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Audio files, up to 5.1.", show_default=False)]
CrossCheck = Annotated[
    bool,
    typer.Option("--cross-check", help="Show the reading of pyloudnorm, an independent meter, beside ours. Slower."),
]

_COLUMNS = (
    ("LUFS", "integrated_lufs"),
    ("LRA", "range_lu"),
    ("max S", "max_short_term_lufs"),
    ("max M", "max_momentary_lufs"),
    ("dBTP", "true_peak_dbtp"),
    ("dBFS", "sample_peak_dbfs"),
)
_AS_TWO = "integrated_as_two_channels_lufs"
_CROSS = "pyloudnorm_integrated_lufs"


@command
def measure(session: Session, files: Files, cross_check: CrossCheck = False, jobs: Jobs = None) -> int:
    """Measure loudness, peaks and range of any audio files.

    By ITU-R BS.1770-5 and EBU R 128: LUFS is the integrated loudness, LRA the range in LU, max S and max M the loudest
    3 s and 400 ms, dBTP the true peak, dBFS the sample peak. A dash: not measurable
    (silence, or too short). One-channel files are read as one channel; what they would
    be on two loudspeakers stands beside it.

    Examples:
      release measure master.wav
      release measure *.flac --json
      release measure master.wav --cross-check
    """
    with session.progress() as on_event:
        measured = operations().measure_files(
            files, cross_check=cross_check, jobs=worker_count(jobs), on_event=on_event
        )
    session.result({"files": [dict(m) for m in measured]}, measure_table(measured, session.width))
    return ExitCode.DONE


def measure_table(measured: Sequence[Mapping[str, Any]], width: int) -> list[str]:
    """The measurements as a table; optional columns only where a file has them."""
    columns = list(_COLUMNS)
    columns += [("as 2 ch", _AS_TWO)] if any(m.get(_AS_TWO) is not None for m in measured) else []
    columns += [("pyln", _CROSS)] if any(_CROSS in m for m in measured) else []
    headers = ("file", *(name for name, _ in columns))
    rows = [(Path(m["path"]).name, *(number(m.get(key)) for _, key in columns)) for m in measured]
    return table(headers, rows, right=range(1, len(headers)), width=width)
