"""``release measure``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from release.cli.command import Jobs, command, worker_count
from release.cli.console import Session
from release.cli.findings import problem_json
from release.cli.measure_text import measure_table, meter_lines
from release.cli.ops import operations
from release.errors import ExitCode, SourceError

Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Audio files, up to 5.1.", show_default=False)]
CrossCheck = Annotated[
    bool,
    typer.Option("--cross-check", help="Show the reading of pyloudnorm, an independent meter, beside ours. Slower."),
]

EveryMeter = Annotated[
    bool,
    typer.Option(
        "--all",
        help="Every meter: dynamics, stereo, spectrum, bits, noise. Takes a few times as long.",
        show_default=False,
    ),
]


@command
def measure(
    session: Session, files: Files, cross_check: CrossCheck = False, every_meter: EveryMeter = False, jobs: Jobs = None
) -> int:
    """Measure loudness, peaks and range of any audio files.

    By ITU-R BS.1770-5 and EBU R 128: LUFS is the integrated loudness, LRA the range in LU, max S and max M the loudest
    3 s and 400 ms, dBTP the true peak, dBFS the sample peak, PLR the true peak over LUFS. A dash: not measurable
    (silence, or too short). One-channel files are read as one channel; what they would
    be on two loudspeakers stands beside it.

    Examples:
      release measure master.wav
      release measure *.flac --json
      release measure master.wav --cross-check
      release measure master.wav --all
    """
    bad: SourceError | None = None
    with session.progress() as on_event:
        try:
            measured = operations().measure_files(
                files, cross_check=cross_check, every_meter=every_meter, jobs=worker_count(jobs), on_event=on_event
            )
        except SourceError as error:  # one bad file does not hide what the others measure
            bad, measured = error, getattr(error, "measured", ())
    if bad is not None and not measured:
        raise bad
    lines = measure_table(measured, session.width)
    if every_meter:
        lines += [line for m in measured for line in ("", *meter_lines(m, session.width))]
    data: dict[str, Any] = {"files": [dict(m) for m in measured]}
    if bad is not None:
        shown = [problem_json(p) for p in bad.problems]
        data["error"] = {"code": bad.code, "exit": int(bad.exit_code), "message": bad.heading, "problems": shown}
    session.result(data, lines)
    if bad is not None and not session.as_json:
        raise bad
    return ExitCode.DONE if bad is None else bad.exit_code
