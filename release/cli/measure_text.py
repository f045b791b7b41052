"""The readings of ``release measure`` as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from release.cli.text import number, printable, table

Measured = Mapping[str, Any]

_COLUMNS = (
    ("LUFS", "integrated_lufs"),
    ("LRA", "range_lu"),
    ("max S", "max_short_term_lufs"),
    ("max M", "max_momentary_lufs"),
    ("dBTP", "true_peak_dbtp"),
    ("dBFS", "sample_peak_dbfs"),
    ("PLR", "peak_to_loudness_db"),
)
_AS_TWO = "integrated_as_two_channels_lufs"
_CROSS = "pyloudnorm_integrated_lufs"


def measure_table(measured: Sequence[Measured], width: int) -> list[str]:
    """The measurements as a table; optional columns only where a file has them."""
    columns = list(_COLUMNS)
    columns += [("as 2 ch", _AS_TWO)] if any(m.get(_AS_TWO) is not None for m in measured) else []
    columns += [("pyln", _CROSS)] if any(_CROSS in m for m in measured) else []
    headers = ("file", *(name for name, _ in columns))
    rows = [(Path(m["path"]).name, *(number(m.get(key)) for _, key in columns)) for m in measured]
    return table(headers, rows, right=range(1, len(headers)), width=width)


def meter_lines(measured: Measured, width: int) -> list[str]:
    """Every other meter of one file: a few lines of figures and the table of third octaves."""
    lines = [printable(Path(measured["path"]).name), *(f"  {line}" for line in _dynamics(measured))]
    if measured.get("stereo"):
        lines += [f"  {line}" for line in _stereo(measured, measured["stereo"])]
    lines += [f"  {line}" for line in _signal(measured)]
    bands = measured.get("third_octaves")
    if not bands:
        return [*lines, "  spectrum    not measurable: nothing reaches -60 dBFS"]
    return [*lines, "", *(f"  {line}" for line in _bands(bands, width - 2))]


def _dynamics(m: Measured) -> list[str]:
    ratios = m.get("peak_to_short_term_db")
    value = m.get("dynamic_range")
    lines = [f"dynamics    crest {_each(m['crest_db'], 'dB')}; RMS {_each(m['rms_dbfs'], 'dBFS')}"]
    lines.append("            " + ("DR not measurable" if value is None else f"DR{m['dr14']} ({number(value)})"))
    if ratios:
        lines[-1] += (
            f"; PSR lowest {number(ratios['lowest'])} dB at {_clock(ratios['lowest_at_s'])},"
            f" median {number(ratios['median'])} dB"
        )
    return lines


def _stereo(m: Measured, s: Measured) -> list[str]:
    share = s["share_below_zero"]
    lowest = (
        ""
        if s["lowest_correlation"] is None
        else f", lowest {number(s['lowest_correlation'], 2)} at {_clock(s['lowest_correlation_at_s'])}"
        f", below 0 for {100.0 * share:.1f} % of the time"
    )
    return [
        f"stereo      correlation {number(m['correlation'], 2)}{lowest}",
        f"            below 150 Hz {number(s['low_correlation'], 2)}; mono fold-down {number(s['fold_down_loss_lu'])} LU",
        f"            phase between the channels {number(s['phase_deg'], 0)} degrees",
        f"            side {number(s['side_to_middle_db'])} dB against the middle",
    ]


def _signal(m: Measured) -> list[str]:
    bits = "-" if m["used_bits"] is None else str(m["used_bits"])
    edge = "" if m["bandwidth_edge_db"] is None else f" (falls {number(m['bandwidth_edge_db'], 0)} dB within 500 Hz)"
    return [
        f"signal      {bits} bits used; reaches {number(m['bandwidth_hz'], 0)} Hz{edge}",
        f"            noise floor {number(m['noise_floor_dbfs'])} dBFS; DC {_each(m['dc_dbfs'], 'dBFS')}",
    ]


def _bands(bands: Sequence[Measured], width: int) -> list[str]:
    columns = [("level dB", "level_db", 1)]
    if "correlation" in bands[0]:
        columns += [
            ("side dB", "side_to_middle_db", 1),
            ("corr.", "correlation", 2),
            ("phase", "phase_deg", 0),
            ("mono dB", "fold_down_loss_db", 1),
        ]
    headers = ("Hz", *(name for name, _, _ in columns))
    rows = [(f"{b['hz']:g}", *(number(b[key], digits) for _, key, digits in columns)) for b in bands]
    return table(headers, rows, right=range(len(headers)), width=width)


def _each(values: Sequence[float | None], unit: str) -> str:
    return " / ".join(number(v) for v in values) + f" {unit}"


def _clock(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    return f"{int(seconds // 60)}:{seconds % 60:04.1f}"
